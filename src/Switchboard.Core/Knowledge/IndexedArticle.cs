namespace Switchboard.Core.Knowledge;

/// <summary>The states of an article as they are stored and exported.</summary>
public static class ArticleState
{
    /// <summary>Customers may see it.</summary>
    public const string Published = "published";

    /// <summary>Only staff may see it.</summary>
    public const string Draft = "draft";

    /// <summary>Nobody is shown it; it is kept for its history.</summary>
    public const string Archived = "archived";
}

/// <summary>One version of an article as the index takes it. <c>Body</c> is Markdown, exactly as stored; <c>Language</c> is ISO 639-1.</summary>
public sealed record IndexedArticle(
    Guid ArticleId,
    string? ExternalId,
    string Title,
    string Url,
    string Category,
    string Language,
    int Version,
    string Body,
    DateOnly? LastVerified);
