using Switchboard.Core.Runs;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Sqlite;

/// <summary>The runs of handlers in SQLite.</summary>
/// <param name="writer">The one that writes.</param>
/// <param name="readers">The connections that read.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class SqliteRunQueue(SqliteWriter writer, SqliteReaders readers, IFaultPoints faults) : IRunQueue
{
    /// <inheritdoc />
    public async Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Enqueued enqueued = await CommitAsync(new EnqueueWork(request), cancellationToken);
        if (enqueued.IsNew) faults.Reached("enqueue:after-commit");
        return enqueued;
    }

    /// <inheritdoc />
    public Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EngineQuery<Run> row = RunRead.Running(run);
        EngineQuery<JournalEntry> steps = RunRead.Steps(run);
        readers.Ask([row, steps]);
        return Task.FromResult(row.First is { } found ? new RunJournal(found, steps.Rows) : null);
    }

    /// <inheritdoc />
    public async Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken)
    {
        RunAdvanced? advanced = await CommitAsync(new AdvanceWork(advance), cancellationToken);
        if (advanced is not null) faults.Reached("advance:after-commit");
        return advanced;
    }

    /// <inheritdoc />
    public async Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        FinishResult result = await CommitAsync(new EndWork(ending), cancellationToken);
        if (result.Finished) faults.Reached("end:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken)
    {
        FinishResult result = await CommitAsync(new PauseWork(pause), cancellationToken);
        if (result.Finished) faults.Reached("pause:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        EngineQuery<RunRef> named = readers.Ask(RunRead.Named(tenantId, runId));
        if (!named.Found) return null;
        RunStatus? status = await CommitAsync(new CancelWork(named.First, reason, at), cancellationToken);
        faults.Reached("cancel:after-commit");
        return status;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var woken = new List<RunRef>();
        foreach (RunRef due in readers.Ask(RunRead.Due(now, limit)).Rows)
        {
            if (await CommitAsync(new WakeWork(due, now, nodeId: null), cancellationToken) is { } run) woken.Add(run);
        }

        if (woken.Count > 0) faults.Reached("wake:after-commit");
        return woken;
    }

    private Task<T> CommitAsync<T>(EngineWork<T> work, CancellationToken cancellationToken) =>
        writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
}
