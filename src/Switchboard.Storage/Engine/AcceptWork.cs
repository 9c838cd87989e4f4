using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>The first commit of a turn: the message and the run that answers it.</summary>
internal sealed class AcceptWork : EngineWork<AcceptResult>
{
    /// <summary>Whether the data of the customer <c>c</c> is being erased, or that of the contact <c>k</c> was.</summary>
    private const string isErased = "(c.erasure_begun_at is not null or k.anonymised_at is not null)";

    private readonly AcceptTurn turn;
    private readonly EngineRows rows;
    private readonly string subject;
    private readonly KeyRead key;
    private readonly EngineQuery<(ConversationStatus Status, bool IsErased)> status;
    private readonly EngineQuery<int> sequence;
    private readonly EngineQuery<int> running;
    private readonly EngineQuery<(long Number, WebhookWishes Wishes)> nextEvent;
    private readonly EngineQuery<(Guid? Id, bool IsErased)>? customer;

    /// <summary>Prepares to accept the turn.</summary>
    /// <exception cref="ArgumentException">The turn brings another new conversation than the one its message is for.</exception>
    public AcceptWork(AcceptTurn turn)
    {
        if (turn.NewConversation is { } conversation && (conversation.Id != turn.ConversationId || conversation.TenantId != turn.TenantId))
            throw new ArgumentException("The new conversation is not the one the message is for.", nameof(turn));
        this.turn = turn;
        rows = new EngineRows(turn.TenantId);
        subject = Subjects.Conversation(turn.ConversationId);
        key = new KeyRead(turn.TenantId, turn.ConversationId, turn.IdempotencyKey, turn.RequestHash, turn.At);
        status = new(new EngineStatement($"""
            select t.status, {isErased} from conversations t
            left join customers c on c.tenant_id = t.tenant_id and c.id = t.customer_id left join contacts k on k.tenant_id = t.tenant_id and k.id = t.contact_id
            where t.tenant_id = @tenant and t.id = @conversation
            """).Set("@tenant", turn.TenantId).Set("@conversation", turn.ConversationId), row => (row.Enum<ConversationStatus>(0), row.Truth(1)));
        sequence = rows.NextSequence(turn.ConversationId);
        running = rows.Running(subject);
        nextEvent = rows.NextEventAndWishes(subject);
        if (turn.NewConversation is { ContactId: { } contact, CustomerId: null })
        {
            customer = new(new EngineStatement($"""
                select k.customer_id, {isErased} from contacts k left join customers c on c.tenant_id = k.tenant_id and c.id = k.customer_id
                where k.tenant_id = @tenant and k.id = @contact
                """).Set("@tenant", turn.TenantId).Set("@contact", contact), row => (row.IdOrNull(0), row.Truth(1)));
        }
    }

    /// <inheritdoc />
    public override Actor Actor => turn.Actor;

    /// <inheritdoc />
    public override Guid? ConversationId => turn.ConversationId;

    /// <inheritdoc />
    public override string? IdempotencyKey => turn.IdempotencyKey;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries =>
        customer is null ? [.. key.Queries, status, sequence, running, nextEvent] : [.. key.Queries, status, sequence, running, nextEvent, customer];

    /// <inheritdoc />
    public override WebhookWishes? Wishes => nextEvent.First.Wishes;

    /// <summary>Stores the message and the run, or says why not.</summary>
    public override AcceptResult Decide(EngineWrites writes)
    {
        if (key.Earlier(writes) is { } earlier) return earlier;
        if (turn.NewConversation is { } conversation)
        {
            if (customer is { Found: true, First.IsErased: true }) return Refused(AcceptKind.Erased);
            if (customer is { Found: true }) conversation.CustomerId ??= customer.First.Id;
            writes.AddRow(conversation);
        }
        else if (!status.Found) return Refused(AcceptKind.NoConversation);
        else if (status.First.IsErased) return Refused(AcceptKind.Erased);
        else if (status.First.Status == ConversationStatus.Closed) return Refused(AcceptKind.Closed);

        int place = sequence.First;
        bool starts = !running.Found;
        writes.Add(rows.Insert(new Run
        {
            TenantId = turn.TenantId,
            Id = turn.RunId,
            Kind = RunKind.Turn,
            Subject = subject,
            Ordinal = place,
            Status = starts ? RunStatus.Running : RunStatus.Queued,
            NodeId = starts ? writes.NodeId : null,
            Input = Json.Write(new TurnInput(turn.ConversationId, turn.MessageId, place)),
            Version = 1,
            Attempts = 0,
            IdempotencyKey = turn.IdempotencyKey,
            RequestHash = turn.RequestHash,
            CreatedAt = turn.At,
        }));
        writes.Add(rows.Insert(new Message
        {
            TenantId = turn.TenantId,
            Id = turn.MessageId,
            ConversationId = turn.ConversationId,
            Sequence = place,
            Author = MessageAuthor.Customer,
            Text = turn.Text,
            RunId = turn.RunId,
            CreatedAt = turn.At,
        }));
        writes.Announce(new Announcement(WebhookEvents.MessageCreated, turn.MessageId, turn.At));
        writes.Reach("accept:written-message");
        if (turn.NewConversation is null)
        {
            writes.Add(new EngineStatement("""
                update conversations set last_activity_at = case when last_activity_at < @at then @at else last_activity_at end
                where tenant_id = @tenant and id = @conversation
                """).Set("@at", turn.At).Set("@tenant", turn.TenantId).Set("@conversation", turn.ConversationId));
        }

        writes.Add(rows.Insert(subject, nextEvent.First.Number, turn.RunId, "run.started", Json.Write(new RunStarted(turn.RunId, turn.ConversationId, turn.MessageId))));
        writes.Reach("accept:before-commit");
        return new AcceptResult(AcceptKind.Accepted, turn.RunId, turn.ConversationId, turn.MessageId, place, starts, nextEvent.First.Number) { NodeId = starts ? writes.NodeId : null };
    }

    private AcceptResult Refused(AcceptKind kind) => new(kind, Guid.Empty, turn.ConversationId, Guid.Empty, 0, StartsNow: false, 0);

    private sealed record RunStarted(Guid RunId, Guid ConversationId, Guid MessageId);
}
