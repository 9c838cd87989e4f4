using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Vectors;

/// <summary>The models and vectors of the tenants' passages.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="tenants">Told when a tenant's knowledge version grows.</param>
public sealed class VectorStore(Data data, Tenants tenants) : IVectorStore
{
    // A database takes so many parameters in one statement.
    private const int idsAtOnce = 500;

    /// <inheritdoc />
    public Task<Tenant?> TenantAsync(Guid tenantId, CancellationToken cancellationToken) => tenants.FindAsync(tenantId, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<EmbeddingModel>> ModelsAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        List<EmbeddingModel> models = await db.Set<EmbeddingModel>().AsNoTracking().ToListAsync(cancellationToken);
        return [.. models.OrderBy(m => m.StartedAt).ThenBy(m => m.Id)];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<PassageKey, Guid>> IdsAsync(Guid tenantId, Guid modelId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<PassageVector>().Where(v => v.ModelId == modelId).Select(v => new { v.Id, v.ArticleId, v.PassageHash })
            .ToDictionaryAsync(v => new PassageKey(v.ArticleId, v.PassageHash), v => v.Id, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<VectorPoint>> ReadAsync(Guid tenantId, Guid modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var points = new List<VectorPoint>(ids.Count);
        foreach (Guid[] some in ids.Chunk(idsAtOnce))
        {
            await foreach (PassageVector v in db.Set<PassageVector>().AsNoTracking().Where(v => v.ModelId == modelId && some.Contains(v.Id)).AsAsyncEnumerable().WithCancellation(cancellationToken))
                points.Add(new VectorPoint(v.Id, new PassageKey(v.ArticleId, v.PassageHash), PassageVector.Read(v.Vector)));
        }
        return points;
    }

    /// <inheritdoc />
    public Task BeginAsync(Actor actor, EmbeddingModel model, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db =>
        {
            // A step may be done again whose result was not stored; it has the same id then.
            if (!db.Set<EmbeddingModel>().Any(m => m.Id == model.Id)) db.Set<EmbeddingModel>().Add(model);
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public Task<int> AddAsync(Actor actor, Guid modelId, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db => Add(db, modelId, points), cancellationToken);

    /// <inheritdoc />
    public Task<int> RemoveAsync(Actor actor, Guid modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db =>
        {
            int removed = 0;
            foreach (Guid[] some in ids.Chunk(idsAtOnce))
            {
                List<PassageVector> gone = [.. db.Set<PassageVector>().Where(v => v.ModelId == modelId && some.Contains(v.Id))];
                db.RemoveRange(gone);
                removed += gone.Count;
            }
            return removed;
        }, cancellationToken);

    /// <inheritdoc />
    public async Task CompleteAsync(Actor actor, Guid modelId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await data.WriteAsync(actor, db =>
        {
            EmbeddingModel model = db.Set<EmbeddingModel>().Single(m => m.Id == modelId);
            if (model.CompletedAt is not null) return false;
            model.CompletedAt = at;
            return Grow(db);
        }, cancellationToken);
        tenants.Forget();
    }

    /// <inheritdoc />
    public Task DropAsync(Actor actor, Guid modelId, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db =>
        {
            db.RemoveRange(db.Set<EmbeddingModel>().Where(m => m.Id == modelId).ToList());
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public async Task PublishAsync(Actor actor, CancellationToken cancellationToken)
    {
        await data.WriteAsync(actor, Grow, cancellationToken);
        tenants.Forget();
    }

    private static int Add(SwitchboardDb db, Guid modelId, IReadOnlyList<VectorPoint> points)
    {
        int added = 0;
        foreach (VectorPoint[] some in points.Chunk(idsAtOnce))
        {
            Guid[] ids = [.. some.Select(p => p.Id)];
            HashSet<Guid> known = [.. db.Set<PassageVector>().Where(v => ids.Contains(v.Id)).Select(v => v.Id)];
            // An article that an import of the whole tenant took away meanwhile has no passages.
            Guid[] articles = [.. some.Select(p => p.Passage.ArticleId).Distinct()];
            HashSet<Guid> living = [.. db.Articles.Where(a => articles.Contains(a.Id)).Select(a => a.Id)];
            foreach (VectorPoint point in some.Where(p => !known.Contains(p.Id) && living.Contains(p.Passage.ArticleId)))
            {
                db.Set<PassageVector>().Add(new PassageVector
                {
                    TenantId = db.TenantId,
                    Id = point.Id,
                    ModelId = modelId,
                    ArticleId = point.Passage.ArticleId,
                    PassageHash = point.Passage.Hash,
                    Dimensions = point.Vector.Length,
                    Vector = PassageVector.Write(point.Vector),
                });
                added++;
            }
        }
        return added;
    }

    private static bool Grow(SwitchboardDb db)
    {
        db.Tenants.Single(t => t.Id == db.TenantId).KnowledgeVersion++;
        return true;
    }
}
