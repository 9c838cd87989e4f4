namespace Switchboard.Domain.Operations;

/// <summary>One sending of an effect on the outside, and what came of it. Written with the outcome, never changed.</summary>
public sealed class OutboxAttempt : TenantRow
{
    /// <summary>The effect.</summary>
    public required Guid EntryId { get; init; }

    /// <summary>Which sending it is, 1 for the first.</summary>
    public required int Number { get; init; }

    /// <summary>When its outcome was known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it came to; pending when it is sent again.</summary>
    public required OutboxStatus Outcome { get; init; }

    /// <summary>The HTTP status that came back; null when none did, or the way is not HTTP.</summary>
    public int? ResponseStatus { get; init; }

    /// <summary>What came back, its first kilobyte; null when nothing did.</summary>
    public string? Response { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public string? Error { get; init; }

    /// <summary>When it is sent again; null when at once or never.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
