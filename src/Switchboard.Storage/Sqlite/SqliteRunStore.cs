using Switchboard.Core.Runs;

namespace Switchboard.Storage.Sqlite;

/// <summary>The engine's rows in SQLite: prepared statements, one commit for accept and one for finish.</summary>
/// <param name="writer">The one that writes.</param>
/// <param name="readers">The connections that read.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class SqliteRunStore(SqliteWriter writer, SqliteReaders readers, IFaultPoints faults) : IRunStore
{
    /// <inheritdoc />
    public async Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken)
    {
        AcceptResult result = await writer.RunAsync(item => new AcceptWrite(item, faults).Accept(turn), cancellationToken);
        if (result.Kind == AcceptKind.Accepted) faults.Reached("accept:after-commit");
        return result;
    }

    /// <inheritdoc />
    public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) =>
        writer.RunAsync(item => HumanWrite.Post(item, faults, message), cancellationToken);

    /// <inheritdoc />
    public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Read(session => TurnRead.Load(session, run)));
    }

    /// <inheritdoc />
    public async Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken)
    {
        if (turn.Status is not (RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled))
            throw new ArgumentException($"A turn cannot end as {turn.Status}.", nameof(turn));
        FinishResult result = await writer.RunAsync(item => new FinishWrite(item, faults).Finish(turn), cancellationToken);
        if (result.Finished) faults.Reached("finish:after-commit");
        return result;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<RunRef>>(readers.Read(session => session
            .Statement("select tenant_id, id, subject from runs where finished_at is null and status = 'running' and kind = 'turn' order by created_at, id")
            .List(row => new RunRef(row.Id(0), row.Id(1), row.GetString(2)))));
    }

    /// <inheritdoc />
    public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) =>
        writer.RunAsync(
            item => (int)(item.Command("update runs set attempts = attempts + 1, version = version + 1 where tenant_id = @tenant and id = @run and status = 'running' returning attempts")
                .Set("@tenant", run.TenantId).Set("@run", run.RunId).Number() ?? 0),
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<RunEvent>>(readers.Read(session => session
            .Statement("select seq, run_id, kind, data from run_events where tenant_id = @tenant and subject = @subject and seq > @after order by seq limit @limit")
            .Set("@tenant", tenantId).Set("@subject", subject).Set("@after", after).Set("@limit", limit)
            .List(row => new RunEvent
            {
                TenantId = tenantId,
                Subject = subject,
                Seq = row.GetInt64(0),
                RunId = row.Id(1),
                Kind = row.GetString(2),
                Data = row.GetString(3),
            })));
    }
}
