using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>POST /articles/{id}/publish shows an article to its readers, DELETE /articles/{id} takes it from them and keeps it. Told twice they do no harm.</summary>
public static class PublishArticle
{
    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/articles/{id:guid}/publish", PublishAsync).NeedsScope(Scopes.PublishKnowledge).HeldToVersion(needed: false).Produces<ArticleView>()
            .WithSummary("Shows the article to its readers; from this moment on it is searched and answered from on every node.");
        routes.MapDelete("/articles/{id:guid}", ArchiveAsync).NeedsScope(Scopes.WriteKnowledge).HeldToVersion().Produces(204)
            .WithSummary("Takes the article from its readers and keeps it. Needs If-Match, and publish:knowledge for one that is published.");
    }

    private static Task<IResult> PublishAsync(Guid id, HttpContext http, ArticleChanges changes, TimeProvider time)
    {
        DateTimeOffset now = ArticleAccess.Kept(time.GetUtcNow());
        return changes.MakeAsync(http, "publish", (db, tenant) =>
        {
            if (db.Articles.SingleOrDefault(a => a.Id == id) is not { } article) return Changed.Refused(Problems.NotFound("article"));
            if (http.Request.Headers.IfMatch.Count > 0 && Preconditions.Problem(http, ArticleAccess.TagOf(article)) is { } unseen) return Changed.Refused(unseen);
            if (article.Status != ArticleStatus.Published) Show(article, now);
            else return Changed.Ok(ArticleView.Of(article, tenant.Slug, http.Caller()), ArticleAccess.TagOf(article));
            db.ReadersNotice();
            return Changed.Ok(ArticleView.Of(article, tenant.Slug, http.Caller()), ArticleAccess.TagOf(article));
        });
    }

    private static Task<IResult> ArchiveAsync(Guid id, HttpContext http, ArticleChanges changes, TimeProvider time)
    {
        DateTimeOffset now = ArticleAccess.Kept(time.GetUtcNow());
        return changes.MakeAsync(http, "archive", (db, _) =>
        {
            if (db.Articles.SingleOrDefault(a => a.Id == id) is not { } article) return Changed.Refused(Problems.NotFound("article"));
            if (article.Status == ArticleStatus.Archived) return Changed.Gone();
            bool wasShown = article.Status == ArticleStatus.Published;
            if (wasShown && !http.Caller().Has(Scopes.PublishKnowledge)) return Changed.Refused(ArticleAccess.MayNotPublish());
            if (Preconditions.Problem(http, ArticleAccess.TagOf(article)) is { } unseen) return Changed.Refused(unseen);
            article.Status = ArticleStatus.Archived;
            article.UpdatedAt = now;
            if (wasShown) db.ReadersNotice();
            return Changed.Gone();
        });
    }

    private static void Show(KbArticle article, DateTimeOffset at)
    {
        article.Status = ArticleStatus.Published;
        // The text is the same, and so is the version; the hash tells a draft from what is published.
        article.ContentHash = WriteArticle.HashOf(article.Title, article.Body, article.Status, article.Category, article.Language);
        article.UpdatedAt = at;
    }
}
