using Switchboard.Domain;

namespace Switchboard.Agents.Knowledge;

/// <summary>An article as it is indexed.</summary>
public sealed record IndexedSource
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Its text in Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>published, draft, review, archived or held.</summary>
    [OneOf("published", "draft", "review", "archived", "held")]
    public string Status { get; init; } = "published";
}

/// <summary>A passage the index holds.</summary>
public sealed record StoredHash(string ArticleId, string Hash);

/// <summary>What is compared.</summary>
public sealed record EmbedderFacts
{
    /// <summary>The articles.</summary>
    public IReadOnlyList<IndexedSource>? Articles { get; init; }

    /// <summary>What the index holds of them.</summary>
    public IReadOnlyList<StoredHash>? Stored { get; init; }

    /// <summary>The model of the vectors; null when the index has words alone.</summary>
    public string? ModelId { get; init; }

    /// <summary>The dimensions of its vectors.</summary>
    [AtLeast(1)]
    public int? Dimensions { get; init; }

    /// <summary>Whether the model cannot be had now.</summary>
    public bool? ProviderDown { get; init; }
}

/// <summary>A passage that enters the index.</summary>
public sealed record AddedChunk(int Ordinal, IReadOnlyList<string> HeadingPath, string Hash);

/// <summary>What the index changes.</summary>
/// <param name="ArticleId">The article; null for all.</param>
/// <param name="Added">Passages that are new.</param>
/// <param name="Unchanged">Those that stay.</param>
/// <param name="Removed">Those that go.</param>
/// <param name="Embedded">New ones that get a vector.</param>
/// <param name="Pending">New ones that are found by their words and wait for a vector.</param>
/// <param name="ModelId">The model; lexical without vectors.</param>
/// <param name="Dims">Dimensions; null without vectors.</param>
/// <param name="Notes">not_published, provider_down, language_unknown.</param>
public sealed record EmbedderFinding(string? ArticleId, int Added, int Unchanged, int Removed, int Embedded, int Pending, string ModelId, int? Dims, IReadOnlyList<string> Notes)
{
    /// <summary>What is new, of one article.</summary>
    public IReadOnlyList<AddedChunk> Chunks { get; init; } = [];
}
