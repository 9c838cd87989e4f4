using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Sqlite;

/// <summary>The statements that write one row of the engine, in the transaction of the item.</summary>
/// <param name="item">The item of the writer.</param>
/// <param name="tenantId">The tenant of all rows.</param>
internal readonly struct EngineRows(SqliteWriteContext item, Guid tenantId)
{
    /// <summary>The number of the next message of the conversation.</summary>
    public int NextSequence(Guid conversationId) =>
        (int)(item.Command("select coalesce(max(sequence), 0) + 1 from messages where tenant_id = @tenant and conversation_id = @conversation")
            .Set("@tenant", tenantId).Set("@conversation", conversationId).Number() ?? 1);

    /// <summary>The number of the next event of the subject.</summary>
    public long NextEvent(string subject) =>
        item.Command("select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject")
            .Set("@tenant", tenantId).Set("@subject", subject).Number() ?? 1;

    /// <summary>Adds a run.</summary>
    public void Insert(Run run) =>
        item.Command("""
            insert into runs (tenant_id, id, kind, subject, ordinal, status, input, result, error, due, version, attempts, idempotency_key, request_hash, created_at, finished_at)
            values (@tenant, @id, @kind, @subject, @ordinal, @status, @input, @result, @error, @due, @version, @attempts, @key, @hash, @created, @finished)
            """)
            .Set("@tenant", tenantId).Set("@id", run.Id).Set("@kind", run.Kind).Set("@subject", run.Subject).Set("@ordinal", run.Ordinal)
            .Set("@status", run.Status).Set("@input", run.Input).Set("@result", run.Result).Set("@error", run.Error).Set("@due", run.Due)
            .Set("@version", run.Version).Set("@attempts", run.Attempts).Set("@key", run.IdempotencyKey).Set("@hash", run.RequestHash)
            .Set("@created", run.CreatedAt).Set("@finished", run.FinishedAt)
            .Execute();

    /// <summary>Adds steps behind the given number of stored ones.</summary>
    public void Insert(Guid runId, IReadOnlyList<JournalEntry> steps, int stored)
    {
        if (steps.Count == 0) return;
        SqliteStatement statement = item.Command("insert into run_steps (tenant_id, run_id, ordinal, name, result) values (@tenant, @run, @ordinal, @name, @result)")
            .Set("@tenant", tenantId).Set("@run", runId);
        for (int i = 0; i < steps.Count; i++)
            statement.Set("@ordinal", stored + i + 1).Set("@name", steps[i].Name).Set("@result", steps[i].Result).Execute();
    }

    /// <summary>Adds an event.</summary>
    public void Insert(string subject, long seq, Guid runId, string kind, string data) =>
        item.Command("insert into run_events (tenant_id, subject, seq, run_id, kind, data) values (@tenant, @subject, @seq, @run, @kind, @data)")
            .Set("@tenant", tenantId).Set("@subject", subject).Set("@seq", seq).Set("@run", runId).Set("@kind", kind).Set("@data", data)
            .Execute();

    /// <summary>Adds a message.</summary>
    public void Insert(Message message) =>
        item.Command("""
            insert into messages (tenant_id, id, conversation_id, sequence, author, agent_id, text, citations, status, confidence, is_private, run_id, created_at)
            values (@tenant, @id, @conversation, @sequence, @author, @agent, @text, @citations, @status, @confidence, @private, @run, @created)
            """)
            .Set("@tenant", tenantId).Set("@id", message.Id).Set("@conversation", message.ConversationId).Set("@sequence", message.Sequence)
            .Set("@author", message.Author).Set("@agent", message.AgentId).Set("@text", message.Text)
            .Set("@citations", message.Citations.Count == 0 ? "[]" : Json.Write(message.Citations)).Set("@status", message.Status)
            .Set("@confidence", message.Confidence).Set("@private", message.IsPrivate).Set("@run", message.RunId).Set("@created", message.CreatedAt)
            .Execute();
}
