namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>Puts two lists of hits together by their places alone (Cormack et al. 2009): scores of words and of vectors have no common scale.</summary>
public static class Fusion
{
    /// <summary>How little the first places stand out.</summary>
    public const int Rank = 60;

    /// <summary>How many of each list are fused.</summary>
    public const int Depth = 50;

    /// <summary>The sum over the lists of 1 / (60 + place), places from 1; null for a list without it.</summary>
    public static double Score(int? lexicalPlace, int? densePlace) =>
        (lexicalPlace is { } l ? 1.0 / (Rank + l) : 0) + (densePlace is { } d ? 1.0 / (Rank + d) : 0);

    /// <summary>
    /// The items of both lists by their fused score, best first; of equals what stands higher among the words, and what stands there at all.
    /// </summary>
    /// <param name="lexical">Found by words, best first.</param>
    /// <param name="dense">Found by vectors, best first; none twice.</param>
    public static IReadOnlyList<(T Item, double Score)> Of<T>(IReadOnlyList<T> lexical, IReadOnlyList<T> dense) where T : notnull
    {
        var places = new Dictionary<T, (int? Lexical, int? Dense)>();
        for (int i = 0; i < lexical.Count; i++) places.TryAdd(lexical[i], (i + 1, null));
        for (int i = 0; i < dense.Count; i++)
        {
            (int? Lexical, int? Dense) known = places.GetValueOrDefault(dense[i]);
            if (known.Dense is null) places[dense[i]] = (known.Lexical, i + 1);
        }
        return [.. places.Select(p => (p.Key, Score: Score(p.Value.Lexical, p.Value.Dense), p.Value.Lexical, p.Value.Dense))
            .OrderByDescending(p => p.Score).ThenBy(p => p.Lexical ?? int.MaxValue).ThenBy(p => p.Dense).Select(p => (p.Key, p.Score))];
    }
}
