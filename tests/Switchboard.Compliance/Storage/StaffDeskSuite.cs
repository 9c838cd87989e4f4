using Switchboard.Core.Routing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Compliance.Storage;

/// <summary>What handoffs read of the staff, and to whom they are offered.</summary>
public abstract class StaffDeskSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly DateTimeOffset now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_staff_is_read_with_what_is_on_each_desk_and_the_queue_of_the_team()
    {
        User ana = Colleague("ana"), ben = Colleague("ben"), gone = Colleague("gone");
        gone.Status = UserStatus.Suspended;
        Conversation mine = Talk(30, ana.Id), older = Talk(90, ana.Id), done = Talk(1, ana.Id);
        done.Resolve(now);
        Conversation offered = Talk(5), queued = Talk(5), elsewhere = Talk(5), withBot = Talk(5);
        withBot.ReturnToBot(now);
        Handoff toBen = Given(offered, "support", ben.Id);
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<User>([ana, ben, gone]);
                load.Add<Conversation>([mine, older, done, offered, queued, elsewhere, withBot]);
                load.Add<Handoff>([toBen, Given(queued, "support", null), Given(elsewhere, "sales", null), Given(withBot, "support", null)]);
                return 0;
            },
            default);
        IStaffDesk staff = Desk.Get<IStaffDesk>();

        StaffSeen seen = await staff.ReadAsync(Desk.TenantId, "support", now, default);

        Candidate[] both = [.. seen.Staff.Where(s => s.Name is "ana" or "ben").OrderBy(s => s.Name, StringComparer.Ordinal)];
        both.Select(s => (s.Name, s.Open, s.Capacity, s.Online)).ShouldBe([("ana", 2, 10, true), ("ben", 1, 10, true)]);
        both[0].IdleMinutes.ShouldBe(30);
        both[0].Skills.ShouldBe(["refunds", "support"]);
        seen.Staff.ShouldNotContain(s => s.Name == "gone");
        seen.Queued.ShouldBe(1);

        // A note among the staff takes nothing, and what a person wrote before was said of something else.
        foreach ((bool isPrivate, int minutes) in new[] { (true, 1), (false, -1) })
            await Desk.Data.WriteAsync(Desk.Actor, db => db.Messages.Add(Said(offered, isPrivate, now.AddMinutes(minutes), minutes + 2)), default);
        (await staff.WaitsAsync(Desk.TenantId, toBen.Id, ben.Id, default)).ShouldBeTrue();
        (await staff.OfferAsync(Desk.TenantId, toBen.Id, ana.Id, null, notifyLead: false, Desk.Start, default)).ShouldBeFalse("it is not offered to her");
        (await staff.OfferAsync(Desk.TenantId, toBen.Id, ben.Id, ana.Id, notifyLead: false, Desk.Start, default)).ShouldBeTrue();
        (await staff.OfferAsync(Desk.TenantId, toBen.Id, ben.Id, ana.Id, notifyLead: false, Desk.Start, default)).ShouldBeTrue("the same offer again finds it made");
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Messages.Add(Said(offered, isPrivate: false, now.AddMinutes(1), 4)), default);
        (await staff.WaitsAsync(Desk.TenantId, toBen.Id, ana.Id, default)).ShouldBeFalse("a person wrote");
        (await staff.OfferAsync(Desk.TenantId, toBen.Id, ana.Id, null, notifyLead: false, Desk.Start, default)).ShouldBeFalse();

        Conversation back = Talk(5), solved = Talk(5);
        back.ReturnToBot(now);
        solved.Resolve(now);
        foreach (Conversation over in new[] { back, solved, Talk(5, ben.Id) })
        {
            Handoff ended = Given(over, "support", ben.Id);
            await Desk.Data.WriteAsync(Desk.Actor, db => { db.Add(over); db.Add(ended); return 0; }, default);
            (await staff.WaitsAsync(Desk.TenantId, ended.Id, ben.Id, default)).ShouldBeFalse($"{over.Owner} {over.Status} {over.AssigneeId}");
        }
    }

    private Message Said(Conversation talk, bool isPrivate, DateTimeOffset at, int place) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = talk.Id, Sequence = place, Author = MessageAuthor.Human, Text = "I am here", IsPrivate = isPrivate, RunId = null, CreatedAt = at };

    private User Colleague(string name) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = $"{name}@example.com", Name = name, Role = Role.Support, Team = "support", Skills = ["refunds"], Availability = Availability.Online, CreatedAt = now };

    /// <summary>A conversation that people own since some minutes.</summary>
    private Conversation Talk(int minutes, Guid? assignee = null)
    {
        DateTimeOffset at = now.AddMinutes(-minutes);
        var talk = new Conversation { TenantId = Desk.TenantId, Id = Desk.NewId(), Channel = Channel.Web, VisitorId = Desk.NewId(), Subject = "s", CreatedAt = at, LastActivityAt = at };
        talk.HandToHuman(Priority.Normal, at);
        if (assignee is { } person) talk.TakeOver(person, at);
        return talk;
    }

    private Handoff Given(Conversation talk, string team, Guid? user) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        ConversationId = talk.Id,
        RunId = null,
        FromAgent = "desk/human-handoff",
        ToTeam = team,
        ToUserId = user,
        Reason = "customer_request",
        CaseFile = new CaseFile("a visitor", null, "help", 1, [], [], "help", "answer"),
        CreatedAt = now,
    };
}
