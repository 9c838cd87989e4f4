using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /articles: the tenant's articles, last changed first unless asked otherwise; for customers those that are published for them.</summary>
public static class ListArticles
{
    private const int mostQueryCharacters = 200;

    private static readonly Dictionary<string, IPageOrder<KbArticle>> orders = new(StringComparer.Ordinal)
    {
        ["-updated"] = new PageOrder<KbArticle, DateTimeOffset>("-updated", a => a.UpdatedAt, Descending: true),
        ["updated"] = new PageOrder<KbArticle, DateTimeOffset>("updated", a => a.UpdatedAt, Descending: false),
        ["title"] = new PageOrder<KbArticle, string>("title", a => a.Title, Descending: false),
        ["-title"] = new PageOrder<KbArticle, string>("-title", a => a.Title, Descending: true),
    };

    /// <summary>An article without its text.</summary>
    public sealed record ListedView(Guid Id, string? ExternalId, string Title, string Slug, string Category, string Language, ArticleStatus Status, int Version, DateOnly? LastVerified, DateTimeOffset UpdatedAt, string Url, string? Audience, IReadOnlyList<string>? Tags, string? HoldReason);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/articles", HandleAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).Produces<Page<ListedView>>()
        .WithSummary("Articles by status, category, language or words of the title; customers see what is published for them.");

    private static async Task<IResult> HandleAsync(string? q, string? status, string? category, string? language, string? sort, int? limit, string? cursor, HttpContext http, Data data, Tenants tenants)
    {
        if (!QueryEnum.TryParse(status, out ArticleStatus? wanted)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<ArticleStatus>()}"));
        if (!orders.TryGetValue(sort ?? "-updated", out IPageOrder<KbArticle>? order)) return Problems.Invalid(("sort", $"is one of {string.Join(", ", orders.Keys.Order(StringComparer.Ordinal))}"));
        if (q is { Length: > mostQueryCharacters }) return Problems.Invalid(("q", $"is {q.Length} characters long; the most is {mostQueryCharacters}"));
        Actor caller = http.Caller();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        await using SwitchboardDb db = data.For(caller.TenantId);
        IQueryable<KbArticle> rows = db.Articles;
        if (caller is ContactActor contact)
        {
            string[] audiences = [Audiences.Public, .. await ArticleAccess.AudiencesAsync(contact, db, http.RequestAborted)];
            rows = rows.Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null && audiences.Contains(a.Audience));
        }

        if (wanted is { } only) rows = rows.Where(a => a.Status == only);
        if (category is not null) rows = rows.Where(a => a.Category == category);
        if (language is not null) rows = rows.Where(a => a.Language == language);
        if (!string.IsNullOrWhiteSpace(q)) rows = rows.Where(a => a.Title.Contains(q.Trim()));
        bool staff = caller is not ContactActor;
        return await rows.PageAsync(
            order,
            limit,
            cursor,
            a => new ListedView(a.Id, a.ExternalId, a.Title, a.Slug, a.Category, a.Language, a.Status, a.Version, a.LastVerified, a.UpdatedAt, KnowledgeBase.UrlOf(tenant.Slug, a.Id), staff ? a.Audience : null, staff ? a.Tags : null, staff ? a.HoldReason : null),
            http.RequestAborted);
    }
}
