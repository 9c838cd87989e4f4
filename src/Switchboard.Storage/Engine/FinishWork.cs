using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>The second commit of a turn: everything it ends with.</summary>
internal sealed class FinishWork : EngineWork<FinishResult>
{
    private readonly FinishTurn turn;
    private readonly EngineRows rows;
    private readonly string dialogues;
    private readonly EngineQuery<int> claimed;
    private readonly EngineQuery<int> sequence;
    private readonly EngineQuery<(long Number, WebhookWishes Wishes)> nextEvent;
    private readonly EngineQuery<RunRef> queued;
    private readonly EngineQuery<(ConversationState State, string? Intent)> before;
    private readonly EngineQuery<int>? nextDialogue;
    private readonly Dictionary<Guid, EngineQuery<int>> stored = [];
    private readonly EnqueueRead[] expiries;

    /// <summary>Prepares to finish the turn.</summary>
    /// <exception cref="ArgumentException">The turn or a dialogue of it has a status that is no end of it.</exception>
    public FinishWork(FinishTurn turn)
    {
        if (turn.Status is not (RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled)) throw new ArgumentException($"A turn cannot end as {turn.Status}.", nameof(turn));
        foreach (DialogueChange dialogue in turn.Dialogues)
            if (dialogue.Status is RunStatus.Queued or RunStatus.Running) throw new ArgumentException($"A dialogue cannot be {dialogue.Status} after a turn.", nameof(turn));
        this.turn = turn;
        rows = new EngineRows(turn.Run.TenantId);
        dialogues = Subjects.Dialogue(turn.Conversation.Id);
        // The run is claimed by ending it: who finds it ended or in another version has lost and writes nothing.
        claimed = new(new EngineStatement($"""
            update runs set status = @status, result = @result, error = @error, finished_at = @at, version = version + 1
            where tenant_id = @tenant and id = @run and version = {RunRead.ReadWhileRunning} returning version
            """)
            .Set("@status", turn.Status).Set("@result", turn.Result).Set("@error", turn.Error).Set("@at", turn.At)
            .Set("@tenant", turn.Run.TenantId).Set("@run", turn.Run.Id).Set("@read", turn.Version), row => row.Int(0));
        sequence = rows.NextSequence(turn.Conversation.Id);
        nextEvent = rows.NextEventAndWishes(turn.Run.Subject);
        queued = rows.NextQueued(turn.Run.Subject);
        before = new(new EngineStatement("select status, owner, priority, handed_off_at, primary_intent from conversations where tenant_id = @tenant and id = @id")
            .Set("@tenant", turn.Run.TenantId).Set("@id", turn.Conversation.Id),
            row => (new ConversationState(row.Enum<ConversationStatus>(0), row.Enum<ConversationOwner>(1), row.Enum<Priority>(2), row.InstantOrNull(3)), row.TextOrNull(4)));
        // Each approval comes with the run that lets it end at its time, and so does the offer of a handoff.
        expiries = [.. turn.Approvals.Select(a => new EnqueueRead(ApprovalExpiry.RequestFor(a))), .. turn.Offer is { } offer ? new[] { new EnqueueRead(offer) } : []];
        if (turn.Dialogues.Any(d => d.ReadVersion == 0)) nextDialogue = rows.NextOrdinal(dialogues);
        foreach (DialogueChange dialogue in turn.Dialogues.Where(d => d.ReadVersion != 0)) stored[dialogue.RunId] = rows.StoredSteps(dialogue.RunId);
    }

    /// <inheritdoc />
    public override Actor Actor => new SystemActor(turn.Run.TenantId, "desk");

    /// <inheritdoc />
    public override Guid? ConversationId => turn.Conversation.Id;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries
    {
        get
        {
            List<EngineQuery> all = [claimed, nextEvent, queued, before, .. stored.Values];
            if (turn.Reply is not null) all.Add(sequence);
            if (nextDialogue is not null) all.Add(nextDialogue);
            foreach (EnqueueRead expiry in expiries) all.AddRange(expiry.Queries);
            return all;
        }
    }

    /// <inheritdoc />
    public override WebhookWishes? Wishes => nextEvent.First.Wishes;

    /// <summary>Ends the run and marks the subject's next one as running; writes nothing when the run has ended or was taken up again.</summary>
    public override FinishResult Decide(EngineWrites writes)
    {
        Run run = turn.Run;
        if (!claimed.Found) return new FinishResult(Finished: false, Next: null);

        rows.Insert(writes, run.Id, turn.Steps, stored: 0);
        writes.Reach("finish:written-steps");
        if (turn.Reply is { } reply)
        {
            writes.Add(rows.Insert(new Message
            {
                TenantId = run.TenantId,
                Id = reply.Id,
                ConversationId = turn.Conversation.Id,
                Sequence = sequence.First,
                Author = MessageAuthor.Agent,
                AgentId = reply.AgentId,
                Text = reply.Text,
                Citations = reply.Citations,
                Status = reply.Status,
                Confidence = reply.Confidence,
                IsPrivate = reply.IsPrivate,
                RunId = run.Id,
                CreatedAt = turn.At,
            }));
            writes.Announce(new Announcement(WebhookEvents.MessageCreated, reply.Id, turn.At));
        }

        writes.Reach("finish:written-reply");
        long seq = nextEvent.First.Number;
        foreach (PendingEvent e in turn.Events) writes.Add(rows.Insert(run.Subject, seq++, run.Id, e.Kind, e.Data));
        writes.Reach("finish:written-events");
        Update(writes, turn.Conversation);
        if (turn.Handoff is { } handoff) writes.AddRow(handoff);
        int opened = 0;
        foreach (DialogueChange dialogue in turn.Dialogues)
        {
            DateTimeOffset? ended = dialogue.Status == RunStatus.Waiting ? null : turn.At;
            if (dialogue.ReadVersion == 0) Open(writes, dialogue, ended, nextDialogue!.First + opened++);
            else GoOn(writes, dialogue, ended);
            rows.Insert(writes, dialogue.RunId, dialogue.NewSteps, dialogue.ReadVersion == 0 ? 0 : stored[dialogue.RunId].First);
        }

        foreach (Approval approval in turn.Approvals) writes.AddRow(approval);
        foreach (EnqueueRead expiry in expiries) expiry.Decide(writes);
        RunRef? next = rows.Start(writes, queued);
        writes.Reach("finish:before-commit");
        return new FinishResult(Finished: true, next);
    }

