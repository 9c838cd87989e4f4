using System.Collections.Concurrent;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Tests;

/// <summary>A run has ended well, and the answer was lost on the way: what the commit began and told is in the rows alone, and nobody in the process knows of it.</summary>
public sealed class PostgresLostAnswerTests(PostgresServer server)
{
    private const string subject = "list:1";
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    /// <summary>Several times as long as a sweep takes to come round twice.</summary>
    private static readonly TimeSpan inVain = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_run_of_the_subject_and_the_watchers_are_found_by_the_sweep(bool mutant)
    {
        await using Desk desk = await Desk.OpenAsync(await server.NewHomeAsync());
        using var stop = new CancellationTokenSource();
        var executor = new Answerless(desk);
        // The mutant never looks a second time.
        NodeTiming timing = mutant ? new NodeTiming { Sweep = TimeSpan.FromHours(1) } : new NodeTiming { Sweep = TimeSpan.FromMilliseconds(300) };
        var dispatcher = new PostgresDispatcher(
            desk.Get<PostgresNodes>(), desk.Store, desk.Get<IRunQueue>(), executor, desk.Get<RunSignals>(), desk.Tenants, desk.Get<NodePlace>(), NodeRole.All, takesOthers: true, timing, new LaneWorkers(2, 1), desk.Clock, _ => { });
        Task working = dispatcher.RunAsync(stop.Token);
        try
        {
            while (desk.Get<NodePlace>().NodeId is null) await Task.Delay(5, TestContext.Current.CancellationToken);
            executor.Hold();
            Guid first = (await EnqueueAsync(desk)).Run.RunId, second = (await EnqueueAsync(desk)).Run.RunId;
            Task<Guid> told = EndOfAsync(dispatcher, desk.TenantId, first);
            executor.Release();
            await executor.EndedAsync().WaitAsync(limit);

            (await desk.Home.TextsAsync($"select status from runs where id = '{second}' and node_id = '{desk.Get<NodePlace>().NodeId}'")).ShouldBe(["running"], "the commit gave it to this node");
            if (mutant)
            {
                (await Should.ThrowAsync<TimeoutException>(() => told.WaitAsync(inVain))).ShouldNotBeNull("nothing else tells the watcher");
                executor.Begun.ShouldBe([first], "nothing else begins the next run");
                return;
            }

            (await told.WaitAsync(limit)).ShouldBe(first);
            while (executor.Begun.Count < 2) await Task.Delay(10, TestContext.Current.CancellationToken).WaitAsync(limit);
            executor.Begun.ShouldBe([first, second]);
        }
        finally
        {
            executor.Leave();
            await stop.CancelAsync();
            await working.WaitAsync(limit);
        }
    }

    private static Task<Enqueued> EnqueueAsync(Desk desk) => desk.Get<IRunQueue>().EnqueueAsync(
        new RunRequest { Actor = desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = "{}", At = desk.Clock.GetUtcNow(), Lane = RunLane.Interactive }, TestContext.Current.CancellationToken);

    private static async Task<Guid> EndOfAsync(PostgresDispatcher dispatcher, Guid tenantId, Guid run)
    {
        await foreach (RunEvent e in dispatcher.WatchAsync(tenantId, subject, 0, TestContext.Current.CancellationToken))
            if (e.Kind == "run.finished" && e.RunId == run) return e.RunId;
        throw new InvalidOperationException("The watch ended.");
    }

    /// <summary>Ends the first run in a commit of which nobody here hears, and stays with it, so that the end of its work tells nobody either.</summary>
    private sealed class Answerless(Desk desk) : IRunExecutor
    {
        private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource leaves = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<Guid> begun = new();
        private bool holds;

        public IReadOnlyList<Guid> Begun => [.. begun];

        public void Hold() => holds = true;

        public void Release() => held.TrySetResult();

        public void Leave()
        {
            Release();
            leaves.TrySetResult();
        }

        public Task EndedAsync() => ended.Task;

        public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
        {
            begun.Enqueue(run.RunId);
            if (begun.Count > 1) return null;
            if (holds) await held.Task;
            await using var deaf = new PostgresConnections(desk.Home.Database, desk.Get<AuditTrail>(), new NoFaults(), new RunSignals(), desk.Get<NodePlace>());
            RunJournal taken = (await new RunQueue(new PostgresEngine(deaf), new NoFaults()).LoadAsync(run, cancellationToken)).ShouldNotBeNull();
            var ending = new RunEnding(new RunFence(run, taken.Run.Version), RunStatus.Succeeded, "1", null, null, [], [new PendingEvent("run.finished", "{}")], desk.Clock.GetUtcNow());
            (await new RunQueue(new PostgresEngine(deaf), new NoFaults()).EndAsync(ending, cancellationToken)).Finished.ShouldBeTrue();
            // The answer was lost, so it was sent again: somebody has ended the run, and it is not known who.
            (await desk.Get<IRunQueue>().EndAsync(ending, cancellationToken)).ShouldBe(new FinishResult(Finished: false, Next: null));
            ended.TrySetResult();
            await leaves.Task;
            return null;
        }
    }
}
