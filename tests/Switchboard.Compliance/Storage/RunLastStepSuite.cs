using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>When a step is stored: before anything else begins, and the last one with the run's end at the latest.</summary>
public abstract class RunLastStepSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<RunRef> woken = new();

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    [Fact]
    public async Task The_last_step_is_stored_in_the_commit_of_the_end()
    {
        Enqueued run = await EnqueueAsync("list:1");
        Desk.Faults.Passed.Clear();
        await ExecuteAsync(run.Run, async (context, cancel) =>
        {
            await DoAsync(context, "one", cancel);
            await DoAsync(context, "two", cancel);
            return await DoAsync(context, "three", cancel);
        });

        (await StepsAsync(run)).ShouldBe(["do:one", "do:two", "do:three"]);
        Desk.Faults.Passed.ShouldBe(["advance:before-commit", "advance:after-commit", "advance:before-commit", "advance:after-commit", "end:before-commit", "end:after-commit"]);
        (await StoredAsync(run)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Nothing_begins_before_the_step_before_it_can_be_read_by_everybody()
    {
        Enqueued run = await EnqueueAsync("list:1");
        var seen = new List<List<string>>();
        await ExecuteAsync(run.Run, async (context, cancel) =>
        {
            await DoAsync(context, "one", cancel);
            await context.StepAsync("do", "two", async _ => { seen.Add(await StepsAsync(run)); return 2; }, cancel);
            await context.CommitAsync<int>("do", "three", async (fence, name, token) =>
            {
                seen.Add(await StepsAsync(run));
                return (3, await Queue.AdvanceAsync(new RunAdvance(fence, [Core.Conversations.Journal.EntryOf(name, 3)], []), token));
            }, RetryRule.Never, cancel);
            await DoAsync(context, "four", cancel);
            await context.ReportAsync(0.5, "job.progress", new { Half = true }, cancel);
            seen.Add(await StepsAsync(run));
            await DoAsync(context, "five", cancel);
            await context.ShowAsync(0.6, cancel);
            seen.Add(await StepsAsync(run));
            await DoAsync(context, "six", cancel);
            await context.Branch("side").StepAsync("do", "seven", async _ => { seen.Add(await StepsAsync(run)); return 7; }, cancel);
            // Where there are branches each step is stored when it is done.
            seen.Add(await StepsAsync(run));
            await context.SleepUntilAsync("rest", Desk.Clock.GetUtcNow().AddHours(1), cancel);
            return null;
        });

        seen.Select(steps => steps.Count).ShouldBe([1, 2, 4, 5, 6, 7]);
        (await StoredAsync(run)).Status.ShouldBe(RunStatus.Waiting);
        (await StepsAsync(run)).Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_step_behind_which_the_handler_waits_is_stored_meanwhile()
    {
        Enqueued run = await EnqueueAsync("list:1");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task executing = ExecuteAsync(run.Run, async (context, cancel) =>
        {
            await DoAsync(context, "one", cancel);
            await DoAsync(context, "two", cancel);
            await gate.Task;
            return 1;
        });

        using var limit = new CancellationTokenSource(patience);
        while ((await StepsAsync(run)).Count < 2) await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        executing.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await executing;
        (await StoredAsync(run)).Status.ShouldBe(RunStatus.Succeeded);
        (await StepsAsync(run)).ShouldBe(["do:one", "do:two"]);
    }

    [Fact]
    public async Task A_step_behind_which_the_handler_fails_is_stored_and_not_done_again()
    {
        Enqueued run = await EnqueueAsync("list:1");
        int done = 0, tries = 0;
        async Task<object?> WorkAsync(RunContext context, CancellationToken cancel)
        {
            await DoAsync(context, "one", cancel);
            await context.StepAsync("do", "two", async _ => { await Task.Yield(); return ++done; }, cancel);
            return ++tries == 1 ? throw new InvalidOperationException("odd") : done;
        }

        await ExecuteAsync(run.Run, WorkAsync);
        (await StepsAsync(run)).ShouldBe(["do:one", "do:two"]);
        Desk.Clock.Advance(TimeSpan.FromMinutes(5));
        (await Queue.WakeDueAsync(Desk.Clock.GetUtcNow(), 10, default)).ShouldBe([run.Run]);
        await ExecuteAsync(run.Run, WorkAsync);
        ((await StoredAsync(run)).Status, done).ShouldBe((RunStatus.Succeeded, 1));
    }

    [Fact]
    public async Task A_run_asked_to_be_cancelled_in_its_step_does_not_begin_the_next()
    {
        Enqueued run = await EnqueueAsync("list:1");
        bool begun = false;
        await ExecuteAsync(run.Run, async (context, cancel) =>
        {
            await DoAsync(context, "one", cancel);
            await context.StepAsync("do", "two", async token => { await Queue.CancelAsync(Desk.TenantId, run.Run.RunId, "no more wanted", Desk.Clock.GetUtcNow(), token); return 2; }, cancel);
            await context.StepAsync("do", "three", _ => Task.FromResult(begun = true), cancel);
            return null;
        });

        begun.ShouldBeFalse();
        (await StoredAsync(run)).Status.ShouldBe(RunStatus.Cancelled);
        (await StepsAsync(run)).ShouldBe(["do:one", "do:two"]);
    }

    [Fact]
    public async Task Wherever_the_process_ends_every_step_is_stored_once_and_only_the_one_that_was_not_stored_is_done_again()
    {
        var sites = new HashSet<string>(StringComparer.Ordinal);
        for (int place = 1; ; place++)
        {
            Enqueued run = await EnqueueAsync($"list:{place}");
            var done = new List<string>();
            Task<object?> work(RunContext context, CancellationToken cancel) => ThreeAsync(context, done, cancel);
            int seen = 0;
            using var stop = new CancellationTokenSource();
            bool ended = false;
            Desk.Faults.When = site =>
            {
                if (++seen < place) return false;
                if (!ended) sites.Add(site);
                ended = true;
                // Not on this thread: it may be the one that writes.
                stop.CancelAfter(TimeSpan.FromMilliseconds(1));
                return true;
            };
            try
            {
                await ExecuteAsync(run.Run, work, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // The process has ended.
            }

            Desk.Faults.When = null;
            List<string> before = await StepsAsync(run);
            int doneBefore = done.Count;
            await ExecuteAsync(run.Run, work);

            (await StepsAsync(run)).ShouldBe(["do:one", "do:two", "do:three"], $"ended at place {place}");
            ((await StoredAsync(run)).Status, (await StoredAsync(run)).Result).ShouldBe((RunStatus.Succeeded, "3"));
            done.Distinct().ShouldBe(["one", "two", "three"]);
            // What was stored when the process ended is not done again.
            foreach (string step in before) done.Skip(doneBefore).ShouldNotContain(step["do:".Length..], $"ended at place {place}");
            done.Count.ShouldBeLessThanOrEqualTo(4);
            (await EventsAsync($"list:{place}")).ShouldBe(["run.started", "run.finished"]);
            if (!ended) break;
        }

        sites.ShouldBe(["advance:before-commit", "advance:after-commit", "end:before-commit", "end:after-commit"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_is_handed_to_its_worker_as_it_would_be_read()
    {
        Desk.Get<RunSignals>().Listen(woken.Enqueue, (_, _) => { });
        await EnqueueAsync("list:1");
        RunRef run = woken.ShouldHaveSingleItem();
        RunJournal read = (await Queue.LoadAsync(run, default)).ShouldNotBeNull();

        Json.Write(run.Fresh.ShouldNotBeNull()).ShouldBe(Json.Write(read.Run));
        read.Steps.ShouldBeEmpty();
        // One that waits for another of its subject is nobody's yet, and is read when its turn comes.
        await EnqueueAsync("list:1");
        woken.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_in_hand_that_somebody_else_has_taken_over_stores_nothing()
    {
        Desk.Get<RunSignals>().Listen(woken.Enqueue, (_, _) => { });
        Enqueued enqueued = await EnqueueAsync("list:1");
        Guid other = Desk.NewId();
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Runs.Where(r => r.Id == enqueued.Run.RunId).ExecuteUpdate(set => set.SetProperty(r => r.NodeId, other).SetProperty(r => r.Version, r => r.Version + 1)), default);

        await ExecuteAsync(woken.ShouldHaveSingleItem(), async (context, cancel) => await DoAsync(context, "one", cancel));

        (await StepsAsync(enqueued)).ShouldBeEmpty();
        Run run = await StoredAsync(enqueued);
        (run.Status, run.NodeId, run.Version).ShouldBe((RunStatus.Running, other, 2));
    }

    private static async Task<object?> ThreeAsync(RunContext run, List<string> done, CancellationToken cancellationToken)
    {
        int sum = 0;
        foreach (string key in new[] { "one", "two", "three" })
            sum += await run.StepAsync("do", key, async _ =>
            {
                await Task.Yield();
                done.Add(key);
                return 1;
            }, cancellationToken);
        return sum;
    }

    private static Task<object?> DoAsync(RunContext run, string key, CancellationToken cancellationToken) =>
        run.StepAsync<object?>("do", key, async _ =>
        {
            await Task.Yield();
            return key;
        }, cancellationToken);

    /// <summary>As a worker does it, on a thread of the pool.</summary>
    private Task ExecuteAsync(RunRef run, Func<RunContext, CancellationToken, Task<object?>> work, CancellationToken cancellationToken = default) =>
        Task.Run(() => RunHandlerSuite.Executor(Desk, work).ExecuteAsync(run, cancellationToken), CancellationToken.None);

    private Task<Enqueued> EnqueueAsync(string subject) => Queue.EnqueueAsync(
        new RunRequest { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = """{"n":1}""", At = Desk.Clock.GetUtcNow(), Lane = RunLane.Interactive }, default);

    private async Task<Run> StoredAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Runs.SingleAsync(r => r.Id == run.Run.RunId);
    }

    private async Task<List<string>> StepsAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.RunSteps.Where(s => s.RunId == run.Run.RunId).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync();
    }

    private async Task<List<string>> EventsAsync(string subject) => [.. (await Desk.Store.EventsAsync(Desk.TenantId, subject, 0, 1000, default)).Select(e => e.Kind)];
}