    /// <summary>Writes what the turn made of the conversation. What people did to it while the turn was under way stands: a person who took it over keeps it, and one who closed it finds it closed.</summary>
    private void Update(EngineWrites writes, Conversation conversation)
    {
        // Nobody else writes the conversation between the question and this statement: on both databases its writers follow each other.
        if (!before.Found) throw new InvalidOperationException($"There is no conversation {conversation.Id}.");
        (ConversationState was, string? intent) = before.First;
        ConversationState after = was.After(conversation);
        writes.AddOne(new EngineStatement("""
            update conversations set
                status = @status, owner = @owner, priority = @priority, handed_off_at = @handed_off,
                subject = @subject, reply_email = @email, low_confidence_streak = @streak, reopened_count = @reopened, reopened_at = @reopened_at,
                primary_intent = @intent, complexity = @complexity, language = @language, sentiment_mean = @mean, sentiment_last = @last, agents_involved = @agents,
                first_response_at = coalesce(first_response_at, @first_response), answered_at = @answered,
                customer_wrote_at = @wrote, confirmed_at = @confirmed, resolved_at = @resolved, snoozed_until = @snoozed, pauses = @pauses,
                last_activity_at = case when last_activity_at < @activity then @activity else last_activity_at end
            where tenant_id = @tenant and id = @id
            """)
            .Set("@status", after.Status).Set("@owner", after.Owner).Set("@priority", after.Priority).Set("@handed_off", after.HandedOffAt)
            .Set("@subject", conversation.Subject).Set("@email", conversation.ReplyEmail).Set("@streak", conversation.LowConfidenceStreak)
            .Set("@reopened", conversation.ReopenedCount).Set("@reopened_at", conversation.ReopenedAt).Set("@activity", conversation.LastActivityAt)
            .Set("@intent", conversation.PrimaryIntent).Set("@complexity", conversation.Complexity).Set("@language", conversation.Language).Set("@mean", conversation.SentimentMean).Set("@last", conversation.SentimentLast)
            .Set("@agents", Json.Write(conversation.AgentsInvolved)).Set("@first_response", conversation.FirstResponseAt).Set("@answered", conversation.AnsweredAt)
            .Set("@wrote", conversation.CustomerWroteAt).Set("@confirmed", conversation.ConfirmedAt).Set("@resolved", conversation.ResolvedAt)
            .Set("@snoozed", conversation.SnoozedUntil).Set("@pauses", Json.Write(conversation.Pauses))
            .Set("@tenant", turn.Run.TenantId).Set("@id", conversation.Id),
            $"There is no conversation {conversation.Id}.");
        AuditChange? change = was.ChangeTo(after, conversation.Id);
        if (change is not null) writes.Audit(change);
        SlaArming.Arm(writes, turn.Run.TenantId, conversation.Id, was, after, turn.At);
        // What every message changes is no news to who keeps something of the customer.
        if (conversation.CustomerId is { } customer && (change is not null || intent != conversation.PrimaryIntent)) writes.Changed(turn.Run.TenantId, customer);
    }

    private void Open(EngineWrites writes, DialogueChange dialogue, DateTimeOffset? ended, int ordinal) =>
        writes.Add(rows.Insert(new Run
        {
            TenantId = turn.Run.TenantId,
            Id = dialogue.RunId,
            Kind = RunKind.Dialogue,
            Subject = dialogues,
            Ordinal = ordinal,
            Status = dialogue.Status,
            Input = Json.Write(dialogue.Input),
            Error = dialogue.Error,
            Version = 1,
            Attempts = 1,
            CreatedAt = turn.At,
            FinishedAt = ended,
        }));

    private void GoOn(EngineWrites writes, DialogueChange dialogue, DateTimeOffset? ended) =>
        writes.AddOne(new EngineStatement("""
            update runs set status = @status, input = @input, error = @error, finished_at = @at, version = version + 1
            where tenant_id = @tenant and id = @run and version = @read and status = 'waiting'
            """)
            .Set("@status", dialogue.Status).Set("@input", Json.Write(dialogue.Input)).Set("@error", dialogue.Error).Set("@at", ended)
            .Set("@tenant", turn.Run.TenantId).Set("@run", dialogue.RunId).Set("@read", dialogue.ReadVersion),
            // Turns of a conversation follow each other, so this cannot be lost in a race; whoever gets here read another dialogue.
            $"The dialogue {dialogue.RunId} is not waiting in version {dialogue.ReadVersion}; the turn was not finished.");
}
