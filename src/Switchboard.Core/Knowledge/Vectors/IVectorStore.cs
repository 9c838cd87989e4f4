using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>Where models and vectors of a tenant are stored.</summary>
public interface IVectorStore
{
    /// <summary>The tenant; null when there is none.</summary>
    Task<Tenant?> TenantAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The models the tenant has vectors of, the oldest first. The last that is complete is the one to search by.</summary>
    Task<IReadOnlyList<EmbeddingModel>> ModelsAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The id of each vector of a model by its passage.</summary>
    Task<IReadOnlyDictionary<PassageKey, Guid>> IdsAsync(Guid tenantId, Guid modelId, CancellationToken cancellationToken);

    /// <summary>These vectors of a model; one that is not stored any more is left out.</summary>
    Task<IReadOnlyList<VectorPoint>> ReadAsync(Guid tenantId, Guid modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Stores a model whose vectors are going to be made.</summary>
    Task BeginAsync(Actor actor, EmbeddingModel model, CancellationToken cancellationToken);

    /// <summary>Stores vectors; one that is there already stays.</summary>
    /// <returns>How many are new.</returns>
    Task<int> AddAsync(Actor actor, Guid modelId, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken);

    /// <summary>Deletes vectors of a model.</summary>
    Task<int> RemoveAsync(Actor actor, Guid modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Makes a model the one to search by and lets every process notice; a model that is it already stays so.</summary>
    Task CompleteAsync(Actor actor, Guid modelId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Deletes a model whose vectors are gone.</summary>
    Task DropAsync(Actor actor, Guid modelId, CancellationToken cancellationToken);

    /// <summary>Lets every process notice that vectors changed.</summary>
    Task PublishAsync(Actor actor, CancellationToken cancellationToken);
}
