using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Sqlite;

/// <summary>A person's message: stored with a run that has already ended, so that it is in the journal and in the stream like all else.</summary>
internal static class HumanWrite
{
    /// <summary>Stores the message, or says why not.</summary>
    public static HumanPosted Post(SqliteWriteContext item, IFaultPoints faults, HumanMessage human)
    {
        SqliteDb db = item.Context(human.Actor);
        if (human.IdempotencyKey is { } key && new AcceptWrite(item, faults).FindKey(human.TenantId, human.ConversationId, key, human.RequestHash, human.At) is { } earlier)
            return new HumanPosted(earlier.Kind, earlier.Kind == AcceptKind.Repeated ? db.Messages.Single(m => m.Id == earlier.MessageId) : null);
        if (db.Conversations.SingleOrDefault(c => c.Id == human.ConversationId) is not { } conversation) return new HumanPosted(AcceptKind.NoConversation, null);

        var rows = new EngineRows(item, human.TenantId);
        string subject = Subjects.Conversation(human.ConversationId);
        int sequence = rows.NextSequence(human.ConversationId);
        var message = new Message
        {
            TenantId = human.TenantId,
            Id = human.MessageId,
            ConversationId = human.ConversationId,
            Sequence = sequence,
            Author = MessageAuthor.Human,
            Text = human.Text,
            IsPrivate = human.IsPrivate,
            RunId = human.RunId,
            CreatedAt = human.At,
        };
        rows.Insert(new Run
        {
            TenantId = human.TenantId,
            Id = human.RunId,
            Kind = RunKind.Turn,
            Subject = subject,
            Ordinal = sequence,
            Status = RunStatus.Succeeded,
            Input = Json.Write(new TurnInput(human.ConversationId, human.MessageId, sequence)),
            Result = Json.Write(new HumanResult(human.Actor.Key)),
            Version = 1,
            Attempts = 1,
            IdempotencyKey = human.IdempotencyKey,
            RequestHash = human.RequestHash,
            CreatedAt = human.At,
            FinishedAt = human.At,
        });
        rows.Insert(message);
        if (human.IsPrivate) return new HumanPosted(AcceptKind.Accepted, message);

        rows.Insert(subject, rows.NextEvent(subject), human.RunId, "message.completed", Json.Write(new MessageCompleted(human.MessageId, human.Text, [], null, MessageAuthor.Human)));
        conversation.HumanReplied(human.At);
        db.SaveChanges();
        return new HumanPosted(AcceptKind.Accepted, message);
    }

    private sealed record HumanResult(string Author);

    private sealed record MessageCompleted(Guid MessageId, string Text, IReadOnlyList<Citation> Citations, ReplyStatus? Status, MessageAuthor Author);
}
