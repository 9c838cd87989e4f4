using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class RunHandlerSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly RetryRule threeTimes = new(3, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));

    private readonly ConcurrentQueue<string> done = new();

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Fact]
    public async Task A_run_that_comes_to_its_end_keeps_steps_result_and_an_event_and_starts_the_next_of_its_subject()
    {
        Enqueued first = await EnqueueAsync(), second = await EnqueueAsync();

        RunRef? next = await ExecuteAsync(first, async (run, cancel) =>
        {
            int one = await run.StepAsync("read", "one", _ => Task.FromResult(run.Input<Dictionary<string, int>>()["n"]), cancel);
            DateTimeOffset now = await run.NowAsync("begin", cancel);
            await run.ReportAsync(0.5, "job.progress", new { Files = 1 }, cancel);
            int two = await run.StepAsync("read", "one", _ => Task.FromResult(one + 1), cancel);
            return new { Sum = one + two, At = now, Actor = run.Actor.Key, Key = run.KeyOf("call:a") };
        });

        next.ShouldBe(second.Run);
        (Run run, List<string> steps, List<string> events) = await StoredAsync(first);
        (run.Status, run.Progress, run.FinishedAt, run.Error, run.ErrorCode).ShouldBe((RunStatus.Succeeded, 1, Now, null, null));
        run.Result.ShouldBe(Json.Write(new { Sum = 3, At = Now, Actor = "system:test", Key = $"{run.Id:N}/call:a" }));
        steps.ShouldBe(["read:one", "now:begin", "read:one#2"]);
        events.ShouldBe(["run.started", "job.progress", "run.finished"]);
        (await Queue.LoadAsync(second.Run, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_step_that_fails_is_tried_again_after_pauses_that_grow_and_what_was_done_before_is_not_done_again()
    {
        Enqueued first = await EnqueueAsync(), second = await EnqueueAsync();
        int failures = 0;
        async Task<object?> WorkAsync(RunContext run, CancellationToken cancel)
        {
            await DoAsync(run, "one", cancel);
            await run.StepAsync("call", "two", _ => ++failures < 3 ? throw new IOException("no line") : Task.FromResult(failures), threeTimes, cancel);
            await DoAsync(run, "three", cancel);
            return null;
        }

        (await ExecuteAsync(first, WorkAsync)).ShouldBeNull();
        Run paused = (await StoredAsync(first)).Run;
        (paused.Status, paused.Attempts, paused.Due).ShouldBe((RunStatus.Running, 1, Now.AddSeconds(7.5)));
        Desk.Clock.Advance(TimeSpan.FromSeconds(7.4));
        (await Queue.WakeDueAsync(Now, 10, default)).ShouldBeEmpty();
        Desk.Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await Queue.WakeDueAsync(Now, 10, default)).ShouldBe([first.Run]);

        (await ExecuteAsync(first, WorkAsync)).ShouldBeNull();
        paused = (await StoredAsync(first)).Run;
        (paused.Attempts, paused.Due).ShouldBe((2, Now.AddSeconds(15)));
        Desk.Clock.Advance(TimeSpan.FromSeconds(15));
        (await Queue.WakeDueAsync(Now, 10, default)).ShouldBe([first.Run]);

        (await ExecuteAsync(first, WorkAsync)).ShouldBe(second.Run);
        (Run run, List<string> steps, List<string> events) = await StoredAsync(first);
        (run.Status, run.Attempts).ShouldBe((RunStatus.Succeeded, 0));
        steps.ShouldBe(["do:one", "call:two", "do:three"]);
        done.ShouldBe(["one", "three"]);
        events.ShouldBe(["run.started", "run.paused", "run.paused", "run.finished"]);
    }

    [Fact]
    public async Task A_step_that_was_tried_as_often_as_its_rule_allows_fails_the_run()
    {
        Enqueued enqueued = await EnqueueAsync();
        for (int i = 0; i < 3; i++)
        {
            await ExecuteAsync(enqueued, async (run, cancel) => await run.StepAsync<int>("call", "two", _ => throw new IOException("no line"), threeTimes, cancel));
            Desk.Clock.Advance(TimeSpan.FromMinutes(1));
            await Queue.WakeDueAsync(Now, 10, default);
        }

        Run run = (await StoredAsync(enqueued)).Run;
        (run.Status, run.ErrorCode, run.Error).ShouldBe((RunStatus.Failed, RunFailures.AttemptsExhausted, "The step call:two was tried 3 times; at last: IOException: no line"));
    }

    [Fact]
    public async Task A_step_that_says_that_it_cannot_be_mended_fails_the_run_at_once_with_its_code()
    {
        Enqueued enqueued = await EnqueueAsync();
        await ExecuteAsync(enqueued, async (run, cancel) => await run.StepAsync<int>("call", "two", _ => throw new StepFailedException("no_such_list", "The list is gone.", canRetry: false), cancel));

        Run run = (await StoredAsync(enqueued)).Run;
        (run.Status, run.ErrorCode, run.Error).ShouldBe((RunStatus.Failed, "no_such_list", "The step call:two failed: The list is gone."));
    }

    [Fact]
    public async Task Who_is_asked_to_wait_longer_than_the_rule_says_waits_as_long()
    {
        Enqueued enqueued = await EnqueueAsync();
        await ExecuteAsync(enqueued, async (run, cancel) =>
            await run.StepAsync<int>("call", "two", _ => throw new StepFailedException("busy", "Later.", canRetry: true) { NotBefore = TimeSpan.FromHours(1) }, cancel));

        (await StoredAsync(enqueued)).Run.Due.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public async Task What_fails_outside_every_step_or_runs_into_a_limit_of_its_own_is_tried_again()
    {
        Enqueued thrown = await EnqueueAsync("a"), timedOut = await EnqueueAsync("b");
        await ExecuteAsync(thrown, (_, _) => throw new InvalidOperationException("odd"));
        await ExecuteAsync(timedOut, async (run, cancel) => await run.StepAsync<int>("call", "slow", _ => throw new TaskCanceledException("100 seconds"), cancel));

        foreach (Enqueued enqueued in new[] { thrown, timedOut })
        {
            Run run = (await StoredAsync(enqueued)).Run;
            (run.Status, run.Attempts).ShouldBe((RunStatus.Running, 1));
            run.Due.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_run_that_sleeps_gives_its_place_away_and_goes_on_behind_the_sleep()
    {
        Enqueued first = await EnqueueAsync(), second = await EnqueueAsync();
        async Task<object?> WorkAsync(RunContext run, CancellationToken cancel)
        {
            await DoAsync(run, "one", cancel);
            await run.SleepUntilAsync("night", Desk.Start.AddHours(8), cancel);
            await DoAsync(run, "two", cancel);
            return null;
        }

        (await ExecuteAsync(first, WorkAsync)).ShouldBe(second.Run);
        Run asleep = (await StoredAsync(first)).Run;
        (asleep.Status, asleep.Due).ShouldBe((RunStatus.Waiting, Desk.Start.AddHours(8)));
        (await ExecuteAsync(second, WorkAsync)).ShouldBeNull();

        Desk.Clock.Advance(TimeSpan.FromHours(8));
        (await Queue.WakeDueAsync(Now, 10, default)).ShouldBe([first.Run]);
        await ExecuteAsync(first, WorkAsync);

        (Run run, List<string> steps, _) = await StoredAsync(first);
        run.Status.ShouldBe(RunStatus.Succeeded);
        steps.ShouldBe(["do:one", "sleep:night", "do:two"]);
        done.ShouldBe(["one", "one", "two"]);
    }

    [Theory]
    [InlineData("another")]
    [InlineData("none")]
    [InlineData("branch")]
    public async Task A_run_whose_journal_is_not_the_one_its_handler_writes_fails_and_goes_no_step_further(string next)
    {
        Enqueued enqueued = await EnqueueAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            using var stop = new CancellationTokenSource();
            await ExecuteAsync(enqueued, async (run, cancel) =>
            {
                await DoAsync(next == "branch" ? run.Branch("left") : run, "one", cancel);
                await stop.CancelAsync();
                cancel.ThrowIfCancellationRequested();
                return null;
            }, stop.Token);
        });

        await ExecuteAsync(enqueued, async (run, cancel) =>
        {
            if (next == "another") await DoAsync(run, "other", cancel);
            return null;
        });

        Run run = (await StoredAsync(enqueued)).Run;
        (run.Status, run.ErrorCode).ShouldBe((RunStatus.Failed, RunFailures.JournalMismatch));
        done.ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_run_that_nothing_carries_out_fails()
    {
        Enqueued enqueued = await Queue.EnqueueAsync(Request("list:1") with { Handler = "test.gone" }, default);
        await ExecuteAsync(enqueued, (_, _) => Task.FromResult<object?>(null));
        (await StoredAsync(enqueued)).Run.ErrorCode.ShouldBe(RunFailures.UnknownHandler);
    }

    [Fact]
    public void Two_handlers_of_one_name_are_refused() =>
        Should.Throw<ArgumentException>(() => new RunHandlers([new Handler((_, _) => Task.FromResult<object?>(null)), new Handler((_, _) => Task.FromResult<object?>(null))]));

    [Fact]
    public async Task A_run_with_which_the_process_ended_again_and_again_is_set_aside_and_the_next_goes_on()
    {
        Enqueued first = await EnqueueAsync(), second = await EnqueueAsync();
        for (int i = 0; i < 9; i++) await Desk.Store.CountAttemptAsync(first.Run, default);
        (await ExecuteAsync(first, (_, _) => throw new InvalidOperationException("not yet"))).ShouldBe(second.Run, "the tenth attempt is carried out, and is the last");
        (await StoredAsync(first)).Run.ErrorCode.ShouldBe(RunFailures.AttemptsExhausted);

        for (int i = 0; i < 10; i++) await Desk.Store.CountAttemptAsync(second.Run, default);
        (await ExecuteAsync(second, (_, _) => throw new InvalidOperationException("never"))).ShouldBeNull();
        Run run = (await StoredAsync(second)).Run;
        (run.Status, run.ErrorCode).ShouldBe((RunStatus.Failed, RunFailures.Poison));
        run.Error.ShouldNotBeNull().ShouldContain("10 times");
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_is_carried_out_ends_at_its_next_step()
    {
        Enqueued enqueued = await EnqueueAsync();
        await ExecuteAsync(enqueued, async (run, cancel) =>
        {
            await run.StepAsync("do", "one", async c =>
            {
                (await Queue.CancelAsync(Desk.TenantId, enqueued.Run.RunId, "Ada changed her mind.", Now, c)).ShouldBe(RunStatus.Running);
                return 1;
            }, cancel);
            await DoAsync(run, "two", cancel);
            return null;
        });

        (Run run, List<string> steps, List<string> events) = await StoredAsync(enqueued);
        (run.Status, run.ErrorCode, run.Error).ShouldBe((RunStatus.Cancelled, RunFailures.Cancelled, "Ada changed her mind."));
        steps.ShouldBe(["do:one"]);
        done.ShouldBeEmpty();
        events.ShouldBe(["run.started", "run.finished"]);
    }

    [Fact]
    public async Task A_paused_run_that_is_cancelled_ends_without_another_attempt()
    {
        Enqueued enqueued = await EnqueueAsync();
        await ExecuteAsync(enqueued, (_, _) => throw new InvalidOperationException("odd"));
        await Queue.CancelAsync(Desk.TenantId, enqueued.Run.RunId, "no", Now, default);

        await ExecuteAsync(enqueued, (run, cancel) => DoAsync(run, "one", cancel));

        (await StoredAsync(enqueued)).Run.Status.ShouldBe(RunStatus.Cancelled);
        done.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_has_lost_a_run_to_another_process_writes_nothing_and_starts_nothing()
    {
        Enqueued first = await EnqueueAsync();
        await EnqueueAsync();
        int begun = 0;

        (await ExecuteAsync(first, async (run, cancel) =>
        {
            begun++;
            await TakeOverAsync(first, Desk.NewId());
            await DoAsync(run, "one", cancel);
            return 1;
        })).ShouldBeNull();

        (Run run, List<string> steps, List<string> events) = await StoredAsync(first);
        (run.Status, begun).ShouldBe((RunStatus.Running, 1));
        steps.ShouldBeEmpty();
        events.ShouldBe(["run.started"]);
    }

    [Fact]
    public async Task A_run_whose_commit_went_through_without_an_answer_is_not_left_standing()
    {
        Enqueued enqueued = await EnqueueAsync();
        int begun = 0;
        await ExecuteAsync(enqueued, async (run, cancel) =>
        {
            // As seen from here: the version has moved, and nobody else has the run.
            if (++begun == 1) await TakeOverAsync(enqueued, null);
            return await DoAsync(run, "one", cancel);
        });

        (Run run, List<string> steps, _) = await StoredAsync(enqueued);
        (run.Status, begun).ShouldBe((RunStatus.Succeeded, 2));
        steps.ShouldBe(["do:one"]);
    }

    private RunRequest Request(string subject) => new() { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = """{"n":1}""", At = Now };

    private Task<Enqueued> EnqueueAsync(string subject = "list:1") => Queue.EnqueueAsync(Request(subject), default);

    private async Task<object?> DoAsync(RunContext run, string key, CancellationToken cancellationToken) =>
        await run.StepAsync("do", key, _ =>
        {
            done.Enqueue(key);
            return Task.FromResult(key);
        }, cancellationToken);

    private Task TakeOverAsync(Enqueued run, Guid? node) => Desk.Data.WriteAsync(Desk.Actor,
        db => db.Runs.Where(r => r.Id == run.Run.RunId).ExecuteUpdate(set => set.SetProperty(r => r.NodeId, node).SetProperty(r => r.Version, r => r.Version + 1)), default);

    private Task<RunRef?> ExecuteAsync(Enqueued run, Func<RunContext, CancellationToken, Task<object?>> work, CancellationToken cancellationToken = default) =>
        Executor(Desk, work).ExecuteAsync(run.Run, cancellationToken);

    internal static HandlerExecutor Executor(Desk desk, Func<RunContext, CancellationToken, Task<object?>> work, RunActions? actions = null) =>
        new(desk.Get<IRunQueue>(), new RunHandlers([new Handler(work)]), actions ?? desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, desk.Clock, _ => false, (_, _, _) => { });

    private async Task<(Run Run, List<string> Steps, List<string> Events)> StoredAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return (
            await db.Runs.SingleAsync(r => r.Id == run.Run.RunId),
            await db.RunSteps.Where(s => s.RunId == run.Run.RunId).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync(),
            await db.RunEvents.Where(e => e.RunId == run.Run.RunId).OrderBy(e => e.Seq).Select(e => e.Kind).ToListAsync());
    }

    private sealed class Handler(Func<RunContext, CancellationToken, Task<object?>> work) : RunHandler
    {
        public override string Name => "test.work";

        public override Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken) => work(run, cancellationToken);
    }
}
