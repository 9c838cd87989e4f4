using Switchboard.Core.Runs;

namespace Switchboard.Storage.Engine;

/// <summary>The questions about runs that are asked alone.</summary>
internal static class RunRead
{
    /// <summary>The turns that are marked as running, of all tenants, oldest first.</summary>
    public static EngineQuery<RunRef> Unfinished() =>
        new(new EngineStatement("select tenant_id, id, subject from runs where finished_at is null and status = 'running' and kind = 'turn' order by created_at, id"),
            row => new RunRef(row.Id(0), row.Id(1), row.Text(2)));

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
