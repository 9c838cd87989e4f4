using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>An intent as far as complexity looks at it.</summary>
/// <param name="Leaf">The accepted leaf; null when only its category is sure.</param>
/// <param name="Category">Its category.</param>
public sealed record AcceptedIntent(string? Leaf, string? Category);

/// <summary>A leaf that may get the turn: that of an accepted intent, else the default of its category.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Category">Its category; null when it is the leaf's folder.</param>
/// <param name="Acts">Whether its card has an <c>act:</c> capability.</param>
/// <param name="MissingSlots">The slots it requires and that nothing fills.</param>
/// <param name="NeedsApproval">Whether the policy would ask for an approval of the amount that is known already.</param>
public sealed record CandidateLeaf(string Leaf, string? Category = null, bool Acts = false, IReadOnlyList<string>? MissingSlots = null, bool NeedsApproval = false);

/// <summary>Earlier conversations of the same contact on a leaf, in the last 30 days.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Count">How many.</param>
public sealed record EarlierTalks(string Leaf, [property: AtLeast(0)] int Count);

/// <summary>How long a resolved conversation took.</summary>
/// <param name="Leaf">What it was about.</param>
/// <param name="Level">How complex it was; null when that was not stored.</param>
/// <param name="Minutes">Business minutes until it was resolved.</param>
public sealed record ResolvedTalk(string Leaf, [property: OneOf("simple", "moderate", "complex", "very_complex")] string? Level, [property: AtLeast(0)] double Minutes);

/// <summary>Everything that complexity is counted from.</summary>
public sealed record ComplexityInput
{
    /// <summary>What the customer wrote.</summary>
    public required string Text { get; init; }

    /// <summary>The accepted intents, in order of mention, without courtesies and answers to questions.</summary>
    public IReadOnlyList<AcceptedIntent> Intents { get; init; } = [];

    /// <summary>Why there is none.</summary>
    public IntentAbstention Abstain { get; init; }

    /// <summary>The entities.</summary>
    public IReadOnlyList<Entity> Entities { get; init; } = [];

    /// <summary>The leaves that may get it.</summary>
    public IReadOnlyList<CandidateLeaf> Candidates { get; init; } = [];

    /// <summary>The account.</summary>
    public AccountContext Account { get; init; } = AccountContext.NotProven();

    /// <summary>Whether the conversation was resolved and is open again.</summary>
    public bool Reopened { get; init; }

    /// <summary>What the contact asked before.</summary>
    public IReadOnlyList<EarlierTalks> Earlier { get; init; } = [];

    /// <summary>How long the tenant's conversations took.</summary>
    public IReadOnlyList<ResolvedTalk> Resolved { get; init; } = [];

    /// <summary>BCP 47 tag of the message's language; null when it could not be told.</summary>
    public string? Language { get; init; }

    /// <summary>Whether all words of a severe fault are heard; in the replay of turns before they were, some are not.</summary>
    internal bool HearsAll { get; init; } = true;
}
