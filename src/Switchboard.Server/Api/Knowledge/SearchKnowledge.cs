using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /knowledge/search, POST /knowledge/answer and GET /knowledge/stats.</summary>
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

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/knowledge/search", SearchAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).Produces<HitsView>();
        routes.MapPost("/knowledge/answer", AnswerAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).Produces<AnswerView>().Example(new { question = "How do I reset my password?" }).CountsAs(RouteClass.Read);
        routes.MapGet("/knowledge/stats", StatsAsync).NeedsScope(Scopes.ReadKnowledge).Produces<StatsView>();
    }

    private static async Task<IResult> SearchAsync(string? q, int? k, string? language, HttpContext http, Data data, Tenants tenants, KnowledgeBase knowledge, DenseSearch dense, SearchRecording recording)
    {
        if (QuestionProblem(q) is { } problem) return Problems.Invalid(("q", problem));
        if (k is < 1 or > mostHits) return Problems.Invalid(("k", $"is a number from 1 to {mostHits}"));
        Tenant tenant = (await tenants.CurrentAsync(http.Caller().TenantId, http.RequestAborted))!;
        IndexSnapshot snapshot = await knowledge.SnapshotAsync(tenant, http.RequestAborted);
        SearchOptions visible = await VisibleAsync(http, data) with { Language = language };
        long began = Stopwatch.GetTimestamp();
        using Activity? span = Spans.Retrieval();
        NearPassages? near = await dense.NearAsync(tenant, snapshot, q!, visible, http.RequestAborted);
        SearchResult result = snapshot.Index.Search(q!, k ?? 10, visible with { Near = near });
        double took = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3);
        span.Came(result.Outcome);
        Measures.Searched(result.Outcome);
        Guid? search = recording.Searched(http.Caller(), q!, result.Outcome, result.Hits.FirstOrDefault());
        return Results.Ok(new HitsView([.. result.Hits.Select(ToView)], result.Outcome, took, search));
    }

    private static async Task<IResult> AnswerAsync(Asked body, HttpContext http, Data data, Tenants tenants, KnowledgeBase knowledge, DeskPolicy policy, SearchRecording recording, TimeProvider time)
    {
        if (QuestionProblem(body.Question) is { } problem) return Problems.Invalid(("question", problem));
        Tenant tenant = (await tenants.CurrentAsync(http.Caller().TenantId, http.RequestAborted))!;
        IndexSnapshot snapshot = await knowledge.SnapshotAsync(tenant, http.RequestAborted);
        using Activity? span = Spans.Retrieval();
        KnowledgeAnswer answer = AnswerComposer.Answer(snapshot.Index, body.Question!, new AnswerOptions { Today = tenant.DayOf(time.GetUtcNow()), Search = await VisibleAsync(http, data) });
        bool answered = answer.Outcome == AnswerOutcome.Answered;
        span.Came(answer.Outcome);
        Measures.Asked(answer);
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

    /// <summary>The staff search articles of every audience; a customer's person those of their own.</summary>
    private static async Task<SearchOptions> VisibleAsync(HttpContext http, Data data)
    {
        if (http.Caller() is not ContactActor contact) return new SearchOptions { EveryAudience = true };
        await using SwitchboardDb db = data.For(contact.TenantId);
        return new SearchOptions { Audiences = await ArticleAccess.AudiencesAsync(contact, db, http.RequestAborted) };
    }

    private static async Task<IndexSnapshot> SnapshotAsync(HttpContext http, Tenants tenants, KnowledgeBase knowledge) =>
        await knowledge.SnapshotAsync((await tenants.CurrentAsync(http.Caller().TenantId, http.RequestAborted))!, http.RequestAborted);

    private static string? QuestionProblem(string? text) => text switch
    {
        null => "is missing",
        _ when string.IsNullOrWhiteSpace(text) => "must not be empty",
        { Length: > mostCharacters } => $"is {text.Length} characters long; the most is {mostCharacters}",
        _ => null,
    };

    private static HitView ToView(SearchHit h) => new(h.ArticleId, h.ExternalId, h.Title, h.Heading, h.Snippet, h.Spans, Math.Round(h.Score, 4), h.Url);
}
