using Npgsql;
using NpgsqlTypes;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// Lets commits of one statement that come together share a transaction, and with it the way to the server, the word for whom it is and the flush of the log. Nobody waits for company: whoever
/// comes while few transactions of the tenant are under way goes at once, and those who come meanwhile go together behind one of them. What a group does is undone whole when one of it fails; then
/// each goes by itself.
/// </summary>
/// <param name="source">The connections of the engine.</param>
internal sealed class PostgresGroups(NpgsqlDataSource source)
{
    /// <summary>Transactions of a tenant that are under way at once; with more of them each has less company.</summary>
    private const int mostAtOnce = 2;

    /// <summary>Statements of one transaction: what the first has locked stays locked until the last is through.</summary>
    private const int mostTogether = 32;

    /// <summary>How long a group waits for a lock that somebody else holds: whoever wants it may have to wait for longer, and the others must not.</summary>
    private const string patience = "100ms";

    private const string tell = $"select set_config('role', '{PostgresPrincipal.AppRole}', true), set_config('{PostgresPrincipal.TenantSetting}', $1, true), set_config('lock_timeout', '{patience}', true)";
    private const string lockAll = "select pg_advisory_xact_lock(hashtextextended(subject, 1)) is null from unnest($1) as subject";

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Line> lines = [];

    /// <summary>Carries out a statement in a transaction that it may share with others of the tenant, and takes its rows once that is committed.</summary>
    /// <param name="tenantId">Whose rows it is about.</param>
    /// <param name="query">The statement.</param>
    /// <param name="subject">The subject whose other writers are kept away; null when none are.</param>
    public async Task CommitAsync(Guid tenantId, EngineQuery query, string? subject)
    {
        var own = new Waiting(query, subject);
        IReadOnlyList<Waiting> led = Enter(tenantId, own) ? [own] : await own.Turn.Task;
        if (led.Count > 0)
        {
            try
            {
                await CarryOutAsync(tenantId, led);
            }
            catch (Exception error)
            {
                // Whether the server committed may be unknown: then it is for all of them, and each knows for itself whether it may be sent again.
                foreach (Waiting other in led.Where(w => w != own)) other.Turn.SetException(error);
                throw;
            }
            finally
            {
                Leave(tenantId);
            }

            foreach (Waiting other in led.Where(w => w != own)) other.Turn.SetResult([]);
        }

        if (own.GoesAlone) await AloneAsync(tenantId, own);
    }

    private async Task CarryOutAsync(Guid tenantId, IReadOnlyList<Waiting> group)
    {
        if (group.Count == 1)
        {
            await AloneAsync(tenantId, group[0]);
            return;
        }

        try
        {
            await TogetherAsync(tenantId, group);
        }
        catch (PostgresException error) when (!DatabaseFailures.IsBroken(error))
        {
            // One of them cannot be done, or waits for a lock. Nothing of any is there, and who it was is found out by asking each.
            foreach (Waiting one in group)
            {
                one.Query.Forget();
                one.GoesAlone = true;
            }
        }
    }

    private Task AloneAsync(Guid tenantId, Waiting one) => PostgresConnections.OnceAsync(source, PostgresPrincipal.Tenant(tenantId), one.Query, CancellationToken.None, one.Subject);

    private async Task TogetherAsync(Guid tenantId, IReadOnlyList<Waiting> group)
    {
        string tenant = tenantId.ToString("D");
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);
        var told = new NpgsqlBatchCommand(tell);
        told.Parameters.Add(new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = tenant });
        batch.BatchCommands.Add(told);
        // In one order, so that two groups that want the same subjects do not wait for each other.
        string[] subjects = [.. group.Where(w => w.Subject is not null).Select(w => PostgresTypes.Text(PostgresPrincipal.LockName(tenant, w.Subject!))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (subjects.Length > 0)
        {
            var locked = new NpgsqlBatchCommand(lockAll);
            locked.Parameters.Add(new NpgsqlParameter<string[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = subjects });
            batch.BatchCommands.Add(locked);
        }

        int before = batch.BatchCommands.Count;
        foreach (Waiting one in group) batch.BatchCommands.Add(PostgresTypes.Command(one.Query.Statement));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(CancellationToken.None);
        for (int i = 0; i < before; i++) await rows.NextResultAsync(CancellationToken.None);
        await PostgresConnections.TakeAsync(rows, [.. group.Select(w => w.Query)], CancellationToken.None);
    }

    /// <summary>Says whether whoever comes goes at once; otherwise it stands in line.</summary>
    private bool Enter(Guid tenantId, Waiting waiting)
    {
        lock (gate)
        {
            if (!lines.TryGetValue(tenantId, out Line? line)) lines.Add(tenantId, line = new Line());
            if (line.UnderWay < mostAtOnce)
            {
                line.UnderWay++;
                return true;
            }

            line.Queue.Enqueue(waiting);
            return false;
        }
    }

    /// <summary>Lets those who came meanwhile go together: the first of them for all.</summary>
    private void Leave(Guid tenantId)
    {
        var next = new List<Waiting>();
        lock (gate)
        {
            Line line = lines[tenantId];
            while (next.Count < mostTogether && line.Queue.TryDequeue(out Waiting? waiting)) next.Add(waiting);
            if (next.Count == 0 && --line.UnderWay == 0) lines.Remove(tenantId);
        }

        if (next.Count > 0) next[0].Turn.SetResult(next);
    }

    /// <summary>A tenant's commits.</summary>
    private sealed class Line
    {
        public Queue<Waiting> Queue { get; } = [];

        public int UnderWay { get; set; }
    }

    /// <summary>A commit.</summary>
    private sealed class Waiting(EngineQuery query, string? subject)
    {
        public EngineQuery Query => query;

        public string? Subject => subject;

        /// <summary>Ends with those whom it leads, itself the first; with none when another led it.</summary>
        public TaskCompletionSource<IReadOnlyList<Waiting>> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the group was undone and it must be carried out by itself.</summary>
        public bool GoesAlone { get; set; }
    }
}
