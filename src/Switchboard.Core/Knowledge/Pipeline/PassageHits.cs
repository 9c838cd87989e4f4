using Switchboard.Domain;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>A passage (a chunk of an article) as the steps of the pipeline hand it on.</summary>
public sealed record IndexPassage
{
    /// <summary>The passage.</summary>
    public required string ChunkId { get; init; }

    /// <summary>The article it is of.</summary>
    public string? ArticleId { get; init; }

    /// <summary>The version of the article.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>The article's title.</summary>
    public string? Title { get; init; }

    /// <summary>The headings above it, the outermost first.</summary>
    public IReadOnlyList<string>? HeadingPath { get; init; }

    /// <summary>Its text.</summary>
    public required string Text { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>Who may read it: public, signed_in or the key of a plan; public when it is not said.</summary>
    public string? Audience { get; init; }

    /// <summary>The article's category.</summary>
    public string? Category { get; init; }

    /// <summary>The article's labels.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>When somebody last made sure that it is right.</summary>
    public DateOnly? LastVerified { get; init; }

    /// <summary>Its vector by the index's model; null when it has none.</summary>
    public IReadOnlyList<float>? Vector { get; init; }

    /// <summary>How near its vector is to the question's, where that is known already.</summary>
    [Between(-1, 1)]
    public double? Cosine { get; init; }
}

/// <summary>What a search may look at.</summary>
public sealed record PassageFilters
{
    /// <summary>One category.</summary>
    public string? Category { get; init; }

    /// <summary>Labels, all of which an article must have.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>These articles alone.</summary>
    public IReadOnlyList<string>? ArticleIds { get; init; }
}

/// <summary>A passage that was found.</summary>
/// <param name="ChunkId">The passage.</param>
/// <param name="ArticleId">Its article.</param>
/// <param name="Version">The article's version.</param>
/// <param name="Bm25">How well its words fit, 0 or more.</param>
/// <param name="Cosine">How near its vector is to the question's, -1..1; null without vectors.</param>
/// <param name="Rrf">The sum over both lists of 1 / (60 + rank).</param>
/// <param name="Coverage">The share of the question's idf that it matches, 0..1.</param>
public sealed record PassageHit(string ChunkId, string? ArticleId, int Version, double Bm25, double? Cosine, double Rrf, double Coverage);

/// <summary>What a search found.</summary>
/// <param name="QueryId">The stored search; null when it was asked for by the agent's id, which stores nothing.</param>
/// <param name="Outcome">ok, weak or no_match.</param>
/// <param name="Terms">The terms of the question as they were searched.</param>
/// <param name="Corrections">Unknown words and what was searched beside them.</param>
/// <param name="Hits">The passages, best first.</param>
/// <param name="CrossLanguage">Whether the tenant's default language was searched, because the asked one had nothing.</param>
/// <param name="FilterDropped">Whether the category was given up, because it left nothing.</param>
public sealed record HitList(Guid? QueryId, SearchOutcome Outcome, IReadOnlyList<string> Terms, IReadOnlyList<SpellingCorrection> Corrections, IReadOnlyList<PassageHit> Hits, bool CrossLanguage, bool FilterDropped);
