using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>
/// POST /articles writes a draft, PUT /articles/{id} the whole article anew. The text is kept exactly as it comes: what looks like front matter in it sets nothing,
/// and what looks like HTML is shown as text.
/// </summary>
public static class WriteArticle
{
    private const int longestTitle = 200;
    private const int longestBody = 500_000;
    private const int longestWord = 100;
    private const int mostTags = 20;
    private const string defaultCategory = "general";

    /// <summary>An article. Missing are the category, which is general then, the language, the tenant's, and the audience, everybody.</summary>
    public sealed record Body(string? Title, string? Text, string? Category = null, string? Language = null, string? Audience = null, IReadOnlyList<string>? Tags = null, DateOnly? LastVerified = null, bool InReview = false);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/articles", CreateAsync).NeedsScope(Scopes.WriteKnowledge).Example(new { title = "Change the seat height", text = "Loosen the clamp, set the height, and tighten it again." }).Produces<ArticleView>(201)
            .WithSummary("Writes a draft. Nobody but the staff reads it, and nothing is answered from it, before it is published.");
        routes.MapPut("/articles/{id:guid}", ReplaceAsync).NeedsScope(Scopes.WriteKnowledge).HeldToVersion().Example(new { title = "Change the seat height", text = "Loosen the clamp with a 5 mm key, set the height, and tighten it to 6 Nm." }).Produces<ArticleView>()
            .WithSummary("Writes the article anew, as its next version. Needs If-Match, and publish:knowledge for one that is published.");
    }

    private static async Task<IResult> CreateAsync(Body body, HttpContext http, ArticleChanges changes, IPolicySource policies, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (await ProblemAsync(body, caller.TenantId, policies, http.RequestAborted) is { } problem) return problem;
        DateTimeOffset now = ArticleAccess.Kept(time.GetUtcNow());
        return await changes.MakeAsync(http, body, (db, tenant) =>
        {
            ArticleContent content = Content(body, tenant, body.InReview ? ArticleStatus.Review : ArticleStatus.Draft);
            var article = new KbArticle
            {
                TenantId = tenant.Id,
                Id = Guid.CreateVersion7(now),
                Title = content.Title,
                Slug = content.Slug,
                Body = content.Body,
                Category = content.Category,
                Language = content.Language,
                Status = content.Status,
                Version = 1,
                ContentHash = content.ContentHash,
                LastVerified = content.LastVerified,
                Audience = body.Audience ?? Audiences.Public,
                Tags = TagsOf(body),
                AuthorId = caller.PersonId,
                UpdatedAt = now,
            };
            db.Articles.Add(article);
            return Changed.Created($"/api/v1/articles/{article.Id}", ArticleView.Of(article, tenant.Slug, caller), ArticleAccess.TagOf(article));
        });
    }

    private static async Task<IResult> ReplaceAsync(Guid id, Body body, HttpContext http, ArticleChanges changes, IPolicySource policies, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (await ProblemAsync(body, caller.TenantId, policies, http.RequestAborted) is { } problem) return problem;
        DateTimeOffset now = ArticleAccess.Kept(time.GetUtcNow());
        return await changes.MakeAsync(http, body, (db, tenant) =>
        {
            if (db.Articles.SingleOrDefault(a => a.Id == id) is not { } article) return Changed.Refused(Problems.NotFound("article"));
            if (article.Status == ArticleStatus.Published && !caller.Has(Scopes.PublishKnowledge)) return Changed.Refused(ArticleAccess.MayNotPublish());
            if (Preconditions.Problem(http, ArticleAccess.TagOf(article)) is { } unseen) return Changed.Refused(unseen);
            ArticleStatus status = article.Status switch
            {
                ArticleStatus.Published or ArticleStatus.Archived => article.Status,
                _ => body.InReview ? ArticleStatus.Review : ArticleStatus.Draft,
            };
            string audience = body.Audience ?? Audiences.Public;
            ArticleContent content = Content(body, tenant, status) with { ExternalId = article.ExternalId, SourcePath = article.SourcePath };
            bool noticed = db.Revise(article, content, caller.PersonId, now) | (article.Audience != audience && article.Status == ArticleStatus.Published);
            article.Audience = audience;
            article.Tags = TagsOf(body);
            if (noticed) db.ReadersNotice();
            return Changed.Ok(ArticleView.Of(article, tenant.Slug, caller), ArticleAccess.TagOf(article));
        });
    }

    private static ArticleContent Content(Body body, Tenant tenant, ArticleStatus status)
    {
        string title = body.Title!.Trim(), category = body.Category?.Trim() ?? defaultCategory, language = body.Language ?? tenant.Locale.Split('-')[0];
        return new ArticleContent
        {
            Title = title,
            Slug = ArticleFile.Slug(title),
            Body = body.Text!,
            Category = category,
            Language = language,
            Status = status,
            ContentHash = HashOf(title, body.Text!, status, category, language),
            LastVerified = body.LastVerified,
        };
    }

    /// <summary>The hash by which an import compares a file with an article.</summary>
    internal static string HashOf(string title, string text, ArticleStatus status, string category, string language) =>
        ArticleFile.ContentHash(title, text, status == ArticleStatus.Published ? "published" : "draft", category, language);

    private static string[] TagsOf(Body body) => [.. (body.Tags ?? []).Select(t => t.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static async Task<IResult?> ProblemAsync(Body body, Guid tenantId, IPolicySource policies, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        if (body.Title?.Trim() is not { Length: > 0 and <= longestTitle } title || title.Any(char.IsControl)) errors.Add(("title", $"is one line of 1 to {longestTitle} characters"));
        if (string.IsNullOrWhiteSpace(body.Text) || body.Text.Length > longestBody || body.Text.Contains('\0')) errors.Add(("text", $"is Markdown of at most {longestBody} characters, and not empty"));
        if (body.Category is { } category && (category.Trim().Length is 0 or > longestWord || category.Any(char.IsControl))) errors.Add(("category", $"has 1 to {longestWord} characters"));
        if (body.Language is { } language && (language.Length is < 2 or > 35 || !language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))) errors.Add(("language", "is a tag such as en or pt-BR"));
        if (body.Tags is { } tags && (tags.Count > mostTags || tags.Any(t => t is null || t.Trim().Length is 0 or > longestWord))) errors.Add(("tags", $"are at most {mostTags} of 1 to {longestWord} characters"));
        if (body.Audience is { } audience && audience is not (Audiences.Public or Audiences.SignedIn) && (await policies.CurrentAsync(tenantId, cancellationToken)).Policies.Plans.All(p => p.Key != audience))
            errors.Add(("audience", $"is {Audiences.Public}, {Audiences.SignedIn} or the key of a plan"));
        return errors.Count == 0 ? null : Problems.Invalid([.. errors]);
    }
}
