using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

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
    private readonly EngineQuery<long> nextEvent;

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
        nextEvent = rows.NextEvent(subject);
    }

    /// <inheritdoc />
    public override Actor Actor => human.Actor;

    /// <inheritdoc />
    public override Guid? ConversationId => human.ConversationId;

    /// <inheritdoc />
    public override string? IdempotencyKey => human.IdempotencyKey;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries =>
        posted is null ? [conversation, sequence, nextEvent] : [.. key.Queries, posted, conversation, sequence, nextEvent];

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
        if (human.IsPrivate) return new HumanPosted(AcceptKind.Accepted, message);

        writes.Add(rows.Insert(subject, nextEvent.First, human.RunId, "message.completed", Json.Write(new MessageCompleted(human.MessageId, human.Text, [], null, MessageAuthor.Human))));
        talk.HumanReplied(human.At);
        writes.UpdateRow(talk);
        return new HumanPosted(AcceptKind.Accepted, message);
    }

    private sealed record HumanResult(string Author);

    private sealed record MessageCompleted(Guid MessageId, string Text, IReadOnlyList<Citation> Citations, ReplyStatus? Status, MessageAuthor Author);
}
