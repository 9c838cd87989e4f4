using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>Deletes what the engine need not keep in PostgreSQL.</summary>
/// <param name="connections">The connections.</param>
public sealed class PostgresRunRetention(PostgresConnections connections) : IRunRetention
{
    /// <inheritdoc />
    public async Task<JournalsDeleted> DeleteJournalsAsync(Guid tenantId, DateTimeOffset endedBy, Guid after, int rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<OldJournal> found = (await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), RetentionRead.Journals(tenantId, endedBy, after, rows), cancellationToken)).Rows;
        IReadOnlyList<OldJournal> deleted = RetentionRead.Fitting(found, rows);
        if (deleted.Count > 0) await connections.CommitAsync(() => new RetentionWork(tenantId, deleted, []), cancellationToken);
        return RetentionRead.Told(deleted, found, rows);
    }

    /// <inheritdoc />
    public async Task<int> DeleteOutboxAsync(Guid tenantId, DateTimeOffset settledBy, int rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> found = (await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), RetentionRead.Outbox(tenantId, settledBy, rows), cancellationToken)).Rows;
        return found.Count == 0 ? 0 : await connections.CommitAsync(() => new RetentionWork(tenantId, [], found), cancellationToken);
    }
}
