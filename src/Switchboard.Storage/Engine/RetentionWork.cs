using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Engine;

/// <summary>A run whose journal may be deleted.</summary>
internal readonly record struct OldJournal(Guid RunId, string Subject, long Steps, long Events, long NewestEvent);

/// <summary>What is asked before rows are deleted; it is asked of a connection that reads, so that no writer waits for the search.</summary>
internal static class RetentionRead
{
    /// <summary>Ended runs that still have a journal, in the order of their ids. The newest event of a subject is not counted.</summary>
    public static EngineQuery<OldJournal> Journals(Guid tenantId, DateTimeOffset endedBy, Guid after, int limit) =>
        new(new EngineStatement("""
            select o.id, o.subject, o.steps, o.events, o.newest from (
                select r.id, r.subject,
                    (select count(*) from run_steps s where s.tenant_id = r.tenant_id and s.run_id = r.id) as steps,
                    (select count(*) from run_events e where e.tenant_id = r.tenant_id and e.subject = r.subject and e.run_id = r.id
                        and e.seq < (select max(l.seq) from run_events l where l.tenant_id = r.tenant_id and l.subject = r.subject)) as events,
                    coalesce((select max(l.seq) from run_events l where l.tenant_id = r.tenant_id and l.subject = r.subject), 0) as newest
                from runs r where r.tenant_id = @tenant and r.id > @after and r.finished_at <= @ended) o
            where o.steps + o.events > 0 order by o.id limit @limit
            """)
            .Set("@tenant", tenantId).Set("@after", after).Set("@ended", endedBy).Set("@limit", limit),
            row => new OldJournal(row.Id(0), row.Text(1), row.Long(2), row.Long(3), row.Long(4)));

    /// <summary>Effects on the outside that were sent or failed.</summary>
    public static EngineQuery<Guid> Outbox(Guid tenantId, DateTimeOffset settledBy, int limit) =>
        new(new EngineStatement("select id from outbox where tenant_id = @tenant and status in ('sent', 'failed') and settled_at <= @settled order by id limit @limit")
            .Set("@tenant", tenantId).Set("@settled", settledBy).Set("@limit", limit),
            row => row.Id(0));

    /// <summary>As many journals, from the first on, as have the given number of rows together; one at least.</summary>
    public static IReadOnlyList<OldJournal> Fitting(IReadOnlyList<OldJournal> found, int rows)
    {
        long sum = 0;
        int count = 0;
        while (count < found.Count && (count == 0 || sum + found[count].Steps + found[count].Events <= rows))
        {
            sum += found[count].Steps + found[count].Events;
            count++;
        }

        return [.. found.Take(count)];
    }

    /// <summary>What the deletion of some of the found journals is told as.</summary>
    public static JournalsDeleted Told(IReadOnlyList<OldJournal> deleted, IReadOnlyList<OldJournal> found, int limit) =>
        new(deleted.Count, deleted.Sum(d => d.Steps), deleted.Sum(d => d.Events), deleted.Count == found.Count && found.Count < limit ? null : deleted[^1].RunId);
}

/// <summary>Deletes rows of the engine in one commit.</summary>
/// <param name="tenantId">The tenant of all rows.</param>
/// <param name="journals">Runs that lose their journal.</param>
/// <param name="outbox">Effects on the outside.</param>
internal sealed class RetentionWork(Guid tenantId, IReadOnlyList<OldJournal> journals, IReadOnlyList<Guid> outbox) : EngineWork<int>
{
    /// <inheritdoc />
    public override Actor Actor { get; } = new SystemActor(tenantId, "retention");

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [];

    /// <inheritdoc />
    public override int Decide(EngineWrites writes)
    {
        foreach (OldJournal journal in journals)
        {
            writes.Add(new EngineStatement("delete from run_steps where tenant_id = @tenant and run_id = @run").Set("@tenant", tenantId).Set("@run", journal.RunId));
            writes.Add(new EngineStatement("delete from run_events where tenant_id = @tenant and subject = @subject and run_id = @run and seq < @newest")
                .Set("@tenant", tenantId).Set("@subject", journal.Subject).Set("@run", journal.RunId).Set("@newest", journal.NewestEvent));
        }

        foreach (Guid entry in outbox)
            writes.Add(new EngineStatement("delete from outbox where tenant_id = @tenant and id = @id and status in ('sent', 'failed')").Set("@tenant", tenantId).Set("@id", entry));
        writes.Reach("retention:before-commit");
        return outbox.Count;
    }
}
