using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class RunQueueSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private readonly ConcurrentQueue<RunRef> woken = new();
    private readonly ConcurrentQueue<string> told = new();

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Desk.Get<RunSignals>().Listen(woken.Enqueue, (_, subject) => told.Enqueue(subject));
    }

    [Fact]
    public async Task A_run_asked_for_is_stored_whole_starts_and_wakes()
    {
        Guid parent = Desk.NewId();
        var actor = new KeyActor(Desk.TenantId, Desk.NewId(), Desk.NewId(), ScopeSet.Parse("read:customers"));
        RunRequest request = Request() with { Actor = actor, Lane = RunLane.Batch, Priority = 3, ParentId = parent, IdempotencyKey = "import-1" };

        Enqueued enqueued = await Queue.EnqueueAsync(request, default);

        enqueued.ShouldBe(new Enqueued(new RunRef(Desk.TenantId, enqueued.Run.RunId, "list:1", RunLane.Batch) { Priority = 3 }, IsNew: true, StartsNow: true));
        woken.ShouldBe([enqueued.Run]);
        told.ShouldBe(["list:1"]);
        Run run = (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull().Run;
        (run.Kind, run.Handler, run.Subject, run.Ordinal, run.Status, run.Lane, run.Priority, run.ParentId).ShouldBe((RunKind.Job, "test.work", "list:1", 1, RunStatus.Running, RunLane.Batch, 3, parent));
        (run.Input, run.Version, run.Attempts, run.CreatedAt).ShouldBe(("""{"n":1}""", 1, 0, Now));
        var stored = ActorText.Read(Desk.TenantId, run.Actor.ShouldNotBeNull()).ShouldBeOfType<KeyActor>();
        (stored.KeyId, stored.OwnerId, stored.Scopes.ToString()).ShouldBe((actor.KeyId, actor.OwnerId, actor.Scopes.ToString()));
        (await EventsAsync("list:1")).ShouldBe(["run.started"]);
    }

    [Fact]
    public async Task A_run_is_there_and_woken_exactly_when_the_rows_of_its_transaction_are()
    {
        Conversation lost = Desk.NewConversation(), kept = Desk.NewConversation();
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync<int>(Desk.Actor,
            db =>
            {
                db.Add(lost);
                db.Enqueue(Request()).StartsNow.ShouldBeTrue();
                woken.ShouldBeEmpty();
                throw new InvalidOperationException("undone");
            },
            default));
        woken.ShouldBeEmpty();
        told.ShouldBeEmpty();
        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId)) (await db.Runs.CountAsync()).ShouldBe(0);

        Enqueued enqueued = await Desk.Data.WriteAsync(Desk.Actor,
            db =>
            {
                db.Add(kept);
                return db.Enqueue(Request());
            },
            default);

        woken.ShouldBe([enqueued.Run]);
        (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull();
        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId)) (await db.Conversations.Select(c => c.Id).ToListAsync()).ShouldBe([kept.Id]);
    }

    [Fact]
    public async Task A_run_is_asked_for_only_by_who_writes_and_for_its_own_tenant()
    {
        await using SwitchboardDb reading = Desk.Data.For(Desk.TenantId);
        Should.Throw<InvalidOperationException>(() => reading.Enqueue(Request()));
        Guid other = await Desk.AddTenantAsync("other");
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync(Desk.Actor, db => db.Enqueue(Request() with { Actor = new SystemActor(other, "test") }), default));
    }

    [Fact]
    public async Task The_desks_own_kinds_and_subjects_are_refused()
    {
        Guid conversation = await Desk.AddConversationAsync();
        await Should.ThrowAsync<ArgumentException>(() => Queue.EnqueueAsync(Request() with { Kind = RunKind.Turn }, default));
        await Should.ThrowAsync<ArgumentException>(() => Queue.EnqueueAsync(Request(Subjects.Conversation(conversation)), default));
        await Should.ThrowAsync<ArgumentException>(() => Queue.EnqueueAsync(Request(Subjects.Dialogue(conversation)), default));
    }

    [Fact]
    public async Task A_second_request_under_the_same_key_gives_the_first_run_however_it_is_asked()
    {
        RunRequest request = Request() with { IdempotencyKey = "nightly 2026-03-02" };
        Enqueued[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0
            ? Queue.EnqueueAsync(request with { Subject = $"list:{i}" }, default)
            : Desk.Data.WriteAsync(Desk.Actor, db => db.Enqueue(request with { Subject = $"list:{i}" }), default)));

        all.Select(e => e.Run).Distinct().ShouldHaveSingleItem();
        all.Count(e => e.IsNew).ShouldBe(1);
        woken.ShouldHaveSingleItem();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Runs.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Runs_of_a_subject_that_many_ask_for_at_once_follow_each_other_in_their_order_without_gap()
    {
        const int Many = 40;
        await Parallel.ForEachAsync(Enumerable.Range(0, Many), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancel) =>
        {
            // Both ways of asking, among each other.
            if (i % 2 == 0) await Queue.EnqueueAsync(Request(), cancel);
            else await Desk.Data.WriteAsync(Desk.Actor, db => db.Enqueue(Request()), cancel);
        });

        RunRef? next = woken.ShouldHaveSingleItem();
        for (int place = 1; place <= Many; place++)
        {
            Run run = (await Queue.LoadAsync(next.ShouldNotBeNull(), default)).ShouldNotBeNull().Run;
            run.Ordinal.ShouldBe(place);
            next = (await Queue.EndAsync(Ending(run), default)).Next;
        }

        next.ShouldBeNull();
        (await EventsAsync("list:1")).Count.ShouldBe(2 * Many);
    }

    [Fact]
    public async Task No_run_is_left_standing_when_it_is_asked_for_while_the_one_before_it_ends()
    {
        for (int i = 0; i < 10; i++)
        {
            string subject = $"race:{i}";
            Enqueued first = await Queue.EnqueueAsync(Request(subject), default);
            Run run = (await Queue.LoadAsync(first.Run, default)).ShouldNotBeNull().Run;
            Task<Enqueued> asking = Desk.Data.WriteAsync(Desk.Actor,
                db =>
                {
                    // The transaction has begun and reads what was; then it meets the end of the other.
                    _ = db.Runs.Count();
                    return db.Enqueue(Request(subject));
                },
                default);
            FinishResult ended = await Queue.EndAsync(Ending(run), default);
            Enqueued second = await asking;

            ended.Finished.ShouldBeTrue();
            (second.StartsNow || ended.Next == second.Run).ShouldBeTrue("either the end found it, or it starts by itself");
            (await Queue.LoadAsync(second.Run, default)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Steps_and_events_are_stored_with_each_advance_and_the_loser_of_a_fence_writes_nothing()
    {
        Enqueued enqueued = await Queue.EnqueueAsync(Request(), default);
        Run run = (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull().Run;
        await Desk.Store.CountAttemptAsync(enqueued.Run, default);
        var stale = new RunFence(enqueued.Run, run.Version);
        var fresh = new RunFence(enqueued.Run, run.Version + 1);

        (await Queue.AdvanceAsync(new RunAdvance(stale, [new JournalEntry("read:a", "1")], [new PendingEvent("told", "{}")]), default)).ShouldBeNull();
        (await Queue.PauseAsync(new RunPause(stale, Now, true, 1, [], []), default)).Finished.ShouldBeFalse();
        (await Queue.EndAsync(Ending(run), default)).Finished.ShouldBeFalse();

        RunAdvanced one = (await Queue.AdvanceAsync(new RunAdvance(fresh, [new JournalEntry("read:a", "1"), new JournalEntry("read:b", "2")], [], 0.5), default)).ShouldNotBeNull();
        RunAdvanced two = (await Queue.AdvanceAsync(new RunAdvance(one.Fence, [new JournalEntry("read:c", "3")], [new PendingEvent("told", "{}")]), default)).ShouldNotBeNull();

        RunJournal taken = (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull();
        taken.Steps.ShouldBe([new JournalEntry("read:a", "1"), new JournalEntry("read:b", "2"), new JournalEntry("read:c", "3")]);
        (taken.Run.Version, taken.Run.Attempts, taken.Run.Progress, two.Fence.Version, two.CancelAsked).ShouldBe((4, 0, 0.5, 4, false));
        (await EventsAsync("list:1")).ShouldBe(["run.started", "told"]);
    }

    [Fact]
    public async Task A_pause_keeps_the_place_and_a_sleep_gives_it_away()
    {
        Enqueued first = await Queue.EnqueueAsync(Request(), default), second = await Queue.EnqueueAsync(Request(), default);
        Run run = (await Queue.LoadAsync(first.Run, default)).ShouldNotBeNull().Run;

        (await Queue.PauseAsync(new RunPause(Fence(run), Now.AddSeconds(5), true, 2, [], []), default)).ShouldBe(new FinishResult(true, null));
        (await Queue.LoadAsync(first.Run, default)).ShouldBeNull();
        (await Desk.Store.UnfinishedAsync(default)).ShouldBeEmpty();
        (await Queue.WakeDueAsync(Now.AddSeconds(4), 10, default)).ShouldBeEmpty();
        (await Queue.WakeDueAsync(Now.AddSeconds(5), 10, default)).ShouldBe([first.Run]);
        (await Queue.WakeDueAsync(Now.AddSeconds(5), 10, default)).ShouldBeEmpty();
        run = (await Queue.LoadAsync(first.Run, default)).ShouldNotBeNull().Run;
        (run.Attempts, run.Due).ShouldBe((2, null));

        (await Queue.PauseAsync(new RunPause(Fence(run), Now.AddSeconds(9), false, 0, [], []), default)).ShouldBe(new FinishResult(true, second.Run));
        // Its instant comes while the other runs: it stands behind that, and before those that came later.
        Enqueued third = await Queue.EnqueueAsync(Request(), default);
        (await Queue.WakeDueAsync(Now.AddSeconds(9), 10, default)).ShouldBeEmpty();
        Run other = (await Queue.LoadAsync(second.Run, default)).ShouldNotBeNull().Run;
        (await Queue.EndAsync(Ending(other), default)).Next.ShouldBe(first.Run);
        run = (await Queue.LoadAsync(first.Run, default)).ShouldNotBeNull().Run;
        (await Queue.EndAsync(Ending(run), default)).Next.ShouldBe(third.Run);
    }

    [Fact]
    public async Task A_run_for_later_waits_and_due_ones_come_longest_due_first()
    {
        Enqueued late = await Queue.EnqueueAsync(Request("a") with { Due = Now.AddMinutes(2) }, default);
        Enqueued early = await Queue.EnqueueAsync(Request("b") with { Due = Now.AddMinutes(1) }, default);
        late.StartsNow.ShouldBeFalse();
        woken.ShouldBeEmpty();
        (await Queue.LoadAsync(late.Run, default)).ShouldBeNull();

        (await Queue.WakeDueAsync(Now.AddMinutes(3), 10, default)).ShouldBe([early.Run, late.Run]);

        (await Queue.LoadAsync(late.Run, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Cancelling_ends_what_is_queued_or_waits_and_asks_what_runs()
    {
        Enqueued running = await Queue.EnqueueAsync(Request(), default), queued = await Queue.EnqueueAsync(Request(), default);
        Enqueued waiting = await Queue.EnqueueAsync(Request() with { Due = Now.AddHours(1) }, default);
        Run run = (await Queue.LoadAsync(running.Run, default)).ShouldNotBeNull().Run;
        woken.Clear();

        (await CancelAsync(queued)).ShouldBe(RunStatus.Cancelled);
        (await CancelAsync(waiting)).ShouldBe(RunStatus.Cancelled);
        (await CancelAsync(running)).ShouldBe(RunStatus.Running);
        (await Queue.CancelAsync(Desk.TenantId, Desk.NewId(), "not there", Now, default)).ShouldBeNull();

        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId))
        {
            (await db.Runs.Where(r => r.Status == RunStatus.Cancelled).OrderBy(r => r.Ordinal).Select(r => r.Error).ToListAsync()).ShouldBe(["no more wanted", "no more wanted"]);
            (await db.Runs.CountAsync(r => r.ErrorCode == RunFailures.Cancelled && r.FinishedAt == Now && r.Due == null)).ShouldBe(2);
        }

        woken.ShouldBeEmpty();
        // Who carries it out keeps it, and learns of it with the next write.
        RunAdvanced advanced = (await Queue.AdvanceAsync(new RunAdvance(Fence(run), [new JournalEntry("read:a", "1")], []), default)).ShouldNotBeNull();
        advanced.CancelAsked.ShouldBeTrue();
        (await Queue.EndAsync(new RunEnding(advanced.Fence, RunStatus.Cancelled, null, RunFailures.Cancelled, null, [], [new PendingEvent("run.finished", "{}")], Now), default)).ShouldBe(new FinishResult(true, null));
        (await CancelAsync(running)).ShouldBe(RunStatus.Cancelled);
        (await EventsAsync("list:1")).ShouldBe(["run.started", "run.started", "run.started", "run.finished", "run.finished", "run.finished"]);
    }

    [Fact]
    public async Task A_paused_run_that_is_cancelled_comes_back_at_once()
    {
        Enqueued enqueued = await Queue.EnqueueAsync(Request(), default);
        Run run = (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull().Run;
        await Queue.PauseAsync(new RunPause(Fence(run), Now.AddHours(1), true, 1, [], []), default);
        woken.Clear();
        (await CancelAsync(enqueued)).ShouldBe(RunStatus.Running);
        woken.ShouldBe([enqueued.Run]);
        run = (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull().Run;
        run.CancelAskedAt.ShouldBe(Now);

        // Asked for before the pause was written: it does not wait for its instant either.
        await Queue.PauseAsync(new RunPause(Fence(run), Now.AddHours(1), true, 1, [], []), default);
        (await Queue.WakeDueAsync(Now, 10, default)).ShouldBe([enqueued.Run]);
    }

    [Fact]
    public async Task A_run_of_another_tenant_cannot_be_loaded_or_cancelled()
    {
        Enqueued enqueued = await Queue.EnqueueAsync(Request(), default);
        Guid other = await Desk.AddTenantAsync("other");

        (await Queue.LoadAsync(enqueued.Run with { TenantId = other }, default)).ShouldBeNull();
        (await Queue.CancelAsync(other, enqueued.Run.RunId, "mine", Now, default)).ShouldBeNull();
        (await Queue.LoadAsync(enqueued.Run, default)).ShouldNotBeNull();
    }

    private static RunFence Fence(Run run) => new(new RunRef(run.TenantId, run.Id, run.Subject), run.Version);

    private RunEnding Ending(Run run) => new(Fence(run), RunStatus.Succeeded, "1", null, null, [], [new PendingEvent("run.finished", "{}")], Now);

    private RunRequest Request(string subject = "list:1") => new() { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = """{"n":1}""", At = Now, Lane = RunLane.Interactive };

    private Task<RunStatus?> CancelAsync(Enqueued run) => Queue.CancelAsync(Desk.TenantId, run.Run.RunId, "no more wanted", Now, default);

    private async Task<List<string>> EventsAsync(string subject) => [.. (await Desk.Store.EventsAsync(Desk.TenantId, subject, 0, 1000, default)).Select(e => e.Kind)];
}
