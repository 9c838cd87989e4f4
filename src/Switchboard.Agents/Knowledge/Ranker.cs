using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Orders what the search found by relevance first, then quality, freshness and proven use.</summary>
[Agent("knowledge/ranker")]
public sealed class Ranker : Analyst<RankerInput, RankerFacts, RankedPassages>
{
    private const int most = 50;

    /// <inheritdoc />
    protected override async Task<Finding<RankerFacts>> LoadAsync(RankerInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input) is { } problem) return problem;
        HashSet<Guid> ids = [.. (input.Hits ?? []).Select(h => Guid.TryParse(h.ArticleId, out Guid id) ? id : PassageRows.ArticleOf(h.ChunkId)).OfType<Guid>()];
        IReadOnlyList<KbArticle> articles = await PassageRows.PublishedAsync(rows, ids);
        var votes = await rows.ListAsync((IQueryable<KbUse> q) => q.Where(u => ids.Contains(u.ArticleId) && u.Uncounted == null && (u.Event == KbEvent.Helpful || u.Event == KbEvent.NotHelpful)).GroupBy(u => new { u.ArticleId, u.Event }).Select(g => new { g.Key.ArticleId, g.Key.Event, Count = g.Count() }));
        Dictionary<string, string> texts = articles.SelectMany(PassageRows.Of).ToDictionary(p => p.ChunkId, p => p.Text, StringComparer.Ordinal);
        HashSet<Guid> live = [.. articles.Select(a => a.Id)];
        return new RankerFacts
        {
            // What was taken back or held since the search is not there any more.
            Passages = [.. (input.Hits ?? []).Where(h => (Guid.TryParse(h.ArticleId, out Guid id) ? id : PassageRows.ArticleOf(h.ChunkId)) is { } article && live.Contains(article)).Select(h => h with { Text = h.Text ?? texts.GetValueOrDefault(h.ChunkId) })],
            Articles = [.. articles.Select(a => new ArticleStanding
            {
                ArticleId = a.Id.ToString("D"),
                Quality = a.QualityScore,
                LastVerified = a.LastVerified,
                VersionDate = basis.DayOf(a.UpdatedAt),
                Helpful = votes.Where(v => v.ArticleId == a.Id && v.Event == KbEvent.Helpful).Sum(v => v.Count),
                NotHelpful = votes.Where(v => v.ArticleId == a.Id && v.Event == KbEvent.NotHelpful).Sum(v => v.Count),
            })],
        };
    }

    /// <inheritdoc />
    protected override Finding<RankedPassages> Compute(RankerInput input, RankerFacts facts, AgentBasis basis)
    {
        if (Problem(input) is { } problem) return problem;
        IReadOnlyList<RankablePassage> passages = facts.Passages ?? [];
        var articles = (facts.Articles ?? []).GroupBy(a => a.ArticleId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        RankedPassages ranked = PassageRanking.Rank(passages, articles, facts.Cosines ?? new CosineScale(), basis.Today, input.Top);
        return ranked.Items.Count > 0 ? ranked : new Stop("nothing_relevant", passages.Count == 0 ? "There is no passage to rank." : $"None of {passages.Count} passages has a relevance of 0.30.");
    }

    private static Stop? Problem(RankerInput input) => input.Top is < 1 or > most ? new Stop("invalid_input", $"top is 1 to {most}, not {input.Top}.") : null;
}

/// <summary>What is ranked.</summary>
public sealed record RankerInput
{
    /// <summary>What the search found.</summary>
    public IReadOnlyList<RankablePassage>? Hits { get; init; }

    /// <summary>How many passages are wanted.</summary>
    public int Top { get; init; } = 6;
}

/// <summary>What it is ranked by.</summary>
public sealed record RankerFacts
{
    /// <summary>The passages that were found and still stand.</summary>
    public IReadOnlyList<RankablePassage>? Passages { get; init; }

    /// <summary>Their articles.</summary>
    public IReadOnlyList<ArticleStanding>? Articles { get; init; }

    /// <summary>How cosines are read.</summary>
    public CosineScale? Cosines { get; init; }
}
