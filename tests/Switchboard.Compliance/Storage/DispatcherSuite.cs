using System.Collections.Concurrent;
using Switchboard.Core.Runs;

namespace Switchboard.Compliance.Storage;

/// <summary>A dispatcher under test: the dispatcher, and its work until it is stopped.</summary>
public sealed record DispatcherUnderTest(IDispatcher Dispatcher, Func<CancellationToken, Task> RunAsync);

/// <summary>What every home of the dispatcher promises.</summary>
/// <param name="home">Makes a home for one test.</param>
public abstract class DispatcherSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource stop = new();
    private DispatcherUnderTest tested = null!;
    private Answering answering = null!;
    private Task working = Task.CompletedTask;

    /// <summary>A dispatcher with two interactive workers and one for batch work.</summary>
    protected abstract DispatcherUnderTest Make(Desk desk, IRunExecutor executor, LaneWorkers workers);

    /// <summary>Keeps runs that are nobody's from being taken until it is disposed; null where a process has no others, and all is its own.</summary>
    protected virtual Task<IAsyncDisposable?> WithholdAsync() => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Ends when the process has joined whomever it works with.</summary>
    protected virtual Task JoinedAsync() => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        answering?.Release();
        await stop.CancelAsync();
        await working.WaitAsync(limit);
        await base.DisposeAsync();
        stop.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Messages_of_a_conversation_are_answered_in_their_order_and_its_watcher_gets_each_event_once()
    {
        Start();
        Guid conversation = await Desk.AddConversationAsync();
        Task<List<RunEvent>> watching = WatchAsync(conversation, 15);
        var sent = new List<Guid>();
        for (int i = 0; i < 5; i++) sent.Add((await SayAsync(conversation)).RunId);

        List<RunEvent> events = await watching.WaitAsync(limit);

        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, 15).Select(i => (long)i));
        events.Where(e => e.Kind == "run.finished").Select(e => e.RunId).ShouldBe(sent);
        answering.Begun.ShouldBe(sent);
        (await WatchAsync(conversation, 5, after: 10).WaitAsync(limit)).Select(e => e.Seq).ShouldBe([11, 12, 13, 14, 15]);
    }

    [Fact]
    public async Task What_was_stored_as_running_before_it_started_is_taken_up()
    {
        Guid conversation = await Desk.AddConversationAsync();
        AcceptResult left = await Desk.AcceptAsync(conversation);
        Start();

        (await WatchAsync(conversation, 3).WaitAsync(limit))[^1].RunId.ShouldBe(left.RunId);
    }

    [Fact]
    public async Task A_run_that_its_commit_gave_to_nobody_is_begun_once()
    {
        AcceptResult left = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        IAsyncDisposable? withheld = await WithholdAsync();
        Start();
        answering.Hold(RunLane.Interactive);
        await JoinedAsync();
        tested.Dispatcher.Wake(Desk.Ref(left));
        if (withheld is not null) await withheld.DisposeAsync();
        await answering.BegunAsync(1).WaitAsync(limit);
        while (withheld is not null && (await Desk.Home.TextsAsync("select cast(count(*) as text) from runs where node_id is null"))[0] != "0") await Task.Delay(20, TestContext.Current.CancellationToken);

        answering.Release();
        await WatchAsync(left.ConversationId, 3).WaitAsync(limit);
        await stop.CancelAsync();
        await working.WaitAsync(limit);

        answering.Begun.ShouldBe([left.RunId]);
    }

    [Fact]
    public async Task A_run_that_is_nobodys_is_begun_though_the_process_has_more_of_its_own_all_the_time()
    {
        AcceptResult left = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        IAsyncDisposable? withheld = await WithholdAsync();
        Start();
        answering.Hold(RunLane.Interactive);
        await JoinedAsync();
        answering.BeforeEnd = async () => await SayAsync(await Desk.AddConversationAsync());
        for (int i = 0; i < 4; i++) await SayAsync(await Desk.AddConversationAsync());
        await answering.BegunAsync(2).WaitAsync(limit);
        answering.Release();
        if (withheld is not null) await withheld.DisposeAsync();

        // Each run brings the next before it ends: from here on there is never a worker without one.
        (await WatchAsync(left.ConversationId, 3).WaitAsync(limit))[^1].RunId.ShouldBe(left.RunId);

        answering.BeforeEnd = null;
    }

    [Fact]
    public async Task Batch_work_that_fills_its_lane_delays_no_customer()
    {
        Start();
        answering.Hold(RunLane.Batch);
        for (int i = 0; i < 3; i++)
        {
            await Desk.Get<IRunQueue>().EnqueueAsync(
                new RunRequest { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test", Subject = $"job:{i}", Input = "{}", At = Desk.Clock.GetUtcNow(), Lane = RunLane.Batch }, default);
        }

        Guid conversation = await Desk.AddConversationAsync();
        await SayAsync(conversation);

        (await WatchAsync(conversation, 3).WaitAsync(limit))[^1].Kind.ShouldBe("run.finished");
    }

    [Fact]
    public async Task Stopping_lets_a_run_that_has_begun_come_to_its_end_and_begins_no_other()
    {
        Start();
        answering.Hold(RunLane.Interactive);
        AcceptResult first = await SayAsync(await Desk.AddConversationAsync()), second = await SayAsync(await Desk.AddConversationAsync());
        await answering.BegunAsync(2).WaitAsync(limit);
        await SayAsync(await Desk.AddConversationAsync());

        await stop.CancelAsync();
        answering.Release();
        await working.WaitAsync(limit);

        answering.Begun.ShouldBe([first.RunId, second.RunId], ignoreOrder: true);
        (await Desk.Home.TextsAsync("select status from runs order by status")).ShouldBe(["running", "succeeded", "succeeded"]);
    }

    private void Start()
    {
        answering = new Answering(Desk);
        tested = Make(Desk, answering, new LaneWorkers(2, 1));
        working = tested.RunAsync(stop.Token);
    }

    /// <summary>What a call does with a message: stores it, and wakes its run when it may begin.</summary>
    private async Task<AcceptResult> SayAsync(Guid conversation)
    {
        AcceptResult accepted = await Desk.AcceptAsync(conversation);
        if (accepted.StartsNow) tested.Dispatcher.Wake(Desk.Ref(accepted));
        tested.Dispatcher.Stored(Desk.TenantId, Subjects.Conversation(conversation));
        return accepted;
    }

    private async Task<List<RunEvent>> WatchAsync(Guid conversation, int count, long after = 0)
    {
        var events = new List<RunEvent>();
        await foreach (RunEvent e in tested.Dispatcher.WatchAsync(Desk.TenantId, Subjects.Conversation(conversation), after, TestContext.Current.CancellationToken))
        {
            events.Add(e);
            if (events.Count == count) break;
        }

        return events;
    }

    /// <summary>Answers turns on the real store, and holds lanes when it is told to.</summary>
    private sealed class Answering(Desk desk) : IRunExecutor
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<Guid> begun = new();
        private readonly SemaphoreSlim begins = new(0);
        private RunLane? held;

        public IReadOnlyList<Guid> Begun => [.. begun];

        /// <summary>Done by each turn before it ends.</summary>
        public Func<Task>? BeforeEnd { get; set; }

        public void Hold(RunLane lane) => held = lane;

        public void Release() => released.TrySetResult();

        public async Task BegunAsync(int count)
        {
            for (int i = 0; i < count; i++) await begins.WaitAsync(TestContext.Current.CancellationToken);
        }

        public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
        {
            if (run.Lane == RunLane.Batch)
            {
                await released.Task;
                return null;
            }

            if (await desk.Store.LoadAsync(run, cancellationToken) is not { } state) return null;
            begun.Enqueue(run.RunId);
            begins.Release();
            if (held == run.Lane) await released.Task;
            if (BeforeEnd is { } work) await work();
            return (await desk.Store.FinishAsync(desk.Finishing(state), cancellationToken)).Next;
        }
    }
}
