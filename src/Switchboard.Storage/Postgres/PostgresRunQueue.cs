using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>The runs of handlers in PostgreSQL.</summary>
/// <param name="connections">The connections.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class PostgresRunQueue(PostgresConnections connections, IFaultPoints faults) : IRunQueue
{
    /// <inheritdoc />
    public async Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Enqueued enqueued = await connections.CommitAsync(() => new EnqueueWork(request), cancellationToken);
        if (enqueued.IsNew) faults.Reached("enqueue:after-commit");
        return enqueued;
    }

    /// <inheritdoc />
    public async Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        EngineQuery<Run> row = RunRead.Running(run);
        EngineQuery<JournalEntry> steps = RunRead.Steps(run);
        await connections.AskAsync(PostgresPrincipal.Tenant(run.TenantId), [row, steps], cancellationToken);
        return row.First is { } found ? new RunJournal(found, steps.Rows) : null;
    }

    /// <inheritdoc />
    public async Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken)
    {
        RunAdvanced? advanced = await connections.CommitAsync(() => new AdvanceWork(advance), cancellationToken);
        if (advanced is not null) faults.Reached("advance:after-commit");
        return advanced;
    }

    /// <inheritdoc />
    public async Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        FinishResult result = await connections.CommitAsync(() => new EndWork(ending), cancellationToken);
        if (result.Finished) faults.Reached("end:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken)
    {
        FinishResult result = await connections.CommitAsync(() => new PauseWork(pause), cancellationToken);
        if (result.Finished) faults.Reached("pause:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        EngineQuery<RunRef> named = await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), RunRead.Named(tenantId, runId), cancellationToken);
        if (!named.Found) return null;
        RunStatus? status = await connections.CommitAsync(() => new CancelWork(named.First, reason, at), cancellationToken);
        faults.Reached("cancel:after-commit");
        return status;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var woken = new List<RunRef>();
        foreach (RunRef due in (await connections.AskAsync(PostgresPrincipal.Worker, RunRead.Due(now, limit), cancellationToken)).Rows)
        {
            if (await connections.CommitAsync(() => new WakeWork(due, now, connections.NodeId), cancellationToken) is { } run) woken.Add(run);
        }

        if (woken.Count > 0) faults.Reached("wake:after-commit");
        return woken;
    }
}
