using Npgsql;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Postgres;

/// <summary>The chains in PostgreSQL: whoever seals a tenant's holds a lock of its own until the transaction ends; no row that a turn waits for is locked.</summary>
/// <param name="connections">The connections.</param>
internal sealed class PostgresAuditChains(PostgresConnections connections) : IAuditChains
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<Guid>> WaitingAsync(CancellationToken cancellationToken) =>
        (await connections.AskAsync(PostgresPrincipal.Worker, AuditStatements.Waiting(), cancellationToken)).Rows;

    /// <inheritdoc />
    public Task<T> SealAsync<T>(Guid tenantId, Func<IAuditChain, T> work, CancellationToken cancellationToken) =>
        connections.ExclusiveAsync(
            PostgresPrincipal.Tenant(tenantId),
            $"audit {tenantId:D}",
            connection =>
            {
                var chain = new Chain(connection, tenantId);
                T result = work(chain);
                chain.Write();
                return result;
            },
            cancellationToken);

    /// <summary>What is sealed goes to the server in one batch, at the end.</summary>
    private sealed class Chain(NpgsqlConnection connection, Guid tenantId) : IAuditChain
    {
        private readonly List<EngineRowWrite> writes = [];

        public IReadOnlyList<AuditEntry> Beyond(long position, int limit) => Ask(AuditStatements.Beyond(tenantId, position, limit)).Rows;

        public IReadOnlyList<AuditEntry> Unsealed(DateTimeOffset after, Guid afterId, int limit) => Ask(AuditStatements.Unsealed(tenantId, after, afterId, limit)).Rows;

        public bool Has(Guid id) => Ask(AuditStatements.Has(tenantId, id)).Found;

        public void Seal(AuditEntry entry) => writes.Add(new EngineRowWrite(AuditStatements.Seal(entry), AuditStatements.SealedByAnother(entry)));

        public void Insert(AuditEntry entry) => writes.Add(new EngineRowWrite(AuditStatements.Insert(entry), Otherwise: null));

        public void Write()
        {
            if (writes.Count == 0) return;
            using var batch = new NpgsqlBatch(connection);
            foreach (EngineRowWrite write in writes) batch.BatchCommands.Add(PostgresTypes.Command(write.Statement));
            batch.ExecuteNonQuery();
            for (int i = 0; i < writes.Count; i++) writes[i].Check((int)batch.BatchCommands[i].RecordsAffected);
        }

        private EngineQuery<T> Ask<T>(EngineQuery<T> query)
        {
            using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(PostgresTypes.Command(query.Statement));
            using NpgsqlDataReader rows = batch.ExecuteReader();
            var row = new PostgresRow(rows);
            while (rows.Read()) query.Take(row);
            return query;
        }
    }
}

/// <summary>The entries of one transaction: made as they come, written in one batch before the commit, remembered after it.</summary>
/// <param name="trail">Makes the entries.</param>
internal sealed class PostgresAuditRecorder(AuditTrail trail) : IAuditRecorder
{
    private readonly List<AuditEntry> entries = [];
    private readonly EngineWrites told = new();
    private readonly WebhookNews news = new();

    /// <inheritdoc />
    public void Record(Guid tenantId, string actor, AuditChange change)
    {
        AuditEntry entry = trail.Make(tenantId, actor, change);
        entries.Add(entry);
        news.Take(entry);
    }

    /// <inheritdoc />
    public void Announce(Guid tenantId, Announcement announcement) => news.Take(announcement);

    /// <summary>The statements that store what receivers want to be told of. What they want is asked here when the work did not ask it with its own questions.</summary>
    public async Task<IReadOnlyList<EngineRowWrite>> NewsAsync(NpgsqlConnection connection, Guid tenantId, Guid? nodeId, WebhookWishes? wishes, CancellationToken cancellationToken)
    {
        if (!news.HasAny) return [];
        if (wishes is null)
        {
            EngineQuery<WebhookWishes> asked = WebhookWishes.Ask(tenantId);
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(PostgresTypes.Command(asked.Statement));
            await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
            await PostgresConnections.TakeAsync(rows, [asked], cancellationToken);
            wishes = asked.First!;
        }

        var writes = new EngineWrites { NodeId = nodeId };
        news.Write(writes, tenantId, wishes);
        told.Take(writes);
        return [.. writes.Items.OfType<EngineRowWrite>()];
    }

    /// <summary>The statements that add the entries.</summary>
    public IEnumerable<EngineRowWrite> Writes => entries.Select(e => new EngineRowWrite(AuditStatements.Insert(e), Otherwise: null));

    /// <inheritdoc />
    public void Changed(Guid tenantId, Guid? customerId) => told.Changed(tenantId, customerId);

    /// <summary>Notes that the transaction was committed, and tells of it.</summary>
    public void Committed(RunSignals signals)
    {
        trail.Committed(entries);
        told.Signal(signals);
    }
}
