using Switchboard.Core.Runs;

namespace Switchboard.Storage.Engine;

/// <summary>The questions about runs that are asked alone.</summary>
internal static class RunRead
{
    /// <summary>
    /// What the version of a row must be for whoever read <c>@read</c> of a running run: nothing, once it does not run. Said as one comparison, for beside "status = 'running'" PostgreSQL
    /// may take the index of running runs to find the row by its id, and read all of them.
    /// </summary>
    public const string ReadWhileRunning = "case when status = 'running' then @read end";

    /// <summary>The runs that are marked as running and do not pause, of all tenants, oldest first.</summary>
    public static EngineQuery<RunRef> Unfinished() =>
        new(new EngineStatement("select tenant_id, id, subject, lane, priority from runs where finished_at is null and status = 'running' and due is null order by created_at, id"), Ref);

    /// <summary>The runs whose instant has come, of all tenants, longest due first.</summary>
    public static EngineQuery<RunRef> Due(DateTimeOffset now, int limit) =>
        new(new EngineStatement("""
            select tenant_id, id, subject, lane, priority from runs
            where due is not null and finished_at is null and due <= @now and status in ('waiting', 'running') order by due limit @limit
            """).Set("@now", now).Set("@limit", limit), Ref);

    /// <summary>What a run is called, whatever its state.</summary>
    public static EngineQuery<RunRef> Named(Guid tenantId, Guid runId) =>
        new(new EngineStatement("select tenant_id, id, subject, lane, priority from runs where tenant_id = @tenant and id = @run").Set("@tenant", tenantId).Set("@run", runId), Ref);

    /// <summary>The recorded steps of a run in their order.</summary>
    public static EngineQuery<JournalEntry> Steps(RunRef run) =>
        new(new EngineStatement("select name, result from run_steps where tenant_id = @tenant and run_id = @run order by ordinal")
            .Set("@tenant", run.TenantId).Set("@run", run.RunId), row => new JournalEntry(row.Text(0), row.Text(1)));

    /// <summary>All columns of a run but the tenant's, in the order of <see cref="Run(EngineRow, Guid)"/>.</summary>
    public const string Columns = "id, kind, subject, ordinal, status, lane, priority, handler, actor, parent_id, input, result, error, error_code, due, node_id, cancel_asked_at, progress, " +
        "version, attempts, idempotency_key, request_hash, trace, created_at, finished_at";

    /// <summary>A run of <see cref="Columns"/>.</summary>
    public static Run Run(EngineRow row, Guid tenantId) => new()
    {
        TenantId = tenantId,
        Id = row.Id(0),
        Kind = row.Enum<RunKind>(1),
        Subject = row.Text(2),
        Ordinal = row.Int(3),
        Status = row.Enum<RunStatus>(4),
        Lane = row.Enum<RunLane>(5),
        Priority = row.Int(6),
        Handler = row.TextOrNull(7),
        Actor = row.TextOrNull(8),
        ParentId = row.IdOrNull(9),
        Input = row.Text(10),
        Result = row.TextOrNull(11),
        Error = row.TextOrNull(12),
        ErrorCode = row.TextOrNull(13),
        Due = row.InstantOrNull(14),
        NodeId = row.IdOrNull(15),
        CancelAskedAt = row.InstantOrNull(16),
        Progress = row.RealOrNull(17),
        Version = row.Int(18),
        Attempts = row.Int(19),
        IdempotencyKey = row.TextOrNull(20),
        RequestHash = row.BytesOrNull(21),
        Trace = row.TextOrNull(22),
        CreatedAt = row.Instant(23),
        FinishedAt = row.InstantOrNull(24),
    };

    /// <summary>The name of a run out of its tenant, id, subject, lane and priority.</summary>
    public static RunRef Ref(EngineRow row) => new(row.Id(0), row.Id(1), row.Text(2), row.Enum<RunLane>(3)) { Priority = row.Int(4) };

    /// <summary>A run that is running and does not pause.</summary>
    public static EngineQuery<Run> Running(RunRef run) =>
        new(new EngineStatement($"select {Columns} from runs where tenant_id = @tenant and id = @run and status = 'running' and due is null")
            .Set("@tenant", run.TenantId).Set("@run", run.RunId), row => Run(row, run.TenantId));

    /// <summary>Counts one more attempt of a run that is running, and gives the new count.</summary>
    public static EngineQuery<int> CountAttempt(RunRef run) =>
        new(new EngineStatement("update runs set attempts = attempts + 1, version = version + 1 where tenant_id = @tenant and id = @run and status = 'running' returning attempts")
            .Set("@tenant", run.TenantId).Set("@run", run.RunId), row => row.Int(0));

    /// <summary>The events of a subject after a number.</summary>
    public static EngineQuery<RunEvent> Events(Guid tenantId, string subject, long after, int limit) =>
        new(new EngineStatement("select seq, run_id, kind, data from run_events where tenant_id = @tenant and subject = @subject and seq > @after order by seq limit @limit")
            .Set("@tenant", tenantId).Set("@subject", subject).Set("@after", after).Set("@limit", limit),
            row => new RunEvent { TenantId = tenantId, Subject = subject, Seq = row.Long(0), RunId = row.Id(1), Kind = row.Text(2), Data = row.Text(3) });
}
