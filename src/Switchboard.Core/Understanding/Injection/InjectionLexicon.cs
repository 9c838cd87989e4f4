using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Injection;

/// <summary>The words of instructions to a model (<c>injection.txt</c>).</summary>
internal static class InjectionLexicon
{
    private const int longestPhrase = 5;

    private static readonly Lazy<FrozenDictionary<string, FrozenSet<string>>> kinds = new(() => EmbeddedWords.Lines("injection.txt").Select(l => l.Split(": ", 2))
        .ToFrozenDictionary(l => l[0], l => l[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => Tokens.Fold(w.Replace('_', ' '))).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal));

    private static readonly Lazy<FrozenSet<string>> heads = new(() => kinds.Value.Values.SelectMany(k => k).Where(w => w.Contains(' ', StringComparison.Ordinal)).Select(w => w[..w.IndexOf(' ', StringComparison.Ordinal)]).ToFrozenSet(StringComparer.Ordinal));

    private static readonly Lazy<FrozenSet<string>> known = new(() => kinds.Value.Values.SelectMany(k => k).Select(w => w.Split(' ')[0]).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Whether a word or phrase of a kind begins at a word.</summary>
    public static bool Is(string kind, IReadOnlyList<string> words, int i)
    {
        if (i < 0 || i >= words.Count) return false;
        if (!known.Value.Contains(words[i])) return false;
        FrozenSet<string> phrases = kinds.Value[kind];
        if (phrases.Contains(words[i])) return true;
        if (!heads.Value.Contains(words[i])) return false;
        string phrase = words[i];
        for (int count = 2; count <= longestPhrase && i + count <= words.Count; count++)
        {
            phrase += " " + words[i + count - 1];
            if (phrases.Contains(phrase)) return true;
        }
        return false;
    }

    /// <summary>Whether one of the words in a stretch is of a kind.</summary>
    public static bool Any(string kind, IReadOnlyList<string> words, int from, int until)
    {
        for (int i = Math.Max(0, from); i < Math.Min(until, words.Count); i++)
            if (Is(kind, words, i)) return true;
        return false;
    }
}
