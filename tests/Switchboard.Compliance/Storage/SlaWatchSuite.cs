using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>The clocks of what people owe: an enterprise customer is answered within 30 minutes and helped within four hours, around the clock.</summary>
public abstract class SlaWatchSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Fact]
    public async Task Who_is_not_answered_in_time_is_warned_of_once_and_the_breach_is_told_once_whoever_looks_and_however_often()
    {
        Guid talk = await GivenAsync();
        (await WatchesAsync()).ShouldHaveSingleItem("the commit that gave it to people asked for the watch").Status.ShouldBe(RunStatus.Running);
        await LookAsync();
        (await WatchesAsync())[0].Due.ShouldBe(Now.AddMinutes(22.5));
        (await MarksAsync()).ShouldBeEmpty();

        Desk.Clock.Advance(TimeSpan.FromMinutes(23));
        await LookAsync();
        await LookAsync();
        (await MarksAsync()).ShouldBe([(SlaClock.FirstResponse, SlaMarkKind.Warning)]);
        (await ToldAsync()).ShouldBe([WebhookEvents.SlaWarning]);

        // A second watch over the same conversation, as another priority asks for one: what the one keeps the other finds kept.
        await Desk.Get<IRunQueue>().EnqueueAsync(SlaWatch.RequestFor(Desk.TenantId, Desk.NewId(), talk, Now), default);
        await LookAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(7));
        await LookAsync();
        await LookAsync();
        (await MarksAsync()).ShouldBe([(SlaClock.FirstResponse, SlaMarkKind.Warning), (SlaClock.FirstResponse, SlaMarkKind.Breach)]);
        (await ToldAsync()).ShouldBe([WebhookEvents.SlaWarning, WebhookEvents.SlaBreached]);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == talk)).Priority.ShouldBe(Priority.High, "a step more urgent");
        (await db.Set<AuditEntry>().Where(e => e.Entity == "sla_mark").Select(e => e.Actor).Distinct().ToListAsync()).ShouldBe(["system:sla"]);

        SlaMark kept = await db.Set<SlaMark>().FirstAsync();
        await Should.ThrowAsync<DbUpdateException>(() => Desk.Data.WriteAsync(Desk.Actor, d => d.Add(new SlaMark { TenantId = kept.TenantId, Id = Desk.NewId(), ConversationId = kept.ConversationId, Clock = kept.Clock, Kind = kept.Kind, Cycle = kept.Cycle, TargetMinutes = 1, DueAt = Now, At = Now }), default));
    }

    [Fact]
    public async Task What_is_answered_and_solved_in_time_is_found_so_and_nothing_is_told()
    {
        Guid talk = await GivenAsync();
        await LookAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(10));
        await Desk.Store.PostHumanAsync(new HumanMessage(Desk.Actor, talk, Desk.NewId(), Desk.NewId(), "I am looking into it.", IsPrivate: false, Now), default);
        Desk.Clock.Advance(TimeSpan.FromMinutes(50));
        await LookAsync();
        (await WatchesAsync()).ShouldHaveSingleItem().Due.ShouldBe(Desk.Start.AddHours(3), "the solution is due after four hours");

        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, c => c.Resolve(Now)), default);
        Desk.Clock.Advance(TimeSpan.FromHours(4));
        await LookAsync();

        (await WatchesAsync()).ShouldAllBe(w => w.Status == RunStatus.Succeeded);
        (await MarksAsync()).ShouldBeEmpty();
        (await ToldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task While_it_sleeps_its_clocks_stand_and_they_go_on_with_what_is_left()
    {
        Guid talk = await GivenAsync();
        await LookAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(10));
        DateTimeOffset until = Now.AddDays(1);
        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, c => c.Snooze(until, Now)), default);
        Desk.Clock.AdjustTime(until);
        await LookAsync();
        (await WatchesAsync()).ShouldHaveSingleItem().Status.ShouldBe(RunStatus.Succeeded, "nothing can come while it sleeps");

        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, c => c.WakeFrom(until, Now)), default);
        await LookAsync();
        (await WatchesAsync()).ShouldContain(w => w.Due == until.AddMinutes(12.5), "ten of its minutes have run");
        (await MarksAsync()).ShouldBeEmpty();

        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, c => c.ReturnToBot(Now)), default);
        Desk.Clock.Advance(TimeSpan.FromHours(5));
        await LookAsync();
        (await MarksAsync()).ShouldBeEmpty("the agents answer within the turn");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_two_watches_that_look_at_once_one_keeps_it_and_it_grows_more_urgent_by_one_step(int look)
    {
        Guid talk = await GivenAsync();
        await Desk.Get<IRunQueue>().EnqueueAsync(SlaWatch.RequestFor(Desk.TenantId, Desk.NewId(), talk, Now), default);
        List<Run> both = await WatchesAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(30));
        var failed = new List<Exception>();
        // The other one is through between two of its looks, or behind the last of them: then its commit fails as a whole.
        await CarryOutAsync(both[0], new Between(Desk.Get<ISlaDesk>(), look, () => CarryOutAsync(both[1])), failed.Add);
        failed.Count.ShouldBe(look - 1);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();
        (await MarksAsync()).ShouldBe([(SlaClock.FirstResponse, SlaMarkKind.Breach)]);
        (await ToldAsync()).ShouldBe([WebhookEvents.SlaBreached]);
        (await PriorityAsync(talk)).ShouldBe(Priority.High);
        (await WatchesAsync()).ShouldContain(w => w.Due == Desk.Start.AddHours(3), "the priority it has now is watched on");
    }

    [Fact]
    public async Task What_was_solved_or_given_back_meanwhile_grows_no_more_urgent_and_nothing_is_more_urgent_than_urgent()
    {
        Guid solved = await GivenAsync(), back = await GivenAsync(), urgent = await GivenAsync(priority: Priority.Urgent), late = await GivenAsync();
        List<Run> watches = await WatchesAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(30));
        await CarryOutAsync(watches.Single(w => w.Input.Contains($"{solved:D}")), new Between(Desk.Get<ISlaDesk>(), 2, () => ChangeAsync(solved, c => c.Resolve(Now))));
        await CarryOutAsync(watches.Single(w => w.Input.Contains($"{back:D}")), new Between(Desk.Get<ISlaDesk>(), 2, () => ChangeAsync(back, c => c.ReturnToBot(Now))));
        foreach (Guid talk in new[] { urgent, late }) await CarryOutAsync(watches.Single(w => w.Input.Contains($"{talk:D}")));
        (await MarksAsync()).ShouldBe(Enumerable.Repeat((SlaClock.FirstResponse, SlaMarkKind.Breach), 4));
        foreach ((Guid talk, Priority priority) in new[] { (solved, Priority.Normal), (back, Priority.Normal), (urgent, Priority.Urgent), (late, Priority.High) }) (await PriorityAsync(talk)).ShouldBe(priority);
        // Another priority is another time, for which the commit asked for a watch of its own.
        (await WatchesAsync()).Count(w => w.Input.Contains($"{late:D}")).ShouldBe(2);
    }

    [Fact]
    public async Task A_note_among_the_staff_answers_nobody_and_who_gets_it_again_owes_a_first_answer_again()
    {
        Guid talk = await GivenAsync();
        await SayAsync(talk, "Who knows this?", isPrivate: true);
        await Desk.AcceptAsync(talk, "Is anybody there?");
        Desk.Clock.Advance(TimeSpan.FromMinutes(23));
        await LookAsync();
        (await MarksAsync()).ShouldBe([(SlaClock.FirstResponse, SlaMarkKind.Warning)]);

        await SayAsync(talk, "It is mended.", isPrivate: false);
        await ChangeAsync(talk, c => c.ReturnToBot(Now));
        Desk.Clock.Advance(TimeSpan.FromHours(1));
        var again = new Handoff { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = talk, RunId = null, FromAgent = "desk/human-handoff", ToTeam = "support", Reason = "customer_request", CaseFile = new CaseFile("a visitor", null, "help", 1, [], [], "help", "answer"), CreatedAt = Now };
        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, c => c.HandToHuman(Priority.Normal, Now)) { Row = again }, default);
        Desk.Clock.Advance(TimeSpan.FromMinutes(23));
        await LookAsync();
        (await MarksAsync()).ShouldBe(Enumerable.Repeat((SlaClock.FirstResponse, SlaMarkKind.Warning), 2));
    }

    [Fact]
    public async Task While_it_was_solved_its_clock_stood_and_what_is_opened_again_is_watched_again()
    {
        Guid talk = await GivenAsync();
        await SayAsync(talk, "I am looking into it.", isPrivate: false);
        Desk.Clock.AdjustTime(Now.AddHours(3));
        await LookAsync();
        await ChangeAsync(talk, c => c.Resolve(Now));
        Desk.Clock.AdjustTime(Now.AddDays(2));
        await LookAsync();
        await ChangeAsync(talk, c => c.Reopen(Now));
        await LookAsync();
        (await MarksAsync()).ShouldBe(Enumerable.Repeat((SlaClock.Resolution, SlaMarkKind.Warning), 2));
        (await WatchesAsync()).ShouldContain(w => w.Due == Now.AddHours(1), "three of its four hours have run");

        await ChangeAsync(talk, c => c.DeletedAt = Now);
        Desk.Clock.AdjustTime(Now.AddHours(1));
        await LookAsync();
        (await MarksAsync()).Count.ShouldBe(2, "what is deleted is nobody's");
    }

    [Fact]
    public async Task Who_is_not_served_around_the_clock_waits_for_the_office_to_open()
    {
        // Ten to five in the tenant's own Berlin; the office closes at five.
        Desk.Clock.AdjustTime(new DateTimeOffset(2026, 3, 2, 15, 50, 0, TimeSpan.Zero));
        Guid always = await GivenAsync(), office = await GivenAsync("basic");
        await LookAsync();
        List<Run> watches = await WatchesAsync();
        watches.Single(w => w.Input.Contains($"{always:D}")).Due.ShouldBe(Now.AddMinutes(22.5));
        watches.Single(w => w.Input.Contains($"{office:D}")).Due.ShouldBe(new DateTimeOffset(2026, 3, 3, 13, 50, 0, TimeSpan.Zero), "six of eight hours are ten minutes of today and the rest from nine o'clock");
    }

    [Fact]
    public async Task Who_gets_it_by_the_end_of_a_turn_is_watched_and_so_is_what_a_person_wakes_by_a_message()
    {
        Guid given = await Desk.AddConversationAsync(), asleep = await GivenAsync();
        TurnState state = await Desk.LoadAsync(await Desk.AcceptAsync(given));
        state.Conversation.HandToHuman(Priority.Normal, Now);
        await Desk.Store.FinishAsync(Desk.Finishing(state), default);
        await ChangeAsync(asleep, c => c.Snooze(Now.AddDays(1), Now));
        await SayAsync(asleep, "I have it now.", isPrivate: false);
        List<Run> watches = await WatchesAsync();
        foreach ((Guid talk, int count) in new[] { (given, 1), (asleep, 2) }) watches.Count(w => w.Input.Contains($"{talk:D}")).ShouldBe(count);
    }

    /// <summary>A conversation of a customer that people are given now, and a receiver that wants to be told.</summary>
    private async Task<Guid> GivenAsync(string plan = "enterprise", Priority priority = Priority.Normal)
    {
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Acme", Plan = plan, Since = Now };
        Conversation talk = Desk.NewConversation();
        talk.CustomerId = customer.Id;
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(customer, talk);
                db.Add(new WebhookEndpoint { TenantId = Desk.TenantId, Id = Desk.NewId(), Url = "https://hooks.example.com/", Events = [WebhookEvents.SlaWarning, WebhookEvents.SlaBreached], Secret = [1], CreatedAt = Now });
                return 0;
            },
            default);
        await ChangeAsync(talk.Id, c => c.HandToHuman(priority, Now));
        return talk.Id;
    }

    private Task ChangeAsync(Guid talk, Action<Conversation> change) => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk, change), default);

    private Task SayAsync(Guid talk, string text, bool isPrivate) => Desk.Store.PostHumanAsync(new HumanMessage(Desk.Actor, talk, Desk.NewId(), Desk.NewId(), text, isPrivate, Now), default);

    private async Task<Priority> PriorityAsync(Guid talk)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return (await db.Conversations.SingleAsync(c => c.Id == talk)).Priority;
    }

    /// <summary>Wakes what is due and carries out all watches that run, each time as a process that knows nothing of the one before.</summary>
    private async Task LookAsync()
    {
        await Desk.Get<IRunQueue>().WakeDueAsync(Now, 100, default);
        foreach (Run run in (await WatchesAsync()).Where(w => w.Status == RunStatus.Running)) await CarryOutAsync(run);
    }

    private Task CarryOutAsync(Run run, ISlaDesk? desk = null, Action<Exception>? failed = null) =>
        new HandlerExecutor(
            Desk.Get<IRunQueue>(), new RunHandlers([new SlaWatch(desk ?? Desk.Get<ISlaDesk>(), Desk.Get<ITenantGround>(), Desk.Store)]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false,
            (_, _, e) => (failed ?? (error => throw error))(e)).ExecuteAsync(new RunRef(run.TenantId, run.Id, run.Subject, run.Lane), default);

    private async Task<List<Run>> WatchesAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Runs.AsNoTracking().Where(r => r.Handler == SlaWatch.HandlerName).OrderBy(r => r.CreatedAt).ToListAsync();
    }

    private async Task<List<(SlaClock, SlaMarkKind)>> MarksAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return [.. (await db.Set<SlaMark>().OrderBy(m => m.At).ToListAsync()).Select(m => (m.Clock, m.Kind))];
    }

    private async Task<string[]> ToldAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return [.. (await db.Runs.Where(r => r.Handler == Announcement.HandlerName).OrderBy(r => r.CreatedAt).Select(r => r.Input).ToListAsync()).Select(i => Json.Read<Announcement>(i).Type)];
    }

    /// <summary>The desk, and something that happens once behind one of the looks at it.</summary>
    private sealed class Between(ISlaDesk desk, int look, Func<Task> happens) : ISlaDesk
    {
        private int looks;

        public async Task<SlaSeen?> ReadAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken)
        {
            SlaSeen? seen = await desk.ReadAsync(tenantId, conversationId, cancellationToken);
            if (++looks == look) await happens();
            return seen;
        }
    }
}
