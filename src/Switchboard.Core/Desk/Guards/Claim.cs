namespace Switchboard.Core.Desk.Guards;

/// <summary>What kind of value a claim carries.</summary>
public enum ValueKind { Money, Percent, Count, Duration, Date, Identifier, Plan, Unlimited }

/// <summary>A value in a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The number: an amount, a rate 0..1, a count, or minutes; business minutes have a unit of their own.</param>
/// <param name="Unit">Currency, thing counted, <c>minutes</c>, <c>business_minutes</c> or <c>business_days</c>; of names the name.</param>
/// <param name="Start">Its first character in the raw text.</param>
/// <param name="End">Behind its last.</param>
public sealed record ClaimValue(ValueKind Kind, decimal Number, string Unit, int Start, int End);

/// <summary>What a sentence does.</summary>
public enum ClaimKind { Fact, Step, ActionDone, Promise, Opinion }

/// <summary>How strongly it is said.</summary>
public enum Modality { Weak, Plain, Absolute }

/// <summary>One thing that a draft says.</summary>
/// <param name="Text">The words, with the subject where it was carried over.</param>
/// <param name="Start">Its first character in the raw text.</param>
/// <param name="End">Behind its last.</param>
public sealed record Claim(string Text, int Start, int End)
{
    /// <summary>What it does.</summary>
    public ClaimKind Kind { get; init; }

    /// <summary>Its values, in order.</summary>
    public IReadOnlyList<ClaimValue> Values { get; init; } = [];

    /// <summary>Whether it denies: an odd number of negators.</summary>
    public bool IsNegative { get; init; }

    /// <summary>How strongly it is said.</summary>
    public Modality Modality { get; init; }

    /// <summary>up to, at least, more than or within; null for none.</summary>
    public string? Comparator { get; init; }

    /// <summary>Whether it speaks of the reader.</summary>
    public bool IsOfReader { get; init; }
}

/// <summary>A sentence of a draft, a question among them.</summary>
/// <param name="Text">The words.</param>
/// <param name="Start">Its first character in the raw text.</param>
/// <param name="End">Behind its last.</param>
public sealed record DraftSentence(string Text, int Start, int End)
{
    /// <summary>Whether it asks.</summary>
    public bool IsQuestion => Text.TrimEnd('"', '”', ' ').EndsWith('?');
}
