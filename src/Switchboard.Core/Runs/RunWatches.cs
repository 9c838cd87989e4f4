using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Switchboard.Core.Runs;

/// <summary>
/// Who watches which subject in this process. What this process stores it hands over as it is, by its numbers without a gap; of everything else a signal says that
/// there is something, and what it is is read from the store.
/// </summary>
/// <param name="store">Where the events are.</param>
public sealed class RunWatches(IRunStore store)
{
    private const int eventsAtOnce = 256;
    private readonly ConcurrentDictionary<(Guid Tenant, string Subject), Watch> watches = new();
    private readonly NewSubjects begun = new();

    /// <summary>Tells those who watch the subject that events were stored.</summary>
    public void Stored(Guid tenantId, string subject)
    {
        begun.Forget((tenantId, subject));
        if (watches.TryGetValue((tenantId, subject), out Watch? watch)) watch.Signal();
    }

    /// <summary>Hands over the events of a subject that were stored in one commit.</summary>
    public void Stored(IReadOnlyList<RunEvent> events)
    {
        (Guid, string) key = (events[0].TenantId, events[0].Subject);
        begun.Add(key, events);
        if (watches.TryGetValue(key, out Watch? watch)) watch.Hand(events);
    }

    /// <summary>The subjects that somebody watches.</summary>
    public IReadOnlyCollection<(Guid TenantId, string Subject)> Subjects => [.. watches.Keys];

    /// <summary>Lets every watcher look: for a process that may have missed signals of others.</summary>
    public void LookAgain()
    {
        begun.Clear();
        foreach (Watch watch in watches.Values) watch.Signal();
    }

    /// <summary>The stored events of a subject after the given number and then each new one, until cancelled.</summary>
    public async IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Guid, string) key = (tenantId, subject);
        Watch watch = Enter(key);
        try
        {
            // A watcher of a subject that has just begun here has no need to look: all there is of it is in hand.
            long looked = watch.Begin(after, begun.Find(key)) ? 0 : -1;
            while (true)
            {
                // The signal is taken before anything is looked at: what is stored meanwhile wakes the next wait at once.
                (Task signal, long doubts, IReadOnlyList<RunEvent>? known) = watch.Behind(after);
                if (known is { Count: > 0 })
                {
                    foreach (RunEvent handed in known)
                    {
                        after = handed.Seq;
                        yield return handed;
                    }

                    continue;
                }

                if (known is null || looked != doubts)
                {
                    IReadOnlyList<RunEvent> events = await store.EventsAsync(tenantId, subject, after, eventsAtOnce, cancellationToken);
                    foreach (RunEvent stored in events)
                    {
                        after = stored.Seq;
                        yield return stored;
                    }

                    // A read that was not full had all there was.
                    if (events.Count == eventsAtOnce) continue;
                    looked = doubts;
                    watch.Read(after, doubts);
                    if (events.Count > 0) continue;
                }

                await signal.WaitAsync(cancellationToken);
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

    /// <summary>The events of the subjects that began in this process a moment ago, from their first on: whoever asks for a run watches it next.</summary>
    private sealed class NewSubjects
    {
        private const int most = 256;
        private const int mostEvents = 16;
        private readonly Lock gate = new();
        private readonly Dictionary<(Guid, string), List<RunEvent>> known = [];
        private readonly Queue<(Guid, string)> order = [];

        public void Add((Guid, string) key, IReadOnlyList<RunEvent> events)
        {
            lock (gate)
            {
                if (events[0].Seq == 1)
                {
                    known[key] = [.. events];
                    order.Enqueue(key);
                    if (order.Count > most) known.Remove(order.Dequeue());
                }
                else if (known.TryGetValue(key, out List<RunEvent>? before))
                {
                    if (events[0].Seq == before[^1].Seq + 1 && before.Count + events.Count <= mostEvents) before.AddRange(events);
                    else known.Remove(key);
                }
            }
        }

        public IReadOnlyList<RunEvent>? Find((Guid, string) key)
        {
            lock (gate) return known.TryGetValue(key, out List<RunEvent>? events) ? [.. events] : null;
        }

        public void Forget((Guid, string) key)
        {
            lock (gate) known.Remove(key);
        }

        public void Clear()
        {
            lock (gate) known.Clear();
        }
    }

    /// <summary>The signal of one subject, what is known of its newest events, and how many wait for it; with the last it is closed for good.</summary>
    private sealed class Watch
    {
        private const int most = 256;
        private readonly Lock gate = new();
        private readonly List<RunEvent> tail = [];
        private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int watchers;
        private bool closed;

        /// <summary>The newest number of which all before are known to be stored; the tail ends with it. Below zero while nobody knows.</summary>
        private long last = -1;

        /// <summary>Grows when something may be stored that is not in hand; each watcher then looks once.</summary>
        private long doubts;

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

        /// <summary>Begins with all events of the subject; false when there is something that is not among them.</summary>
        public bool Begin(long after, IReadOnlyList<RunEvent>? all)
        {
            lock (gate)
            {
                // Who knows of later ones was told by somebody else.
                if (all is null || after > all[^1].Seq || last >= 0 || doubts > 0) return false;
                tail.AddRange(all);
                last = all[^1].Seq;
                return true;
            }
        }

        /// <summary>The signal of what comes next, the doubts so far, and the events in hand behind a number; null when those right behind it are not.</summary>
        public (Task Signal, long Doubts, IReadOnlyList<RunEvent>? Known) Behind(long after)
        {
            lock (gate)
            {
                if (last < 0 || after >= last) return (next.Task, doubts, []);
                long from = tail.Count - (last - after);
                return (next.Task, doubts, from < 0 ? null : tail[(int)from..]);
            }
        }

        /// <summary>A watcher has read all there was up to a number.</summary>
        public void Read(long after, long seen)
        {
            lock (gate)
            {
                if (seen != doubts || after <= last) return;
                last = after;
                tail.Clear();
            }
        }

        public void Hand(IReadOnlyList<RunEvent> events)
        {
            lock (gate)
            {
                long first = events[0].Seq;
                if (last >= 0 && first == last + 1)
                {
                    tail.AddRange(events);
                    last = events[^1].Seq;
                    if (tail.Count > most) tail.RemoveRange(0, tail.Count - most);
                }
                else if (last < 0 || events[^1].Seq > last || first <= last - tail.Count)
                {
                    doubts++;
                }
                else
                {
                    return;
                }
            }

            Fire();
        }

        public void Signal()
        {
            lock (gate) doubts++;
            Fire();
        }

        private void Fire()
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
