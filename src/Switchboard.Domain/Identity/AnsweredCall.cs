namespace Switchboard.Domain.Identity;

/// <summary>A change that was asked for with an idempotency key, and what the call was answered: asked again, it is answered the same and changes nothing.</summary>
public sealed class AnsweredCall : TenantRow
{
    /// <summary>The status of a call that has no answer yet.</summary>
    public const int Begun = 0;

    /// <summary>The status of a call that ended without an answer: what it changed may hold, or not.</summary>
    public const int Lost = 1;

    /// <summary>Who called, and the key they gave.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of what was asked for, or a keyed hash where it may hold a password; in lower-case hexadecimal.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The HTTP status; <see cref="Begun"/> while the call runs, <see cref="Lost"/> when nobody knows what became of it.</summary>
    public required int Status { get; set; }

    /// <summary>Body and headers, encrypted: an answer may hold what is shown only once.</summary>
    public required byte[] Answer { get; set; }

    /// <summary>When it was answered, or begun where the answer came later.</summary>
    public required DateTimeOffset At { get; init; }
}
