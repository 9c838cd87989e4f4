namespace Switchboard.Core.Understanding.Entities;

/// <summary>A date, a time or a stretch of time, given by its tokens (end exclusive).</summary>
/// <param name="Type">See <see cref="EntityTypes"/>.</param>
/// <param name="First">First token.</param>
/// <param name="Next">The token behind.</param>
/// <param name="Value">ISO 8601: a day, a range <c>from/to</c> with an exclusive end, a time, a duration; empty when it is too vague.</param>
internal readonly record struct TemporalHit(string Type, int First, int Next, string Value)
{
    /// <summary>The other reading, of 03/04.</summary>
    public string? Alternative { get; init; }

    /// <summary>What it bounds: <c>from</c>, <c>to</c>, or <c>by</c> for a deadline.</summary>
    public string? Role { get; init; }
}
