namespace Switchboard.Core.Outbox;

/// <summary>A message by mail. It says nothing of headers: those are the port's.</summary>
public sealed record MailRequest
{
    /// <summary>The addresses it goes to: ada@example.com.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The subject, in one line.</summary>
    public required string Subject { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML; null for the text alone.</summary>
    public string? Html { get; init; }

    /// <summary>Where answers go; null for the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The Message-ID of the message it answers; null for none.</summary>
    public string? InReplyTo { get; init; }
}
