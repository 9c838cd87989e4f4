using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>When a node counts as gone, and how often it looks around.</summary>
public sealed record NodeTiming
{
    /// <summary>How often a node says that it is there.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long without a word a node counts as gone, by the database's clock.</summary>
    public TimeSpan Gone { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How often a node looks for what no notification told it.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long runs that have begun may take to end when the node leaves; after that they are given to others.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(6);
}

/// <summary>
/// The processes that share the database, and which of them carries out which run. Its connections are its own: a node whose other connections are all busy must
/// still be able to say that it is there.
/// </summary>
public sealed class PostgresNodes : IAsyncDisposable, IDisposable
{
    /// <summary>The channel on which nodes tell each other.</summary>
    public const string Channel = "switchboard_runs";

    private const int mostConnections = 4;
    private const int secondsToAnswer = 5;
    private static readonly TimeSpan forgotten = TimeSpan.FromMinutes(10);
    private readonly NpgsqlDataSource source;

    /// <summary>Makes the pool; nothing is connected yet.</summary>
    /// <exception cref="DatabaseException">The connection string cannot be read.</exception>
    public PostgresNodes(DatabaseOptions options)
    {
        NpgsqlConnectionStringBuilder settings = PostgresDatabase.Parse(options);
        settings.NoResetOnClose = false;
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = mostConnections;
        settings.Timeout = secondsToAnswer;
        settings.CommandTimeout = secondsToAnswer;
        // The one that listens finds out within seconds that the server is gone without a word.
        settings.KeepAlive = secondsToAnswer;
        settings.ApplicationName ??= PostgresConnections.ApplicationName;
        source = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Enters a node, and takes those out that have been gone for long.</summary>
    public Task JoinAsync(Guid id, string name, NodeRole role, CancellationToken cancellationToken) =>
        ExecuteAsync(
            cancellationToken,
            new EngineStatement("delete from run_nodes where seen_at < now() - make_interval(secs => @forgotten)").Set("@forgotten", forgotten.TotalSeconds),
            new EngineStatement("insert into run_nodes (id, name, role, started_at, seen_at) values (@id, @name, @role, now(), now())").Set("@id", id).Set("@name", name).Set("@role", role));

    /// <summary>Says that the node is there. False when it counts as gone already: others may have taken its runs, and it must become another one.</summary>
    public async Task<bool> BeatAsync(Guid id, TimeSpan gone, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            cancellationToken,
            new EngineStatement("update run_nodes set seen_at = now() where id = @id and seen_at > now() - make_interval(secs => @gone)").Set("@id", id).Set("@gone", gone.TotalSeconds)) == 1;

    /// <summary>How many nodes there are.</summary>
    public async Task<long> CountAsync(TimeSpan gone, CancellationToken cancellationToken)
    {
        var count = new EngineQuery<long>(new EngineStatement("select count(*) from run_nodes where seen_at > now() - make_interval(secs => @gone)").Set("@gone", gone.TotalSeconds), row => row.Long(0));
        await AskAsync(count, cancellationToken);
        return count.First;
    }

    /// <summary>Says that the node takes no more runs.</summary>
    public Task DrainAsync(Guid id, CancellationToken cancellationToken) =>
        ExecuteAsync(cancellationToken, new EngineStatement("update run_nodes set draining_at = now() where id = @id").Set("@id", id));

    /// <summary>Takes the node out and sets its runs free. Their versions are new, so that what the node still writes of them is refused.</summary>
    public Task LeaveAsync(Guid id, CancellationToken cancellationToken) =>
        ExecuteAsync(
            cancellationToken,
            new EngineStatement("update runs set node_id = null, version = version + 1 where finished_at is null and status = 'running' and node_id = @id").Set("@id", id),
            new EngineStatement("delete from run_nodes where id = @id").Set("@id", id));

    /// <summary>
    /// Takes runs of a lane that are nobody's or whose node is gone, the higher priority first, then the older. Its new version is the fence: who held the run
    /// before writes no more. One that was begun elsewhere counts one more attempt, as at the start after a crash.
    /// </summary>
    public async Task<IReadOnlyList<RunRef>> ClaimAsync(Guid id, RunLane lane, int room, TimeSpan gone, CancellationToken cancellationToken)
    {
        var claimed = new EngineQuery<RunRef>(
            new EngineStatement("""
                with free as materialized (
                    select c.tenant_id, c.id from runs c
                    where c.finished_at is null and c.status = 'running' and c.due is null and c.lane = @lane
                        and (c.node_id is null or not exists (select 1 from run_nodes n where n.id = c.node_id and n.seen_at > now() - make_interval(secs => @gone)))
                    order by c.priority desc, c.created_at, c.id limit @room
                    for update of c skip locked)
                update runs r set node_id = @id, version = r.version + 1, attempts = r.attempts + case when r.node_id is null then 0 else 1 end
                from free where r.tenant_id = free.tenant_id and r.id = free.id
                returning r.tenant_id, r.id, r.subject, r.lane, r.priority, r.created_at
                """).Set("@lane", lane).Set("@gone", gone.TotalSeconds).Set("@room", room).Set("@id", id),
            RunRead.Ref);
        await AskAsync(claimed, cancellationToken);
        return claimed.Rows;
    }

    /// <summary>The runs of the node that are running and do not pause.</summary>
    public async Task<IReadOnlyList<RunRef>> OwnAsync(Guid id, CancellationToken cancellationToken)
    {
        var own = new EngineQuery<RunRef>(
            new EngineStatement("select tenant_id, id, subject, lane, priority from runs where finished_at is null and status = 'running' and due is null and node_id = @id order by created_at, id").Set("@id", id),
            RunRead.Ref);
        await AskAsync(own, cancellationToken);
        return own.Rows;
    }

    /// <summary>The number of the newest event of each of the subjects, asked in one way to the server.</summary>
    public async Task<IReadOnlyDictionary<(Guid TenantId, string Subject), long>> NewestAsync(IReadOnlyCollection<(Guid TenantId, string Subject)> subjects, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(Guid, string), long>();
        if (subjects.Count == 0) return newest;
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin read only"));
        var tenants = subjects.GroupBy(s => s.TenantId).ToList();
        foreach (IGrouping<Guid, (Guid TenantId, string Subject)> tenant in tenants)
        {
            batch.BatchCommands.Add(PostgresPrincipal.Tenant(tenant.Key).ForTransaction());
            var command = new NpgsqlBatchCommand("select s, (select max(seq) from run_events where tenant_id = $1 and subject = s collate \"C\") from unnest($2) as s");
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Key });
            command.Parameters.Add(new NpgsqlParameter { Value = tenant.Select(s => s.Subject).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (IGrouping<Guid, (Guid TenantId, string Subject)> tenant in tenants)
        {
            await rows.NextResultAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken)) newest[(tenant.Key, rows.GetString(0))] = await rows.IsDBNullAsync(1, cancellationToken) ? 0 : rows.GetInt64(1);
            await rows.NextResultAsync(cancellationToken);
        }

        return newest;
    }

