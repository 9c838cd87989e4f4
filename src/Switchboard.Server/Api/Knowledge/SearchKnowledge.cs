using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /knowledge/search, POST /knowledge/answer, GET /knowledge/stats and GET /articles/{id}?search=, which tells which search it was opened from.</summary>
public static class SearchKnowledge
{
    private const int mostCharacters = 1_000;
    private const int mostHits = 100;

    /// <summary>A question.</summary>
    public sealed record Asked(string? Question);

    /// <summary>A hit as the API shows it.</summary>
    public sealed record HitView(Guid ArticleId, string? ExternalId, string Title, string Heading, string Snippet, IReadOnlyList<SnippetSpan> Spans, double Score, string Url);

    /// <summary>The hits of a search, the time it took, and for a customer's person the id to open an article with.</summary>
    public sealed record HitsView(IReadOnlyList<HitView> Items, SearchOutcome Outcome, double TookMs, Guid? SearchId);

    /// <summary>An answer as the API shows it.</summary>
    public sealed record AnswerView(string? Answer, AnswerOutcome Outcome, IReadOnlyList<AnswerSentence> Sentences, double Confidence, IReadOnlyList<HitView> Closest, bool Handoff);

    /// <summary>How large a help centre is.</summary>
    public sealed record StatsView(int Published, int Drafts, int Archived, int Chunks, long Version, DateTimeOffset? LastChange);

