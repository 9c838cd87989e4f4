namespace Switchboard.Domain.Identity;

/// <summary>A change that was asked for with an idempotency key, and what the call was answered: asked again, it is answered the same and changes nothing.</summary>
public sealed class AnsweredCall : TenantRow
{
    /// <summary>Who called, and the key they gave.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of what was asked for, in lower-case hexadecimal.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Body and headers, encrypted: an answer may hold what is shown only once.</summary>
    public required byte[] Answer { get; init; }

    /// <summary>When it was answered.</summary>
    public required DateTimeOffset At { get; init; }
}
