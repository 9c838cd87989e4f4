using Switchboard.Core.Runs;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;

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
        var work = new AcceptWork(turn);
        AcceptResult result = await writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
        if (result.Kind == AcceptKind.Accepted) faults.Reached("accept:after-commit");
        return result;
    }

    /// <inheritdoc />
    public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken)
    {
        var work = new HumanWork(message);
        return writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
    }

    /// <inheritdoc />
    public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken)
    {
        var work = new ChangeWork(change);
        return writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
    }

    /// <inheritdoc />
    public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = new TurnRead(run);
        readers.Ask(read.Queries, cancellationToken);
        return Task.FromResult(read.State());
    }

    /// <inheritdoc />
    public async Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken)
    {
        var work = new FinishWork(turn);
        FinishResult result = await writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
        if (result.Finished) faults.Reached("finish:after-commit");
        return result;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Ask(RunRead.Unfinished()).Rows);
    }

    /// <inheritdoc />
    public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken)
    {
        EngineQuery<int> count = RunRead.CountAttempt(run);
        return writer.RunAsync(
            item =>
            {
                item.Session.Answer([count]);
                return count.First;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Ask(RunRead.Events(tenantId, subject, after, limit)).Rows);
    }
}
