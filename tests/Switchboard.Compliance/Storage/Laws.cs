using System.Data.Common;
using System.Globalization;

namespace Switchboard.Compliance.Storage;

/// <summary>
/// What must hold of the rows of a database at rest whatever happened to the processes that wrote it, asked past all of the program. Every suite that breaks
/// something asks here, and for each law there is a fault that it is shown to find.
/// </summary>
public static class Laws
{
    private static readonly (string Law, string Broken)[] all =
    [
        ("no run is left running or queued", "select count(*) from runs where status in ('running', 'queued')"),
        ("no two runs of a subject were running at once", "select count(*) from (select 1 from runs where status = 'running' group by tenant_id, subject having count(*) > 1) x"),
        ("a turn that ended says what came of it", "select count(*) from runs where kind = 'turn' and (finished_at is null or result is null)"),
        ("a turn starts once", "select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from run_events e where e.tenant_id = r.tenant_id and e.run_id = r.id and e.kind = 'run.started')"),
        ("a run ends once", "select count(*) from runs r where finished_at is not null and kind <> 'dialogue' and 1 <> (select count(*) from run_events e where e.tenant_id = r.tenant_id and e.run_id = r.id and e.kind = 'run.finished')"),
        ("a turn has one message", "select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from messages m where m.tenant_id = r.tenant_id and m.run_id = r.id and m.author in ('customer', 'system'))"),
        ("a turn has one reply", "select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from messages m where m.tenant_id = r.tenant_id and m.run_id = r.id and m.author = 'agent')"),
        ("messages have no gaps", "select count(*) from (select 1 from messages group by tenant_id, conversation_id having min(sequence) <> 1 or max(sequence) <> count(*)) x"),
        ("events have no gaps", "select count(*) from (select 1 from run_events group by tenant_id, subject having min(seq) <> 1 or max(seq) <> count(*)) x"),
        ("steps have no gaps", "select count(*) from (select 1 from run_steps group by tenant_id, run_id having min(ordinal) <> 1 or max(ordinal) <> count(*)) x"),
        ("a step is recorded once", "select count(*) from (select 1 from run_steps group by tenant_id, run_id, name having count(*) > 1) x"),
        ("runs of a subject end in the order in which they were asked for", "select count(*) from run_events a join run_events b on b.tenant_id = a.tenant_id and b.subject = a.subject and b.seq > a.seq and b.kind = 'run.finished' join runs x on x.tenant_id = a.tenant_id and x.id = a.run_id join runs y on y.tenant_id = b.tenant_id and y.id = b.run_id where a.kind = 'run.finished' and x.ordinal >= y.ordinal and x.kind = 'turn'"),
        ("a conversation comes with its first message", "select count(*) from conversations c where not exists (select 1 from messages m where m.tenant_id = c.tenant_id and m.conversation_id = c.id)"),
        ("a payment is given back once", "select count(*) from (select 1 from refunds group by tenant_id, payment_id having count(*) > 1) x"),
        ("what was performed is in the journal, and the other way round", "select abs((select count(*) from refunds) - (select count(*) from run_steps where name like 'perform:refund.issue%' and result like '%\"performed\"%'))"),
        ("what was performed is in the audit, and the other way round", "select abs((select count(*) from refunds) - (select count(*) from audit_entries where action = 'refund.issue'))"),
        ("a decided approval of a conversation begins one turn", "select abs((select count(*) from approvals where conversation_id is not null and status in ('approved', 'rejected')) - (select count(*) from runs where kind = 'turn' and input like '%\"approval\"%'))"),
        ("a decided approval of a handler's run is taken up once, by that run", $"select count(*) from approvals a join runs r on r.tenant_id = a.tenant_id and r.id = a.run_id where a.conversation_id is null and a.status in ('approved', 'rejected') and r.status <> 'cancelled' and 1 <> (select count(*) from run_steps s where s.tenant_id = a.tenant_id and s.run_id = a.run_id and s.name = {Behind("decided")})"),
        ("what a handler's run asked for is carried out once when it is approved, and never otherwise", $"select count(*) from approvals a join runs r on r.tenant_id = a.tenant_id and r.id = a.run_id where a.conversation_id is null and r.status <> 'cancelled' and case when a.status = 'approved' then 1 else 0 end <> (select count(*) from run_steps s where s.tenant_id = a.tenant_id and s.run_id = a.run_id and s.name = {Behind("perform")})"),
        ("an effect has one delivery", "select abs((select count(*) from outbox) - (select count(distinct subject) from runs where kind = 'delivery')) + abs((select count(*) from outbox) - (select count(*) from runs where kind = 'delivery'))"),
        ("an effect's key is there once", "select count(*) from (select 1 from outbox group by tenant_id, key having count(*) > 1) x"),
        ("no effect is left being sent", "select count(*) from outbox where status in ('pending', 'sending')"),
    ];

    /// <summary>The laws that do not hold, each with the number of its breaches; none when all is well.</summary>
    /// <param name="connection">Sees all tenants' rows.</param>
    /// <param name="sent">How many messages customers sent, each however often; null when nobody counted.</param>
    /// <param name="failed">How many runs were to fail.</param>
    public static async Task<List<string>> BrokenAsync(DbConnection connection, int? sent = null, int failed = 0)
    {
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync();
        var broken = new List<string>();
        foreach ((string law, string sql) in all)
            if (await NumberAsync(connection, sql) is var breaches and > 0) broken.Add($"{law} ({breaches})");
        if (broken.Count > 0) broken.AddRange((await LeftAsync(connection)).Select(l => $"left: {l}"));
        if (await NumberAsync(connection, "select count(*) from runs where status = 'failed'") - failed is var others and not 0)
            broken.Add(failed == 0 ? $"no run has failed ({others})" : $"no runs have failed but those that were to ({others})");
        if (sent is { } messages && await NumberAsync(connection, "select count(*) from messages where author = 'customer'") - messages is var more and not 0)
            broken.Add($"each message that was sent is there once ({more})");
        return broken;
    }

    /// <summary>The runs that are left, in words: what one must know to look further.</summary>
    private static async Task<List<string>> LeftAsync(DbConnection connection)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "select kind, coalesce(handler, ''), status, subject, created_at from runs where status in ('running', 'queued')";
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        var left = new List<string>();
        while (await reader.ReadAsync()) left.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return left;
    }

    /// <summary>The name of the step of another kind that belongs to the approval's.</summary>
    private static string Behind(string kind) => $"replace(a.step_name, 'approval:', '{kind}:')";

    /// <summary>The number that a question is answered with.</summary>
    public static async Task<long> NumberAsync(DbConnection connection, string sql)
    {
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
