using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Sqlite;

/// <summary>The second commit of a turn: everything it ends with.</summary>
/// <param name="item">The item of the writer.</param>
/// <param name="faults">Where a test may end the process.</param>
internal readonly struct FinishWrite(SqliteWriteContext item, IFaultPoints faults)
{
    /// <summary>Ends the run and marks the subject's next one as running; writes nothing when the run has ended or was taken up again.</summary>
    public FinishResult Finish(FinishTurn turn)
    {
        Run run = turn.Run;
        var rows = new EngineRows(item, run.TenantId);
        if (!End(turn)) return new FinishResult(Finished: false, Next: null);

        rows.Insert(run.Id, turn.Steps, stored: 0);
        faults.Reached("finish:written-steps");
        if (turn.Reply is { } reply)
        {
            rows.Insert(new Message
            {
                TenantId = run.TenantId,
                Id = reply.Id,
                ConversationId = turn.Conversation.Id,
                Sequence = rows.NextSequence(turn.Conversation.Id),
                Author = MessageAuthor.Agent,
                AgentId = reply.AgentId,
                Text = reply.Text,
                Citations = reply.Citations,
                Status = reply.Status,
                Confidence = reply.Confidence,
                RunId = run.Id,
                CreatedAt = turn.At,
            });
        }

        faults.Reached("finish:written-reply");
        if (turn.Events.Count > 0)
        {
            long seq = rows.NextEvent(run.Subject);
            foreach (PendingEvent e in turn.Events) rows.Insert(run.Subject, seq++, run.Id, e.Kind, e.Data);
        }

        faults.Reached("finish:written-events");
        Update(run.TenantId, turn.Conversation);
        if (turn.Handoff is { } handoff)
        {
            SqliteDb db = item.Context(new SystemActor(run.TenantId, "desk"));
            db.Handoffs.Add(handoff);
            db.SaveChanges();
        }

        foreach (DialogueChange dialogue in turn.Dialogues) Write(rows, turn, dialogue);
        RunRef? next = StartNext(run.TenantId, run.Subject);
        faults.Reached("finish:before-commit");
        return new FinishResult(Finished: true, next);
    }

    private bool End(FinishTurn turn) =>
        item.Command("""
            update runs set status = @status, result = @result, error = @error, finished_at = @at, version = version + 1
            where tenant_id = @tenant and id = @run and version = @read and status = 'running'
            """)
            .Set("@status", turn.Status).Set("@result", turn.Result).Set("@error", turn.Error).Set("@at", turn.At)
            .Set("@tenant", turn.Run.TenantId).Set("@run", turn.Run.Id).Set("@read", turn.Run.Version)
            .Execute() == 1;

    /// <summary>Writes what the turn made of the conversation. What people did to it while the turn was under way stands: a person who took it over keeps it, and one who closed it finds it closed.</summary>
    private void Update(Guid tenantId, Conversation conversation)
    {
        int rows = item.Command("""
            update conversations set
                status = case when status = 'closed' or (owner = 'human' and @owner <> 'human') then status else @status end,
                priority = case when owner = 'human' and @owner <> 'human' then priority else @priority end,
                owner = case when owner = 'human' then owner else @owner end,
                subject = @subject, reply_email = @email, low_confidence_streak = @streak, reopened_count = @reopened, reopened_at = @reopened_at,
                primary_intent = @intent, language = @language, sentiment_mean = @mean, sentiment_last = @last, agents_involved = @agents,
                first_response_at = coalesce(first_response_at, @first_response), answered_at = @answered, handed_off_at = coalesce(handed_off_at, @handed_off),
                customer_wrote_at = @wrote, confirmed_at = @confirmed, resolved_at = @resolved, snoozed_until = @snoozed, pauses = @pauses,
                last_activity_at = max(last_activity_at, @activity)
            where tenant_id = @tenant and id = @id
            """)
            .Set("@status", conversation.Status).Set("@owner", conversation.Owner).Set("@priority", conversation.Priority)
            .Set("@subject", conversation.Subject).Set("@email", conversation.ReplyEmail).Set("@streak", conversation.LowConfidenceStreak)
            .Set("@reopened", conversation.ReopenedCount).Set("@reopened_at", conversation.ReopenedAt).Set("@activity", conversation.LastActivityAt)
            .Set("@intent", conversation.PrimaryIntent).Set("@language", conversation.Language).Set("@mean", conversation.SentimentMean).Set("@last", conversation.SentimentLast)
            .Set("@agents", Json.Write(conversation.AgentsInvolved)).Set("@first_response", conversation.FirstResponseAt).Set("@answered", conversation.AnsweredAt)
            .Set("@handed_off", conversation.HandedOffAt).Set("@wrote", conversation.CustomerWroteAt).Set("@confirmed", conversation.ConfirmedAt).Set("@resolved", conversation.ResolvedAt)
            .Set("@snoozed", conversation.SnoozedUntil).Set("@pauses", Json.Write(conversation.Pauses))
            .Set("@tenant", tenantId).Set("@id", conversation.Id)
            .Execute();
        if (rows != 1) throw new InvalidOperationException($"There is no conversation {conversation.Id}.");
    }

    private void Write(EngineRows rows, FinishTurn turn, DialogueChange dialogue)
    {
        DateTimeOffset? ended = dialogue.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled ? turn.At : null;
        if (ended is null && dialogue.Status != RunStatus.Waiting) throw new ArgumentException($"A dialogue cannot be {dialogue.Status} after a turn.", nameof(turn));
        int stored = dialogue.ReadVersion == 0 ? Open(rows, turn, dialogue, ended) : GoOn(turn, dialogue, ended);
        rows.Insert(dialogue.RunId, dialogue.NewSteps, stored);
    }

    private int Open(EngineRows rows, FinishTurn turn, DialogueChange dialogue, DateTimeOffset? ended)
    {
        string subject = Subjects.Dialogue(turn.Conversation.Id);
        long ordinal = item.Command("select coalesce(max(ordinal), 0) + 1 from runs where tenant_id = @tenant and subject = @subject")
            .Set("@tenant", turn.Run.TenantId).Set("@subject", subject).Number() ?? 1;
        rows.Insert(new Run
        {
            TenantId = turn.Run.TenantId,
            Id = dialogue.RunId,
            Kind = RunKind.Dialogue,
            Subject = subject,
            Ordinal = (int)ordinal,
            Status = dialogue.Status,
            Input = Json.Write(dialogue.Input),
            Error = dialogue.Error,
            Version = 1,
            Attempts = 1,
            CreatedAt = turn.At,
            FinishedAt = ended,
        });
        return 0;
    }

    private int GoOn(FinishTurn turn, DialogueChange dialogue, DateTimeOffset? ended)
    {
        int rows = item.Command("""
            update runs set status = @status, input = @input, error = @error, finished_at = @at, version = version + 1
            where tenant_id = @tenant and id = @run and version = @read and status = 'waiting'
            """)
            .Set("@status", dialogue.Status).Set("@input", Json.Write(dialogue.Input)).Set("@error", dialogue.Error).Set("@at", ended)
            .Set("@tenant", turn.Run.TenantId).Set("@run", dialogue.RunId).Set("@read", dialogue.ReadVersion)
            .Execute();
        // Turns of a conversation follow each other, so this cannot be lost in a race; whoever gets here read another dialogue.
        if (rows != 1) throw new InvalidOperationException($"The dialogue {dialogue.RunId} is not waiting in version {dialogue.ReadVersion}; the turn was not finished.");
        return (int)(item.Command("select coalesce(max(ordinal), 0) from run_steps where tenant_id = @tenant and run_id = @run")
            .Set("@tenant", turn.Run.TenantId).Set("@run", dialogue.RunId).Number() ?? 0);
    }

    private RunRef? StartNext(Guid tenantId, string subject)
    {
        Guid? next = item.Command("select id from runs where tenant_id = @tenant and subject = @subject and status = 'queued' order by ordinal limit 1")
            .Set("@tenant", tenantId).Set("@subject", subject).First(row => row.IdOrNull(0));
        if (next is not { } id) return null;
        item.Command("update runs set status = 'running', version = version + 1 where tenant_id = @tenant and id = @run")
            .Set("@tenant", tenantId).Set("@run", id).Execute();
        return new RunRef(tenantId, id, subject);
    }
}
