using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Sentiment;

namespace Switchboard.Core.Routing;

/// <summary>How the one who writes is known to be who they say.</summary>
public enum ContactProof
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The host page signed it.</summary>
    Widget,

    /// <summary>By a link sent to the address.</summary>
    Email,

    /// <summary>A program wrote with its own scope.</summary>
    Api,
}

/// <summary>A fact of the account with where it stands.</summary>
/// <param name="Name">Which fact: <c>health</c>, <c>seats_used</c>.</param>
/// <param name="Value">The value as text, invariant.</param>
/// <param name="Table">The table it was read from.</param>
/// <param name="Id">The row; null where it counts several.</param>
/// <param name="AsOf">Of when it is.</param>
public sealed record ContextFact(string Name, string Value, string Table, Guid? Id, DateTimeOffset AsOf);

/// <summary>How recent figures stand; a figure that is missing is unknown, one too old is stale, and neither is given a number.</summary>
/// <param name="Health">excellent, good, fair, poor, critical, stale or unknown.</param>
/// <param name="Churn">low, medium, high, stale or unknown.</param>
public sealed record ContextBands(string Health, string Churn);

/// <summary>The facts of the account that all agents of a turn share.</summary>
/// <param name="Proof">How the one who writes is proven.</param>
/// <param name="CustomerId">The customer; null without proof, whatever the text says.</param>
/// <param name="Plan">Its plan; null when not known.</param>
/// <param name="Since">Since when it is a customer; null when not known.</param>
/// <param name="Health">0..100, of a snapshot not older than 30 days; null when stale or unknown.</param>
/// <param name="Churn">0..1, of a prediction not older than 30 days; null when stale or unknown.</param>
/// <param name="Arr">Yearly recurring revenue in the tenant's currency; null when not known.</param>
/// <param name="Facts">Everything that was read, with its source.</param>
/// <param name="Flags">What stands out, in the order of the specification.</param>
/// <param name="Bands">How the figures stand.</param>
/// <param name="Missing">The parts that could not be read.</param>
/// <param name="Code"><c>not_proven</c>, <c>partial</c>, <c>unavailable</c> or null.</param>
public sealed record AccountContext(
    ContactProof Proof, Guid? CustomerId, string? Plan, DateTimeOffset? Since, double? Health, double? Churn, decimal? Arr,
    IReadOnlyList<ContextFact> Facts, IReadOnlyList<string> Flags, ContextBands Bands, IReadOnlyList<string> Missing, string? Code)
{
    /// <summary>Nothing is known of the account.</summary>
    public static AccountContext NotProven(ContactProof proof = ContactProof.None) =>
        new(proof, null, null, null, null, null, null, [], [], new ContextBands("unknown", "unknown"), [], "not_proven");

    /// <summary>Whether a flag is set.</summary>
    public bool Has(string flag) => Flags.Contains(flag);
}

/// <summary>A cause of complexity.</summary>
/// <param name="Cause">What it is.</param>
/// <param name="Value">Its points.</param>
public sealed record ComplexityPoint(string Cause, int Value);

/// <summary>How much help a turn needs.</summary>
/// <param name="Score">1..10.</param>
/// <param name="Level">simple, moderate, complex or very_complex.</param>
/// <param name="MultiAgent">Whether more than one agent is needed.</param>
/// <param name="Points">What the score is made of.</param>
/// <param name="ExpectedMinutes">Business minutes until it is resolved.</param>
/// <param name="ExpectedFrom">leaf, category or prior.</param>
/// <param name="N">How many conversations that rests on; 0 for the prior.</param>
/// <param name="Skills">What who takes it must know.</param>
/// <param name="Partial">Whether only the text was counted, since no intent is sure.</param>
public sealed record Complexity(
    int Score, string Level, bool MultiAgent, IReadOnlyList<ComplexityPoint> Points, double ExpectedMinutes, string ExpectedFrom, int N, IReadOnlyList<string> Skills, bool Partial);

/// <summary>What travels down a turn's path. Each field has one writer: the agent of its step.</summary>
public sealed record TurnContext
{
    /// <summary>Step 1a, routing/entity-extractor.</summary>
    public required IReadOnlyList<Entity> Entities { get; init; }

    /// <summary>Step 1b, routing/sentiment-analyzer.</summary>
    public required Mood Mood { get; init; }

    /// <summary>Step 1c, routing/intent-classifier.</summary>
    public required IntentReading Intents { get; init; }

    /// <summary>Step 1d, routing/context-injector.</summary>
    public required AccountContext Account { get; init; }

    /// <summary>Step 2, routing/complexity-assessor.</summary>
    public required Complexity Complexity { get; init; }
}
