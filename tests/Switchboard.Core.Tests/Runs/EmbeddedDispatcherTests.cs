using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Runs;

public sealed class EmbeddedDispatcherTests
{
    private const string subject = "conversation:1";
    private static readonly Guid tenant = Guid.NewGuid();
    private readonly Memory store = new();
    private readonly Executor executor = new();
    private readonly RunSignals signals = new();
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_gets_what_is_stored_and_then_each_new_event()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        store.Add(subject, 3);
        await using IAsyncEnumerator<RunEvent> watch = dispatcher.WatchAsync(tenant, subject, 1, Ends).GetAsyncEnumerator(Ends);
        (await NextAsync(watch)).ShouldBe(2);
        (await NextAsync(watch)).ShouldBe(3);

        Task<long> next = NextAsync(watch);
        next.IsCompleted.ShouldBeFalse();
        store.Add(subject, 1);
        dispatcher.Stored(tenant, subject);
        (await next).ShouldBe(4);
    }

    [Fact]
    public async Task What_is_stored_between_the_read_and_the_wait_is_not_lost()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        store.AfterRead = () =>
        {
            store.AfterRead = null;
            store.Add(subject, 1);
            dispatcher.Stored(tenant, subject);
        };
        await using IAsyncEnumerator<RunEvent> watch = dispatcher.WatchAsync(tenant, subject, 0, Ends).GetAsyncEnumerator(Ends);
        (await NextAsync(watch)).ShouldBe(1);
    }

    [Fact]
    public async Task Every_watcher_of_a_subject_is_told_and_none_of_another()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        await using IAsyncEnumerator<RunEvent> first = dispatcher.WatchAsync(tenant, subject, 0, Ends).GetAsyncEnumerator(Ends);
        await using IAsyncEnumerator<RunEvent> second = dispatcher.WatchAsync(tenant, subject, 0, Ends).GetAsyncEnumerator(Ends);
        using var over = new CancellationTokenSource();
        IAsyncEnumerator<RunEvent> other = dispatcher.WatchAsync(tenant, "conversation:2", 0, over.Token).GetAsyncEnumerator(over.Token);
        Task<long> one = NextAsync(first), two = NextAsync(second), none = NextAsync(other);

        store.Add(subject, 1);
        dispatcher.Stored(tenant, subject);

        (await one, await two).ShouldBe((1, 1));
        none.IsCompleted.ShouldBeFalse();
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => none);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Watchers_that_come_and_go_disturb_no_other()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        const int Events = 200;
        Task[] watchers = [.. Enumerable.Range(0, 8).Select(async i =>
        {
            long seen = 0;
            while (seen < Events)
            {
                // Each leaves after a few events and comes back from where it was.
                int most = 1 + i;
                await foreach (RunEvent told in dispatcher.WatchAsync(tenant, subject, seen, Ends))
                {
                    told.Seq.ShouldBe(++seen);
                    if (--most == 0 || seen == Events) break;
                }
            }
        })];
        for (int i = 0; i < Events; i++)
        {
            store.Add(subject, 1);
            dispatcher.Stored(tenant, subject);
            await Task.Yield();
        }
        await Task.WhenAll(watchers);
    }

    [Fact]
    public async Task More_events_than_are_read_at_once_come_in_order()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        store.Add(subject, 1000);
        long last = 0;
        await foreach (RunEvent told in dispatcher.WatchAsync(tenant, subject, 0, Ends))
        {
            told.Seq.ShouldBe(++last);
            if (last == 1000) break;
        }
    }

    [Fact]
    public async Task A_run_that_is_woken_is_carried_out_and_its_next_one_too()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        RunRef first = Run(), second = Run();
        executor.Next[first] = second;
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);

        dispatcher.Wake(first);

        (await executor.TakeAsync()).ShouldBe(first);
        (await executor.TakeAsync()).ShouldBe(second);
        await stop.CancelAsync();
        await work;
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_taken_up_only_when_asked()
    {
        RunRef left = Run(), woken = Run();
        store.Unfinished.Add(left);
        using (var stop = new CancellationTokenSource())
        {
            EmbeddedDispatcher without = Dispatcher();
            Task idle = without.RunAsync(resume: false, stop.Token);
            without.Wake(woken);
            (await executor.TakeAsync()).ShouldBe(woken);
            await stop.CancelAsync();
            await idle;
        }
        using (var stop = new CancellationTokenSource())
        {
            Task work = Dispatcher().RunAsync(resume: true, stop.Token);
            (await executor.TakeAsync()).ShouldBe(left);
            await stop.CancelAsync();
            await work;
        }
    }

    [Fact]
    public async Task A_run_that_has_begun_comes_to_its_end_when_the_process_stops()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        var gate = new TaskCompletionSource();
        executor.Hold = gate.Task;
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);
        dispatcher.Wake(Run());
        await executor.TakeAsync();

        await stop.CancelAsync();
        work.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await work;
        executor.Ended.ShouldBe(1);
    }

    [Fact]
    public async Task A_signal_of_the_storage_wakes_a_run_and_tells_the_watchers()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);
        await using IAsyncEnumerator<RunEvent> watch = dispatcher.WatchAsync(tenant, subject, 0, Ends).GetAsyncEnumerator(Ends);
        Task<long> next = NextAsync(watch);
        RunRef run = Run();

        signals.Wake(run);
        (await executor.TakeAsync()).ShouldBe(run);
        store.Add(subject, 1);
        signals.Stored(tenant, subject);
        (await next).ShouldBe(1);
        await stop.CancelAsync();
        await work;
    }

    [Fact]
    public async Task A_lane_full_of_runs_that_do_not_end_keeps_no_run_of_the_other_waiting()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        var gate = new TaskCompletionSource();
        executor.Hold = gate.Task;
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);
        RunRef[] batch = [.. Enumerable.Range(0, 20).Select(_ => Run() with { Lane = RunLane.Batch })];
        foreach (RunRef run in batch) dispatcher.Wake(run);
        (await executor.TakeAsync()).ShouldBe(batch[0]);

        RunRef interactive = Run();
        dispatcher.Wake(interactive);

        (await executor.TakeAsync()).ShouldBe(interactive);
        gate.SetResult();
        await stop.CancelAsync();
        await work;
    }

    [Fact]
    public async Task Within_a_lane_the_higher_priority_goes_first_and_then_who_came_first()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        RunRef[] runs = [.. new[] { 0, 5, 0, 5, 9 }.Select(p => Run() with { Lane = RunLane.Batch, Priority = p })];
        foreach (RunRef run in runs) dispatcher.Wake(run);
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);

        foreach (int expected in new[] { 4, 1, 3, 0, 2 }) (await executor.TakeAsync()).ShouldBe(runs[expected]);
        await stop.CancelAsync();
        await work;
    }

    [Fact]
    public async Task A_run_that_is_woken_while_it_is_carried_out_is_taken_up_again_behind_that_and_not_beside_it()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        var gate = new TaskCompletionSource();
        executor.Hold = gate.Task;
        using var stop = new CancellationTokenSource();
        Task work = dispatcher.RunAsync(resume: false, stop.Token);
        RunRef run = Run(), other = Run();
        dispatcher.Wake(run);
        (await executor.TakeAsync()).ShouldBe(run);

        dispatcher.Wake(run);
        dispatcher.Wake(run);
        dispatcher.Wake(other);
        // The second worker is free and takes the other, not the same run a second time.
        (await executor.TakeAsync()).ShouldBe(other);
        gate.SetResult();
        (await executor.TakeAsync()).ShouldBe(run);
        await stop.CancelAsync();
        await work;
        executor.Ended.ShouldBe(3);
    }

    [Fact]
    public async Task A_row_in_hand_goes_to_a_free_worker_and_is_dropped_when_the_run_waits_or_is_woken_anew()
    {
        EmbeddedDispatcher dispatcher = Dispatcher();
        var gate = new TaskCompletionSource();
        executor.Hold = gate.Task;
        using var stop = new CancellationTokenSource();
        RunRef twice = Fresh(), first = Fresh(), waits = Fresh();
        // Woken again before a worker took it: somebody may have written it.
        dispatcher.Wake(twice);
        dispatcher.Wake(twice);
        dispatcher.Wake(first);
        // There are two workers.
        dispatcher.Wake(waits);
        Task work = dispatcher.RunAsync(resume: false, stop.Token);
        RunRef[] begun = [await executor.TakeAsync(), await executor.TakeAsync()];
        begun.ShouldBe([twice, first], ignoreOrder: true);
        begun.Select(run => run.Fresh).ShouldBe([null, first.Fresh], ignoreOrder: true);
        // Woken while it is carried out: it is taken up again behind that, by what is stored then.
        dispatcher.Wake(first);
        gate.SetResult();
        RunRef[] later = [await executor.TakeAsync(), await executor.TakeAsync()];
        later.ShouldBe([waits, first], ignoreOrder: true);
        later.ShouldAllBe(run => run.Fresh == null);
        await stop.CancelAsync();
        await work;
    }

    private static RunRef Fresh()
    {
        RunRef run = Run();
        return run with
        {
            Fresh = new Run { TenantId = tenant, Id = run.RunId, Kind = RunKind.Job, Subject = subject, Ordinal = 1, Status = RunStatus.Running, Input = "{}", Version = 1, Attempts = 0, CreatedAt = DateTimeOffset.UnixEpoch },
        };
    }

    private EmbeddedDispatcher Dispatcher() => new(store, new Idle(), executor, signals, new LaneWorkers(2, 1), clock, _ => { });

    private static RunRef Run() => new(tenant, Guid.NewGuid(), subject);

    private static async Task<long> NextAsync(IAsyncEnumerator<RunEvent> watch) => await watch.MoveNextAsync() ? watch.Current.Seq : -1;

    private sealed class Executor : IRunExecutor
    {
        private int ended;

        private readonly System.Threading.Channels.Channel<RunRef> begun = System.Threading.Channels.Channel.CreateUnbounded<RunRef>();

        public ConcurrentDictionary<RunRef, RunRef> Next { get; } = new();

        public Task Hold { get; set; } = Task.CompletedTask;

        public int Ended => ended;

        public Task<RunRef> TakeAsync() => begun.Reader.ReadAsync(Ends).AsTask();

        public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
        {
            begun.Writer.TryWrite(run);
            await Hold;
            Interlocked.Increment(ref ended);
            return Next.TryGetValue(run, out RunRef next) ? next : null;
        }
    }

    /// <summary>Nothing waits for an instant.</summary>
    private sealed class Idle : IRunQueue
    {
        public Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RunRef>>([]);

        public Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>The part of the store that a dispatcher reads, in memory.</summary>
    private sealed class Memory : IRunStore
    {
        private readonly ConcurrentDictionary<string, List<RunEvent>> events = new();

        public List<RunRef> Unfinished { get; } = [];

        public Action? AfterRead { get; set; }

        public void Add(string subject, int count)
        {
            List<RunEvent> list = events.GetOrAdd(subject, _ => []);
            lock (list)
                for (int i = 0; i < count; i++) list.Add(new RunEvent { TenantId = tenant, Subject = subject, Seq = list.Count + 1, RunId = Guid.Empty, Kind = "k", Data = "{}" });
        }

        public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<RunEvent> list = events.GetOrAdd(subject, _ => []);
            IReadOnlyList<RunEvent> found;
            lock (list) found = [.. list.Where(e => e.Seq > after).Take(limit)];
            AfterRead?.Invoke();
            return Task.FromResult(found);
        }

        public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RunRef>>(Unfinished);

        public Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) => Task.FromResult(1);
    }
}
