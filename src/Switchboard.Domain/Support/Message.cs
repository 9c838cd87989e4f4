namespace Switchboard.Domain.Support;

/// <summary>Who wrote a message.</summary>
public enum MessageAuthor { Customer, Agent, Human, System }

/// <summary>What a reply is to the customer.</summary>
public enum ReplyStatus { Answered, NeedsInfo, Confirm, Acted, WaitingApproval, HandedOff, Declined }

/// <summary>A file that came with a message.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">Its media type, as its content shows it.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Hash">SHA-256 in lower-case hexadecimal: where its content is kept.</param>
public sealed record Attachment(string Name, string ContentType, long Size, string Hash);

/// <summary>One message of a conversation. Messages are written once and never changed.</summary>
public sealed class Message : TenantRow
{
    /// <summary>Stands in the place of the words when those were erased.</summary>
    public const string ErasedText = "[erased]";

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

    /// <summary>The intent that was understood of a customer's message.</summary>
    public string? Intent { get; init; }

    /// <summary>The mood of a customer's message, -1..1.</summary>
    public double? Sentiment { get; init; }

    /// <summary>Tokens a language model read and wrote for it; 0 when none had a part.</summary>
    public int Tokens { get; init; }

    /// <summary>What that cost, in the tenant's currency.</summary>
    public decimal Cost { get; init; }

    /// <summary>Files that came with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>A note for the staff that the customer never sees.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The turn that brought the message in or wrote it; null for a message that was imported.</summary>
    public required Guid? RunId { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
