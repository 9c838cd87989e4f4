namespace Switchboard.Core.Knowledge;

/// <summary>One version of an article as the index takes it. <c>Body</c> is Markdown, exactly as stored; <c>Language</c> is ISO 639-1. <c>Audience</c> names who may read it; null: everybody.</summary>
public sealed record IndexedArticle(
    Guid ArticleId,
    string? ExternalId,
    string Title,
    string Url,
    string Category,
    string Language,
    int Version,
    string Body,
    DateOnly? LastVerified,
    string? Audience = null)
{
    /// <summary>The tags, by which an agent can be limited to some articles.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}
