using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /articles/{id}?search=, which tells which search it was opened from, and GET /articles/{id}/versions.</summary>
public static class ReadArticle
{
    /// <summary>A version of an article. <c>ReplacedAt</c> is null for the one that holds.</summary>
    public sealed record VersionView(int Version, string Title, string Body, string Category, string Language, Guid? AuthorId, DateTimeOffset WrittenAt, DateTimeOffset? ReplacedAt);

    private static readonly PageOrder<KbArticleVersion, int> latest = new("latest", v => v.Version, Descending: true);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/articles/{id:guid}", HandleAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).Produces<ArticleView>()
            .WithSummary("An article. Its ETag names it as it stands; customers see what is published for them.");
        routes.MapGet("/articles/{id:guid}/versions", VersionsAsync).NeedsScope(Scopes.ReadKnowledge).Produces<Page<VersionView>>()
            .WithSummary("What the article was before, the latest first; the first page begins with what holds.");
    }

    private static async Task<IResult> HandleAsync(Guid id, Guid? search, HttpContext http, Data data, Tenants tenants, SearchRecording recording)
    {
        Actor caller = http.Caller();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        await using SwitchboardDb db = data.For(caller.TenantId);
        if (await db.Articles.SingleOrDefaultAsync(a => a.Id == id, http.RequestAborted) is not { } article || !await ArticleAccess.MaySeeAsync(caller, article, db, http.RequestAborted)) return Problems.NotFound("article");
        if (search is { } searchId) recording.Opened(caller, searchId, article.Id);
        http.Response.Headers.ETag = ArticleAccess.TagOf(article);
        return Results.Ok(ArticleView.Of(article, tenant.Slug, caller));
    }

    private static async Task<IResult> VersionsAsync(Guid id, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        int take = limit ?? Paging.MostItems;
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (await db.Articles.SingleOrDefaultAsync(a => a.Id == id, http.RequestAborted) is not { } article) return Problems.NotFound("article");
        try
        {
            List<KbArticleVersion> before = await latest.After(db.Set<KbArticleVersion>().Where(v => v.ArticleId == id), cursor).Take(take + 1).ToListAsync(http.RequestAborted);
            var page = Page<VersionView>.Of(before, take, v => new VersionView(v.Version, v.Title, v.Body, v.Category, v.Language, v.AuthorId, v.WrittenAt, v.ReplacedAt), latest.CursorOf);
            if (cursor is not null) return Results.Ok(page);
            // What holds is no row of theirs, so the first page has it over and above.
            return Results.Ok(page with { Items = [new VersionView(article.Version, article.Title, article.Body, article.Category, article.Language, article.AuthorId, article.UpdatedAt, null), .. page.Items] });
        }
        catch (CursorException)
        {
            return Paging.CursorProblem();
        }
    }
}
