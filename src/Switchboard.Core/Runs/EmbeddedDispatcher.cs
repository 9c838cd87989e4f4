namespace Switchboard.Core.Runs;

/// <summary>
/// The dispatcher of a single process: its workers and its watches, and nobody else's. The database is the truth: the order within a subject is the schema's,
/// and what a crash leaves behind is taken up at start.
/// </summary>
public sealed class EmbeddedDispatcher : IDispatcher
{
    private readonly IRunStore store;
    private readonly RunWatches watches;
    private readonly RunWorkers crew;

    /// <summary>Makes the dispatcher; it carries out nothing before <see cref="RunAsync"/>.</summary>
    public EmbeddedDispatcher(IRunStore store, IRunExecutor executor, LaneWorkers workers)
    {
        this.store = store;
        watches = new RunWatches(store);
        crew = new RunWorkers(executor, watches, workers);
    }

    /// <inheritdoc />
    public void Wake(RunRef run) => crew.Wake(run);

    /// <inheritdoc />
    public void Stored(Guid tenantId, string subject) => watches.Stored(tenantId, subject);

    /// <inheritdoc />
    public IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, CancellationToken cancellationToken) =>
        watches.WatchAsync(tenantId, subject, after, cancellationToken);

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

        await crew.RunAsync(cancellationToken);
    }
}