    /// <summary>Tells the other nodes something, in a commit of its own that waits for no disk: it holds up nobody's rows.</summary>
    public async Task TellAsync(IReadOnlyList<string> messages, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = "select count(pg_notify($1, m)) from unnest($2) as m";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel });
        command.Parameters.Add(new NpgsqlParameter { Value = messages.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Hears what the other nodes tell, until cancelled or the connection breaks.</summary>
    /// <param name="begun">Called once nothing more is missed.</param>
    /// <param name="heard">Called with each message.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ListenAsync(Action begun, Action<string> heard, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, told) => heard(told.Payload);
        await using (NpgsqlCommand command = connection.CreateCommand())
        {
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"listen {Channel}");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        begun();
        while (true) await connection.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <inheritdoc />
    public void Dispose() => source.Dispose();

    private async Task AskAsync<T>(EngineQuery<T> query, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using NpgsqlBatch batch = Batch(connection, query.Statement);
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        var row = new PostgresRow(rows);
        while (await rows.ReadAsync(cancellationToken)) query.Take(row);
        // An answer that was read to its end is one whose commit has come.
        while (await rows.NextResultAsync(cancellationToken)) { }
    }

    /// <summary>Carries out statements in one transaction and gives the number of rows the last one wrote.</summary>
    private async Task<int> ExecuteAsync(CancellationToken cancellationToken, params EngineStatement[] statements)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using NpgsqlBatch batch = Batch(connection, statements);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (int)batch.BatchCommands[^2].RecordsAffected;
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, params EngineStatement[] statements)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(PostgresPrincipal.Worker.ForTransaction());
        foreach (EngineStatement statement in statements) batch.BatchCommands.Add(PostgresTypes.Command(statement));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        return batch;
    }
}
