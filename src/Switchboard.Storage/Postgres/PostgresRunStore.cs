using Switchboard.Core.Runs;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>The engine's rows in PostgreSQL: prepared statements in batches, one commit for accept and one for finish.</summary>
/// <param name="connections">The connections.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class PostgresRunStore(PostgresConnections connections, IFaultPoints faults) : IRunStore
{
    /// <inheritdoc />
    public async Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken)
    {
        AcceptResult result = await connections.CommitAsync(() => new AcceptWork(turn), cancellationToken);
        if (result.Kind == AcceptKind.Accepted) faults.Reached("accept:after-commit");
        return result;
    }

    /// <inheritdoc />
    public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) =>
        connections.CommitAsync(() => new HumanWork(message), cancellationToken);

    /// <inheritdoc />
    public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken) =>
        connections.CommitAsync(() => new ChangeWork(change), cancellationToken);

    /// <inheritdoc />
    public async Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken)
    {
        var read = new TurnRead(run);
        await connections.AskAsync(PostgresPrincipal.Tenant(run.TenantId), read.Queries, cancellationToken);
        return read.State();
    }

    /// <inheritdoc />
    public async Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken)
    {
        FinishResult result = await connections.CommitAsync(() => new FinishWork(turn), cancellationToken);
        if (result.Finished) faults.Reached("finish:after-commit");
        return result;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken) =>
        (await connections.AskAsync(PostgresPrincipal.Worker, RunRead.Unfinished(), cancellationToken)).Rows;

    /// <inheritdoc />
    public async Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) =>
        (await connections.AlterAsync(PostgresPrincipal.Tenant(run.TenantId), RunRead.CountAttempt(run), cancellationToken)).First;

    /// <inheritdoc />
    public async Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken) =>
        (await connections.AskAsync(PostgresPrincipal.Tenant(tenantId), RunRead.Events(tenantId, subject, after, limit), cancellationToken)).Rows;
}
