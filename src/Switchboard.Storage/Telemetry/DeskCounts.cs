using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Telemetry;

/// <summary>What waits in the whole installation, without saying whose it is.</summary>
/// <param name="Runs">Runs that are not ended, by lane and by where they stand.</param>
/// <param name="Oldest">Since when the oldest queued run of a lane waits.</param>
/// <param name="Outbox">Effects that are not carried out, by where they stand.</param>
/// <param name="Waiting">Conversations that people own and nobody has taken.</param>
/// <param name="Taken">Conversations that somebody has taken and not yet resolved.</param>
public sealed record DeskCount(
    IReadOnlyDictionary<(RunLane Lane, RunStatus Status), long> Runs, IReadOnlyDictionary<RunLane, DateTimeOffset> Oldest, IReadOnlyDictionary<OutboxStatus, long> Outbox, long Waiting, long Taken);

/// <summary>Counts what waits, over all tenants, each in its own transaction.</summary>
public sealed class DeskCounts
{
    private readonly IEngine engine;
    private readonly Tenants tenants;

    internal DeskCounts(IEngine engine, Tenants tenants) => (this.engine, this.tenants) = (engine, tenants);

    /// <summary>Counts anew.</summary>
    public async Task<DeskCount> ReadAsync(CancellationToken cancellationToken)
    {
        // Dialogues wait for their customers, and there may be very many of them.
        EngineQuery<(RunLane Lane, RunStatus Status, long Count, DateTimeOffset Oldest)> runs = new(
            new EngineStatement("select lane, status, count(*), min(created_at) from runs where finished_at is null and status in ('queued', 'running') group by lane, status"),
            row => (row.Enum<RunLane>(0), row.Enum<RunStatus>(1), row.Long(2), row.Instant(3)));
        await engine.AskAsync(tenantId: null, [runs], cancellationToken);

        var outbox = new Dictionary<OutboxStatus, long>();
        long waiting = 0, taken = 0;
        foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
        {
            EngineQuery<(OutboxStatus Status, long Count)> effects = new(
                new EngineStatement("select status, count(*) from outbox where tenant_id = @tenant and status in ('pending', 'sending', 'failed', 'unknown') group by status").Set("@tenant", tenant.Id),
                row => (row.Enum<OutboxStatus>(0), row.Long(1)));
            EngineQuery<(bool IsTaken, long Count)> owned = new(
                new EngineStatement("""
                    select assignee_id is not null, count(*) from conversations
                    where tenant_id = @tenant and owner = 'human' and status in ('open', 'pending', 'snoozed') and deleted_at is null group by assignee_id is not null
                    """).Set("@tenant", tenant.Id),
                row => (row.Truth(0), row.Long(1)));
            await engine.AskAsync(tenant.Id, [effects, owned], cancellationToken);
            foreach ((OutboxStatus status, long count) in effects.Rows) outbox[status] = outbox.GetValueOrDefault(status) + count;
            waiting += owned.Rows.Where(o => !o.IsTaken).Sum(o => o.Count);
            taken += owned.Rows.Where(o => o.IsTaken).Sum(o => o.Count);
        }

        return new DeskCount(
            runs.Rows.ToDictionary(r => (r.Lane, r.Status), r => r.Count), runs.Rows.Where(r => r.Status == RunStatus.Queued).ToDictionary(r => r.Lane, r => r.Oldest), outbox, waiting, taken);
    }
}
