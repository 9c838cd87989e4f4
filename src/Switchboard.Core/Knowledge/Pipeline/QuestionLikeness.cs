using System.Numerics.Tensors;
using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>
/// How alike short questions are: the cosine of their vectors. Where the questions carry none, the local model makes them, with weights counted on the questions themselves.
/// </summary>
public sealed class QuestionLikeness
{
    // Among questions that are all alike no word is rare; one more in the weights' own measure keeps what they share.
    private const int smoothing = 16;

    private readonly float[][] local;
    private readonly float[]?[] given;

    /// <summary>Reads the questions.</summary>
    /// <param name="questions">Their words, and their vectors where there are some.</param>
    public QuestionLikeness(IReadOnlyList<(string Text, IReadOnlyList<float>? Vector)> questions)
    {
        string[] asked = [.. questions.Select(q => Telling(q.Text))];
        using var model = new HashedEmbeddings([.. HashedEmbeddings.WeightsOf(asked).Select(w => (byte)Math.Min(byte.MaxValue, w + smoothing))]);
        local = [.. asked.Select(model.Embed)];
        given = [.. questions.Select(q => q.Vector is { Count: > 0 } vector ? (float[])[.. vector] : null)];
    }

    /// <summary>How alike two of the questions are, -1..1.</summary>
    public double Cosine(int a, int b)
    {
        (float[] x, float[] y) = given[a] is { } ga && given[b] is { } gb && ga.Length == gb.Length ? (ga, gb) : (local[a], local[b]);
        // A question without a word has a vector without a direction.
        float cosine = TensorPrimitives.CosineSimilarity(x, y);
        return float.IsNaN(cosine) ? 0 : cosine;
    }

    /// <summary>A question without the words that only frame it ("how do I", "the"), which would make all questions alike.</summary>
    private static string Telling(string text) => string.Join(' ', TextAnalysis.Terms(text).Select(t => t.Term)) is { Length: > 0 } terms ? terms : text;

    /// <summary>The one that is nearest to all of them together; of equals the first.</summary>
    public int Medoid(IReadOnlyList<int> members) => members.MaxBy(m => (members.Sum(o => Math.Round(Cosine(m, o), 9)), -m));
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
