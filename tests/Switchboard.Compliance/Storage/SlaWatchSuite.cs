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

    /// <summary>A conversation of an enterprise customer that people are given now, and a receiver that wants to be told.</summary>
    private async Task<Guid> GivenAsync()
    {
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Acme", Plan = "enterprise", Since = Now };
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
        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, talk.Id, c => c.HandToHuman(Priority.Normal, Now)), default);
        return talk.Id;
    }

    /// <summary>Wakes what is due and carries out all watches that run, each time as a process that knows nothing of the one before.</summary>
    private async Task LookAsync()
    {
        IRunQueue queue = Desk.Get<IRunQueue>();
        await queue.WakeDueAsync(Now, 100, default);
        foreach (Run run in (await WatchesAsync()).Where(w => w.Status == RunStatus.Running))
            await new HandlerExecutor(queue, new RunHandlers([new SlaWatch(Desk.Get<ISlaDesk>(), Desk.Get<ITenantGround>(), Desk.Store)]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, e) => throw e)
                .ExecuteAsync(new RunRef(run.TenantId, run.Id, run.Subject, run.Lane), default);
    }

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
}
