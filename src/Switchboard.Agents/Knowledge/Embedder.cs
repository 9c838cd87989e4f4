using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Says what the search index must change to equal an article: what is new, what stays, what goes. What readers may not see leaves at once.</summary>
[Agent("knowledge/embedder")]
public sealed class Embedder : Operator<EmbedderInput, EmbedderFacts, EmbedderFinding>
{
    private const string published = "published";

    // Languages whose words are brought to their stems; the others are indexed as they are written.
    private static readonly string[] stemmed = ["en"];

    /// <inheritdoc />
    protected override string? EntityOf(EmbedderInput input) => input.ArticleId is { } id ? $"kb_article/{id}" : null;

    /// <inheritdoc />
    protected override async Task<Finding<EmbedderFacts>> LoadAsync(EmbedderInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.Body is not null) return new EmbedderFacts { Articles = [new IndexedSource { ArticleId = input.ArticleId ?? "", Version = input.Version ?? 1, Title = input.Title ?? "", Body = input.Body, Language = input.Language, Status = input.Status ?? published }] };
        if (!input.ReindexAll && !Guid.TryParse(input.ArticleId, out _)) return new Stop("invalid_input", "Name an articleId, or let reindexAll be true.");
        Guid id = Guid.TryParse(input.ArticleId, out Guid one) ? one : Guid.Empty;
        IReadOnlyList<KbArticle> articles = await rows.ListAsync<KbArticle>(q => (input.ReindexAll ? q.Where(a => a.Status == ArticleStatus.Published) : q.Where(a => a.Id == id)).OrderBy(a => a.Id));
        if (articles.Count == 0) return new Stop("not_found", "There is no such article.");
        EmbeddingModel? model = await VectorRows.ModelAsync(rows);
        return new EmbedderFacts
        {
            ModelId = model?.Name,
            Dimensions = model?.Dimensions,
            Stored = model is null ? [] : await VectorRows.StoredAsync(rows, model, articles),
            Articles = [.. articles.Select(a => new IndexedSource
            {
                ArticleId = a.Id.ToString("D"),
                Version = a.Version,
                Title = a.Title,
                Body = a.Body,
                Language = a.Language,
                Status = a.HoldReason is not null ? "held" : a.Status.ToString().ToLowerInvariant(),
            })],
        };
    }

    /// <inheritdoc />
    protected override Finding<OperatorPlan<EmbedderFinding>> Decide(EmbedderInput input, EmbedderFacts facts, AgentBasis basis)
    {
        if (facts.Articles is not { Count: > 0 } articles) return new Stop("not_found", "There is no article to index.");
        if (articles.Any(a => a.Status == published && string.IsNullOrWhiteSpace(a.Body))) return new Stop("empty_body", "An article without text has nothing to index.");
        string model = facts.ModelId ?? "lexical";
        bool dense = facts.ModelId is not null && facts.ProviderDown != true;
        ILookup<string, string> stored = (facts.Stored ?? []).ToLookup(s => s.ArticleId, s => s.Hash, StringComparer.Ordinal);
        List<IndexPlan> plans = [.. articles.Select(a => IndexPlan.Of(a.Status == published ? IndexPlan.Passages(a.Title ?? "", a.Body, a.Language ?? "und", model) : [], [.. stored[a.ArticleId]]))];
        int added = plans.Sum(p => p.Added.Count);
        string[] notes =
        [
            .. articles.Any(a => a.Status != published) ? new[] { "not_published" } : [],
            .. added > 0 && !dense ? ["provider_down"] : Array.Empty<string>(),
            .. articles.Any(a => a.Status == published && !stemmed.Contains((a.Language ?? "und").Split('-')[0].ToLowerInvariant())) ? ["language_unknown"] : Array.Empty<string>(),
        ];
        return new OperatorPlan<EmbedderFinding>(
            new EmbedderFinding(input.ArticleId, added, plans.Sum(p => p.Unchanged.Count), plans.Sum(p => p.Removed.Count), dense ? added : 0, dense ? 0 : added, model, dense ? facts.Dimensions : null, notes)
            {
                Chunks = plans.Count == 1 ? [.. plans[0].Added.Select(p => new AddedChunk(p.Ordinal, p.HeadingPath, p.Hash))] : [],
            },
            // The index of words notices a change by the tenant's number and vectors by their own run: to plan is all that is left to do here.
            []);
    }
}

/// <summary>What is indexed: a stored article, all of them, or a text that is given.</summary>
public sealed record EmbedderInput
{
    /// <summary>The article.</summary>
    public string? ArticleId { get; init; }

    /// <summary>Its version.</summary>
    public int? Version { get; init; }

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Its text in Markdown; the stored one when it is not given.</summary>
    public string? Body { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>published, draft, review, archived or held.</summary>
    public string? Status { get; init; }

    /// <summary>Whether all published articles are looked at.</summary>
    public bool ReindexAll { get; init; }
}
