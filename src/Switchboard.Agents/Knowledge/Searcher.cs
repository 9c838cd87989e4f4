using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Finds the passages that may answer a question, and says when none does. How far to trust them is the ranker's to say.</summary>
[Agent("knowledge/searcher")]
public sealed class Searcher : Analyst<SearcherInput, SearcherFacts, HitList>
{
    private const int longest = 1000;
    private const int most = 100;

    /// <inheritdoc />
    protected override async Task<Finding<SearcherFacts>> LoadAsync(SearcherInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input) is { } problem) return problem;
        IReadOnlyList<KbArticle> articles = await PassageRows.PublishedAsync(rows);
        if (articles.Count == 0) return new Stop("index_unavailable", "No article is published; publish one, then it can be found.");
        IReadOnlyList<Synonym> synonyms = await rows.ListAsync<Synonym>(q => q.OrderBy(s => s.Id));
        var facts = new SearcherFacts
        {
            // The tenant's own language is the one it writes in.
            DefaultLanguage = articles.CountBy(a => a.Language).OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal).First().Key,
            Synonyms = synonyms.Where(s => s.Means.Count > 0).GroupBy(s => s.Term, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.SelectMany(s => s.Means).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparer.Ordinal),
        };
        (IReadOnlyList<IndexPassage> passages, IndexStatistics statistics) = new PassageSearch(await VectorRows.NearAsync(rows, input.Query!, [.. articles.SelectMany(PassageRows.Of)]), AudiencesOf(input)).Reduced(Query(input, facts));
        return facts with { Passages = passages, Index = statistics };
    }

    /// <inheritdoc />
    protected override Finding<HitList> Compute(SearcherInput input, SearcherFacts facts, AgentBasis basis)
    {
        if (facts.Passages is not { } passages) return new Stop("index_unavailable", "There is no index to search.");
        if (Problem(input) is { } problem) return problem;
        HitList? found = new PassageSearch(passages, AudiencesOf(input), facts.Index).Search(Query(input, facts));
        return found is null ? new Stop("empty_query", "The question holds only words that say nothing by themselves; ask with what it is about.") : found;
    }

    private static Stop? Problem(SearcherInput input) => input switch
    {
        { Query.Length: 0 or > longest } or { Query: null } => new Stop("invalid_input", $"query is 1 to {longest} characters."),
        { K: < 1 or > most } => new Stop("invalid_input", $"k is 1 to {most}, not {input.K}."),
        _ => null,
    };

    /// <summary>Who asks without saying who reads sees what everybody sees.</summary>
    private static HashSet<string> AudiencesOf(SearcherInput input) => new(input.Audience ?? [], StringComparer.Ordinal);

    private static PassageQuery Query(SearcherInput input, SearcherFacts facts) => new(input.Query ?? "", input.Language, facts.DefaultLanguage, AudiencesOf(input), input.Filters ?? new PassageFilters(), input.K)
    {
        Vector = facts.QueryVector,
        Trained = facts.TrainedModel ?? false,
        Synonyms = facts.Synonyms ?? new Dictionary<string, IReadOnlyList<string>>(),
    };
}

/// <summary>What is searched for, and where.</summary>
public sealed record SearcherInput
{
    /// <summary>The question, 1..1000 characters.</summary>
    public string? Query { get; init; }

    /// <summary>BCP 47 tag of the language to search in.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The audiences of the reader beside everybody: signed_in, the key of a plan.</summary>
    public IReadOnlyList<string>? Audience { get; init; }

    /// <summary>What the search is limited to.</summary>
    public PassageFilters? Filters { get; init; }

    /// <summary>How many passages are wanted, 1..100.</summary>
    public int K { get; init; } = 20;
}

/// <summary>What is searched.</summary>
public sealed record SearcherFacts
{
    /// <summary>The passages.</summary>
    public IReadOnlyList<IndexPassage>? Passages { get; init; }

    /// <summary>Statistics of the whole index, when the passages are only those of it that can be found.</summary>
    public IndexStatistics? Index { get; init; }

    /// <summary>Words of the tenant's people, and what they mean.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Synonyms { get; init; }

    /// <summary>The language searched when the asked one has nothing.</summary>
    public string? DefaultLanguage { get; init; }

    /// <summary>The question's vector by the index's model; null without vectors.</summary>
    public IReadOnlyList<float>? QueryVector { get; init; }

    /// <summary>Whether that model was trained.</summary>
    public bool? TrainedModel { get; init; }
}
