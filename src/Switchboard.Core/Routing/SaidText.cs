using System.Text;

namespace Switchboard.Core.Routing;

/// <summary>
/// A message as words, for the lists of phrases by which routing rules know what is said: lower case, apostrophes gone, everything else that is no letter or digit a space.
/// A phrase matches whole words; one that ends with a star matches the beginning of a word.
/// </summary>
public sealed class SaidText
{
    private readonly string words;

    /// <summary>Reads a message; null is an empty one.</summary>
    public SaidText(string? text)
    {
        text ??= string.Empty;
        var spaced = new StringBuilder(text.Length + 2).Append(' ');
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c)) spaced.Append(char.ToLowerInvariant(c));
            else if (c is '\'' or '’') continue;
            else if (spaced[^1] != ' ') spaced.Append(' ');
        }
        if (spaced[^1] != ' ') spaced.Append(' ');
        words = spaced.ToString();
        HasQuestionMark = text.Contains('?', StringComparison.Ordinal);
        Count = words.Count(c => c == ' ') - 1;
    }

    /// <summary>The words with one space between them.</summary>
    public string Words => words.Trim();

    /// <summary>How many words there are.</summary>
    public int Count { get; }

    /// <summary>Whether a question mark stands in it.</summary>
    public bool HasQuestionMark { get; }

    /// <summary>Whether one of the phrases is said.</summary>
    public bool Any(params ReadOnlySpan<string> phrases) => First(phrases) >= 0;

    /// <summary>Where the first of the phrases is said; -1 when none is.</summary>
    public int First(params ReadOnlySpan<string> phrases)
    {
        int first = -1;
        foreach (string phrase in phrases)
        {
            int at = Place(phrase);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        return first;
    }

    /// <summary>Where a phrase is said, counted from the space before it; -1 when it is not. There are hundreds of phrases, so none is put together anew.</summary>
    private int Place(string phrase)
    {
        bool begins = phrase.EndsWith('*');
        ReadOnlySpan<char> sought = begins ? phrase.AsSpan(0, phrase.Length - 1) : phrase;
        ReadOnlySpan<char> all = words;
        for (int from = 1; from < all.Length;)
        {
            int at = all[from..].IndexOf(sought);
            if (at < 0) return -1;
            at += from;
            int end = at + sought.Length;
            if (all[at - 1] == ' ' && (begins || (end < all.Length && all[end] == ' '))) return at - 1;
            from = at + 1;
        }
        return -1;
    }

    /// <summary>Whether it asks: a question mark, or a question word in front.</summary>
    public bool Asks => HasQuestionMark || First("what", "when", "where", "which", "who", "why", "how", "can", "could", "do", "does", "is", "are") == 0;

    /// <summary>The words that are left when those of a question's frame are taken away, sorted, each once: what the same question in other words has in common.</summary>
    public IReadOnlyList<string> Fingerprint() =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 2 && !frame.Contains(w)).Select(Stem).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>How much two fingerprints have in common, 0..1 (Jaccard); 0 when one of them is empty.</summary>
    public static double Likeness(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other)
    {
        if (one.Count == 0 || other.Count == 0) return 0;
        int both = one.Intersect(other, StringComparer.Ordinal).Count();
        return (double)both / (one.Count + other.Count - both);
    }

    private static string Stem(string word) => word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) ? word[..^3] + "y"
        : word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3]
        : word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2]
        : word.Length > 3 && word.EndsWith('s') && word[^2] != 's' ? word[..^1] : word;

    private static readonly System.Collections.Frozen.FrozenSet<string> frame = System.Collections.Frozen.FrozenSet.ToFrozenSet(
        ("the and for you your our are was were has have had can could would should will does did how what when where which who why this that these those with from into about please " +
        "still again just not but all any its get tell know want need there here they them then than too also").Split(' '), StringComparer.Ordinal);
}
