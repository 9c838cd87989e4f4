namespace Switchboard.Core.Knowledge;

/// <summary>The four parts of a ranked item's score, each 0..1.</summary>
public sealed record RankParts(double Relevance, double Quality, double Recency, double Helpfulness)
{
    /// <summary>0.5 relevance + 0.2 quality + 0.15 recency + 0.15 helpfulness, 0..1.</summary>
    public double Score => (0.5 * Relevance) + (0.2 * Quality) + (0.15 * Recency) + (0.15 * Helpfulness);
}

/// <summary>A chunk that was considered for an answer.</summary>
public sealed record RankedItem(Guid ArticleId, int ChunkOrdinal, double Score, RankParts Parts);

/// <summary>A chunk that was not: <c>Why</c> is <c>low_relevance</c>, <c>duplicate</c>, <c>per_article</c> or <c>beyond_top</c>.</summary>
public sealed record DroppedItem(Guid ArticleId, int ChunkOrdinal, string Why);

/// <summary>The chunks considered for an answer, best first, and those left out with the reason.</summary>
public sealed record RankedSet(IReadOnlyList<RankedItem> Items, IReadOnlyList<DroppedItem> Dropped);

/// <summary>A chunk before ranking: its <c>Shingles</c> are hashes of five neighbouring terms, to find near copies.</summary>
public sealed record RankCandidate(Guid ArticleId, int ChunkOrdinal, RankParts Parts, DateOnly? LastVerified, IReadOnlySet<int> Shingles);

/// <summary>Orders candidates by relevance, quality, freshness and proven use; an irrelevant one is dropped before the rest can lift it.</summary>
public static class Ranking
{
    /// <summary>Below this relevance nothing else counts.</summary>
    public const double LeastRelevance = 0.30;

    /// <summary>Quality of an article that was never checked.</summary>
    public const double UncheckedQuality = 0.60;

    /// <summary>Helpfulness of an article with fewer than 5 votes.</summary>
    public const double UnvotedHelpfulness = 0.40;

    /// <summary>Texts that share this part of their shingles are copies of one another.</summary>
    internal const double CopyJaccard = 0.8;

    private const double halfLifeDays = 180;
    private const int perArticle = 2;
    private const int shingleWords = 5;

    /// <summary>0.5^(days since last verified / 180), 0..1; 0 without a date, 1 for a date in the future.</summary>
    public static double Recency(DateOnly? lastVerified, DateOnly? today) =>
        lastVerified is { } verified && today is { } day ? Math.Pow(0.5, Math.Max(0, day.DayNumber - verified.DayNumber) / halfLifeDays) : 0;

    /// <summary>The best <paramref name="top"/> candidates: at most 2 of an article, no near copies (Jaccard of shingles from 0.8). Ties go to the newer, then to the smaller id.</summary>
    public static RankedSet Rank(IEnumerable<RankCandidate> candidates, int top = 6)
    {
        var kept = new List<RankCandidate>();
        var dropped = new List<DroppedItem>();
        IEnumerable<RankCandidate> ordered = candidates.OrderByDescending(c => c.Parts.Score).ThenByDescending(c => c.LastVerified ?? DateOnly.MinValue).ThenBy(c => c.ArticleId).ThenBy(c => c.ChunkOrdinal);
        foreach (RankCandidate candidate in ordered)
        {
            string? why = candidate.Parts.Relevance < LeastRelevance ? "low_relevance"
                : kept.Count(k => k.ArticleId == candidate.ArticleId) >= perArticle ? "per_article"
                : kept.Any(k => Jaccard(k.Shingles, candidate.Shingles) >= CopyJaccard) ? "duplicate"
                : kept.Count >= top ? "beyond_top"
                : null;
            if (why is null) kept.Add(candidate);
            else dropped.Add(new DroppedItem(candidate.ArticleId, candidate.ChunkOrdinal, why));
        }
        return new RankedSet([.. kept.Select(k => new RankedItem(k.ArticleId, k.ChunkOrdinal, k.Parts.Score, k.Parts))], dropped);
    }

    /// <summary>Hashes of every five neighbouring terms; the terms themselves when there are fewer.</summary>
    internal static IReadOnlySet<int> Shingles(IEnumerable<string> terms)
    {
        string[] all = [.. terms];
        var shingles = new HashSet<int>();
        for (int i = 0; i + Math.Min(shingleWords, all.Length) <= all.Length && i < all.Length; i++)
        {
            // Ordinal and unseeded, so that a run ranks alike when it is replayed.
            uint hash = 2166136261;
            foreach (string term in all.AsSpan(i, Math.Min(shingleWords, all.Length)))
                foreach (char c in term + " ") hash = (hash ^ c) * 16777619;
            shingles.Add((int)hash);
        }
        return shingles;
    }

    internal static double Jaccard<T>(IReadOnlySet<T> a, IReadOnlySet<T> b)
    {
        if (a.Count == 0 || b.Count == 0) return 0;
        int shared = a.Count(b.Contains);
        return (double)shared / (a.Count + b.Count - shared);
    }
}
