using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Agents.Routing;

/// <summary>A message whose wishes are wanted.</summary>
/// <param name="Text">The message, 1 to 10 000 characters.</param>
/// <param name="Language">BCP 47 tag; told from the text when not given.</param>
/// <param name="LastBotQuestion">What the desk asked last.</param>
/// <param name="PreviousText">The customer's message before.</param>
public sealed record IntentInput(string? Text = null, string? Language = null, LastQuestion? LastBotQuestion = null, string? PreviousText = null);

/// <summary>What is decided from: the classifier's probabilities.</summary>
public sealed record IntentFacts
{
    /// <summary>The message.</summary>
    public string? Text { get; init; }

    /// <summary>Its entities, by place.</summary>
    public IReadOnlyList<Entity>? Entities { get; init; }

    /// <summary>What the classifier says of each clause; null without a classifier.</summary>
    public IReadOnlyList<ClauseScores>? Clauses { get; init; }

    /// <summary>Which classifier said so.</summary>
    public string? ModelVersion { get; init; }
}

/// <summary>One thing the customer wants. Probabilities never decrease upward.</summary>
/// <param name="Domain">Its domain.</param>
/// <param name="Category">Its category.</param>
/// <param name="Leaf">Its specialist or meta label; null when only the category is sure.</param>
/// <param name="Action">What is asked for, by the verbs.</param>
/// <param name="PDomain">0..1.</param>
/// <param name="PCategory">0..1.</param>
/// <param name="PLeaf">0..1, of the leaf, else of the likeliest one.</param>
/// <param name="Span">Where it is said.</param>
public sealed record FoundIntent(string? Domain, string? Category, string? Leaf, IntentAction Action, double PDomain, double PCategory, double PLeaf, Clause Span);

/// <summary>A label that would be next.</summary>
/// <param name="Leaf">The label.</param>
/// <param name="P">0..1.</param>
public sealed record Alternative(string Leaf, double P);

/// <summary>What a message wants.</summary>
/// <param name="Intents">In order of mention, at most four.</param>
/// <param name="Alternatives">The three likeliest labels of the first clause.</param>
/// <param name="Abstain">None when a clause is accepted, else the first clause's reason.</param>
/// <param name="ModelVersion">Which classifier said so.</param>
public sealed record IntentFinding(IReadOnlyList<FoundIntent> Intents, IReadOnlyList<Alternative> Alternatives, IntentAbstention Abstain, string? ModelVersion)
{
    private const int digits = 4;

    internal static IntentFinding Of(IntentReading reading) => new(
        [.. reading.Intents.Select(i => new FoundIntent(i.Domain, i.Category, i.Label, i.Action, Rounded(i.DomainProbability), Rounded(i.CategoryProbability), Rounded(i.LabelProbability), i.Span))],
        [.. reading.Alternatives.Select(a => new Alternative(a.Label, Rounded(a.Probability)))],
        reading.Abstain,
        reading.ModelVersion);

    private static double Rounded(double value) => Math.Round(value, digits);
}
