namespace Switchboard.Core.Runs;

/// <summary>Told that the dispatcher could not look for runs whose instant has come; it looks again.</summary>
public delegate void DispatchFailed(Exception error);

/// <summary>
/// The dispatcher of a single process: its workers and its watches, and nobody else's. The database is the truth: the order within a subject is the schema's,
/// what a crash leaves behind is taken up at start; what waits for an instant, and what could not be carried on for want of the database, is looked for twice a
/// second.
/// </summary>
public sealed class EmbeddedDispatcher : IDispatcher
{
    private const int dueAtOnce = 256;
    private static readonly TimeSpan lookEvery = TimeSpan.FromMilliseconds(500);

    private readonly IRunStore store;
    private readonly IRunQueue queue;
    private readonly TimeProvider time;
    private readonly DispatchFailed failed;
    private readonly RunWatches watches;
    private readonly RunWorkers crew;

    /// <summary>Makes the dispatcher; it carries out nothing before <see cref="RunAsync"/>.</summary>
    public EmbeddedDispatcher(IRunStore store, IRunQueue queue, IRunExecutor executor, RunSignals signals, LaneWorkers workers, TimeProvider time, DispatchFailed failed)
    {
        this.store = store;
        this.queue = queue;
        this.time = time;
        this.failed = failed;
        watches = new RunWatches(store);
        crew = new RunWorkers(executor, Wake, run => watches.Stored(run.TenantId, run.Subject), workers);
        signals.Listen(Wake, Stored, watches.Stored);
    }

    /// <inheritdoc />
    public void Wake(RunRef run) => crew.Wake(run);

    /// <inheritdoc />
    public void Stored(Guid tenantId, string subject) => watches.Stored(tenantId, subject);

    /// <inheritdoc />
    public IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, CancellationToken cancellationToken) =>
        watches.WatchAsync(tenantId, subject, after, cancellationToken);

    /// <summary>Takes up what a crash left behind and what is due when <paramref name="resume"/> says so, and carries out runs until cancelled. Runs that have begun come to their end.</summary>
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

        // A process that takes up nothing old (a command for itself) wakes nothing that waits either.
        await Task.WhenAll(crew.RunAsync(cancellationToken), resume ? LookAsync(cancellationToken) : Task.CompletedTask);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        HashSet<Guid> unheld = [];
        using var timer = new PeriodicTimer(lookEvery, time);
        try
        {
            do
            {
                try
                {
                    foreach (RunRef run in await queue.WakeDueAsync(time.GetUtcNow(), dueAtOnce, cancellationToken)) Wake(run);
                    unheld = await TakeUpAsync(unheld, cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    failed(error);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops; who waits for an instant waits in the database.
        }
    }

    /// <summary>Takes up runs that are begun and that nobody here holds, twice in a row: the disk was full, or the answer to a commit was lost.</summary>
    private async Task<HashSet<Guid>> TakeUpAsync(HashSet<Guid> before, CancellationToken cancellationToken)
    {
        var unheld = new HashSet<Guid>();
        foreach (RunRef run in await store.UnfinishedAsync(cancellationToken))
        {
            if (crew.Holds(run)) continue;
            if (before.Contains(run.RunId)) Wake(run);
            else unheld.Add(run.RunId);
        }

        return unheld;
    }
}
