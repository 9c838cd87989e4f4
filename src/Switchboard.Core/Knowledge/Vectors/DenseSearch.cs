using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>
/// Finds the passages near a question by vectors, for a search that fuses them with what the words find. Whatever goes wrong, it gives null and the words alone
/// answer; nobody waits longer than two seconds, and after a failure nobody waits at all for a while.
/// </summary>
/// <param name="store">Tells which model is complete.</param>
/// <param name="index">Searches.</param>
/// <param name="embedders">Make the question's vector.</param>
/// <param name="failed">Told of a failure.</param>
/// <param name="time">The clock.</param>
public sealed class DenseSearch(IVectorStore store, IVectorIndex index, Embedders embedders, VectorsFailed failed, TimeProvider time)
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan rest = TimeSpan.FromSeconds(30);

    // Several passages of one article may be near; fifty articles shall remain.
    private const int passages = 200;

    private readonly ConcurrentDictionary<Guid, Known> models = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> resting = new();

    /// <summary>The passages nearest to the question among those the options allow; null when there are no vectors or they cannot be had now.</summary>
    public async Task<NearPassages?> NearAsync(Tenant tenant, IndexSnapshot snapshot, string question, SearchOptions options, CancellationToken cancellationToken)
    {
        if (embedders.Source == EmbeddingSource.None) return null;
        if (resting.TryGetValue(tenant.Id, out DateTimeOffset until) && time.GetUtcNow() < until) return null;
        using var late = new CancellationTokenSource(longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (await ActiveAsync(tenant.Id, snapshot.Version, both.Token) is not { } active) return null;
            float[] vector = (await Embedders.OnceAsync(active.Generator, [question], active.Model.Dimensions, both.Token))[0];
            IReadOnlyList<VectorHit> hits = await index.SearchAsync(new VectorQuery(tenant.Id, active.Model, vector, snapshot.Index.Scope(options), passages), both.Token);
            return new NearPassages(hits, IsTrained: active.Model.Weights is null);
        }
        catch (VectorsUnavailableException error)
        {
            return Rest(tenant.Id, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            return Rest(tenant.Id, new VectorsUnavailableException($"The vector of a question, or what lies near it, did not come within {longest.TotalSeconds:0} seconds.", error));
        }
    }

    /// <summary>Reads the vectors as far as they changed. No question does that, so that no customer waits for it.</summary>
    /// <exception cref="VectorsUnavailableException">The server of the model is not set up any more.</exception>
    public async Task RefreshAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (embedders.Source == EmbeddingSource.None || await ActiveAsync(tenant.Id, tenant.KnowledgeVersion, cancellationToken) is not { } active) return;
        await index.RefreshAsync(tenant.Id, active.Model, tenant.KnowledgeVersion, cancellationToken);
    }

    private NearPassages? Rest(Guid tenantId, VectorsUnavailableException error)
    {
        resting[tenantId] = time.GetUtcNow() + rest;
        failed(tenantId, error);
        return null;
    }

    private async Task<Active?> ActiveAsync(Guid tenantId, long version, CancellationToken cancellationToken)
    {
        if (models.TryGetValue(tenantId, out Known? known) && known.Version >= version) return known.Active;
        // A model that is being replaced is searched by until the new one is complete.
        EmbeddingModel? model = (await store.ModelsAsync(tenantId, cancellationToken)).LastOrDefault(m => m.CompletedAt is not null);
        Active? active = model is null ? null : known?.Active?.Model.Id == model.Id ? known.Active : new Active(model, embedders.For(model));
        models[tenantId] = new Known(version, active);
        return active;
    }

    private sealed record Active(EmbeddingModel Model, IEmbeddingGenerator<string, Embedding<float>> Generator);

    private sealed record Known(long Version, Active? Active);
}

/// <summary>Told that vectors could not be had for a question of a tenant; the words answered alone.</summary>
public delegate void VectorsFailed(Guid tenantId, VectorsUnavailableException error);
