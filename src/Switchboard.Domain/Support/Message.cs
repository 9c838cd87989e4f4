namespace Switchboard.Domain.Support;

/// <summary>Who wrote a message.</summary>
public enum MessageAuthor { Customer, Agent, Human, System }

/// <summary>What a reply is to the customer.</summary>
public enum ReplyStatus { Answered, NeedsInfo, Confirm, Acted, WaitingApproval, HandedOff, Declined }

/// <summary>One message of a conversation. Messages are written once and never changed.</summary>
public sealed class Message : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The conversation.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>1, 2, 3 … without gaps in the conversation.</summary>
    public required int Sequence { get; init; }

    /// <summary>Who wrote it.</summary>
    public required MessageAuthor Author { get; init; }

    /// <summary>The agent that wrote it, when an agent did.</summary>
    public string? AgentId { get; init; }

    /// <summary>The text as the reader sees it; never empty.</summary>
    public required string Text { get; init; }

    /// <summary>The evidence of the text.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <summary>What the reply is, when an agent wrote it.</summary>
    public ReplyStatus? Status { get; init; }

    /// <summary>How sure the agent is, 0..1, when an agent wrote it.</summary>
    public double? Confidence { get; init; }

    /// <summary>A note for the staff that the customer never sees.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The turn that brought the message in or wrote it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
