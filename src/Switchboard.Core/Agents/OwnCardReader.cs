using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Agents;

/// <summary>
/// Reads the card of an operator's own agent, which has no class: what its card says is all it does. It may read published articles and hand over, and nothing else;
/// a card that wants more is refused, so that a file in a folder gives nobody rights.
/// </summary>
public static partial class OwnCardReader
{
    private const int mostUtterances = 200, mostSlots = 8;

    /// <summary>The capability to answer from articles.</summary>
    public const string ReadsArticles = "read:knowledge";

    /// <summary>The capability to hand over.</summary>
    public const string HandsOver = "act:handoff.create";

    private static readonly FrozenSet<string> keys =
        FrozenSet.Create(StringComparer.Ordinal, "id", "name", "tier", "kind", "capabilities", "summary", "reasons", "settings", "slots", "articles", "team", "instructions");

    /// <summary>Reads the card.</summary>
    /// <exception cref="CardException">Something is wrong; the message names the line and what would mend it.</exception>
    public static AgentCard Read(string source, string text)
    {
        CardText lines = CardText.Read(source, text, keys);
        AgentCard card = AgentCardReader.CardOf(lines);
        if (!AgentCard.IsOwn(card.Id) || !Name().IsMatch(card.Id.AsSpan(AgentCard.OwnDomain.Length + 1)))
            throw lines.Wrong("id", $"the id of an agent of your own is {AgentCard.OwnDomain}/name, with small letters, digits and dashes in the name, not \"{card.Id}\"");
        if (card.Kind != AgentKind.Specialist) throw lines.Wrong("kind", $"an agent of your own is a Specialist; a {card.Kind} needs a class");
        OwnSlot[] slots = [.. AgentCardReader.List(lines.Front("slots")).Select(s => SlotOf(s, lines))];
        if (slots.Length > mostSlots) throw lines.Wrong("slots", $"there are {slots.Length} slots; {mostSlots} are the most");
        if (slots.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw lines.Wrong("slots", $"the slot \"{twice.Key}\" is given twice");
        var own = new OwnTalk(slots, Articles(lines), lines.Front("team"), card.Reasons.Count > 1 ? card.Reasons[1] : "missing_capability");
        if (own.Team is { } team && !Name().IsMatch(team)) throw lines.Wrong("team", $"\"{team}\" is no team; teams are spelt with small letters, digits and dashes");
        CheckRights(card, own, lines);
        card = card with { Own = own, Instructions = lines.Front("instructions") };
        CheckWords(card, own, lines);
        return card;
    }

    /// <summary>What it does must be declared, and what it declares must be what it does.</summary>
    private static void CheckRights(AgentCard card, OwnTalk own, CardText lines)
    {
        foreach (string capability in card.Capabilities)
            if (capability is not (ReadsArticles or HandsOver)) throw lines.Wrong("capabilities", $"\"{capability}\" needs a class; an agent of your own may {ReadsArticles} and {HandsOver}");
        if (own.Articles is not null && !card.Capabilities.Contains(ReadsArticles)) throw lines.Wrong("articles", $"to answer from articles, name {ReadsArticles} under capabilities");
        if (own.Team is not null && !card.Capabilities.Contains(HandsOver)) throw lines.Wrong("team", $"to hand over to a team, name {HandsOver} under capabilities");
        if (own.Articles is null && card.Capabilities.Contains(ReadsArticles)) throw lines.Wrong("capabilities", $"{ReadsArticles} is declared; name the articles: articles: [category:NAME, tag:NAME]");
        if (own.Team is null && card.Capabilities.Contains(HandsOver)) throw lines.Wrong("capabilities", $"{HandsOver} is declared; name the team: team: support");
    }

    private static void CheckWords(AgentCard card, OwnTalk own, CardText lines)
    {
        if (card.Utterances.Count == 0) throw lines.Wrong("id", "there are no utterances; under \"## Utterances\" write the sentences that mean this agent, as - label: sentence", atEnd: true);
        if (card.Utterances.Count > mostUtterances) throw lines.Wrong(lines.Utterances[mostUtterances], $"there are {card.Utterances.Count} utterances; {mostUtterances} are the most");
        foreach (CardLine said in lines.Utterances)
        {
            if (!said.Words.Any(char.IsLetterOrDigit)) throw lines.Wrong(said, $"the utterance of \"{said.Key}\" has no words");
            if (!card.Texts.ContainsKey(said.Key) && own.Articles is null && own.Team is null) throw lines.Wrong(said, $"nothing answers \"{said.Key}\": write a text of that name, or name articles or a team");
        }

        string[] needed =
        [
            .. own.Slots.SelectMany(s => new[] { $"ask-{s.Name}", $"ask-{s.Name}-again" }),
            .. own.Team is not null ? [OwnTalk.Handoff] : own.Articles is not null ? new[] { OwnTalk.Unknown } : [],
        ];
        if (needed.FirstOrDefault(n => !card.Texts.ContainsKey(n)) is { } missing) throw lines.Wrong("id", $"the text \"{missing}\" is missing under \"## Texts\"", atEnd: true);
        string[] known = [.. needed, .. card.Utterances.Select(u => u.Label)];
        string[] fillers = [.. own.Slots.Select(s => s.Name), .. card.Settings.Select(s => s.Key)];
        foreach (CardLine text in lines.Texts.Concat(lines.Languages.Values.SelectMany(l => l)))
        {
            if (!known.Contains(text.Key)) throw lines.Wrong(text, $"no utterance is labelled \"{text.Key}\", so this text is never said");
            if (!card.Texts.ContainsKey(text.Key)) throw lines.Wrong(text, $"the text \"{text.Key}\" has no words under \"## Texts\", which those of other languages stand in for");
            if (text.Words.Length == 0) throw lines.Wrong(text, $"the text \"{text.Key}\" has no words");
            foreach (Match place in Placeholder().Matches(text.Words))
                if (!fillers.Contains(place.Groups["name"].Value)) throw lines.Wrong(text, $"{{{place.Groups["name"].Value}}} is neither a slot nor a setting of the card");
            if (Placeholder().Replace(text.Words, "").AsSpan().IndexOfAny('{', '}') >= 0) throw lines.Wrong(text, "a brace stands alone; placeholders are spelt {name}");
        }
    }

    private static OwnSlot SlotOf(string text, CardText lines)
    {
        string[] parts = text.Split('=', StringSplitOptions.TrimEntries);
        var slot = new OwnSlot(parts[0], parts.Length == 2 ? parts[1] : parts[0]);
        if (parts.Length > 2 || !Name().IsMatch(slot.Name)) throw lines.Wrong("slots", $"\"{text}\" is no slot; slots are spelt name=type");
        return OwnSlot.Types.Contains(slot.Type) ? slot : throw lines.Wrong("slots", $"\"{slot.Type}\" is no type of slot; types are {string.Join(", ", OwnSlot.Types)}");
    }

    private static ArticleChoice? Articles(CardText lines)
    {
        string[][] named = [.. AgentCardReader.List(lines.Front("articles")).Select(a => a.Split(':', 2, StringSplitOptions.TrimEntries))];
        if (named.FirstOrDefault(a => a is not ["category" or "tag", { Length: > 0 }]) is { } wrong) throw lines.Wrong("articles", $"\"{string.Join(':', wrong)}\" names no articles; write category:NAME or tag:NAME");
        return named.Length == 0 ? null : new ArticleChoice([.. named.Where(a => a[0] == "category").Select(a => a[1])], [.. named.Where(a => a[0] == "tag").Select(a => a[1])]);
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,39}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
