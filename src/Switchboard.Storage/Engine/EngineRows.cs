using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>The statements that write one row of the engine, and the questions for the next numbers.</summary>
/// <param name="tenantId">The tenant of all rows.</param>
internal readonly struct EngineRows(Guid tenantId)
{
    /// <summary>The number of the next message of the conversation.</summary>
    public EngineQuery<int> NextSequence(Guid conversationId) =>
        new(new EngineStatement("select coalesce(max(sequence), 0) + 1 from messages where tenant_id = @tenant and conversation_id = @conversation")
            .Set("@tenant", tenantId).Set("@conversation", conversationId), row => row.Int(0));

    /// <summary>The number of the next event of the subject.</summary>
    public EngineQuery<long> NextEvent(string subject) =>
        new(new EngineStatement("select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject")
            .Set("@tenant", tenantId).Set("@subject", subject), row => row.Long(0));

    /// <summary>The number of the next event of the subject, and in the same question what the tenant's receivers want to be told of: a commit of a turn asks no more for their sake.</summary>
    public EngineQuery<(long Number, WebhookWishes Wishes)> NextEventAndWishes(string subject) =>
        new(new EngineStatement($"select coalesce(max(seq), 0) + 1, {WebhookWishes.Sql} from run_events where tenant_id = @tenant and subject = @subject")
            .Set("@tenant", tenantId).Set("@subject", subject), row => (row.Long(0), new WebhookWishes(row.TextOrNull(1))));

    /// <summary>The place of the next run of the subject.</summary>
    public EngineQuery<int> NextOrdinal(string subject) =>
        new(new EngineStatement("select coalesce(max(ordinal), 0) + 1 from runs where tenant_id = @tenant and subject = @subject")
            .Set("@tenant", tenantId).Set("@subject", subject), row => row.Int(0));

    /// <summary>Whether a run of the subject is running.</summary>
    public EngineQuery<int> Running(string subject) =>
        new(new EngineStatement("select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'running'")
            .Set("@tenant", tenantId).Set("@subject", subject), row => row.Int(0));

    /// <summary>All a new run of the subject must know: whether one is running, its own place, and the number of the next event.</summary>
    public EngineQuery<(bool IsRunning, int Ordinal, long NextEvent)> Standing(string subject) =>
        new(new EngineStatement("""
            select exists (select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'running'),
                (select coalesce(max(ordinal), 0) + 1 from runs where tenant_id = @tenant and subject = @subject),
                (select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject)
            """)
            .Set("@tenant", tenantId).Set("@subject", subject), row => (row.Truth(0), row.Int(1), row.Long(2)));

    /// <summary>The first of the subject's runs that wait for their turn.</summary>
    public EngineQuery<RunRef> NextQueued(string subject) =>
        new(new EngineStatement("select tenant_id, id, subject, lane, priority from runs where tenant_id = @tenant and subject = @subject and status = 'queued' order by ordinal limit 1")
            .Set("@tenant", tenantId).Set("@subject", subject), RunRead.Ref);

    /// <summary>Marks the run that waits for its turn as running and gives it; null when none waits.</summary>
    public RunRef? Start(EngineWrites writes, EngineQuery<RunRef> queued)
    {
        if (!queued.Found) return null;
        writes.Add(new EngineStatement("update runs set status = 'running', node_id = @node, version = version + 1 where tenant_id = @tenant and id = @run")
            .Set("@node", writes.NodeId).Set("@tenant", tenantId).Set("@run", queued.First.RunId));
        return queued.First with { NodeId = writes.NodeId };
    }

    /// <summary>
    /// Asks the runs that a run asked for to end, when it was cancelled; when it only failed, those alone that wait for its sake. Not a write of those runs
    /// themselves: who carries one out keeps it, and learns of it with the next write.
    /// </summary>
    public void AskChildren(EngineWrites writes, Guid runId, bool all, DateTimeOffset at) =>
        writes.Add(new EngineStatement("""
            update runs set cancel_asked_at = coalesce(cancel_asked_at, @at), error = coalesce(error, @reason), due = case when status = 'waiting' or due is not null then @at else due end
            where tenant_id = @tenant and parent_id = @run and finished_at is null and kind not in ('turn', 'dialogue') and (@all or handler = @expiry)
            """)
            .Set("@at", at).Set("@reason", "The run that asked for it has ended.").Set("@tenant", tenantId).Set("@run", runId).Set("@all", all).Set("@expiry", ApprovalExpiry.HandlerName));

    /// <summary>How many steps of the run are stored.</summary>
    public EngineQuery<int> StoredSteps(Guid runId) =>
        new(new EngineStatement("select coalesce(max(ordinal), 0) from run_steps where tenant_id = @tenant and run_id = @run")
            .Set("@tenant", tenantId).Set("@run", runId), row => row.Int(0));

    /// <summary>Adds a run.</summary>
    public EngineStatement Insert(Run run) =>
        new EngineStatement("""
            insert into runs (tenant_id, id, kind, subject, ordinal, status, lane, priority, handler, actor, parent_id, input, result, error, error_code, due, node_id, progress, version, attempts,
                idempotency_key, request_hash, trace, created_at, finished_at)
            values (@tenant, @id, @kind, @subject, @ordinal, @status, @lane, @priority, @handler, @actor, @parent, @input, @result, @error, @code, @due, @node, @progress, @version, @attempts,
                @key, @hash, @trace, @created, @finished)
            """)
            .Set("@tenant", tenantId).Set("@id", run.Id).Set("@kind", run.Kind).Set("@subject", run.Subject).Set("@ordinal", run.Ordinal)
            .Set("@status", run.Status).Set("@lane", run.Lane).Set("@priority", run.Priority).Set("@handler", run.Handler).Set("@actor", run.Actor).Set("@parent", run.ParentId)
            .Set("@input", run.Input).Set("@result", run.Result).Set("@error", run.Error).Set("@code", run.ErrorCode).Set("@due", run.Due).Set("@node", run.NodeId).Set("@progress", run.Progress)
            .Set("@version", run.Version).Set("@attempts", run.Attempts).Set("@key", run.IdempotencyKey).Set("@hash", run.RequestHash).Set("@trace", run.Trace)
            .Set("@created", run.CreatedAt).Set("@finished", run.FinishedAt);

    /// <summary>Adds steps behind the given number of stored ones.</summary>
    public void Insert(EngineWrites writes, Guid runId, IReadOnlyList<JournalEntry> steps, int stored)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            writes.Add(new EngineStatement("insert into run_steps (tenant_id, run_id, ordinal, name, result) values (@tenant, @run, @ordinal, @name, @result)")
                .Set("@tenant", tenantId).Set("@run", runId).Set("@ordinal", stored + i + 1).Set("@name", steps[i].Name).Set("@result", steps[i].Result));
        }
    }

    /// <summary>Adds an event.</summary>
    public EngineStatement Insert(string subject, long seq, Guid runId, string kind, string data) =>
        new EngineStatement("insert into run_events (tenant_id, subject, seq, run_id, kind, data) values (@tenant, @subject, @seq, @run, @kind, @data)")
            .Set("@tenant", tenantId).Set("@subject", subject).Set("@seq", seq).Set("@run", runId).Set("@kind", kind).Set("@data", data);

    /// <summary>Adds an event.</summary>
    public EngineStatement Insert(RunEvent e) => Insert(e.Subject, e.Seq, e.RunId, e.Kind, e.Data);

    /// <summary>Adds a message.</summary>
    public EngineStatement Insert(Message message) =>
        new EngineStatement("""
            insert into messages (tenant_id, id, conversation_id, sequence, author, agent_id, text, citations, status, confidence, is_private, run_id, created_at)
            values (@tenant, @id, @conversation, @sequence, @author, @agent, @text, @citations, @status, @confidence, @private, @run, @created)
            """)
            .Set("@tenant", tenantId).Set("@id", message.Id).Set("@conversation", message.ConversationId).Set("@sequence", message.Sequence)
            .Set("@author", message.Author).Set("@agent", message.AgentId).Set("@text", message.Text)
            .Set("@citations", message.Citations.Count == 0 ? "[]" : Json.Write(message.Citations)).Set("@status", message.Status)
            .Set("@confidence", message.Confidence).Set("@private", message.IsPrivate).Set("@run", message.RunId).Set("@created", message.CreatedAt);
}
