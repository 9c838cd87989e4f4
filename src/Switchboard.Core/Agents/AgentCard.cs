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
public sealed record Utterance(string Label, string Text);

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

    /// <summary>The figures a tenant may set.</summary>
    public IReadOnlyList<AgentSetting> Settings { get; init; } = [];

    /// <summary>The reason of every agent whose caller lacks a right.</summary>
    public const string NotAuthorised = "not_authorised";

    /// <summary>The domain: the part of the id before the slash.</summary>
    public string Domain => Id[..Id.IndexOf('/', StringComparison.Ordinal)];

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
            object? value = finding?.GetType().GetProperty(name, System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.IgnoreCase) is { } property
                ? property.GetValue(finding)
                : throw new KeyNotFoundException($"The text \"{key}\" of {Id} needs {{{name}}}, which the finding does not have.");
            said.Append(template, at, open - at).Append(Convert.ToString(value, CultureInfo.InvariantCulture));
            at = close + 1;
        }
        return said.ToString();
    }
}

/// <summary>A card does not have the form it must have.</summary>
public sealed class CardException(string source, int line, string problem) : Exception($"{source}, line {line}: {problem}");

/// <summary>Reads a card: front matter, then <c>## Utterances</c> and <c>## Texts</c> as lists of <c>- key: words</c>.</summary>
public static class AgentCardReader
{
    private static readonly FrozenSet<string> keys = new[] { "id", "name", "tier", "kind", "capabilities", "summary", "reasons", "settings" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads the card.</summary>
    /// <exception cref="CardException">Something is missing, unknown or said twice; the message names the line.</exception>
    public static AgentCard Read(string source, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines[0].Trim() != "---") throw new CardException(source, 1, "a card begins with a line \"---\" and its front matter");
        int end = Array.FindIndex(lines, 1, l => l.Trim() == "---");
        if (end < 0) throw new CardException(source, lines.Length, "the front matter has no closing line \"---\"");

        var front = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 1; i < end; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            (string key, string value) = Pair(source, i + 1, lines[i]);
            if (!keys.Contains(key)) throw new CardException(source, i + 1, $"\"{key}\" is no key of a card; keys are {string.Join(", ", keys.Order(StringComparer.Ordinal))}");
            if (!front.TryAdd(key, value)) throw new CardException(source, i + 1, $"\"{key}\" is given twice");
        }

        var utterances = new List<Utterance>();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        string section = string.Empty;
        for (int i = end + 1; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0) continue;
            if (line.StartsWith('#')) section = line;
            else if (section == "## Utterances") utterances.Add(ToUtterance(Pair(source, i + 1, line.TrimStart('-', ' '))));
            else if (section == "## Texts")
            {
                (string key, string value) = Pair(source, i + 1, line.TrimStart('-', ' '));
                if (value.Count(c => c == '{') != value.Count(c => c == '}')) throw new CardException(source, i + 1, "a brace is not closed");
                if (!texts.TryAdd(key, value.Replace("\\n", "\n", StringComparison.Ordinal))) throw new CardException(source, i + 1, $"the text \"{key}\" is given twice");
            }
            else throw new CardException(source, i + 1, $"a card has the sections \"## Utterances\" and \"## Texts\", not \"{section}\"");
        }

        string Need(string key) => front.TryGetValue(key, out string? value) && value.Length > 0 ? value : throw new CardException(source, end + 1, $"\"{key}\" is missing");
        string id = Need("id");
        if (id.Count(c => c == '/') != 1 || id[0] == '/' || id[^1] == '/') throw new CardException(source, 2, $"\"{id}\" is no id; ids are spelt domain/name");
        return new AgentCard
        {
            Id = id,
            Name = Need("name"),
            Tier = Enum.TryParse(Need("tier"), ignoreCase: true, out Tier tier) ? tier : throw new CardException(source, end + 1, "the tier is essential, revenue, operational or advanced"),
            Kind = Enum.TryParse(Need("kind"), out AgentKind kind) ? kind : throw new CardException(source, end + 1, $"the kind is one of {string.Join(", ", Enum.GetNames<AgentKind>())}"),
            Capabilities = List(Need("capabilities")),
            Reasons = front.TryGetValue("reasons", out string? reasons) ? [AgentCard.NotAuthorised, .. List(reasons)] : [AgentCard.NotAuthorised],
            Settings = front.TryGetValue("settings", out string? settings) ? [.. List(settings).Select(s => ToSetting(source, end + 1, s))] : [],
            Summary = Need("summary"),
            Utterances = utterances,
            Texts = texts.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    private static string[] List(string text) => text.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Reads <c>small_group=20 (2..1000)</c>.</summary>
    private static AgentSetting ToSetting(string source, int line, string text)
    {
        string[] parts = text.Split(["=", "(", "..", ")"], StringSplitOptions.TrimEntries);
        return parts is [var key, var value, var least, var most, ""] && Number(value) is { } set && Number(least) is { } from && Number(most) is { } to && from <= set && set <= to
            ? new AgentSetting(key, set, from, to)
            : throw new CardException(source, line, $"\"{text}\" is no setting; settings are spelt key=default (least..most)");

        static decimal? Number(string digits) => decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) ? number : null;
    }

    private static Utterance ToUtterance((string Key, string Value) pair) => new(pair.Key, pair.Value);

    private static (string Key, string Value) Pair(string source, int line, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) throw new CardException(source, line, $"\"{text.Trim()}\" is not of the form \"key: words\"");
        return (text[..colon].Trim(), text[(colon + 1)..].Trim());
    }
}
