using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>How an article is written anew, whoever does it: an import, or a person.</summary>
public static class ArticleWriting
{
    /// <summary>Gives an article its new content. When the content's hash is another one the version grows, and what was there is kept as the version before.</summary>
    /// <param name="db">The rows, in a transaction that writes.</param>
    /// <param name="article">The article, tracked.</param>
    /// <param name="content">What it holds from now on.</param>
    /// <param name="author">Who wrote it; null for an import.</param>
    /// <param name="at">When.</param>
    /// <returns>Whether readers notice.</returns>
    public static bool Revise(this SwitchboardDb db, KbArticle article, ArticleContent content, Guid? author, DateTimeOffset at)
    {
        bool isChanged = article.ContentHash != content.ContentHash;
        bool wasPublished = article.Status == ArticleStatus.Published;
        bool isPublished = content.Status == ArticleStatus.Published;
        if (isChanged)
        {
            db.Add(VersionOf(article, at));
            article.Version++;
            article.AuthorId = author;
        }

        article.ExternalId = content.ExternalId;
        article.SourcePath = content.SourcePath;
        article.Title = content.Title;
        article.Slug = content.Slug;
        article.Body = content.Body;
        article.Category = content.Category;
        article.Language = content.Language;
        article.ContentHash = content.ContentHash;
        article.LastVerified = content.LastVerified;
        article.UpdatedAt = at;
        article.Status = content.Status;
        return wasPublished != isPublished || (isPublished && isChanged);
    }

    /// <summary>Tells every process that what readers see is another one from this commit on.</summary>
    public static void ReadersNotice(this SwitchboardDb db) => db.Tenants.Single(t => t.Id == db.TenantId).KnowledgeVersion++;

    private static KbArticleVersion VersionOf(KbArticle article, DateTimeOffset at) => new()
    {
        TenantId = article.TenantId,
        Id = Guid.CreateVersion7(at),
        ArticleId = article.Id,
        Version = article.Version,
        Title = article.Title,
        Body = article.Body,
        Category = article.Category,
        Language = article.Language,
        AuthorId = article.AuthorId,
        WrittenAt = article.UpdatedAt,
        ReplacedAt = at,
    };
}
