using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /knowledge/synonyms: what terms mean, and candidates learned from searches. PUT /knowledge/synonyms: accept, change or (with no meaning) decline one.</summary>
public static class ReviewSynonyms
{
    private const int mostCharacters = 60;
    private const int mostMeans = 10;

    /// <summary>What a term means. Without <c>Means</c> it was declined.</summary>
    public sealed record SynonymView(string Language, string Term, IReadOnlyList<string> Means, string Source);

    /// <summary>What was decided and what is proposed.</summary>
    public sealed record SynonymsView(IReadOnlyList<SynonymView> Decided, IReadOnlyList<SynonymCandidate> Candidates);

    /// <summary>A decision.</summary>
    public sealed record Decision(string? Language, string? Term, IReadOnlyList<string>? Means);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/knowledge/synonyms", ListAsync).NeedsScope(Scopes.WriteKnowledge).Produces<SynonymsView>();
        routes.MapPut("/knowledge/synonyms", DecideAsync).NeedsScope(Scopes.WriteKnowledge).Produces<SynonymView>().Example(new { language = "en", term = "invoice", means = new[] { "bill" } });
    }

    private static async Task<IResult> ListAsync(HttpContext http, SynonymStore synonyms, SearchJournal journal, SearchRecording recording, Tenants tenants, KnowledgeBase knowledge, TimeProvider time)
    {
        Guid tenant = http.Caller().TenantId;
        IReadOnlyList<Synonym> decided = await synonyms.DecidedAsync(tenant, http.RequestAborted);
        IReadOnlyList<SynonymCandidate> candidates = await CandidatesAsync(tenant, decided, journal, recording, tenants, knowledge, time, http.RequestAborted);
        return Results.Ok(new SynonymsView([.. decided.Select(s => new SynonymView(s.Language, s.Term, s.Means, s.Source))], candidates));
    }

    private static async Task<IResult> DecideAsync(Decision body, HttpContext http, SynonymStore synonyms, SearchJournal journal, SearchRecording recording, Tenants tenants, KnowledgeBase knowledge, TimeProvider time)
    {
        string language = body.Language ?? "en";
        string term = TextAnalysis.Fold(body.Term?.Trim() ?? "");
        if (language.Length is < 2 or > 35) return Problems.Invalid(("language", "is a tag such as en or pt-BR"));
        if (term.Length is 0 or > mostCharacters || SynonymLearning.KeyOf(term, language).Length == 0) return Problems.Invalid(("term", $"is a word or two of at most {mostCharacters} characters that say something"));
        if (body.Means is not { } means || means.Count > mostMeans || means.Any(m => string.IsNullOrWhiteSpace(m) || m.Length > mostCharacters || SynonymLearning.KeyOf(m, language) is "" || SynonymLearning.KeyOf(m, language).Contains(' ', StringComparison.Ordinal)))
            return Problems.Invalid(("means", $"is a list of at most {mostMeans} single words; an empty one declines the term"));

        Actor actor = http.Caller();
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<SynonymCandidate> candidates = await CandidatesAsync(actor.TenantId, [], journal, recording, tenants, knowledge, time, http.RequestAborted);
        string source = candidates.Any(c => c.Language == language && SynonymLearning.KeyOf(c.Term, language) == SynonymLearning.KeyOf(term, language)) ? "feedback" : "operator";
        var decided = new Synonym { TenantId = actor.TenantId, Id = Guid.CreateVersion7(now), Language = language, Term = term, Means = [.. means.Select(m => m.Trim())], Source = source };
        await synonyms.DecideAsync(actor, decided, http.RequestAborted);
        return Results.Ok(new SynonymView(language, term, decided.Means, source));
    }

    private static async Task<IReadOnlyList<SynonymCandidate>> CandidatesAsync(Guid tenantId, IReadOnlyList<Synonym> decided, SearchJournal journal, SearchRecording recording, Tenants tenants, KnowledgeBase knowledge, TimeProvider time, CancellationToken cancellationToken)
    {
        Tenant tenant = (await tenants.CurrentAsync(tenantId, cancellationToken))!;
        KnowledgeIndex index = (await knowledge.SnapshotAsync(tenant, cancellationToken)).Index;
        DateTimeOffset since = time.GetUtcNow() - SearchJournal.Kept;
        await recording.WrittenAsync(cancellationToken);
        IReadOnlyList<SearchLog> searched = await journal.ReadAsync(tenantId, since, cancellationToken);
        // What the desk answered from, to the customer's satisfaction, tells as much as an article that was opened.
        IEnumerable<SearchLog> cited = recording.Learned(tenantId, await journal.CitedAsync(tenantId, since, cancellationToken));
        return SynonymLearning.Candidates([.. searched, .. cited], index, decided);
    }
}
