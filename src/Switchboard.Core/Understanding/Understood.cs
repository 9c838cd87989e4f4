using System.Text.Json.Serialization;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Understanding;

/// <summary>What a message says, as far as it is understood; each part has one writer and is stored with the turn.</summary>
/// <param name="Language">BCP 47 tag; <c>und</c> when it is not determined.</param>
/// <param name="Intents">The intents found, best first; empty when none is sure enough.</param>
/// <param name="Entities">The typed values found, in order of place.</param>
/// <param name="Sentiment">-1..1; null when it is not measured.</param>
public sealed record Understood(string Language, IReadOnlyList<Intent> Intents, IReadOnlyList<Entity> Entities, double? Sentiment)
{
    /// <summary>What the desk's classifier says the message wants; null in what was recorded before there was one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IntentReading? Reading { get; init; }

    /// <summary>The personal data in it, by kind and place, without the values; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PiiFinding>? Personal { get; init; }

    /// <summary>How much it looks like an attempt to instruct a model, 0..1. It is a note for people: nothing is decided by it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Injection { get; init; }

    /// <summary>The same without what is noted for the staff alone.</summary>
    [JsonIgnore]
    public Understood Told => this with { Reading = null, Personal = null, Injection = null };
}

/// <summary>What a message, or a clause of it, wants.</summary>
/// <param name="Label">The intent: an agent's own, such as <c>human</c> or <c>thanks</c>.</param>
/// <param name="AgentId">The agent whose card taught it.</param>
/// <param name="Score">How much of the clause the closest utterance covers and the other way round, 0..1.</param>
/// <param name="Utterance">That utterance: the evidence.</param>
/// <param name="IsWholeMessage">Whether the message says nothing else.</param>
public sealed record Intent(string Label, string AgentId, double Score, string Utterance, bool IsWholeMessage);

/// <summary>A typed value with its place in the message.</summary>
/// <param name="Type">See <see cref="EntityTypes"/>; a catalogue's own type for a name of the catalogue.</param>
/// <param name="Text">The words as they stand there; of a payment card only the last four digits.</param>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last character, in UTF-16 units.</param>
/// <param name="Value">The normalised value; empty when it is named but too vague to have one, as "some days ago".</param>
public sealed record Entity(string Type, string Text, int Start, int End, string Value)
{
    /// <summary>What found it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EntitySource Source { get; init; }

    /// <summary>0..1.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>Whether there is another reading, or no exact one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Ambiguous { get; init; }

    /// <summary>Whether the message says not to: "do not cancel".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Negated { get; init; }

    /// <summary>Whether a part of the value, such as the currency, was taken from the tenant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Assumed { get; init; }

    /// <summary>The other reading's value, of 03/04.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Alternative { get; init; }

    /// <summary>The end of a range it is, <c>from</c> or <c>to</c>, or <c>by</c> for a deadline.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }
}

/// <summary>What found an entity.</summary>
public enum EntitySource
{
    /// <summary>A pattern, a rule or a list of the program.</summary>
    Pattern,

    /// <summary>The tenant's catalogue.</summary>
    Catalogue,

    /// <summary>A language model; its words stand in the message.</summary>
    Model,
}
