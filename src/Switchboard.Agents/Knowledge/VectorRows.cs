using System.Numerics.Tensors;
using Switchboard.Core.Agents;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Reads the vectors of passages. A tenant without them is searched by words alone.</summary>
internal static class VectorRows
{
    /// <summary>The model that searches use; null without vectors.</summary>
    public static async Task<EmbeddingModel?> ModelAsync(IRowFacts rows) =>
        (await rows.ListAsync<EmbeddingModel>(q => q.Where(m => m.CompletedAt != null).OrderByDescending(m => m.CompletedAt).Take(1))).FirstOrDefault();

    /// <summary>The passages with how near they are to a question. A model on a server would have to be asked, which reading does not do: then they have none.</summary>
    public static async Task<IReadOnlyList<IndexPassage>> NearAsync(IRowFacts rows, string question, IReadOnlyList<IndexPassage> passages)
    {
        if (await ModelAsync(rows) is not { Weights: { } weights } model) return passages;
        using var local = new HashedEmbeddings(weights);
        float[] asked = local.Embed(question);
        if (TensorPrimitives.Norm(asked) == 0) return passages;
        var stored = await rows.ListAsync((IQueryable<PassageVector> q) => q.Where(v => v.ModelId == model.Id).Select(v => new { v.ArticleId, v.PassageHash, v.Vector }));
        var near = stored.GroupBy(v => (v.ArticleId, v.PassageHash)).ToDictionary(g => g.Key, g => (double)TensorPrimitives.CosineSimilarity(asked, PassageVector.Read(g.First().Vector)));
        return [.. passages.Select(p => Guid.TryParse(p.ArticleId, out Guid id) && near.TryGetValue((id, IndexPlan.StoredHash(p.Language ?? "", IndexPlan.Indexed(p.Title ?? "", p.HeadingPath ?? [], p.Text))), out double cosine) && double.IsFinite(cosine) ? p with { Cosine = Math.Round(cosine, 6) } : p)];
    }

    /// <summary>What the index holds of some articles, by the hashes of the passages as they are now; what none of them has keeps its own.</summary>
    public static async Task<IReadOnlyList<StoredHash>> StoredAsync(IRowFacts rows, EmbeddingModel model, IReadOnlyList<KbArticle> articles)
    {
        HashSet<Guid> ids = [.. articles.Select(a => a.Id)];
        var stored = await rows.ListAsync((IQueryable<PassageVector> q) => q.Where(v => v.ModelId == model.Id && ids.Contains(v.ArticleId)).OrderBy(v => v.Id).Select(v => new { v.ArticleId, v.PassageHash }));
        Dictionary<(Guid, string), string> now = articles.SelectMany(a => IndexPlan.Passages(a.Title, a.Body, a.Language, model.Name).Select(p => (Key: (a.Id, IndexPlan.StoredHash(a.Language, p.Indexed)), p.Hash))).DistinctBy(p => p.Key).ToDictionary(p => p.Key, p => p.Hash);
        return [.. stored.Select(v => new StoredHash(v.ArticleId.ToString("D"), now.GetValueOrDefault((v.ArticleId, v.PassageHash), v.PassageHash)))];
    }
}
