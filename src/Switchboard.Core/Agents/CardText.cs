using System.Collections.Frozen;

namespace Switchboard.Core.Agents;

/// <summary>A line of a card: a key and words.</summary>
/// <param name="Key">The key.</param>
/// <param name="Words">The words.</param>
/// <param name="Line">Where it stands, counted from one.</param>
/// <param name="Language">The language its section names; null for none.</param>
internal sealed record CardLine(string Key, string Words, int Line, string? Language = null);

/// <summary>A card taken apart into its lines, with the place of each, so that whatever is wrong can be told with its line.</summary>
internal sealed class CardText
{
    private const string utterances = "## Utterances", texts = "## Texts";
    private readonly string source;
    private readonly int end;
    private readonly Dictionary<string, CardLine> front = new(StringComparer.Ordinal);
    private readonly List<CardLine> said = [], spoken = [];
    private readonly Dictionary<string, IReadOnlyList<CardLine>> languages = new(StringComparer.Ordinal);

    private CardText(string source, int end) => (this.source, this.end) = (source, end);

    /// <summary>The utterances of every language.</summary>
    public IReadOnlyList<CardLine> Utterances => said;

    /// <summary>The texts.</summary>
    public IReadOnlyList<CardLine> Texts => spoken;

    /// <summary>The texts in other languages, by ISO 639-1 code.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CardLine>> Languages => languages;

    /// <summary>Takes a card apart.</summary>
    /// <exception cref="CardException">It is not made of front matter and the two kinds of section.</exception>
    public static CardText Read(string source, string text, FrozenSet<string> keys)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines[0].Trim() != "---") throw new CardException(source, 1, "a card begins with a line \"---\" and its front matter");
        int close = Array.FindIndex(lines, 1, l => l.Trim() == "---");
        if (close < 0) throw new CardException(source, lines.Length, "the front matter has no closing line \"---\"");
        var card = new CardText(source, close + 1);
        for (int i = 1; i < close; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            CardLine pair = card.Pair(i + 1, lines[i]);
            if (!keys.Contains(pair.Key)) throw card.Wrong(pair, $"\"{pair.Key}\" is no key of a card; keys are {string.Join(", ", keys.Order(StringComparer.Ordinal))}");
            if (!card.front.TryAdd(pair.Key, pair)) throw card.Wrong(pair, $"\"{pair.Key}\" is given twice");
        }

        string section = string.Empty;
        for (int i = close + 1; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0) continue;
            if (line.StartsWith('#')) section = line;
            else card.Add(section, i + 1, line);
        }

        return card;
    }

    /// <summary>What the front matter says under a key; null when it says nothing.</summary>
    public string? Front(string key) => front.TryGetValue(key, out CardLine? line) && line.Words.Length > 0 ? line.Words : null;

    /// <summary>What the front matter says under a key.</summary>
    /// <exception cref="CardException">It says nothing.</exception>
    public string Need(string key) => Front(key) ?? throw Wrong(key, $"\"{key}\" is missing", atEnd: true);

    /// <summary>Something is wrong with what stands under a key of the front matter; where there is nothing, at its end.</summary>
    public CardException Wrong(string key, string problem, bool atEnd = false) => new(source, !atEnd && front.TryGetValue(key, out CardLine? line) ? line.Line : end, problem);

    /// <summary>Something is wrong with a line.</summary>
    public CardException Wrong(CardLine line, string problem) => new(source, line.Line, problem);

    private void Add(string section, int line, string text)
    {
        (string kind, string? language) = section.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["##", var name, { Length: 2 } tag] ? ($"## {name}", tag.ToLowerInvariant()) : (section, null);
        if (kind is not (utterances or texts)) throw new CardException(source, line, $"a card has the sections \"{utterances}\" and \"{texts}\", each also with a language behind it (\"{texts} de\"), not \"{section}\"");
        CardLine pair = Pair(line, text.TrimStart('-', ' '));
        // Utterances are matched in whatever language they are written.
        if (kind == utterances)
        {
            said.Add(pair with { Language = language });
            return;
        }

        if (pair.Words.Count(c => c == '{') != pair.Words.Count(c => c == '}')) throw Wrong(pair, "a brace is not closed");
        List<CardLine> own = language is null ? spoken : (List<CardLine>)(languages.TryGetValue(language, out IReadOnlyList<CardLine>? there) ? there : languages[language] = new List<CardLine>());
        if (own.Exists(o => o.Key == pair.Key)) throw Wrong(pair, $"the text \"{pair.Key}\" is given twice");
        own.Add(pair with { Words = pair.Words.Replace("\\n", "\n", StringComparison.Ordinal) });
    }

    private CardLine Pair(int line, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new CardLine(text[..colon].Trim(), text[(colon + 1)..].Trim(), line) : throw new CardException(source, line, $"\"{text.Trim()}\" is not of the form \"key: words\"");
    }
}
