using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>A passage's vector on its way into an index.</summary>
/// <param name="Id">The id of the stored row; the same passage under the same model has the same one always.</param>
/// <param name="Passage">The passage.</param>
/// <param name="Vector">The vector, of length 1.</param>
public sealed record VectorPoint(Guid Id, PassageKey Passage, float[] Vector);

/// <summary>A search by a vector.</summary>
/// <param name="TenantId">Whose passages.</param>
/// <param name="Model">The model that made the question's vector; only vectors of it are compared.</param>
/// <param name="Vector">The question's vector, of length 1.</param>
/// <param name="Scope">Which articles may be found.</param>
/// <param name="Most">How many passages at most.</param>
public sealed record VectorQuery(Guid TenantId, EmbeddingModel Model, float[] Vector, VectorScope Scope, int Most);

/// <summary>Finds the nearest vectors. The database stores them; an index is made of them and can be made again. It has two homes: the process itself, and a server of its own.</summary>
public interface IVectorIndex
{
    /// <summary>Makes it ready for vectors of a model, and says how many of the tenant it keeps; null when it keeps none itself but reads what is stored.</summary>
    /// <exception cref="VectorsUnavailableException">It cannot be reached.</exception>
    Task<long?> PrepareAsync(Guid tenantId, EmbeddingModel model, CancellationToken cancellationToken);

    /// <summary>Takes vectors in, or again; told before they are stored, so that none is stored which it lacks.</summary>
    /// <exception cref="VectorsUnavailableException">It cannot be reached.</exception>
    Task AddAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken);

    /// <summary>Takes vectors out; told before their rows are deleted.</summary>
    /// <exception cref="VectorsUnavailableException">It cannot be reached.</exception>
    Task RemoveAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Reads what searches of a tenant need, aside from any search; nothing for an index that is not read from the database.</summary>
    Task RefreshAsync(Guid tenantId, EmbeddingModel model, long knowledgeVersion, CancellationToken cancellationToken);

    /// <summary>The nearest passages, nearest first; none while they are not read yet.</summary>
    /// <exception cref="VectorsUnavailableException">It cannot be reached.</exception>
    Task<IReadOnlyList<VectorHit>> SearchAsync(VectorQuery query, CancellationToken cancellationToken);
}

/// <summary>Vectors cannot be made or searched now; the words alone must do.</summary>
/// <param name="message">Why, in words; it holds no secret.</param>
/// <param name="inner">What happened.</param>
public sealed class VectorsUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
