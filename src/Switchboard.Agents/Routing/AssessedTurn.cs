using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain;

namespace Switchboard.Agents.Routing;

/// <summary>An intent as the classifier gives it; complexity looks at leaf and category.</summary>
public sealed record AssessedIntent(
    string? Leaf = null, string? Category = null, string? Domain = null, string? Action = null, [property: Between(0, 1)] double? PLeaf = null, [property: Between(0, 1)] double? PCategory = null, [property: Between(0, 1)] double? PDomain = null, Clause? Span = null);

/// <summary>An entity as the extractor gives it; complexity looks at type and value.</summary>
public sealed record AssessedEntity(
    string Type, string? Value = null, string? Text = null, [property: AtLeast(0)] int? Start = null, [property: AtLeast(0)] int? End = null, string? Source = null, [property: Between(0, 1)] double? Confidence = null, bool? Ambiguous = null, bool? Negated = null, bool? Assumed = null);

/// <summary>What of the account weighs. A figure without an instant counts as of now.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Churn">The last predicted churn, 0..1.</param>
/// <param name="ChurnAsOf">When it was predicted.</param>
/// <param name="Health">The last health, 0..100.</param>
/// <param name="HealthAsOf">Of when it is.</param>
public sealed record AssessedAccount(string? Plan = null, [property: Between(0, 1)] double? Churn = null, DateTimeOffset? ChurnAsOf = null, [property: Between(0, 100)] double? Health = null, DateTimeOffset? HealthAsOf = null);

/// <summary>What a turn's complexity is counted from. What is null is not known.</summary>
public abstract record AssessedFields
{
    /// <summary>What the customer wrote.</summary>
    public string? Text { get; init; }

    /// <summary>BCP 47 tag of its language.</summary>
    public string? Language { get; init; }

    /// <summary>The accepted intents.</summary>
    public IReadOnlyList<AssessedIntent>? Intents { get; init; }

    /// <summary>The entities.</summary>
    public IReadOnlyList<AssessedEntity>? Entities { get; init; }

    /// <summary>The leaves that may get it, with the slots that are missing.</summary>
    public IReadOnlyList<CandidateLeaf>? Candidates { get; init; }

    /// <summary>The account.</summary>
    public AssessedAccount? Context { get; init; }

    /// <summary>Whether the conversation was resolved and is open again.</summary>
    public bool? Reopened { get; init; }

    /// <summary>Conversations of the same contact in the last 30 days, by leaf.</summary>
    public IReadOnlyList<EarlierTalks>? Earlier { get; init; }

    /// <summary>How long conversations took.</summary>
    public IReadOnlyList<ResolvedTalk>? Resolved { get; init; }

    /// <summary>These facts, and of what they do not say what the other says.</summary>
    internal AssessedTurn Over(AssessedFields other) => new()
    {
        Text = Text ?? other.Text,
        Language = Language ?? other.Language,
        Intents = Intents ?? other.Intents,
        Entities = Entities ?? other.Entities,
        Candidates = Candidates ?? other.Candidates,
        Context = Context ?? other.Context,
        Reopened = Reopened ?? other.Reopened,
        Earlier = Earlier ?? other.Earlier,
        Resolved = Resolved ?? other.Resolved,
    };

    internal ComplexityInput ToInput(IntentAbstention abstain, DateTimeOffset now) => new()
    {
        Text = Text!,
        Language = Language,
        // Courtesies and bare answers are no wishes.
        Intents = [.. (Intents ?? []).Where(i => i.Leaf is not { } leaf || leaf.Contains('/', StringComparison.Ordinal)).Select(i => new AcceptedIntent(i.Leaf, i.Category))],
        Abstain = abstain,
        Entities = [.. (Entities ?? []).Select(e => new Entity(e.Type, e.Text ?? "", e.Start ?? 0, e.End ?? 0, e.Value ?? ""))],
        Candidates = Candidates ?? [],
        Account = AccountContext.NotProven() with { Plan = Context?.Plan, Churn = Fresh(Context?.Churn, Context?.ChurnAsOf, now), Health = Fresh(Context?.Health, Context?.HealthAsOf, now) },
        Reopened = Reopened ?? false,
        Earlier = Earlier ?? [],
        Resolved = Resolved ?? [],
    };

    private static double? Fresh(double? figure, DateTimeOffset? asOf, DateTimeOffset now) => asOf is not { } at || Core.Context.ContextReading.IsFresh(at, now) ? figure : null;
}

/// <summary>What is loaded of a turn beside what it knows by then.</summary>
public sealed record AssessedTurn : AssessedFields;

/// <summary>A turn as it is given: whose it is, and why it has no intent where it has none.</summary>
public sealed record TurnToAssess : AssessedFields
{
    /// <summary>Why there is no intent: none where there is one.</summary>
    public IntentAbstention Abstain { get; init; }

    /// <summary>Whose turn it is, where the account is to be loaded.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The contact who writes.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>The conversation it belongs to.</summary>
    public Guid? ConversationId { get; init; }
}
