using Switchboard.Domain.Support;

namespace Switchboard.Storage.Auditing;

/// <summary>The fields of a conversation that a turn changes and the audit keeps: where it stands, who answers, how soon, and when it was given to people.</summary>
internal sealed record ConversationState(ConversationStatus Status, ConversationOwner Owner, Priority Priority, DateTimeOffset? HandedOffAt)
{
    /// <summary>Those of a conversation as it stands.</summary>
    public static ConversationState Of(Conversation talk) => new(talk.Status, talk.Owner, talk.Priority, talk.HandedOffAt);

    /// <summary>What becomes of them when a turn ends that left the conversation as given. What people did meanwhile stands.</summary>
    public ConversationState After(Conversation turn)
    {
        bool isKept = Owner == ConversationOwner.Human && turn.Owner != ConversationOwner.Human;
        return new ConversationState(
            Status == ConversationStatus.Closed || isKept ? Status : turn.Status,
            Owner == ConversationOwner.Human ? Owner : turn.Owner,
            isKept ? Priority : turn.Priority,
            HandedOffAt ?? turn.HandedOffAt);
    }

    /// <summary>What is entered; null when nothing changed.</summary>
    public AuditChange? ChangeTo(ConversationState after, Guid conversationId)
    {
        if (this == after) return null;
        List<(string, object?)> was = [], becomes = [];
        Compare("status", Status, after.Status);
        Compare("owner", Owner, after.Owner);
        Compare("priority", Priority, after.Priority);
        Compare("handedOffAt", HandedOffAt, after.HandedOffAt);
        return new AuditChange(AuditChange.Changed, "conversation", conversationId, AuditedFields.Json([.. was]), AuditedFields.Json([.. becomes]));

        void Compare<T>(string name, T old, T fresh)
        {
            if (EqualityComparer<T>.Default.Equals(old, fresh)) return;
            was.Add((name, old));
            becomes.Add((name, fresh));
        }
    }
}
