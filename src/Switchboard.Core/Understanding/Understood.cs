namespace Switchboard.Core.Understanding;

/// <summary>What a message says, as far as it is understood; each part has one writer and is stored with the turn.</summary>
/// <param name="Language">BCP 47 tag; <c>und</c> when it is not determined.</param>
/// <param name="Intents">The intents found, best first; empty when none is sure enough.</param>
/// <param name="Entities">The typed values found, in order of place.</param>
/// <param name="Sentiment">-1..1; null when it is not measured.</param>
public sealed record Understood(string Language, IReadOnlyList<Intent> Intents, IReadOnlyList<Entity> Entities, double? Sentiment);

/// <summary>What a message, or a clause of it, wants.</summary>
/// <param name="Label">The intent: an agent's own, such as <c>human</c> or <c>thanks</c>.</param>
/// <param name="AgentId">The agent whose card taught it.</param>
/// <param name="Score">How much of the clause the closest utterance covers and the other way round, 0..1.</param>
/// <param name="Utterance">That utterance: the evidence.</param>
/// <param name="IsWholeMessage">Whether the message says nothing else.</param>
public sealed record Intent(string Label, string AgentId, double Score, string Utterance, bool IsWholeMessage);

/// <summary>A typed value with its place in the message.</summary>
/// <param name="Type">See <see cref="EntityTypes"/>.</param>
/// <param name="Text">The words as they stand there.</param>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last character, in UTF-16 units.</param>
/// <param name="Value">The normalised value.</param>
public sealed record Entity(string Type, string Text, int Start, int End, string Value);

/// <summary>The types of entities.</summary>
public static class EntityTypes
{
    /// <summary>An e-mail address.</summary>
    public const string Email = "email";
}
