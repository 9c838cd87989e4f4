using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Sqlite;

/// <summary>The rows of a tenant in SQLite.</summary>
/// <param name="readers">The connections that read.</param>
/// <param name="writer">The one that writes.</param>
public sealed class SqliteData(SqliteReaders readers, SqliteWriter writer) : Data
{
    /// <inheritdoc />
    public override Task<Conversation?> FindConversationAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Ask(TurnRead.Conversation(tenantId, conversationId)).First);
    }

    /// <inheritdoc />
    public override Task<(Guid Id, int Version)?> NewestPoliciesAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Ask(PolicyRead.Newest(tenantId)).First);
    }

    /// <inheritdoc />
    public override Task ShredAsync(CancellationToken cancellationToken) => writer.ShredAsync(cancellationToken);

    /// <inheritdoc />
    protected override SwitchboardDb Open(Guid tenantId) => readers.Open(tenantId);

    /// <inheritdoc />
    protected override Task<T> SaveAsync<T>(Actor actor, Func<SwitchboardDb, T> work, CancellationToken cancellationToken) =>
        writer.RunAsync(
            item =>
            {
                SqliteDb db = item.Context(actor);
                T result = work(db);
                db.SaveChanges();
                return result;
            },
            cancellationToken);

    /// <inheritdoc />
    protected override Task<T> BulkAsync<T>(Actor actor, Func<IBulkLoad, T> work, CancellationToken cancellationToken) =>
        writer.RunAsync(
            item =>
            {
                using var loaded = new LoadedTables(actor, item);
                var load = new SqliteBulkLoad(item, actor, loaded);
                item.Session.Execute(SqliteSession.BulkCache);
                try
                {
                    T result = work(load);
                    load.Save();
                    loaded.Record();
                    return result;
                }
                finally
                {
                    item.Session.Execute(SqliteSession.WriterCache);
                }
            },
            cancellationToken);
}
