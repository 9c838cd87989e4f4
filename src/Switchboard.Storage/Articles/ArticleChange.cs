using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>All an import takes from a file.</summary>
public sealed record ArticleContent
{
    /// <summary>The id the article has where it comes from.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The file, absolute and with forward slashes.</summary>
    public string? SourcePath { get; init; }

    /// <summary>The title.</summary>
    public required string Title { get; init; }

    /// <summary>The title as a part of an address.</summary>
    public required string Slug { get; init; }

    /// <summary>The text in Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>The category.</summary>
    public required string Category { get; init; }

    /// <summary>BCP 47 tag of the language.</summary>
    public required string Language { get; init; }

    /// <summary>Where the article stands from now on.</summary>
    public required ArticleStatus Status { get; init; }

    /// <summary>SHA-256 of all this, in lower-case hexadecimal.</summary>
    public required string ContentHash { get; init; }

    /// <summary>When somebody last made sure that it is right.</summary>
    public DateOnly? LastVerified { get; init; }
}

/// <summary>One change of the articles of a tenant.</summary>
/// <param name="Id">The article.</param>
public abstract record ArticleChange(Guid Id);

/// <summary>Adds an article in its first version.</summary>
public sealed record InsertArticle(Guid Id, ArticleContent Content) : ArticleChange(Id);

/// <summary>Gives an article its new content. The version grows when the content's hash is another one.</summary>
public sealed record UpdateArticle(Guid Id, ArticleContent Content) : ArticleChange(Id);

/// <summary>Takes an article from the readers and keeps it.</summary>
public sealed record ArchiveArticle(Guid Id) : ArticleChange(Id);

/// <summary>Notes that an unchanged article comes from another file now.</summary>
public sealed record MoveArticle(Guid Id, string? SourcePath) : ArticleChange(Id);

/// <summary>Says for whom an article is and whether it is held back. Its text and version stay.</summary>
/// <param name="Id">The article.</param>
/// <param name="Audience">public, signed_in, or the key of a plan.</param>
/// <param name="HoldReason">Why it is held back from search and answers; null when it is not.</param>
public sealed record LimitArticle(Guid Id, string Audience, string? HoldReason) : ArticleChange(Id);

/// <summary>What an import changed.</summary>
/// <param name="Inserted">Articles that are new.</param>
/// <param name="Updated">Articles with new content or status, or for other readers.</param>
/// <param name="Archived">Articles taken from the readers.</param>
/// <param name="Moved">Articles whose file is another one.</param>
/// <param name="KnowledgeVersion">The tenant's number afterwards; it has grown when readers see anything new.</param>
public sealed record ArticlesApplied(int Inserted, int Updated, int Archived, int Moved, long KnowledgeVersion);
