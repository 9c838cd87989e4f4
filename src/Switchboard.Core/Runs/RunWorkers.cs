using System.Diagnostics;
using Switchboard.Core.Telemetry;

namespace Switchboard.Core.Runs;

/// <summary>How many runs a process carries out at a time, by lane.</summary>
/// <param name="Interactive">Of those somebody waits for.</param>
/// <param name="Batch">Of the others.</param>
public sealed record LaneWorkers(int Interactive, int Batch)
{
    /// <summary>The number for a lane.</summary>
    public int Of(RunLane lane) => lane == RunLane.Interactive ? Interactive : Batch;
}

/// <summary>
/// The workers of a process: for each lane a queue in memory and workers of its own, so that a lane full of long work never delays the other. Within a lane the
/// higher priority goes first, then who came first. A dispatcher decides which runs come here; what is here and not begun is lost with the process.
/// </summary>
/// <param name="executor">Carries a run out and gives the next of its subject.</param>
/// <param name="woken">Told of the next run of a subject, which the end of the one before made begin; it wakes it like any other.</param>
/// <param name="ended">Told when a run has ended, paused or was lost; it must be quick and throw nothing.</param>
/// <param name="workers">How many run at a time.</param>
public sealed class RunWorkers(IRunExecutor executor, Action<RunRef> woken, Action<RunRef> ended, LaneWorkers workers)
{
    private readonly Dictionary<RunLane, RunLine> lines = Enum.GetValues<RunLane>().ToDictionary(lane => lane, lane => new RunLine(workers.Of(lane)));

    /// <summary>Puts a run into the queue of its lane. One that already waits there is there once; one that is being carried out is taken up again behind that.</summary>
    public void Wake(RunRef run) => lines[run.Lane].Add(run);

    /// <summary>How many runs of a lane are queued here and not begun.</summary>
    public int Queued(RunLane lane) => lines[lane].Queued;

    /// <summary>How many runs of a lane are being carried out here.</summary>
    public int Begun(RunLane lane) => lines[lane].Begun;

    /// <summary>How many runs of a lane are carried out at a time.</summary>
    public int Workers(RunLane lane) => workers.Of(lane);

    /// <summary>How many more runs of a lane would begin at once.</summary>
    public int Room(RunLane lane) => Math.Max(0, workers.Of(lane) - Queued(lane) - Begun(lane));

    /// <summary>Whether the run is queued or being carried out here.</summary>
    public bool Holds(RunRef run) => lines[run.Lane].Holds(run);

    /// <summary>Forgets the runs that are queued and not begun: they are somebody else's now.</summary>
    public void Forget()
    {
        foreach (RunLine line in lines.Values) line.Forget();
    }

    /// <summary>Carries runs out until cancelled. Then no more are taken, those that have begun come to their end, and the task ends with the last.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(lines.SelectMany(line => Enumerable.Range(0, workers.Of(line.Key)).Select(_ => WorkAsync(line.Value, cancellationToken))));

    private async Task WorkAsync(RunLine line, CancellationToken cancellationToken)
    {
        // Not on the thread that starts the others: a queue that is never empty would keep it.
        await Task.Yield();
        while (await line.TakeAsync(cancellationToken) is var (run, since))
        {
            if (run == default) continue;
            Measures.Taken(run.Lane, Stopwatch.GetElapsedTime(since));
            try
            {
                // Stopping lets a run that has begun come to its end, so its own work is not cancelled.
                if (await executor.ExecuteAsync(run, CancellationToken.None) is { } next) woken(next);
            }
            finally
            {
                line.Ended(run);
                ended(run);
            }
        }
    }

    /// <summary>The queue of a lane, and what is begun of it.</summary>
    private sealed class RunLine(int workers)
    {
        private readonly Lock gate = new();
        private readonly SemaphoreSlim filled = new(0);
        private readonly PriorityQueue<(RunRef Run, long Since), (int Priority, long Place)> queue = new();
        private readonly Dictionary<(Guid Tenant, Guid Run), bool> begun = [];
        private readonly Dictionary<(Guid Tenant, Guid Run), bool> queued = [];
        private long place;

        public int Queued
        {
            get
            {
                lock (gate) return queue.Count;
            }
        }

        public int Begun
        {
            get
            {
                lock (gate) return begun.Count;
            }
        }

        public void Add(RunRef run)
        {
            lock (gate)
            {
                // Two workers on one run would do its work twice, though only one could store it.
                if (begun.ContainsKey((run.TenantId, run.RunId)))
                {
                    begun[(run.TenantId, run.RunId)] = true;
                    return;
                }

                if (!queued.TryAdd((run.TenantId, run.RunId), false))
                {
                    // Whoever wakes it anew may have written it.
                    queued[(run.TenantId, run.RunId)] = true;
                    return;
                }

                // A row that has to wait for a worker grows old: it is read when its turn comes, so that who was cancelled meanwhile does not begin.
                if (queue.Count + begun.Count >= workers) run = run with { Fresh = null };
                queue.Enqueue((run, Stopwatch.GetTimestamp()), (-run.Priority, place++));
            }

            filled.Release();
        }

        /// <summary>The next run with the timestamp of its coming; the default for none this time, null when there is to be none any more.</summary>
        public async Task<(RunRef Run, long Since)?> TakeAsync(CancellationToken cancellationToken)
        {
            try
            {
                await filled.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The process stops; what waits in the queue is stored as running and taken up at the next start.
                return null;
            }

            lock (gate)
            {
                // Those that were waited for may have been forgotten since.
                if (queue.Count == 0) return (default, 0);
                (RunRef run, long since) = queue.Dequeue();
                queued.Remove((run.TenantId, run.RunId), out bool again);
                if (again) run = run with { Fresh = null };
                begun.Add((run.TenantId, run.RunId), false);
                return (run, since);
            }
        }

        public bool Holds(RunRef run)
        {
            lock (gate) return queued.ContainsKey((run.TenantId, run.RunId)) || begun.ContainsKey((run.TenantId, run.RunId));
        }

        public void Forget()
        {
            lock (gate)
            {
                queue.Clear();
                queued.Clear();
            }
        }

        public void Ended(RunRef run)
        {
            bool again;
            lock (gate) begun.Remove((run.TenantId, run.RunId), out again);
            if (again) Add(run with { Fresh = null });
        }
    }
}
