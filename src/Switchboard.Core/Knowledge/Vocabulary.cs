namespace Switchboard.Core.Knowledge;

/// <summary>The terms of an index, with the search for the nearest known word of a misspelt one and for the words that begin like one. Terms are only ever added.</summary>
internal sealed class Vocabulary
{
    // So many terms may stand outside of the table by first letter and length before it is made anew.
    private const int mostUngrouped = 2_000;

    private readonly Dictionary<string, int> ids;
    private readonly List<string> terms;
    private Groups? groups;
    private readonly Lock grouping = new();

    public Vocabulary()
    {
        ids = new Dictionary<string, int>(StringComparer.Ordinal);
        terms = [];
    }

    /// <summary>A copy that can take more terms.</summary>
    public Vocabulary(Vocabulary other)
    {
        ids = new Dictionary<string, int>(other.ids, StringComparer.Ordinal);
        terms = [.. other.terms];
        groups = other.groups;
    }

    public int Count => terms.Count;

    /// <summary>Takes the term in if it is new and gives its one instance.</summary>
    public string Add(string term)
    {
        if (ids.TryGetValue(term, out int known)) return terms[known];
        ids[term] = terms.Count;
        terms.Add(term);
        return term;
    }

    public int IdOf(string term) => ids.GetValueOrDefault(term, -1);

    public string TermOf(int id) => terms[id];

    /// <summary>The most frequent term of letters within the edit distance (insertions, deletions, replacements, neighbours swapped), nearer first; -1 when there is none.</summary>
    public int Closest(string term, int distance, Func<int, int> frequency)
    {
        if (distance <= 0) return -1;
        Groups known = Grouped();
        ulong letters = Letters(term);
        int best = -1;
        int bestDistance = distance + 1;
        for (int length = term.Length - distance; length <= term.Length + distance; length++)
        {
            // People rarely miss the first letter; another first letter is mostly another word ("flight" is not "light").
            if (known.ByStart.TryGetValue((term[0], length), out List<(int Id, ulong Letters)>? group))
                foreach ((int id, ulong its) in group) Consider(id, its);
        }
        for (int id = known.Count; id < terms.Count; id++)
            if (IsWord(terms[id]) && terms[id][0] == term[0]) Consider(id, Letters(terms[id]));
        return best;

        void Consider(int id, ulong its)
        {
            // One edit changes the set of letters by two at most.
            if (System.Numerics.BitOperations.PopCount(letters ^ its) > 2 * distance || frequency(id) <= 0) return;
            int d = Distance(term, terms[id], bestDistance);
            if (d > distance || d > bestDistance) return;
            if (d == bestDistance && (frequency(id), StringComparer.Ordinal.Compare(terms[best], terms[id])).CompareTo((frequency(best), 0)) <= 0) return;
            best = id;
            bestDistance = d;
        }
    }

    /// <summary>The most frequent terms of letters that begin with the given letters and are at most so much longer.</summary>
    public List<int> Beginning(string start, int longer, int most, Func<int, int> frequency)
    {
        Groups known = Grouped();
        var found = new List<int>();
        for (int length = start.Length + 1; length <= start.Length + longer; length++)
        {
            if (known.ByStart.TryGetValue((start[0], length), out List<(int Id, ulong Letters)>? group))
                found.AddRange(group.Where(g => terms[g.Id].StartsWith(start, StringComparison.Ordinal)).Select(g => g.Id));
        }
        for (int id = known.Count; id < terms.Count; id++)
            if (IsWord(terms[id]) && terms[id].Length <= start.Length + longer && terms[id].Length > start.Length && terms[id].StartsWith(start, StringComparison.Ordinal)) found.Add(id);
        return [.. found.Where(id => frequency(id) > 0).OrderByDescending(frequency).ThenBy(id => terms[id], StringComparer.Ordinal).Take(most)];
    }

    private Groups Grouped()
    {
        lock (grouping)
        {
            if (groups is { } ready && terms.Count - ready.Count <= mostUngrouped) return ready;
            var byStart = new Dictionary<(char, int), List<(int, ulong)>>();
            for (int id = 0; id < terms.Count; id++)
            {
                string term = terms[id];
                if (!IsWord(term)) continue;
                if (!byStart.TryGetValue((term[0], term.Length), out List<(int, ulong)>? group)) byStart[(term[0], term.Length)] = group = [];
                group.Add((id, Letters(term)));
            }
            return groups = new Groups(terms.Count, byStart);
        }
    }

    private static bool IsWord(string term) => term.Length > 0 && term.All(char.IsLetter);

    private static ulong Letters(string term)
    {
        ulong letters = 0;
        foreach (char c in term) letters |= 1UL << (c % 64);
        return letters;
    }

    /// <summary>Optimal string alignment distance; any value over <paramref name="limit"/> may be returned as limit + 1.</summary>
    internal static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit) return limit + 1;
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            int smallest = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int d = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d = Math.Min(d, before[j - 2] + 1);
                current[j] = d;
                smallest = Math.Min(smallest, d);
            }
            if (smallest > limit) return limit + 1;
            Span<int> spare = before;
            before = previous;
            previous = current;
            current = spare;
        }
        return previous[b.Length];
    }

    private sealed record Groups(int Count, Dictionary<(char First, int Length), List<(int Id, ulong Letters)>> ByStart);
}
