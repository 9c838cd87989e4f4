using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>
/// What words mean in dates, numbers and money, in six languages (<c>vocabulary.*.txt</c>). A text in one of them is read with its own words first and the
/// longer words of the others beside, since people mix; any other text is read with the English ones first.
/// </summary>
internal sealed class Vocabulary
{
    private const int borrowedFrom = 5;

    private static readonly string[] languages = ["en", "de", "fr", "es", "pt", "it"];
    private static readonly ConcurrentDictionary<string, Vocabulary> all = new(StringComparer.Ordinal);

    // By first word, then the few categories it has: every reader asks for a category of its own, and a word is hashed once for each question.
    private readonly FrozenDictionary<string, (string Category, Meaning[] Meanings)[]> meanings;

    private Vocabulary(string language)
    {
        Language = language;
        var entries = new Dictionary<(string, string), List<Meaning>>();
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string category, string value, string[] words) in Read(language))
        {
            own.Add(words[0]);
            Add(category, value, words);
        }
        foreach (string other in languages.Where(l => l != language))
        {
            foreach ((string category, string value, string[] words) in Read(other))
                if (!own.Contains(words[0]) && (words.Length > 1 ? words[0].Length > 2 : words[0].Length >= borrowedFrom)) Add(category, value, words);
        }
        meanings = entries.GroupBy(e => e.Key.Item2, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Select(e => (e.Key.Item1, e.Value.OrderByDescending(m => m.Words.Length).ToArray())).ToArray(), StringComparer.Ordinal);

        void Add(string category, string value, string[] words)
        {
            if (!entries.TryGetValue((category, words[0]), out List<Meaning>? list)) entries[(category, words[0])] = list = [];
            list.Add(new Meaning(value, words));
        }
    }

    /// <summary>The language whose words come first.</summary>
    public string Language { get; }

    /// <summary>Whether 1.234 is a thousand and more, as in all of the six but English.</summary>
    public bool DecimalComma => Language != "en";

    /// <summary>The vocabulary for a text in a language; English for one without a file.</summary>
    public static Vocabulary For(string language) => all.GetOrAdd(languages.Contains(language, StringComparer.Ordinal) ? language : "en", l => new Vocabulary(l));

    /// <summary>The value of the longest phrase of a category that begins at a token, and the token behind it.</summary>
    public bool Is(List<Token> tokens, int i, string category, out string value, out int next)
    {
        value = string.Empty;
        next = i;
        // No phrase begins with a figure or a mark.
        if (i < 0 || i >= tokens.Count || tokens[i].Kind != TokenKind.Word || Of(category, tokens[i].Folded) is not { } found) return false;
        foreach (Meaning meaning in found)
        {
            if (!Follows(tokens, i, meaning.Words)) continue;
            value = meaning.Value;
            next = i + meaning.Words.Length;
            return true;
        }
        return false;
    }

    /// <summary>Whether a phrase of a category begins at a token.</summary>
    public bool Is(List<Token> tokens, int i, string category) => Is(tokens, i, category, out string _, out _);

    /// <summary>The same with a whole number as the value.</summary>
    public bool Is(List<Token> tokens, int i, string category, out int value, out int next)
    {
        bool found = Is(tokens, i, category, out string text, out next);
        value = found ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        return found;
    }

    /// <summary>Whether a phrase of a category ends right before a token.</summary>
    public bool EndsBefore(List<Token> tokens, int i, string category)
    {
        for (int length = 1; length <= 3 && i - length >= 0; length++)
            if (Is(tokens, i - length, category, out string _, out int next) && next == i) return true;
        return false;
    }

    /// <summary>Whether a phrase of any category begins with this folded word.</summary>
    public bool Knows(string word) => meanings.ContainsKey(word);

    /// <summary>The value of one word of a category; null when it has none.</summary>
    public string? ValueOf(string category, string word) => Of(category, word)?.FirstOrDefault(m => m.Words.Length == 1)?.Value;

    private Meaning[]? Of(string category, string word)
    {
        if (!meanings.TryGetValue(word, out (string Category, Meaning[] Meanings)[]? categories)) return null;
        foreach ((string its, Meaning[] found) in categories)
            if (its == category) return found;
        return null;
    }

    private static bool Follows(List<Token> tokens, int i, string[] words)
    {
        if (i + words.Length > tokens.Count) return false;
        for (int w = 1; w < words.Length; w++)
            if (tokens[i + w].Folded != words[w]) return false;
        return true;
    }

    private static IEnumerable<(string Category, string Value, string[] Words)> Read(string language)
    {
        foreach (string line in EmbeddedWords.Lines($"vocabulary.{language}.txt"))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            string[] head = line[..colon].Split(' ');
            foreach (string phrase in line[(colon + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return (head[0], head[1], [.. phrase.Split('_').Select(Tokens.Fold)]);
        }
    }

    private sealed record Meaning(string Value, string[] Words);
}
