using System.Text.RegularExpressions;

namespace Switchboard.Core.Agents.Kinds.Writing;

/// <summary>How easily prose is read. Headings, tables and code are not prose.</summary>
public static partial class Readability
{
    /// <summary>Flesch's reading ease of English (Flesch 1948): 206.835 − 1.015 × words ÷ sentences − 84.6 × syllables ÷ words; higher is easier. Null without words.</summary>
    public static double? FleschEase(string text)
    {
        string prose = ProseOf(text);
        IReadOnlyList<string> words = WordsOf(prose);
        return words.Count == 0 ? null : 206.835 - (1.015 * words.Count / SentencesOf(prose).Count) - (84.6 * words.Sum(Syllables) / words.Count);
    }

    /// <summary>Björnsson's LIX (1968), for other languages: words ÷ sentences + 100 × words over six letters ÷ words; lower is easier. Null without words.</summary>
    public static double? Lix(string text)
    {
        string prose = ProseOf(text);
        IReadOnlyList<string> words = WordsOf(prose);
        return words.Count == 0 ? null : ((double)words.Count / SentencesOf(prose).Count) + (100.0 * words.Count(w => w.Count(char.IsLetter) > 6) / words.Count);
    }

    /// <summary>Runs of letters or digits, with hyphens and apostrophes inside them.</summary>
    public static IReadOnlyList<string> WordsOf(string text) => [.. Words().Matches(text).Select(m => m.Value)];

    /// <summary>The sentences: they end at . ! ? before a blank, at a line's end, or with the text.</summary>
    public static IReadOnlyList<string> SentencesOf(string text) => [.. Ends().Replace(text, "${end}\n").Split('\n').Select(s => s.Trim()).Where(s => Words().IsMatch(s))];

    /// <summary>The syllables of an English word: groups of vowels, one less for a mute e at the end, at least one.</summary>
    public static int Syllables(string word)
    {
        string lower = word.ToLowerInvariant();
        int groups = Vowels().Count(lower);
        if (groups > 1 && lower.EndsWith('e') && !lower.EndsWith("le", StringComparison.Ordinal)) groups--;
        return Math.Max(1, groups);
    }

    /// <summary>The text without headings, tables, code and the marks of Markdown.</summary>
    public static string ProseOf(string markdown) => Marks().Replace(NoProse().Replace(markdown, string.Empty), string.Empty);

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*", RegexOptions.NonBacktracking)]
    internal static partial Regex Words();

    [GeneratedRegex(@"(?<end>[.!?])\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Ends();

    [GeneratedRegex("[aeiouy]+", RegexOptions.NonBacktracking)]
    private static partial Regex Vowels();

    [GeneratedRegex(@"^```[\s\S]*?^```\s*$|^\s*(?:#|\|).*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NoProse();

    [GeneratedRegex(@"^\s*(?:\d+\.|[-*])\s+|\*\*", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Marks();
}

/// <summary>How much two texts have in common, by runs of five words (Broder 1997).</summary>
public static partial class Shingles
{
    private const int width = 5;

    /// <summary>Common ÷ all runs of five words, 0..1; of texts shorter than that, 0.</summary>
    public static double Overlap(string one, string other)
    {
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        HashSet<(int, int, int, int, int)> a = Of(one, numbers), b = Of(other, numbers);
        int common = a.Count(b.Contains);
        return a.Count + b.Count - common == 0 ? 0 : (double)common / (a.Count + b.Count - common);
    }

    /// <summary>The runs of five, each word by the number it has in both texts.</summary>
    private static HashSet<(int, int, int, int, int)> Of(string text, Dictionary<string, int> numbers)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        string prose = Quotes().Replace(text, string.Empty);
        var runs = new HashSet<(int, int, int, int, int)>();
        (int, int, int, int, int) run = default;
        int seen = 0;
        foreach (ValueMatch word in Readability.Words().EnumerateMatches(prose))
        {
            ReadOnlySpan<char> letters = prose.AsSpan(word.Index, word.Length);
            if (!known.TryGetValue(letters, out int number)) known[letters] = number = numbers.Count;
            run = (run.Item2, run.Item3, run.Item4, run.Item5, number);
            if (++seen >= width) runs.Add(run);
        }

        return runs;
    }

    [GeneratedRegex(@"^```[\s\S]*?^```\s*$|^\s*>.*$|\[\^?\d+\]", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Quotes();
}
