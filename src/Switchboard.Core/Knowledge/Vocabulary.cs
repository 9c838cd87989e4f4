namespace Switchboard.Core.Knowledge;

/// <summary>The terms of an index, with the search for the nearest known word of a misspelt one.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<string> terms = [];

    // Corrections are rare, so the terms are only grouped by length and first letters are compared as they come.
    private Dictionary<int, List<int>>? byLength;
    private readonly Lock grouping = new();

    public int Count => terms.Count;

    public Dictionary<string, int> Ids => ids;

    public void Add(string term)
    {
        if (!ids.TryAdd(term, terms.Count)) return;
        terms.Add(term);
    }

    public int IdOf(string term) => ids.GetValueOrDefault(term, -1);

    /// <summary>The most frequent term of letters within the edit distance (insertions, deletions, replacements, neighbours swapped), nearer first; -1 when there is none.</summary>
    public int Closest(string term, int distance, Func<int, int> frequency)
    {
        if (distance <= 0) return -1;
        Dictionary<int, List<int>> groups = Groups();
        int best = -1;
        int bestDistance = distance + 1;
        for (int length = term.Length - distance; length <= term.Length + distance; length++)
        {
            if (!groups.TryGetValue(length, out List<int>? candidates)) continue;
            foreach (int id in candidates)
            {
                // People rarely miss the first letter; another first letter is mostly another word ("flight" is not "light").
                if (terms[id][0] != term[0]) continue;
                int d = Distance(term, terms[id], bestDistance);
                if (d > distance || d > bestDistance) continue;
                if (d == bestDistance && (frequency(id), StringComparer.Ordinal.Compare(terms[best], terms[id])).CompareTo((frequency(best), 0)) <= 0) continue;
                best = id;
                bestDistance = d;
            }
        }
        return best;
    }

    public string TermOf(int id) => terms[id];

    private Dictionary<int, List<int>> Groups()
    {
        lock (grouping)
        {
            if (byLength is not null) return byLength;
            var groups = new Dictionary<int, List<int>>();
            for (int id = 0; id < terms.Count; id++)
            {
                if (!terms[id].All(char.IsLetter)) continue;
                if (!groups.TryGetValue(terms[id].Length, out List<int>? group)) groups[terms[id].Length] = group = [];
                group.Add(id);
            }
            return byLength = groups;
        }
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
}
