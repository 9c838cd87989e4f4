using Microsoft.Data.Sqlite;

namespace Switchboard.EndToEnd;

/// <summary>Looks into the database of a server that is not running, past all of its code: what must hold of the rows whatever happened.</summary>
public sealed class Ledger : IDisposable
{
    private readonly SqliteConnection connection;

    public Ledger(string data)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "switchboard.db"), Pooling = false }.ToString());
        connection.Open();
    }

    /// <summary>What holds of any database at rest.</summary>
    public void ShouldBeSound()
    {
        Text("pragma integrity_check").ShouldBe("ok");
        Number("select count(*) from runs where status in ('running', 'queued')").ShouldBe(0, "no run is left running");
        ShouldBeSoundSoFar();
    }

    /// <summary>What holds as well while a server that is asked nothing looks after its own.</summary>
    public void ShouldBeSoundSoFar()
    {
        Number("select count(*) from pragma_foreign_key_check").ShouldBe(0);
        Number("select count(*) from runs where status = 'failed'").ShouldBe(0);
        Number("select count(*) from runs where kind = 'turn' and (finished_at is null or result is null)").ShouldBe(0, "a turn that ended says what came of it");
        Number("select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from run_events e where e.tenant_id = r.tenant_id and e.run_id = r.id and e.kind = 'run.started')").ShouldBe(0, "a turn starts once");
        Number("select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from run_events e where e.tenant_id = r.tenant_id and e.run_id = r.id and e.kind = 'run.finished')").ShouldBe(0, "a turn ends once");
        Number("select count(*) from runs r where kind = 'turn' and 1 <> (select count(*) from messages m where m.tenant_id = r.tenant_id and m.run_id = r.id and m.author = 'customer')").ShouldBe(0, "a turn has one message");
        Number("select count(*) from runs r where kind = 'turn' and 1 < (select count(*) from messages m where m.tenant_id = r.tenant_id and m.run_id = r.id and m.author = 'agent')").ShouldBe(0, "a turn has at most one reply");
        Number("select count(*) from (select 1 from messages group by tenant_id, conversation_id having min(sequence) <> 1 or max(sequence) <> count(*))").ShouldBe(0, "messages have no gaps");
        Number("select count(*) from (select 1 from run_events group by tenant_id, subject having min(seq) <> 1 or max(seq) <> count(*))").ShouldBe(0, "events have no gaps");
        Number("select count(*) from (select 1 from run_steps group by tenant_id, run_id having min(ordinal) <> 1 or max(ordinal) <> count(*))").ShouldBe(0, "steps have no gaps");
        Number("select count(*) from conversations c where not exists (select 1 from messages m where m.tenant_id = c.tenant_id and m.conversation_id = c.id)").ShouldBe(0, "a conversation comes with its first message");
    }

    public long Number(string sql) => (long)Scalar(sql)!;

    public string? Text(string sql) => Scalar(sql) as string;

    public void Dispose() => connection.Dispose();

    private object? Scalar(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
