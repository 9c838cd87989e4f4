using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Core.Knowledge;

/// <summary>How well the best hit covers the question: by at least half of its idf, a quarter, or less.</summary>
public enum SearchOutcome
{
    /// <summary>No hit covers a quarter of the question.</summary>
    NoMatch,

    /// <summary>The best hit covers a quarter of the question or more.</summary>
    Weak,

    /// <summary>The best hit covers half of the question or more.</summary>
    Ok,
}

/// <summary>What a search may look at. Filters apply before scoring. <c>Language</c> is ISO 639-1; without it every language is searched.</summary>
public sealed record SearchOptions
{
    public IReadOnlySet<Guid>? ExcludedArticleIds { get; init; }

    public IReadOnlySet<Guid>? ArticleIds { get; init; }

    public string? Language { get; init; }

    /// <summary>The audiences the reader belongs to, beside everybody. An article for another audience is not there for this search.</summary>
    public IReadOnlySet<string>? Audiences { get; init; }

    /// <summary>Whether articles of every audience are searched: for the staff.</summary>
    public bool EveryAudience { get; init; }

    /// <summary>Searched when <c>Language</c> has no hit.</summary>
    public string? DefaultLanguage { get; init; }

    /// <summary>Searched without when it leaves no match.</summary>
    public string? Category { get; init; }

    /// <summary>Passages whose vectors lie near the question's; their articles are fused with those that the words find. Null: words alone.</summary>
    public NearPassages? Near { get; init; }
}

/// <summary>A word of the query that the articles do not know and the word that was searched beside it.</summary>
public sealed record SpellingCorrection(string Word, string Correction);

/// <summary>A match in a snippet: UTF-16 offset and length.</summary>
public sealed record SnippetSpan(int Start, int Length);

/// <summary>
/// One hit. <c>Bm25</c> is that of the chunk (0 or more, no upper bound), <c>Coverage</c> the share (0..1) of the query's idf that the
/// chunk with its title and headings matches, <c>Score</c> what hits are ordered by; it compares hits of one search only.
/// </summary>
public sealed record SearchHit(
    Guid ArticleId,
    string? ExternalId,
    string Title,
    string Heading,
    string Snippet,
    IReadOnlyList<SnippetSpan> Spans,
    double Score,
    double Bm25,
    double Coverage,
    string Url,
    int ChunkOrdinal)
{
    /// <summary>Articles with nearly the same text that stood lower and are not shown by themselves.</summary>
    public IReadOnlyList<Guid> Copies { get; init; } = [];

    /// <summary>The cosine of the article's nearest passage and the question, -1..1; null when vectors did not find it.</summary>
    public double? Cosine { get; init; }
}

/// <summary>The outcome of a search. <c>CrossLanguage</c> and <c>FilterDropped</c> say that a filter was given up because it left nothing.</summary>
public sealed record SearchResult(
    SearchOutcome Outcome,
    IReadOnlyList<SpellingCorrection> Corrections,
    IReadOnlyList<SearchHit> Hits,
    bool CrossLanguage = false,
    bool FilterDropped = false);
