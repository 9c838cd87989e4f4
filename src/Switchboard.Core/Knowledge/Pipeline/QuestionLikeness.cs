namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>
/// How alike short questions are: the cosine of their words, pairs of words and runs of three to five letters, each weighted by how rare it is among them. Vectors of the index's
/// model take its place where the questions carry them.
/// </summary>
public sealed class QuestionLikeness
{
    private readonly (int[] Features, double[] Weights)[] sparse;
    private readonly IReadOnlyList<float>?[] dense;

    /// <summary>Reads the questions.</summary>
    /// <param name="questions">Their words, and their vectors where there are some.</param>
    /// <param name="language">BCP 47 tag.</param>
    public QuestionLikeness(IReadOnlyList<(string Text, IReadOnlyList<float>? Vector)> questions, string language = "en")
    {
        dense = [.. questions.Select(q => q.Vector)];
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var holding = new List<int>();
        List<Dictionary<int, int>> counted = [.. questions.Select(q => Count(q.Text))];
        sparse = [.. counted.Select(Weigh)];

        Dictionary<int, int> Count(string text)
        {
            var counts = new Dictionary<int, int>();
            foreach (string feature in FeaturesOf(text, language))
            {
                if (!ids.TryGetValue(feature, out int id))
                {
                    ids[feature] = id = holding.Count;
                    holding.Add(0);
                }

                if (!counts.ContainsKey(id)) holding[id]++;
                counts[id] = counts.GetValueOrDefault(id) + 1;
            }

            return counts;
        }

        (int[], double[]) Weigh(Dictionary<int, int> counts)
        {
            int[] features = [.. counts.Keys.Order()];
            double[] weights = [.. features.Select(f => counts[f] * (1 + Math.Log((1.0 + questions.Count) / (1 + holding[f]))))];
            double length = Math.Sqrt(weights.Sum(w => w * w));
            return (features, length == 0 ? weights : [.. weights.Select(w => w / length)]);
        }
    }

    /// <summary>How alike two of the questions are, 0..1 by their words and -1..1 by their vectors.</summary>
    public double Cosine(int a, int b)
    {
        if (dense[a] is { } x && dense[b] is { } y && x.Count == y.Count) return PassageSearch.Cosine(x, y);
        ((int[] fa, double[] wa), (int[] fb, double[] wb)) = (sparse[a], sparse[b]);
        double dot = 0;
        for (int i = 0, j = 0; i < fa.Length && j < fb.Length;)
        {
            if (fa[i] == fb[j]) dot += wa[i++] * wb[j++];
            else if (fa[i] < fb[j]) i++;
            else j++;
        }

        return dot;
    }

    /// <summary>The one that is nearest to all of them together; of equals the first.</summary>
    public int Medoid(IReadOnlyList<int> members) => members.MaxBy(m => (members.Sum(o => Math.Round(Cosine(m, o), 9)), -m));

    private static IEnumerable<string> FeaturesOf(string text, string language)
    {
        string[] words = [.. TextAnalysis.Terms(text, language).Select(t => t.Term)];
        for (int i = 0; i < words.Length; i++)
        {
            yield return "w:" + words[i];
            if (i > 0) yield return $"w:{words[i - 1]} {words[i]}";
            string padded = $"_{words[i]}_";
            for (int length = 3; length <= 5; length++)
                for (int at = 0; at + length <= padded.Length; at++) yield return "c:" + padded.Substring(at, length);
        }
    }
}

/// <summary>Groups of alike questions.</summary>
public static class QuestionGroups
{
    /// <summary>Average-link agglomerative groups, cut where the mean likeness of two groups falls below a value (nearest-neighbour chain; average link is reducible, so the cut is exact).</summary>
    /// <param name="likeness">The questions.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="cut">The least mean likeness within a group.</param>
    public static IReadOnlyList<IReadOnlyList<int>> AverageLink(QuestionLikeness likeness, int count, double cut)
    {
        var alike = new double[count, count];
        for (int i = 0; i < count; i++)
            for (int j = i + 1; j < count; j++) alike[i, j] = alike[j, i] = likeness.Cosine(i, j);

        List<int>?[] groups = [.. Enumerable.Range(0, count).Select(i => new List<int> { i })];
        var closed = new List<IReadOnlyList<int>>();
        var chain = new List<int>();
        int open = count;
        while (open > 0)
        {
            if (chain.Count == 0) chain.Add(Array.FindIndex(groups, g => g is not null));
            int last = chain[^1];
            int before = chain.Count > 1 ? chain[^2] : -1;
            int nearest = -1;
            for (int i = 0; i < count; i++)
                if (i != last && groups[i] is not null && (nearest < 0 || alike[last, i] > alike[last, nearest] || (alike[last, i] == alike[last, nearest] && i == before))) nearest = i;
            if (nearest < 0 || alike[last, nearest] < cut)
            {
                // Nothing left is near enough, and what others become by merging cannot be nearer than its parts: this group is done.
                closed.Add(groups[last]!);
                groups[last] = null;
                open--;
                chain.RemoveAt(chain.Count - 1);
            }
            else if (nearest == before)
            {
                (int na, int nb) = (groups[last]!.Count, groups[before]!.Count);
                for (int i = 0; i < count; i++)
                    if (groups[i] is not null && i != last && i != before) alike[before, i] = alike[i, before] = (na * alike[last, i] + nb * alike[before, i]) / (na + nb);
                groups[before]!.AddRange(groups[last]!);
                groups[last] = null;
                open--;
                chain.RemoveRange(chain.Count - 2, 2);
            }
            else chain.Add(nearest);
        }

        return [.. closed.Select(g => (IReadOnlyList<int>)[.. g.Order()]).OrderBy(g => g[0])];
    }

    /// <summary>Groups by density (DBSCAN, Ester et al. 1996): who has enough neighbours is a core, what a core reaches belongs to it, the rest to nobody.</summary>
    /// <param name="likeness">The questions.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="eps">The farthest a neighbour is, as 1 less the cosine.</param>
    /// <param name="fewest">Neighbours that make a core, itself among them.</param>
    public static IReadOnlyList<IReadOnlyList<int>> ByDensity(QuestionLikeness likeness, int count, double eps, int fewest)
    {
        int[][] near = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Where(j => i == j || 1 - likeness.Cosine(i, j) <= eps).ToArray())];
        var seen = new bool[count];
        var groups = new List<IReadOnlyList<int>>();
        for (int start = 0; start < count; start++)
        {
            if (seen[start] || near[start].Length < fewest) continue;
            var group = new List<int>();
            var open = new Queue<int>([start]);
            seen[start] = true;
            while (open.TryDequeue(out int at))
            {
                group.Add(at);
                if (near[at].Length < fewest) continue;
                foreach (int next in near[at])
                {
                    if (seen[next]) continue;
                    seen[next] = true;
                    open.Enqueue(next);
                }
            }

            group.Sort();
            groups.Add(group);
        }

        return groups;
    }
}
