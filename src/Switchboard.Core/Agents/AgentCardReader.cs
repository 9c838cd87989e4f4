using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Agents;

/// <summary>A card does not have the form it must have.</summary>
/// <param name="source">The file.</param>
/// <param name="line">The line, counted from one.</param>
/// <param name="problem">What is wrong, and what would mend it.</param>
public sealed class CardException(string source, int line, string problem) : Exception($"{source}, line {line}: {problem}")
{
    /// <summary>The line.</summary>
    public int Line => line;

    /// <summary>What is wrong.</summary>
    public string Problem => problem;
}

/// <summary>Reads a card: front matter, then <c>## Utterances</c> and <c>## Texts</c> as lists of <c>- key: words</c>. <c>## Texts de</c> holds the same texts in German, <c>## Utterances de</c> sentences that are German.</summary>
public static class AgentCardReader
{
    private static readonly FrozenSet<string> keys = FrozenSet.Create(StringComparer.Ordinal, "id", "name", "names", "tier", "kind", "capabilities", "summary", "reasons", "settings", "varies");

    /// <summary>Reads the card of an agent of the roster.</summary>
    /// <exception cref="CardException">Something is missing, unknown or said twice; the message names the line.</exception>
    public static AgentCard Read(string source, string text) => CardOf(CardText.Read(source, text, keys));

    /// <summary>What every card says.</summary>
    internal static AgentCard CardOf(CardText text)
    {
        string id = text.Need("id");
        if (id.Count(c => c == '/') != 1 || id[0] == '/' || id[^1] == '/') throw text.Wrong("id", $"\"{id}\" is no id; ids are spelt domain/name");
        FrozenDictionary<string, string> texts = text.Texts.ToFrozenDictionary(t => t.Key, t => t.Words, StringComparer.Ordinal);
        return new AgentCard
        {
            Id = id,
            Name = text.Need("name"),
            Names = List(text.Front("names")).Select(n => n.Split('=', 2, StringSplitOptions.TrimEntries)).ToFrozenDictionary(
                n => n is [{ Length: 2 } language, { Length: > 0 }] ? language : throw text.Wrong("names", $"\"{string.Join('=', n)}\" is no name in a language; names are spelt [de=Rechnungen, fr=Factures]"), n => n[1], StringComparer.Ordinal),
            Tier = Enum.TryParse(text.Need("tier"), ignoreCase: true, out Tier tier) && Enum.IsDefined(tier) ? tier : throw text.Wrong("tier", "the tier is essential, revenue, operational or advanced"),
            Kind = Enum.TryParse(text.Need("kind"), out AgentKind kind) && Enum.IsDefined(kind) ? kind : throw text.Wrong("kind", $"the kind is one of {string.Join(", ", Enum.GetNames<AgentKind>())}"),
            Capabilities = List(text.Need("capabilities")),
            Reasons = [AgentCard.NotAuthorised, .. List(text.Front("reasons"))],
            Settings = [.. List(text.Front("settings")).Select(s => ToSetting(s) ?? throw text.Wrong("settings", $"\"{s}\" is no setting; settings are spelt key=default (least..most)"))],
            Varies = [.. List(text.Front("varies")).Select(v => Routing.FollowUp.Parts.Contains(v) ? v : throw text.Wrong("varies", $"\"{v}\" is nothing that can be other in a question; known are {string.Join(", ", Routing.FollowUp.Parts.Order(StringComparer.Ordinal))}"))],
            Summary = text.Need("summary"),
            Utterances = [.. text.Utterances.Select(u => new Utterance(u.Key, u.Words, u.Language))],
            Texts = texts,
            TextsByLanguage = text.Languages.ToFrozenDictionary(l => l.Key, l => Over(texts, l.Value), StringComparer.Ordinal),
        };
    }

    /// <summary>The items of a list in brackets.</summary>
    internal static string[] List(string? text) => text is null ? [] : text.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IReadOnlyDictionary<string, string> Over(FrozenDictionary<string, string> texts, IReadOnlyList<CardLine> spoken)
    {
        var all = new Dictionary<string, string>(texts, StringComparer.Ordinal);
        foreach (CardLine line in spoken) all[line.Key] = line.Words;
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads <c>small_group=20 (2..1000)</c>.</summary>
    private static AgentSetting? ToSetting(string text)
    {
        string[] parts = text.Split(["=", "(", "..", ")"], StringSplitOptions.TrimEntries);
        return parts is [var key, var value, var least, var most, ""] && Number(value) is { } set && Number(least) is { } from && Number(most) is { } to && from <= set && set <= to ? new AgentSetting(key, set, from, to) : null;

        static decimal? Number(string digits) => decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) ? number : null;
    }
}
