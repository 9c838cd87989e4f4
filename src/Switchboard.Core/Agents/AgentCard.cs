using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Switchboard.Core.Agents;

/// <summary>How important an agent is to the desk.</summary>
public enum Tier { Essential = 1, Revenue, Operational, Advanced }

/// <summary>The seven kinds of agent; the engine does for each kind what all agents of it share.</summary>
public enum AgentKind { Router, Specialist, Analyst, Predictor, Writer, Operator, Guard }

/// <summary>A sentence that teaches the desk when an agent is meant.</summary>
/// <param name="Label">The intent it stands for.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Language">ISO 639-1 code of its language; null where the card does not say.</param>
public sealed record Utterance(string Label, string Text, string? Language = null);

/// <summary>A figure of an agent that a tenant may set.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Default">The value where the tenant sets none.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
public sealed record AgentSetting(string Key, decimal Default, decimal Least, decimal Most);

/// <summary>Everything about an agent that is words: who it is, what it may read and do, when it is meant, and what it says.</summary>
public sealed record AgentCard
{
    /// <summary><c>domain/name</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>The name in other languages, by ISO 639-1 code.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>How important it is.</summary>
    public required Tier Tier { get; init; }

    /// <summary>Its kind.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>What it may read and do: <c>read:entity</c>, <c>act:action</c>, <c>port:port</c>, <c>model</c>.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The sentences that mean this agent.</summary>
    public required IReadOnlyList<Utterance> Utterances { get; init; }

    /// <summary>What it says, by key; placeholders stand in braces.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>The closed list of reasons with which it gives no finding, as codes.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>What of a question it answers may be another in the next one, by <see cref="Routing.FollowUp.Parts"/>: "and for 20 seats?" is asked of it again.</summary>
    public IReadOnlyList<string> Varies { get; init; } = [];

    /// <summary>The figures a tenant may set.</summary>
    public IReadOnlyList<AgentSetting> Settings { get; init; } = [];

    /// <summary>The texts in other languages, by ISO 639-1 code; a text that a language lacks is there in the words of <see cref="Texts"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> TextsByLanguage { get; init; } = FrozenDictionary<string, IReadOnlyDictionary<string, string>>.Empty;

    /// <summary>What a language model is told where the tenant tells it nothing else; null when the card says nothing.</summary>
    public string? Instructions { get; init; }

    /// <summary>What an operator's own agent does, which has a card and no class; null for an agent of the roster.</summary>
    public OwnTalk? Own { get; init; }

    /// <summary>The domain of all agents that operators add, and of no other.</summary>
    public const string OwnDomain = "custom";

    /// <summary>Whether an id is that of an operator's own agent.</summary>
    public static bool IsOwn(string id) => id.StartsWith(OwnDomain + "/", StringComparison.Ordinal);

    /// <summary>The reason of every agent whose caller lacks a right.</summary>
    public const string NotAuthorised = "not_authorised";

    /// <summary>The domain: the part of the id before the slash.</summary>
    public string Domain => Id[..Id.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The name in a language, where it has one.</summary>
    /// <param name="language">BCP 47 tag.</param>
    public string NameIn(string language) => Names.GetValueOrDefault(language.Split('-')[0].ToLowerInvariant(), Name);

    /// <summary>The card with its texts in a language, where it has them.</summary>
    /// <param name="language">BCP 47 tag.</param>
    public AgentCard In(string language) =>
        TextsByLanguage.Count > 0 && TextsByLanguage.TryGetValue(language.Split('-')[0].ToLowerInvariant(), out IReadOnlyDictionary<string, string>? spoken) ? this with { Texts = spoken } : this;

    /// <summary>Gives a text with its placeholders filled from the properties of the finding.</summary>
    /// <exception cref="KeyNotFoundException">The card has no such text, or the finding no such property.</exception>
    public string Say(string key, object? finding = null)
    {
        if (!Texts.TryGetValue(key, out string? template)) throw new KeyNotFoundException($"The card of {Id} has no text \"{key}\".");
        var said = new StringBuilder(template.Length + 32);
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf('{', at);
            if (open < 0) return said.Append(template, at, template.Length - at).ToString();
            int close = template.IndexOf('}', open);
            string name = template[(open + 1)..close];
            object? value = finding is IReadOnlyDictionary<string, string> named && named.TryGetValue(name, out string? own) ? own : finding?.GetType().GetProperty(name, System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.IgnoreCase) is { } property
                ? property.GetValue(finding)
                : throw new KeyNotFoundException($"The text \"{key}\" of {Id} needs {{{name}}}, which the finding does not have.");
            said.Append(template, at, open - at).Append(Convert.ToString(value, CultureInfo.InvariantCulture));
            at = close + 1;
        }
        return said.ToString();
    }
}
