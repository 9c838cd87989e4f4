using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Turns gaps, demand and features nobody explained into briefs for whoever writes articles. It finds no gaps and writes no text.</summary>
[Agent("knowledge/suggester")]
public sealed class Suggester : Analyst<SuggesterInput, SuggesterFacts, BriefList>
{
    private const int days = 30;
    private const int mostQuestions = 5;

    /// <inheritdoc />
    protected override async Task<Finding<SuggesterFacts>> LoadAsync(SuggesterInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        IReadOnlyList<ContentDraft> drafts = await rows.ListAsync<ContentDraft>(q => q.Where(d => d.Kind == "article" || d.Kind == "faq").OrderBy(d => d.Id));
        return new SuggesterFacts
        {
            Sources = [.. await GapsAsync(rows), .. await DemandAsync(rows, basis), .. await FeaturesAsync(rows)],
            Drafts = [.. drafts.Where(d => d.ReviewStatus is "draft" or "in_review").Select(d => new EarlierBrief(d.Title))],
            Rejected = [.. drafts.Where(d => d.ReviewStatus == "rejected").Select(d => new EarlierBrief(d.Title, d.CreatedAt))],
        };
    }

    /// <inheritdoc />
    protected override Finding<BriefList> Compute(SuggesterInput input, SuggesterFacts facts, AgentBasis basis)
    {
        BriefList list = BriefRanking.Rank(facts.Sources ?? [], facts.Drafts ?? [], facts.Rejected ?? [], facts.Effects ?? [], basis.Now);
        return list.Briefs.Count > 0 ? list : new Stop("nothing_new", list.Silenced > 0 ? $"All {list.Silenced} were declined in the last 90 days." : "There is no gap, no unmet demand and no feature without an article.");
    }

    private static async Task<IEnumerable<BriefSource>> GapsAsync(IRowFacts rows)
    {
        IReadOnlyList<KbGap> gaps = await rows.ListAsync<KbGap>(q => q.Where(g => g.ClosedAt == null).OrderBy(g => g.Id));
        Guid[] near = [.. gaps.Select(g => g.ArticleId).OfType<Guid>()];
        Dictionary<Guid, string> titles = (await rows.ListAsync((IQueryable<KbArticle> q) => q.Where(a => near.Contains(a.Id)).Select(a => new { a.Id, a.Title }))).ToDictionary(a => a.Id, a => a.Title);
        return gaps.Select(g => new BriefSource
        {
            Kind = "gap",
            Id = g.Id.ToString("D"),
            Label = g.Label,
            Type = g.Type,
            Priority = g.Priority,
            N = g.Contacts,
            HandoffShare = g.HandoffShare,
            Customers = g.Customers,
            FirstSeen = g.FoundAt,
            Questions = g.Examples,
            Terms = g.Terms,
            Article = g.ArticleId?.ToString("D"),
            ArticleTerms = g.ArticleId is { } id && titles.TryGetValue(id, out string? title) ? [.. TextAnalysis.Terms(title).Select(t => t.Word)] : [],
            Evidence = [$"kb_gap/{g.Id:D}"],
        });
    }

    private static async Task<IEnumerable<BriefSource>> DemandAsync(IRowFacts rows, AgentBasis basis)
    {
        DateTimeOffset from = basis.Now.AddDays(-days);
        var talks = await rows.ListAsync((IQueryable<Conversation> q) => q.Where(c => c.CreatedAt > from && c.PrimaryIntent != null).OrderBy(c => c.CreatedAt).Select(c => new { c.Id, Intent = c.PrimaryIntent!, c.Subject, c.CustomerId, c.HandedOffAt, c.AnsweredAt, c.CreatedAt }));
        return talks.GroupBy(t => t.Intent, StringComparer.Ordinal).Select(g => new BriefSource
        {
            Kind = "demand",
            Id = g.Key,
            Label = g.Select(t => t.Subject).GroupBy(s => s, StringComparer.OrdinalIgnoreCase).OrderByDescending(s => s.Count()).First().Key,
            N = g.Count(),
            HandoffShare = (double)g.Count(t => t.HandedOffAt != null) / g.Count(),
            // An answer with a citation is what a conversation keeps the instant of.
            CitedShare = (double)g.Count(t => t.AnsweredAt != null) / g.Count(),
            Customers = g.Select(t => t.CustomerId).OfType<Guid>().Distinct().Count(),
            FirstSeen = g.Min(t => t.CreatedAt),
            Questions = [.. g.Select(t => t.Subject).Distinct(StringComparer.OrdinalIgnoreCase).Take(mostQuestions)],
            Evidence = [.. g.Select(t => $"conversation/{t.Id:D}").Take(mostQuestions)],
        });
    }

    private static async Task<IEnumerable<BriefSource>> FeaturesAsync(IRowFacts rows) =>
        (await rows.ListAsync<ProductFeature>(q => q.Where(f => f.ArticleId == null && f.RemovedOn == null).OrderBy(f => f.Key)))
        .Select(f => new BriefSource { Kind = "feature", Id = f.Key, Label = $"How do I use {f.Name}?", Audience = f.Plan, Evidence = [$"product_feature/{f.Id:D}"], Sources = [f.Description] });
}

/// <summary>Nothing: it looks at all that is open.</summary>
public sealed record SuggesterInput;

/// <summary>What briefs are made of.</summary>
public sealed record SuggesterFacts
{
    /// <summary>Gaps, intents and features.</summary>
    public IReadOnlyList<BriefSource>? Sources { get; init; }

    /// <summary>Drafts that are being written.</summary>
    public IReadOnlyList<EarlierBrief>? Drafts { get; init; }

    /// <summary>Suggestions that were declined.</summary>
    public IReadOnlyList<EarlierBrief>? Rejected { get; init; }

    /// <summary>What published briefs did.</summary>
    public IReadOnlyList<BriefEffect>? Effects { get; init; }
}
