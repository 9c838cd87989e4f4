using Npgsql;
using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>Stores runs in a transaction on the model that is under way.</summary>
/// <param name="connection">The transaction's connection.</param>
/// <param name="nodeId">The node that takes the runs that begin; null when none does.</param>
internal sealed class PostgresEnqueue(NpgsqlConnection connection, Guid? nodeId) : IRunEnqueue
{
    private readonly EngineWrites stored = new();

    /// <summary>Gives the signals of all that was committed.</summary>
    public void Signal(RunSignals signals) => stored.Signal(signals);

    /// <inheritdoc />
    public Enqueued Enqueue(RunRequest request)
    {
        var read = new EnqueueRead(request);
        var writes = new EngineWrites { NodeId = nodeId };
        using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(PostgresConnections.Lock(request.Actor.TenantId, request.Subject));
            // The transaction sees the rows as they were when it began. The subject's running run is locked, so that the server undoes one of the two if it
            // has ended since, or is ending now: otherwise this run would stand behind one that never starts it.
            batch.BatchCommands.Add(PostgresTypes.Command(new EngineStatement("select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'running' for no key update")
                .Set("@tenant", request.Actor.TenantId).Set("@subject", request.Subject)));
            foreach (EngineQuery query in read.Queries) batch.BatchCommands.Add(PostgresTypes.Command(query.Statement));
            using NpgsqlDataReader rows = batch.ExecuteReader();
            rows.NextResult();
            rows.NextResult();
            var row = new PostgresRow(rows);
            foreach (EngineQuery query in read.Queries)
            {
                while (rows.Read()) query.Take(row);
                rows.NextResult();
            }
        }

        Enqueued enqueued = read.Decide(writes);
        List<EngineRowWrite> added = [.. writes.Items.OfType<EngineRowWrite>()];
        if (added.Count > 0)
        {
            using var batch = new NpgsqlBatch(connection);
            foreach (EngineRowWrite row in added) batch.BatchCommands.Add(PostgresTypes.Command(row.Statement));
            batch.ExecuteNonQuery();
        }

        stored.Take(writes);
        return enqueued;
    }
}
