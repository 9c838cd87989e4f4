using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Switchboard.Core.Runs;

/// <summary>Who watches which subject in this process. A signal says that events were stored; what they are is read from the store.</summary>
/// <param name="store">Where the events are.</param>
public sealed class RunWatches(IRunStore store)
{
    private const int eventsAtOnce = 256;
    private readonly ConcurrentDictionary<(Guid Tenant, string Subject), Watch> watches = new();

    /// <summary>Tells those who watch the subject that events were stored.</summary>
    public void Stored(Guid tenantId, string subject)
    {
        if (watches.TryGetValue((tenantId, subject), out Watch? watch)) watch.Signal();
    }

    /// <summary>The subjects that somebody watches.</summary>
    public IReadOnlyCollection<(Guid TenantId, string Subject)> Subjects => [.. watches.Keys];

    /// <summary>Lets every watcher look: for a process that may have missed signals of others.</summary>
    public void LookAgain()
    {
        foreach (Watch watch in watches.Values) watch.Signal();
    }

    /// <summary>The stored events of a subject after the given number and then each new one, until cancelled.</summary>
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
