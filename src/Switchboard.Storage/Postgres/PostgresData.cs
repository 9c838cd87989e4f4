using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Postgres;

/// <summary>The rows of a tenant in PostgreSQL.</summary>
/// <param name="connections">The connections.</param>
public sealed class PostgresData(PostgresConnections connections) : Data
{
    /// <inheritdoc />
    public override async Task<Conversation?> FindConversationAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken) =>
        (await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), TurnRead.Conversation(tenantId, conversationId), cancellationToken)).First;

    /// <inheritdoc />
    public override async Task<(Guid Id, int Version)?> NewestPoliciesAsync(Guid tenantId, CancellationToken cancellationToken) =>
        (await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), PolicyRead.Newest(tenantId), cancellationToken)).First;

    /// <inheritdoc />
    protected override SwitchboardDb Open(Guid tenantId) =>
        connections.Open(tenantId == Guid.Empty ? PostgresPrincipal.Directory : PostgresPrincipal.Tenant(tenantId), tenantId);

    /// <inheritdoc />
    protected override SwitchboardDb OpenForKey(byte[] hash) => connections.Open(PostgresPrincipal.Key(hash), Guid.Empty);

    /// <inheritdoc />
    protected override Task<T> SaveAsync<T>(Actor actor, Func<SwitchboardDb, T> work, CancellationToken cancellationToken) =>
        connections.SaveAsync(actor, (_, db, _) => work(db), cancellationToken);

    /// <inheritdoc />
    protected override Task<T> BulkAsync<T>(Actor actor, Func<IBulkLoad, T> work, CancellationToken cancellationToken) =>
        connections.SaveAsync(
            actor,
            (connection, db, recorder) =>
            {
                using var loaded = new LoadedTables(actor, recorder);
                T result = work(new PostgresBulkLoad(connection, db, actor, loaded));
                db.SaveChanges();
                loaded.Record();
                return result;
            },
            cancellationToken);
}