    /// <summary>An article as the API shows it.</summary>
    public sealed record ArticleView(Guid Id, string? ExternalId, string Title, string Slug, string Category, string Language, ArticleStatus Status, int Version, string Body, DateOnly? LastVerified, DateTimeOffset UpdatedAt, string Url);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/knowledge/search", SearchAsync).NeedsScopeOrContact(Scopes.ReadKnowledge);
        routes.MapPost("/knowledge/answer", AnswerAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).CountsAs(RouteClass.Read);
        routes.MapGet("/knowledge/stats", StatsAsync).NeedsScope(Scopes.ReadKnowledge);
        routes.MapGet("/articles/{id:guid}", ArticleAsync).NeedsScopeOrContact(Scopes.ReadKnowledge);
    }

    private static async Task<IResult> SearchAsync(string? q, int? k, string? language, HttpContext http, Data data, Tenants tenants, KnowledgeBase knowledge, DenseSearch dense, SearchRecording recording)
    {
        if (QuestionProblem(q) is { } problem) return Problems.Invalid(("q", problem));
        if (k is < 1 or > mostHits) return Problems.Invalid(("k", $"is a number from 1 to {mostHits}"));
        Tenant tenant = (await tenants.FindAsync(http.Caller().TenantId, http.RequestAborted))!;
        IndexSnapshot snapshot = await knowledge.SnapshotAsync(tenant, http.RequestAborted);
        SearchOptions visible = await VisibleAsync(http, data) with { Language = language };
        long began = Stopwatch.GetTimestamp();
        NearPassages? near = await dense.NearAsync(tenant, snapshot, q!, visible, http.RequestAborted);
        SearchResult result = snapshot.Index.Search(q!, k ?? 10, visible with { Near = near });
        double took = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3);
        Guid? search = recording.Searched(http.Caller(), q!, result.Outcome, result.Hits.FirstOrDefault());
        return Results.Ok(new HitsView([.. result.Hits.Select(ToView)], result.Outcome, took, search));
    }

    private static async Task<IResult> AnswerAsync(Asked body, HttpContext http, Data data, Tenants tenants, KnowledgeBase knowledge, DeskPolicy policy, SearchRecording recording, TimeProvider time)
    {
        if (QuestionProblem(body.Question) is { } problem) return Problems.Invalid(("question", problem));
        Tenant tenant = (await tenants.FindAsync(http.Caller().TenantId, http.RequestAborted))!;
        IndexSnapshot snapshot = await knowledge.SnapshotAsync(tenant, http.RequestAborted);
        KnowledgeAnswer answer = AnswerComposer.Answer(snapshot.Index, body.Question!, new AnswerOptions { Today = tenant.DayOf(time.GetUtcNow()), Search = await VisibleAsync(http, data) });
        bool answered = answer.Outcome == AnswerOutcome.Answered;
        recording.Answered(http.Caller(), body.Question!, answer);
        return Results.Ok(new AnswerView(answered ? answer.Text : null, answer.Outcome, answer.Sentences, Math.Round(answer.Confidence, 4), [.. answer.Closest.Select(ToView)], Handoff: answer.Confidence < policy.ConfidenceFloor));
    }

    private static async Task<IResult> StatsAsync(HttpContext http, Data data, Tenants tenants, KnowledgeBase knowledge)
    {
        IndexSnapshot snapshot = await SnapshotAsync(http, tenants, knowledge);
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        var counts = await db.Set<KbArticle>().GroupBy(a => a.Status).Select(g => new { Status = g.Key, Count = g.Count(), Last = g.Max(a => a.UpdatedAt) }).ToListAsync(http.RequestAborted);
        int Count(ArticleStatus status) => counts.Where(c => c.Status == status).Sum(c => c.Count);
        return Results.Ok(new StatsView(Count(ArticleStatus.Published), Count(ArticleStatus.Draft) + Count(ArticleStatus.Review), Count(ArticleStatus.Archived), snapshot.Index.ChunkCount, snapshot.Version, counts.Count == 0 ? null : counts.Max(c => c.Last)));
    }

    private static async Task<IResult> ArticleAsync(Guid id, Guid? search, HttpContext http, Data data, Tenants tenants, SearchRecording recording)
    {
        Actor caller = http.Caller();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        await using SwitchboardDb db = data.For(caller.TenantId);
        KbArticle? a = await db.Set<KbArticle>().AsNoTracking().SingleOrDefaultAsync(x => x.Id == id, http.RequestAborted);
        // Customers read what is published for them; drafts and what is held back are for the staff.
        if (a is null || (caller is ContactActor contact && !Audiences.MaySee(a, await AudiencesAsync(contact, db, http.RequestAborted)))) return Problems.NotFound("article");
        if (search is { } searchId) recording.Opened(caller, searchId, a.Id);
        return Results.Ok(new ArticleView(a.Id, a.ExternalId, a.Title, a.Slug, a.Category, a.Language, a.Status, a.Version, a.Body, a.LastVerified, a.UpdatedAt, KnowledgeBase.UrlOf(tenant.Slug, a.Id)));
    }

    /// <summary>The staff search articles of every audience; a customer's person those of their own.</summary>
    private static async Task<SearchOptions> VisibleAsync(HttpContext http, Data data)
    {
        if (http.Caller() is not ContactActor contact) return new SearchOptions { EveryAudience = true };
        await using SwitchboardDb db = data.For(contact.TenantId);
        return new SearchOptions { Audiences = await AudiencesAsync(contact, db, http.RequestAborted) };
    }

    private static async Task<IReadOnlySet<string>> AudiencesAsync(ContactActor caller, SwitchboardDb db, CancellationToken cancellationToken)
    {
        if (caller is not { ContactId: { } id, Proof: not Proof.None }) return Audiences.Of(proven: false, plan: null);
        string? plan = await db.Contacts.Where(c => c.Id == id).Join(db.Customers, c => c.CustomerId, u => u.Id, (_, u) => u.Plan).SingleOrDefaultAsync(cancellationToken);
        return Audiences.Of(proven: true, plan);
    }

    private static async Task<IndexSnapshot> SnapshotAsync(HttpContext http, Tenants tenants, KnowledgeBase knowledge) =>
        await knowledge.SnapshotAsync((await tenants.FindAsync(http.Caller().TenantId, http.RequestAborted))!, http.RequestAborted);

    private static string? QuestionProblem(string? text) => text switch
    {
        null => "is missing",
        _ when string.IsNullOrWhiteSpace(text) => "must not be empty",
        { Length: > mostCharacters } => $"is {text.Length} characters long; the most is {mostCharacters}",
        _ => null,
    };

    private static HitView ToView(SearchHit h) => new(h.ArticleId, h.ExternalId, h.Title, h.Heading, h.Snippet, h.Spans, Math.Round(h.Score, 4), h.Url);
}
