using Switchboard.Core.Runs;

namespace Switchboard.Storage.Engine;

/// <summary>Deletes what the engine need not keep, on either database.</summary>
/// <param name="engine">Asks and commits.</param>
internal sealed class JournalRetention(IEngine engine) : IRunRetention
{
    /// <inheritdoc />
    public async Task<JournalsDeleted> DeleteJournalsAsync(Guid tenantId, DateTimeOffset endedBy, Guid after, int rows, CancellationToken cancellationToken)
    {
        EngineQuery<OldJournal> found = RetentionRead.Journals(tenantId, endedBy, after, rows);
        await engine.AskAsync(tenantId, [found], cancellationToken);
        IReadOnlyList<OldJournal> deleted = RetentionRead.Fitting(found.Rows, rows);
        if (deleted.Count > 0) await engine.CommitAsync(() => new RetentionWork(tenantId, deleted, []), cancellationToken);
        return RetentionRead.Told(deleted, found.Rows, rows);
    }

    /// <inheritdoc />
    public async Task<int> DeleteOutboxAsync(Guid tenantId, DateTimeOffset settledBy, int rows, CancellationToken cancellationToken)
    {
        EngineQuery<Guid> found = RetentionRead.Outbox(tenantId, settledBy, rows);
        await engine.AskAsync(tenantId, [found], cancellationToken);
        return found.Rows.Count == 0 ? 0 : await engine.CommitAsync(() => new RetentionWork(tenantId, [], found.Rows), cancellationToken);
    }
}
