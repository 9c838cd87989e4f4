using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Outbox;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>A person's message: stored with a run that has already ended, so that it is in the journal and in the stream like all else.</summary>
internal sealed class HumanWork : EngineWork<HumanPosted>
{
    private readonly HumanMessage human;
    private readonly EngineRows rows;
    private readonly string subject;
    private readonly KeyRead key;
    private readonly EngineQuery<Message>? posted;
    private readonly EngineQuery<Conversation> conversation;
    private readonly EngineQuery<int> sequence;
    private readonly EngineQuery<(long Number, WebhookWishes Wishes)> nextEvent;
    private readonly OutboxEntry? mail;
    private readonly EnqueueRead? delivery;

    /// <summary>Prepares to store the message.</summary>
    public HumanWork(HumanMessage human)
    {
        this.human = human;
        rows = new EngineRows(human.TenantId);
        subject = Subjects.Conversation(human.ConversationId);
        key = new KeyRead(human.TenantId, human.ConversationId, human.IdempotencyKey, human.RequestHash, human.At);
        if (human.IdempotencyKey is { } known) posted = TurnRead.MessageUnderKey(human.TenantId, known);
        conversation = TurnRead.Conversation(human.TenantId, human.ConversationId);
        sequence = rows.NextSequence(human.ConversationId);
        nextEvent = rows.NextEventAndWishes(subject);
        if (human.Mail is not { } effect) return;
        mail = OutboxSending.EntryOf(human.TenantId, effect);
        delivery = new EnqueueRead(OutboxSending.DeliveryOf(mail, human.Actor));
    }

    /// <inheritdoc />
    public override Actor Actor => human.Actor;

    /// <inheritdoc />
    public override Guid? ConversationId => human.ConversationId;

    /// <inheritdoc />
    public override string? IdempotencyKey => human.IdempotencyKey;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries =>
        [.. key.Queries, .. posted is null ? (ReadOnlySpan<EngineQuery>)[] : [posted], conversation, sequence, nextEvent, .. delivery?.Queries ?? []];

    /// <inheritdoc />
    public override WebhookWishes? Wishes => nextEvent.First.Wishes;

    /// <summary>Stores the message, or says why not.</summary>
    public override HumanPosted Decide(EngineWrites writes)
    {
        if (key.Earlier(writes) is { } earlier) return new HumanPosted(earlier.Kind, earlier.Kind == AcceptKind.Repeated ? posted!.First : null);
        if (conversation.First is not { } talk) return new HumanPosted(AcceptKind.NoConversation, null);

        int place = sequence.First;
        var message = new Message
        {
            TenantId = human.TenantId,
            Id = human.MessageId,
            ConversationId = human.ConversationId,
            Sequence = place,
            Author = MessageAuthor.Human,
            Text = human.Text,
            IsPrivate = human.IsPrivate,
            RunId = human.RunId,
            CreatedAt = human.At,
        };
        writes.Add(rows.Insert(new Run
        {
            TenantId = human.TenantId,
            Id = human.RunId,
            Kind = RunKind.Turn,
            Subject = subject,
            Ordinal = place,
            Status = RunStatus.Succeeded,
            Input = Json.Write(new TurnInput(human.ConversationId, human.MessageId, place)),
            Result = Json.Write(new HumanResult(human.Actor.Key)),
            Version = 1,
            Attempts = 1,
            IdempotencyKey = human.IdempotencyKey,
            RequestHash = human.RequestHash,
            CreatedAt = human.At,
            FinishedAt = human.At,
        }));
        writes.Add(rows.Insert(message));
        writes.Announce(new Announcement(WebhookEvents.MessageCreated, message.Id, human.At));
        if (human.IsPrivate) return new HumanPosted(AcceptKind.Accepted, message);

        writes.Add(rows.Insert(subject, nextEvent.First.Number, human.RunId, "message.completed", Json.Write(new MessageCompleted(human.MessageId, human.Text, [], null, MessageAuthor.Human))));
        ConversationState was = ConversationState.Of(talk);
        talk.HumanReplied(human.At);
        writes.UpdateRow(talk);
        SlaArming.Arm(writes, human.TenantId, talk.Id, was, ConversationState.Of(talk), human.At);
        if (mail is not null)
        {
            writes.AddRow(mail);
            delivery!.Decide(writes);
        }

        return new HumanPosted(AcceptKind.Accepted, message);
    }

    private sealed record HumanResult(string Author);

    private sealed record MessageCompleted(Guid MessageId, string Text, IReadOnlyList<Citation> Citations, ReplyStatus? Status, MessageAuthor Author);
}
