using Switchboard.Domain;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>What is known of the article of a passage.</summary>
public sealed record ArticleStanding
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its checked quality, 0..100; null when nobody checked it.</summary>
    [Between(0, 100)]
    public double? Quality { get; init; }

    /// <summary>When somebody last made sure that it is right.</summary>
    public DateOnly? LastVerified { get; init; }

    /// <summary>The day of its version.</summary>
    public DateOnly? VersionDate { get; init; }

    /// <summary>Votes that it helped.</summary>
    [AtLeast(0)]
    public int Helpful { get; init; }

    /// <summary>Votes that it did not.</summary>
    [AtLeast(0)]
    public int NotHelpful { get; init; }
}

/// <summary>A passage to be ranked: a hit of the search with its text.</summary>
public sealed record RankablePassage
{
    /// <summary>The passage.</summary>
    public required string ChunkId { get; init; }

    /// <summary>Its article; the passage itself stands for it when none is named.</summary>
    public string? ArticleId { get; init; }

    /// <summary>The share of the question's idf that it matches, 0..1.</summary>
    [Between(0, 1)]
    public double? Coverage { get; init; }

    /// <summary>How near its vector is to the question's; null without vectors.</summary>
    [Between(-1, 1)]
    public double? Cosine { get; init; }

    /// <summary>Its relevance 0..1, when it is known already and not to be made of coverage and cosine.</summary>
    [Between(0, 1)]
    public double? Relevance { get; init; }

    /// <summary>Its text, by which near copies are found.</summary>
    public string? Text { get; init; }
}

/// <summary>How cosines of the index's model are read: c0 is as good as nothing, c1 as good as it gets.</summary>
public sealed record CosineScale
{
    /// <summary>Whether the model was trained; if not it is the local one that hashes.</summary>
    public bool Trained { get; init; }

    /// <summary>The median cosine of 500 random pairs of passages.</summary>
    [Between(-1, 1)]
    public double? C0 { get; init; }

    /// <summary>The 95th percentile of pairs that were cited and confirmed.</summary>
    [Between(-1, 1)]
    public double? C1 { get; init; }

    /// <summary>How many such pairs there were; below 50 they say too little.</summary>
    [AtLeast(0)]
    public int Pairs { get; init; }

    /// <summary>A cosine on the scale, 0..1.</summary>
    public double Read(double cosine)
    {
        (double c0, double c1) = Pairs >= 50 && C0 is { } low && C1 is { } high && high > low ? (low, high) : Trained ? (0.2, 0.8) : (0.05, 0.5);
        return Math.Clamp((cosine - c0) / (c1 - c0), 0, 1);
    }
}

/// <summary>The four parts of a passage's score, each 0..1.</summary>
public sealed record PassageParts(double Relevance, double Quality, double Recency, double Helpfulness);

/// <summary>A ranked passage with the four parts of its score.</summary>
public sealed record RankedPassage(string ChunkId, string? ArticleId, double Relevance, double Score, PassageParts Parts);

/// <summary>A passage that was left out, and why: low_relevance, duplicate or per_article.</summary>
public sealed record DroppedPassage(string ChunkId, string Why);

/// <summary>The passages an answer may be made of, best first.</summary>
public sealed record RankedPassages(IReadOnlyList<RankedPassage> Items, IReadOnlyList<DroppedPassage> Dropped);

/// <summary>Orders passages by relevance first, then quality, freshness and proven use; what is not relevant nothing can lift.</summary>
public static class PassageRanking
{
    /// <summary>Votes from which their share says something.</summary>
    public const int FewestVotes = 5;

    private const double coverageShare = 0.6;
    private const int perArticle = 2;
    private static readonly char[] between = [' ', '\n', '\r', '\t', '.', ',', ';', ':', '!', '?', '(', ')', '"'];

    /// <summary>The relevance of a hit: its coverage alone without vectors, else six tenths of it and four tenths of the cosine on its scale.</summary>
    public static double Relevance(RankablePassage passage, CosineScale scale) =>
        passage.Relevance ?? (passage.Cosine is { } cosine ? coverageShare * (passage.Coverage ?? 0) + (1 - coverageShare) * scale.Read(cosine) : passage.Coverage ?? 0);

    /// <summary>The lower end of Wilson's interval of the votes, once there are five; 0.40 before.</summary>
    public static double Helpfulness(int helpful, int notHelpful) =>
        helpful + notHelpful >= FewestVotes ? Estimates.Share(helpful, helpful + notHelpful).Interval!.Value.Low : Ranking.UnvotedHelpfulness;

    /// <summary>The best passages: at most two of an article, no near copies.</summary>
    public static RankedPassages Rank(IEnumerable<RankablePassage> passages, IReadOnlyDictionary<string, ArticleStanding> articles, CosineScale scale, DateOnly today, int top)
    {
        var kept = new List<(RankedPassage Item, IReadOnlySet<int> Shingles)>();
        var dropped = new List<DroppedPassage>();
        var scored = passages.Select(p => (Passage: p, Article: p.ArticleId is { } id ? articles.GetValueOrDefault(id) : null)).Select(p => (p.Passage, Parts: PartsOf(p.Passage, p.Article, scale, today), Verified: p.Article?.LastVerified));
        foreach ((RankablePassage passage, RankParts parts, _) in scored.OrderByDescending(p => p.Parts.Score).ThenByDescending(p => p.Verified ?? DateOnly.MinValue).ThenBy(p => p.Passage.ChunkId, StringComparer.Ordinal))
        {
            if (parts.Relevance < Ranking.LeastRelevance)
            {
                dropped.Add(new DroppedPassage(passage.ChunkId, "low_relevance"));
                continue;
            }

            IReadOnlySet<int> shingles = Ranking.Shingles(TextAnalysis.Fold(passage.Text ?? "").Split(between, StringSplitOptions.RemoveEmptyEntries));
            if (kept.Exists(k => Ranking.Jaccard(k.Shingles, shingles) >= Ranking.CopyJaccard)) dropped.Add(new DroppedPassage(passage.ChunkId, "duplicate"));
            else if (kept.Count(k => SameArticle(k.Item, passage)) >= perArticle) dropped.Add(new DroppedPassage(passage.ChunkId, "per_article"));
            else kept.Add((new RankedPassage(passage.ChunkId, passage.ArticleId, Rounded(parts.Relevance), Rounded(parts.Score), new PassageParts(Rounded(parts.Relevance), Rounded(parts.Quality), Rounded(parts.Recency), Rounded(parts.Helpfulness))), shingles));
        }

        return new RankedPassages([.. kept.Take(top).Select(k => k.Item)], dropped);
    }

    private static bool SameArticle(RankedPassage item, RankablePassage passage) => passage.ArticleId is not null && item.ArticleId == passage.ArticleId;

    private static RankParts PartsOf(RankablePassage passage, ArticleStanding? article, CosineScale scale, DateOnly today) => new(
        Math.Clamp(Relevance(passage, scale), 0, 1),
        article?.Quality is { } quality ? Math.Clamp(quality / 100, 0, 1) : Ranking.UncheckedQuality,
        Ranking.Recency(article?.LastVerified ?? article?.VersionDate, today),
        Helpfulness(article?.Helpful ?? 0, article?.NotHelpful ?? 0));

    private static double Rounded(double value) => Math.Round(value, 4);
}
