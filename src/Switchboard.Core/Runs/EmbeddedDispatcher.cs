using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Switchboard.Core.Runs;

/// <summary>
/// The dispatcher of a single process: a queue in memory, a fixed number of workers, and a signal for each watched subject.
/// The database is the truth: the order within a subject is the schema's, and what a crash leaves behind is taken up at start.
/// </summary>
public sealed class EmbeddedDispatcher(IRunStore store, IRunExecutor executor, int workers) : IDispatcher
{
    private const int eventsAtOnce = 256;
    private readonly Channel<RunRef> queue = Channel.CreateUnbounded<RunRef>();
    private readonly ConcurrentDictionary<(Guid Tenant, string Subject), Watch> watches = new();

    /// <inheritdoc />
    public void Wake(RunRef run) => queue.Writer.TryWrite(run);

    /// <inheritdoc />
    public void Stored(Guid tenantId, string subject)
    {
        if (watches.TryGetValue((tenantId, subject), out Watch? watch)) watch.Signal();
    }

    /// <summary>Takes up what a crash left behind when <paramref name="resume"/> says so, then carries out runs until cancelled. Runs that have begun come to their end.</summary>
    public async Task RunAsync(bool resume, CancellationToken cancellationToken)
    {
        if (resume)
        {
            foreach (RunRef run in await store.UnfinishedAsync(cancellationToken))
            {
                // A run that ends the process each time it is taken up would never be counted by itself.
                await store.CountAttemptAsync(run, cancellationToken);
                Wake(run);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Guid, string) key = (tenantId, subject);
        Watch watch = Enter(key);
        try
        {
            while (true)
            {
                // The signal is taken before the read: what is stored between the two wakes the next wait at once.
                Task signal = watch.Next;
                IReadOnlyList<RunEvent> events = await store.EventsAsync(tenantId, subject, after, eventsAtOnce, cancellationToken);
                foreach (RunEvent stored in events)
                {
                    after = stored.Seq;
                    yield return stored;
                }
                // A read that was not full had all there was, and whatever was stored since has given the signal.
                if (events.Count < eventsAtOnce) await signal.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Leave(key, watch);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (RunRef run in queue.Reader.ReadAllAsync(cancellationToken))
            {
                // Stopping lets a run that has begun come to its end, so its own work is not cancelled.
                if (await executor.ExecuteAsync(run, CancellationToken.None) is { } next) Wake(next);
                Stored(run.TenantId, run.Subject);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops; what waits in the queue is stored as running and taken up at the next start.
        }
    }

    private Watch Enter((Guid, string) key)
    {
        while (true)
        {
            Watch watch = watches.GetOrAdd(key, _ => new Watch());
            if (watch.TryEnter()) return watch;
        }
    }

    private void Leave((Guid, string) key, Watch watch)
    {
        if (watch.Leave()) watches.TryRemove(new KeyValuePair<(Guid, string), Watch>(key, watch));
    }

    /// <summary>The signal of one subject, and how many wait for it; with the last it is closed for good.</summary>
    private sealed class Watch
    {
        private readonly Lock gate = new();
        private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int watchers;
        private bool closed;

        public Task Next
        {
            get
            {
                lock (gate) return next.Task;
            }
        }

        public bool TryEnter()
        {
            lock (gate)
            {
                if (closed) return false;
                watchers++;
                return true;
            }
        }

        public bool Leave()
        {
            lock (gate)
            {
                closed = --watchers == 0;
                return closed;
            }
        }

        public void Signal()
        {
            TaskCompletionSource fired;
            lock (gate)
            {
                fired = next;
                next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            fired.SetResult();
        }
    }
}
