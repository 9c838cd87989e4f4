using System.Text.Json.Serialization;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain;

namespace Switchboard.Agents.Knowledge;

/// <summary>How the customer wants answers.</summary>
public sealed record AnswerPreferences
{
    /// <summary>short, normal or deep: 3, 5 or 9 sentences.</summary>
    [OneOf("short", "normal", "deep")]
    public string? Depth { get; init; }
}

/// <summary>What is answered, and from what.</summary>
public sealed record SynthesizerInput
{
    /// <summary>The question.</summary>
    public string? Question { get; init; }

    /// <summary>BCP 47 tag of the customer's language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>How the customer wants it.</summary>
    public AnswerPreferences? Preferences { get; init; }

    /// <summary>What the ranker gave.</summary>
    public IReadOnlyList<RankedPassage>? Ranked { get; init; }
}

/// <summary>What the answer is made of.</summary>
public sealed record SynthesizerFacts
{
    /// <summary>The ranked passages with their texts.</summary>
    public IReadOnlyList<AnswerPassage>? Passages { get; init; }

    /// <summary>The idf of the question's terms in the index; else it is taken from the passages.</summary>
    [AtLeast(0)]
    public IReadOnlyDictionary<string, double>? Idf { get; init; }

    /// <summary>Names of plans and features.</summary>
    public IReadOnlyList<string>? Catalogue { get; init; }

    /// <summary>What a model made of the chosen units; null without a model.</summary>
    public IReadOnlyList<RephrasedSentence>? Rephrased { get; init; }
}

/// <summary>An answer with where each sentence stands, or why there is none.</summary>
public sealed record GroundedFinding : WrittenFinding
{
    /// <summary>no_grounded_answer or conflicting_sources; nothing when it is answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>answered, no_grounded_answer or conflicting_sources.</summary>
    public required string Outcome { get; init; }

    /// <summary>0..1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Share of the question's idf that the chosen units cover.</summary>
    public required double Coverage { get; init; }

    /// <summary>extractive or rephrased.</summary>
    public required string Mode { get; init; }

    /// <summary>The sentences with their citations.</summary>
    public required IReadOnlyList<GroundedSentence> Sentences { get; init; }

    /// <summary>The sources as they are shown.</summary>
    public required IReadOnlyList<ShownSource> Sources { get; init; }

    /// <summary>Sentences of a model that were not taken.</summary>
    public required IReadOnlyList<RejectedSentence> Rejected { get; init; }

    /// <summary>What else should be known.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
