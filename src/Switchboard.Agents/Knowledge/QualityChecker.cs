using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Judges one article by rules anybody can check: it passes, goes back, or is kept from being published.</summary>
[Agent("knowledge/quality-checker")]
public sealed class QualityChecker : Guard<QualityInput, QualityFacts, QualityFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<QualityFacts>> LoadAsync(QualityInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        ArticleDraft? article = input.Article;
        if (article is null)
        {
            if (input.ArticleId is not { } id) return new Stop("invalid_input", "Name an articleId, or give the article.");
            if (await rows.SingleAsync<KbArticle>(q => q.Where(a => a.Id == id)) is not { } stored) return new Stop("not_found", "There is no such article.");
            article = new ArticleDraft { Title = stored.Title, Body = stored.Body, Language = stored.Language, Category = stored.Category, LastVerified = stored.LastVerified };
        }

        IReadOnlyList<LinkStatus> links = await rows.ListAsync<LinkStatus>(q => q.Where(l => l.Failures > 0).OrderBy(l => l.Id));
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.OrderBy(f => f.Key));
        return new QualityFacts
        {
            Article = article,
            Figures = PolicyFigures.Of(basis),
            Links = [.. links.Where(l => article.Body.Contains(l.Url, StringComparison.Ordinal)).Select(l => new CheckedLink(l.Url, l.Failures))],
            Features = [.. features.Select(f => new NamedFeature(f.Key, f.Name, f.RemovedOn <= basis.Today))],
        };
    }

    /// <inheritdoc />
    protected override Finding<QualityFinding> Check(QualityInput draft, QualityFacts facts, AgentBasis basis)
    {
        if ((facts.Article ?? draft.Article) is not { } article) return new Stop("not_found", "There is no article to judge.");
        ArticleVerdict judged = ArticleQuality.Judge(article, facts.Figures ?? [], facts.Features ?? [], facts.Links ?? [], basis.Today);
        return new QualityFinding
        {
            Score = judged.Score,
            Parts = judged.Parts,
            ReadingEase = judged.ReadingEase,
            Measures = judged.Measures,
            Findings = judged.Findings,
            NeedsUpdate = judged.NeedsUpdate,
            Codes = [.. judged.Findings.Select(f => f.Kind).Distinct(StringComparer.Ordinal), .. judged.Parts.Clarity is null ? new[] { "language_unsupported" } : []],
            Verdict = judged.Verdict switch { "block" => Verdict.Block, "revise" => Verdict.Revise, _ => Verdict.Pass },
        };
    }
}

/// <summary>The article that is judged: a stored one, or one that is given.</summary>
public sealed record QualityInput
{
    /// <summary>The stored article.</summary>
    public Guid? ArticleId { get; init; }

    /// <summary>An article that is not stored yet.</summary>
    public ArticleDraft? Article { get; init; }
}

/// <summary>What it is judged by.</summary>
public sealed record QualityFacts
{
    /// <summary>The article.</summary>
    public ArticleDraft? Article { get; init; }

    /// <summary>The figures of the policy.</summary>
    public IReadOnlyList<PolicyFigure>? Figures { get; init; }

    /// <summary>The links that failed.</summary>
    public IReadOnlyList<CheckedLink>? Links { get; init; }

    /// <summary>The features of the product.</summary>
    public IReadOnlyList<NamedFeature>? Features { get; init; }
}

/// <summary>How good the article is. The rules of articles make the verdict; score and findings are in their own measure.</summary>
public sealed record QualityFinding : GuardFinding
{
    /// <summary>0..100, one decimal.</summary>
    public new double Score { get; init; }

    /// <summary>The five parts.</summary>
    public required QualityParts Parts { get; init; }

    /// <summary>How easy it is to read; null where it is not English.</summary>
    public double? ReadingEase { get; init; }

    /// <summary>What was counted.</summary>
    public required TextMeasures Measures { get; init; }

    /// <summary>What is wrong, with the line, from info to blocker.</summary>
    public new IReadOnlyList<ArticleFinding> Findings { get; init; } = [];

    /// <summary>Whether it needs work.</summary>
    public required bool NeedsUpdate { get; init; }
}
