using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Sqlite;

/// <summary>Deletes what the engine need not keep in SQLite.</summary>
/// <param name="writer">The one that writes.</param>
/// <param name="readers">The connections that read.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class SqliteRunRetention(SqliteWriter writer, SqliteReaders readers, IFaultPoints faults) : IRunRetention
{
    /// <inheritdoc />
    public async Task<JournalsDeleted> DeleteJournalsAsync(Guid tenantId, DateTimeOffset endedBy, Guid after, int rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<OldJournal> found = readers.Ask(RetentionRead.Journals(tenantId, endedBy, after, rows)).Rows;
        IReadOnlyList<OldJournal> deleted = RetentionRead.Fitting(found, rows);
        if (deleted.Count > 0) await writer.RunAsync(item => item.Perform(new RetentionWork(tenantId, deleted, []), faults), cancellationToken);
        return RetentionRead.Told(deleted, found, rows);
    }

    /// <inheritdoc />
    public async Task<int> DeleteOutboxAsync(Guid tenantId, DateTimeOffset settledBy, int rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> found = readers.Ask(RetentionRead.Outbox(tenantId, settledBy, rows)).Rows;
        return found.Count == 0 ? 0 : await writer.RunAsync(item => item.Perform(new RetentionWork(tenantId, [], found), faults), cancellationToken);
    }
}
