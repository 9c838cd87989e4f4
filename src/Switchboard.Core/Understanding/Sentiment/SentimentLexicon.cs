using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Understanding.Sentiment;

/// <summary>The valences and rule words of one language (<c>sentiment.*.txt</c>, <c>emoji.txt</c>, <c>rules.txt</c>).</summary>
internal sealed class SentimentLexicon
{
    private const int longestPhrase = 4;

    private static readonly string[] languages = ["en", "de", "fr", "es", "pt", "it"];
    private static readonly ConcurrentDictionary<string, SentimentLexicon> all = new(StringComparer.Ordinal);
    private static readonly string[] endings = ["iness", "ness", "ingly", "edly", "ally", "ing", "ied", "ies", "ed", "er", "est", "ly", "es", "s", "'s"];
    // They look like a form of a word that has a valence, and have another meaning.
    private static readonly FrozenSet<string> strangers = new[] { "later", "latest", "lately", "number", "numbers", "business", "businesses", "means", "meaning", "meanings", "hardly", "colder", "older", "oldest", "really", "angeles", "matters", "friend's" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, double> valences;
    private readonly FrozenDictionary<string, double> general;
    private readonly FrozenDictionary<string, FrozenSet<string>> rules;
    private readonly FrozenSet<string> phraseHeads;
    private readonly bool isEnglish;

    private SentimentLexicon(string language)
    {
        isEnglish = language == "en";
        var words = new Dictionary<string, double>(StringComparer.Ordinal);
        var elsewhere = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string line in EmbeddedWords.Lines($"sentiment.{language}.txt").Concat(EmbeddedWords.Lines("emoji.txt")))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            bool isGeneral = line.StartsWith("general ", StringComparison.Ordinal);
            double valence = double.Parse(isGeneral ? line[8..colon] : line[..colon], CultureInfo.InvariantCulture);
            foreach (string word in line[(colon + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)) (isGeneral ? elsewhere : words).TryAdd(Key(word), valence);
        }
        valences = words.ToFrozenDictionary(StringComparer.Ordinal);
        general = elsewhere.ToFrozenDictionary(StringComparer.Ordinal);
        rules = EmbeddedWords.Lines("rules.txt").Select(l => l.Split(": ", 2)).ToFrozenDictionary(l => l[0], l => l[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(w => w.Length < 4 || w[2] != '/' || w.StartsWith(language, StringComparison.Ordinal)).Select(w => Key(w.Length > 3 && w[2] == '/' ? w[3..] : w)).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        phraseHeads = valences.Keys.Concat(general.Keys).Concat(rules.Values.SelectMany(r => r)).Where(k => k.Contains(' ', StringComparison.Ordinal)).Select(k => k[..k.IndexOf(' ', StringComparison.Ordinal)]).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>How many words have a valence.</summary>
    public int Count => valences.Count;

    /// <summary>The languages with a lexicon.</summary>
    public static IReadOnlyList<string> Languages => languages;

    /// <summary>The lexicon of a language; English for one without.</summary>
    public static SentimentLexicon For(string language) => all.GetOrAdd(languages.Contains(language, StringComparer.Ordinal) ? language : "en", l => new SentimentLexicon(l));

    /// <summary>The longest phrase of a kind that begins at a word: how many words it has; 0 for none.</summary>
    public int Rule(string kind, IReadOnlyList<string> words, int i)
    {
        FrozenSet<string> phrases = rules[kind];
        for (int count = phraseHeads.Contains(words[i]) ? Math.Min(longestPhrase, words.Count - i) : 1; count >= 1; count--)
            if (phrases.Contains(Join(words, i, count))) return count;
        return 0;
    }

    /// <summary>The valence of the longest phrase that begins at a word and how many words it has; null for none.</summary>
    public (double Valence, int Words)? Valence(IReadOnlyList<string> words, int i, bool inGeneral)
    {
        for (int count = phraseHeads.Contains(words[i]) ? Math.Min(longestPhrase, words.Count - i) : 1; count >= 1; count--)
        {
            string phrase = Join(words, i, count);
            if (inGeneral && general.TryGetValue(phrase, out double valence) || valences.TryGetValue(phrase, out valence)) return (valence, count);
            if (!inGeneral && general.ContainsKey(phrase)) return null;
        }
        return isEnglish && Stem(words[i], inGeneral) is { } stemmed ? (stemmed, 1) : null;
    }

    // "disappointingly", "crashers": the endings come off, a doubled consonant becomes one, an e comes back.
    private double? Stem(string word, bool inGeneral)
    {
        if (word.Length < 5 || strangers.Contains(word)) return null;
        foreach (string ending in endings)
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length - ending.Length < 3) continue;
            string stem = word[..^ending.Length];
            string[] tries = ending is "ied" or "ies" or "iness" ? [stem + "y"] : stem[^1] == stem[^2] && stem[^1] is not ('s' or 'l') ? [stem, stem[..^1], stem + "e"] : stem[^1] == 'i' ? [stem[..^1] + "y", stem] : [stem, stem + "e"];
            foreach (string candidate in tries)
            {
                if (general.TryGetValue(candidate, out double valence)) return inGeneral ? valence : null;
                if (candidate.Length >= 4 && valences.TryGetValue(candidate, out valence)) return valence;
            }
        }
        return null;
    }

    private static string Join(IReadOnlyList<string> words, int i, int count) => count == 1 ? words[i] : string.Join(' ', words.Skip(i).Take(count));

    private static string Key(string word) => Tokens.Fold(word.Length > 1 && char.IsLetter(word[0]) ? word.Replace('_', ' ') : word);
}
