using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Core.Knowledge;

/// <summary>Fuses what words find with what vectors find. Whatever a vector says, only what the search may see is shown.</summary>
internal sealed class FusedSearch(KnowledgeIndex index)
{
    // From this cosine a trained model is taken at its word; vectors without training are near to much that only looks alike.
    private const double okCosine = 0.75;

    private readonly Searcher searcher = new(index);

    public SearchResult Articles(string query, int k, SearchOptions options, NearPassages near)
    {
        SearchResult words = searcher.Articles(query, Math.Max(k, Fusion.Depth), options with { Near = null });
        QueryPlan plan = QueryPlan.Of(query, index, options.Language ?? "en");
        // A quoted phrase or a code must stand there literally, and stop words ask for nothing.
        bool literal = plan.Phrases.Count > 0 || plan.Terms.Count == 0 || TextAnalysis.Terms(query, options.Language ?? "en").Any(t => t.Code);
        if (literal) return words with { Hits = [.. words.Hits.Take(k)] };

        var hits = words.Hits.Take(Fusion.Depth).ToDictionary(h => h.ArticleId);
        Dictionary<Guid, Guid> shownAs = hits.Values.SelectMany(h => h.Copies.Select(c => (Copy: c, h.ArticleId))).ToDictionary(c => c.Copy, c => c.ArticleId);
        var dense = new List<Guid>();
        var cosines = new Dictionary<Guid, double>();
        foreach (VectorHit hit in near.Hits)
        {
            if (dense.Count == Fusion.Depth) break;
            // The vectors may be older than the articles: what is gone or not for this reader any more is no hit.
            int at = index.PlaceOf(hit.Passage.ArticleId);
            if (at < 0 || !Searcher.Allowed(index.ArticleAt(at).Article, options) || ChunkOf(at, hit.Passage.Hash) is not { } chunk) continue;
            Guid article = shownAs.GetValueOrDefault(hit.Passage.ArticleId, hit.Passage.ArticleId);
            if (!cosines.TryAdd(article, hit.Cosine)) continue;
            dense.Add(article);
            if (!hits.ContainsKey(article)) hits[article] = searcher.Hit(plan, new RankedArticle(at, 0, [], new RankedChunk(chunk, 0, 0, 0), 0, 0), new RankedChunk(chunk, 0, 0, 0), 0);
        }

        IReadOnlyList<(Guid Item, double Score)> fused = Fusion.Of([.. words.Hits.Take(Fusion.Depth).Select(h => h.ArticleId)], dense);
        SearchOutcome outcome = near.IsTrained && cosines.Values.Any(c => c >= okCosine) ? SearchOutcome.Ok : words.Outcome;
        return words with { Outcome = outcome, Hits = [.. fused.Take(k).Select(f => hits[f.Item] with { Score = f.Score, Cosine = cosines.TryGetValue(f.Item, out double cosine) ? cosine : null })] };
    }

    private int? ChunkOf(int article, string hash)
    {
        IndexedArticle source = index.ArticleAt(article).Article;
        for (int c = index.FirstChunk[article]; c < index.FirstChunk[article + 1]; c++)
            if (index.Chunks[c].Chunk.HashOf(source.Title, source.Language) == hash) return c;
        return null;
    }
}
