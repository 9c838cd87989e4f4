using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;

namespace Switchboard.Storage.Engine;

/// <summary>The runs of handlers on either database.</summary>
/// <param name="engine">Asks and commits.</param>
/// <param name="faults">Where a test may end the process.</param>
internal sealed class RunQueue(IEngine engine, IFaultPoints faults) : IRunQueue
{
    /// <inheritdoc />
    public async Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        // One id for all attempts: what was stored by one whose answer was lost is found by it.
        Guid id = request.Id ?? Guid.CreateVersion7(request.At);
        Enqueued enqueued = await engine.CommitAsync(() => new EnqueueWork(request, id), cancellationToken);
        if (enqueued.IsNew) faults.Reached("enqueue:after-commit");
        return enqueued;
    }

    /// <inheritdoc />
    public async Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        EngineQuery<Run> row = RunRead.Running(run);
        EngineQuery<JournalEntry> steps = RunRead.Steps(run);
        await engine.AskAsync(run.TenantId, [row, steps], cancellationToken);
        return row.First is { } found ? new RunJournal(found, steps.Rows) : null;
    }

    /// <inheritdoc />
    public async Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken)
    {
        RunAdvanced? advanced = await engine.CommitAsync(() => new AdvanceWork(advance), cancellationToken);
        if (advanced is not null) Measures.Stored(advance.Steps);
        if (advanced is not null) faults.Reached("advance:after-commit");
        return advanced;
    }

    /// <inheritdoc />
    public async Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        FinishResult result = await engine.CommitAsync(() => new EndWork(ending), cancellationToken);
        if (result.Finished) Measures.Stored(ending.Steps);
        if (result.Finished) faults.Reached("end:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken)
    {
        FinishResult result = await engine.CommitAsync(() => new PauseWork(pause), cancellationToken);
        if (result.Finished) Measures.Stored(pause.Steps);
        if (result.Finished) faults.Reached("pause:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        EngineQuery<RunRef> named = RunRead.Named(tenantId, runId);
        await engine.AskAsync(tenantId, [named], cancellationToken);
        if (!named.Found) return null;
        RunStatus? status = await engine.CommitAsync(() => new CancelWork(named.First, reason, at), cancellationToken);
        faults.Reached("cancel:after-commit");
        return status;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        EngineQuery<RunRef> found = RunRead.Due(now, limit);
        await engine.AskAsync(tenantId: null, [found], cancellationToken);
        var woken = new List<RunRef>();
        foreach (RunRef due in found.Rows)
        {
            if (await engine.CommitAsync(() => new WakeWork(due, now, engine.NodeId), cancellationToken) is { } run) woken.Add(run);
        }

        if (woken.Count > 0) faults.Reached("wake:after-commit");
        return woken;
    }
}
