using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class RunRetentionSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private IRunRetention Retention => Desk.Get<IRunRetention>();

    [Fact]
    public async Task A_run_that_ended_long_ago_loses_its_steps_and_all_but_its_subjects_newest_event_and_keeps_its_row()
    {
        Guid old = await Desk.AddConversationAsync();
        AcceptResult first = await Desk.AcceptAsync(old);
        await Desk.FinishAsync(first);
        DateTimeOffset ended = Desk.Clock.GetUtcNow();
        Desk.Clock.Advance(TimeSpan.FromDays(1));
        AcceptResult second = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        await Desk.FinishAsync(second);

        (await Retention.DeleteJournalsAsync(Desk.TenantId, ended, Guid.Empty, 1000, default)).ShouldBe(new JournalsDeleted(1, 2, 2, null));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.RunSteps.Select(s => s.RunId).Distinct().ToListAsync()).ShouldBe([second.RunId]);
        (await db.RunEvents.Where(e => e.RunId == first.RunId).Select(e => e.Seq).ToListAsync()).ShouldBe([3L]);
        (await db.RunEvents.CountAsync(e => e.RunId == second.RunId)).ShouldBe(3);
        (await db.Runs.SingleAsync(r => r.Id == first.RunId)).Status.ShouldBe(RunStatus.Succeeded);
        (await Retention.DeleteJournalsAsync(Desk.TenantId, ended, Guid.Empty, 1000, default)).ShouldBe(new JournalsDeleted(0, 0, 0, null));

        // Who watches the conversation is told of the next turn under numbers that go on.
        AcceptResult third = await Desk.AcceptAsync(old);
        third.FirstEvent.ShouldBe(4);
    }

    [Fact]
    public async Task What_has_not_ended_keeps_its_journal_however_old_it_is()
    {
        AcceptResult asked = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        TurnState state = await Desk.LoadAsync(asked);
        var input = new DialogueInput("billing/refund-processor", "refund", "I want my money back", 1, Desk.Clock.GetUtcNow());
        Guid dialogue = Desk.NewId();
        await Desk.Store.FinishAsync(Desk.Finishing(state, dialogue: new DialogueChange(dialogue, input, RunStatus.Waiting, 0, [new JournalEntry("need:invoice", "null")])), default);
        AcceptResult running = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        Desk.Clock.Advance(TimeSpan.FromDays(1000));

        (await Retention.DeleteJournalsAsync(Desk.TenantId, Desk.Clock.GetUtcNow(), Guid.Empty, 1000, default)).Runs.ShouldBe(1, "the turn has ended");

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.RunSteps.Select(s => s.RunId).ToListAsync()).ShouldBe([dialogue]);
        (await db.RunEvents.CountAsync(e => e.RunId == running.RunId)).ShouldBe(1);
    }

    [Fact]
    public async Task Many_are_deleted_some_at_a_time_and_none_of_another_tenant()
    {
        for (int i = 0; i < 5; i++) await Desk.FinishAsync(await Desk.AcceptAsync(await Desk.AddConversationAsync()));
        Guid own = Desk.TenantId;
        await Desk.UseTenantAsync("other");
        await Desk.FinishAsync(await Desk.AcceptAsync(await Desk.AddConversationAsync()));
        Desk.UseTenant(own);

        var counts = new List<int>();
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            JournalsDeleted deleted = await Retention.DeleteJournalsAsync(own, Desk.Clock.GetUtcNow(), from, 9, default);
            counts.Add(deleted.Runs);
            after = deleted.Through;
        }

        counts.ShouldBe([2, 2, 1], "each has two steps and two events to go");
        (await Desk.Home.TextsAsync("select 'x' from run_steps")).Count.ShouldBe(2, "the other tenant's");
    }

    [Fact]
    public async Task Of_effects_on_the_outside_only_those_go_whose_outcome_has_long_been_known()
    {
        DateTimeOffset now = Desk.Clock.GetUtcNow();
        OutboxEntry sent = Entry("sent"), failed = Entry("failed"), unknown = Entry("unknown"), pending = Entry("pending"), late = Entry("late");
        foreach (OutboxEntry begun in (OutboxEntry[])[sent, failed, unknown, late]) begun.Begin();
        sent.Sent("250 OK", now);
        failed.Fail("550 no such box", null, now);
        unknown.LoseTrack("no answer", now);
        late.Sent("250 OK", now.AddDays(1));
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(sent, failed, unknown, pending, late);
                db.AddRange(Attempt(sent, now), Attempt(failed, now), Attempt(unknown, now));
                return 0;
            },
            default);

        (await Retention.DeleteOutboxAsync(Desk.TenantId, now, 1, default)).ShouldBe(1);
        (await Retention.DeleteOutboxAsync(Desk.TenantId, now, 1, default)).ShouldBe(1);
        (await Retention.DeleteOutboxAsync(Desk.TenantId, now, 1, default)).ShouldBe(0);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<OutboxEntry>().Select(o => o.Key).ToListAsync()).ShouldBe(["unknown", "pending", "late"], ignoreOrder: true);
        (await db.Set<OutboxAttempt>().Select(a => a.EntryId).ToListAsync()).ShouldBe([unknown.Id], "what each attempt came to goes with its effect");
    }

    private OutboxAttempt Attempt(OutboxEntry entry, DateTimeOffset at) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), EntryId = entry.Id, Number = 1, At = at, Outcome = entry.Status };

    private OutboxEntry Entry(string key) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = key, Port = "smtp", Request = "{}", CreatedAt = Desk.Clock.GetUtcNow() };
}
