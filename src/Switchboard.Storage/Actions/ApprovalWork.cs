using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Actions;

/// <summary>What became of a decision.</summary>
/// <param name="Approval">The approval as it stands now; null when there is none.</param>
/// <param name="IsNew">Whether this decision made it so.</param>
internal sealed record ApprovalResult(Approval? Approval, bool IsNew);

/// <summary>Decides an approval, or lets it end, and goes on with what waits for it, a dialogue in a turn of its own or a run of a handler: one commit.</summary>
internal sealed class ApprovalWork : EngineWork<ApprovalResult>
{
    private readonly Actor actor;
    private readonly Guid? conversationId;
    private readonly string? waiting;
    private readonly Func<Approval, bool> change;
    private readonly DateTimeOffset at;
    private readonly string subject;
    private readonly EngineRows rows;
    private readonly EngineQuery<Approval> approval;
    private readonly EngineQuery<int> sequence;
    private readonly EngineQuery<int> running;
    private readonly EngineQuery<(long Number, WebhookWishes Wishes)> nextEvent;

    /// <summary>Prepares to change an approval.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="approvalId">The approval.</param>
    /// <param name="conversationId">The conversation it belongs to; null when it belongs to none.</param>
    /// <param name="waiting">The subject of the run of a handler that waits for it; null when a dialogue does.</param>
    /// <param name="change">Changes it, and says whether anything was changed.</param>
    /// <param name="at">The instant.</param>
    public ApprovalWork(Actor actor, Guid approvalId, Guid? conversationId, string? waiting, Func<Approval, bool> change, DateTimeOffset at)
    {
        (this.actor, this.conversationId, this.waiting, this.change, this.at) = (actor, conversationId, waiting, change, at);
        rows = new EngineRows(actor.TenantId);
        Guid numbered = conversationId ?? Guid.Empty;
        subject = Subjects.Conversation(numbered);
        approval = EntityQuery.Of<Approval>(new EngineStatement($"select {EntityColumns<Approval>.List} from approvals where tenant_id = @tenant and id = @id").Set("@tenant", actor.TenantId).Set("@id", approvalId));
        sequence = rows.NextSequence(numbered);
        running = rows.Running(subject);
        nextEvent = rows.NextEventAndWishes(subject);
    }

    /// <inheritdoc />
    public override Actor Actor => actor;

    /// <inheritdoc />
    public override Guid? ConversationId => conversationId;

    /// <summary>The pause of the run that waits comes before the decision or behind it.</summary>
    public override string? Subject => waiting;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [approval, sequence, running, nextEvent];

    /// <inheritdoc />
    public override WebhookWishes? Wishes => nextEvent.First.Wishes;

    /// <summary>Changes the approval; begins a turn when a conversation waits for it.</summary>
    /// <exception cref="DomainRuleException">It cannot be changed so.</exception>
    public override ApprovalResult Decide(EngineWrites writes)
    {
        if (approval.First is not { } found) return new ApprovalResult(null, IsNew: false);
        if (!change(found)) return new ApprovalResult(found, IsNew: false);
        writes.UpdateRow(found);
        writes.Reach("approval:before-commit");
        if (conversationId is not { } conversation)
        {
            // Whoever looks for due runs takes it up; one that is being carried out looks before it waits again.
            if (waiting is not null)
            {
                writes.Add(new EngineStatement("update runs set due = @at where tenant_id = @tenant and id = @run and status = 'waiting'")
                    .Set("@at", at).Set("@tenant", actor.TenantId).Set("@run", found.RunId));
            }

            return new ApprovalResult(found, IsNew: true);
        }


        Guid runId = Guid.CreateVersion7(at);
        Guid messageId = Guid.CreateVersion7(at);
        int place = sequence.First;
        bool starts = !running.Found;
        var input = new TurnInput(conversation, messageId, place, TurnTrigger.Approval, found.RunId, Json.Write(new ApprovalDecided(found.Id, found.Status, found.Note)));
        writes.Add(rows.Insert(new Run
        {
            TenantId = actor.TenantId,
            Id = runId,
            Kind = RunKind.Turn,
            Subject = subject,
            Ordinal = place,
            Status = starts ? RunStatus.Running : RunStatus.Queued,
            NodeId = starts ? writes.NodeId : null,
            ParentId = found.RunId,
            Input = Json.Write(input),
            Version = 1,
            Attempts = 0,
            CreatedAt = at,
        }));
        writes.Add(rows.Insert(new Message
        {
            TenantId = actor.TenantId,
            Id = messageId,
            ConversationId = conversation,
            Sequence = place,
            Author = MessageAuthor.System,
            Text = $"The approval of {found.Action} was {found.Status.ToString().ToLowerInvariant()}{(found.Note is { Length: > 0 } note ? $": {note}" : ".")}",
            IsPrivate = true,
            RunId = runId,
            CreatedAt = at,
        }));
        writes.Announce(new Announcement(WebhookEvents.MessageCreated, messageId, at));
        writes.Add(rows.Insert(subject, nextEvent.First.Number, runId, StreamEvents.RunStarted, Json.Write(new { RunId = runId, ConversationId = conversation, MessageId = messageId, Trigger = TurnTrigger.Approval })));
        writes.Tell(actor.TenantId, subject);
        if (starts) writes.Wake(new RunRef(actor.TenantId, runId, subject));
        return new ApprovalResult(found, IsNew: true);
    }
}
