namespace Switchboard.Core.Understanding.Entities;

/// <summary>
/// Finds names of the tenant's catalogue: longest match, case folded, one edit apart for names of six letters and more. Candidates are
/// the names that share the first letter, or the rest after it, with the words at hand.
/// </summary>
internal sealed class CatalogueFinder
{
    private const int fuzzyFrom = 6;
    private const int mostWords = 6;
    private const int mostOnStack = 128;

    private readonly Dictionary<string, List<Known>> exact = new(StringComparer.Ordinal);
    // A name with one letter taken out is what any name one edit apart also becomes.
    private readonly Dictionary<string, List<Known>> shortened = new(StringComparer.Ordinal);
    // One edit leaves what stands before the middle of a name or what stands behind it as it was: words that have neither are near to none.
    private readonly HashSet<string> halves = new(StringComparer.Ordinal);
    // How many letters a text must have to be one edit from a name.
    private readonly HashSet<int> nearLengths = [];
    private readonly HashSet<int> lengths = [];
    private readonly int longest;

    /// <summary>Prepares a catalogue.</summary>
    public CatalogueFinder(IReadOnlyList<CatalogueName> names)
    {
        foreach (CatalogueName name in names)
        {
            List<Token> tokens = Tokens.Of(name.Name);
            if (tokens.Count is 0 or > mostWords) continue;
            string folded = string.Join(' ', tokens.Select(t => t.Folded));
            var known = new Known(name, folded, tokens.Count);
            longest = Math.Max(longest, tokens.Count);
            Add(exact, folded, known);
            lengths.Add(folded.Length);
            if (folded.Length < fuzzyFrom) continue;
            nearLengths.UnionWith([folded.Length - 1, folded.Length, folded.Length + 1]);
            halves.UnionWith([folded[..(folded.Length / 2)], folded[(folded.Length / 2 + 1)..]]);
            foreach (string variant in Variants(folded)) Add(shortened, variant, known);
        }
    }

    /// <summary>The names found: first token, the token behind, the name, and 1 for an exact or 0.8 for a near match.</summary>
    public IEnumerable<(int First, int Next, CatalogueName Name, double Confidence)> Find(List<Token> tokens)
    {
        int i = 0;
        while (i < tokens.Count)
        {
            (int next, Known? known, double confidence) = At(tokens, i);
            if (known is null)
            {
                i++;
                continue;
            }
            yield return (i, next, known.Name, confidence);
            i = next;
        }
    }

    private (int Next, Known? Known, double Confidence) At(List<Token> tokens, int i)
    {
        for (int count = Math.Min(longest + 1, tokens.Count - i); count >= 1; count--)
        {
            if (tokens[i + count - 1].End - tokens[i].Start > 80) continue;
            // Nothing is put together that has the length of no name.
            int length = count - 1;
            for (int t = i; t < i + count; t++) length += tokens[t].Folded.Length;
            if (!lengths.Contains(length) && !nearLengths.Contains(length)) continue;
            string words = count == 1 ? tokens[i].Folded : string.Join(' ', Enumerable.Range(i, count).Select(t => tokens[t].Folded));
            if (exact.TryGetValue(words, out List<Known>? same)) return (i + count, same[0], 1);
            if (!nearLengths.Contains(words.Length) || tokens[i].Kind != TokenKind.Word) continue;
            if (Near(words) is { } one) return (i + count, one, 0.8);
        }
        return (i, null, 0);
    }

    /// <summary>The name that is one edit from the words; null when none is. What is looked up is put together in place, for nearly every word of a message is looked up.</summary>
    private Known? Near(string words)
    {
        if (!HasHalf(words)) return null;
        if (Beside(words, words) is { } whole) return whole;
        Span<char> cut = words.Length <= mostOnStack ? stackalloc char[words.Length] : new char[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            words.AsSpan(0, i).CopyTo(cut);
            words.AsSpan(i + 1).CopyTo(cut[i..]);
            if (Beside(cut[..^1], words) is { } found) return found;
        }
        return null;
    }

    private bool HasHalf(ReadOnlySpan<char> words)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = halves.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int length = words.Length - 1; length <= words.Length + 1; length++)
        {
            int middle = length / 2, behind = length - middle - 1;
            if (known.Contains(words[..middle]) || known.Contains(words[^behind..])) return true;
        }
        return false;
    }

    private Known? Beside(ReadOnlySpan<char> variant, string words)
    {
        if (shortened.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(variant, out List<Known>? near) && near.Find(k => Distance(k.Folded, words) <= 1) is { } one) return one;
        return exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(variant, out near) ? near.Find(k => k.Folded.Length >= fuzzyFrom) : null;
    }

    private static IEnumerable<string> Variants(string word)
    {
        for (int i = 0; i < word.Length; i++) yield return word.Remove(i, 1);
    }

    /// <summary>Damerau's distance, counted up to 2: insertion, deletion, substitution, swap of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1) return 2;
        int i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i]) i++;
        if (i == a.Length && i == b.Length) return 0;
        ReadOnlySpan<char> restA = a.AsSpan(i);
        ReadOnlySpan<char> restB = b.AsSpan(i);
        bool one = restA.Length == restB.Length
            ? restA[1..].SequenceEqual(restB[1..]) || restA.Length >= 2 && restA[0] == restB[1] && restA[1] == restB[0] && restA[2..].SequenceEqual(restB[2..])
            : restA.Length > restB.Length ? restA[1..].SequenceEqual(restB) : restB[1..].SequenceEqual(restA);
        return one ? 1 : 2;
    }

    private static void Add(Dictionary<string, List<Known>> index, string key, Known known)
    {
        if (!index.TryGetValue(key, out List<Known>? list)) index[key] = list = [];
        list.Add(known);
    }

    private sealed record Known(CatalogueName Name, string Folded, int Words);
}
