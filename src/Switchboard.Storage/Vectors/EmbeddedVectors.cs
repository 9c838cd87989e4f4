using System.Collections.Concurrent;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Vectors;

/// <summary>
/// The vectors of each tenant in the memory of the process, read from the database aside from searches, and only what changed once the version of the tenant's
/// knowledge has grown. A search takes what was read so far.
/// </summary>
/// <param name="store">Where the vectors are stored.</param>
public sealed class EmbeddedVectors(IVectorStore store) : IVectorIndex
{
    private readonly ConcurrentDictionary<Guid, Entry> entries = new();

    /// <inheritdoc />
    public Task<long?> PrepareAsync(Guid tenantId, EmbeddingModel model, CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    /// <inheritdoc />
    public Task AddAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task RemoveAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task RefreshAsync(Guid tenantId, EmbeddingModel model, long knowledgeVersion, CancellationToken cancellationToken)
    {
        Entry entry = entries.GetOrAdd(tenantId, static _ => new Entry());
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Loaded is { } read && read.ModelId == model.Id && read.Version >= knowledgeVersion) return;
            entry.Loaded = await ReadAsync(tenantId, model, knowledgeVersion, entry.Loaded, cancellationToken);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<VectorHit>> SearchAsync(VectorQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(entries.TryGetValue(query.TenantId, out Entry? entry) && entry.Loaded is { } loaded && loaded.ModelId == query.Model.Id
            ? loaded.Table.Nearest(query.Vector, query.Scope.Allows, query.Most)
            : []);

    private async Task<Loaded> ReadAsync(Guid tenantId, EmbeddingModel model, long version, Loaded? before, CancellationToken cancellationToken)
    {
        VectorTable table = before?.ModelId == model.Id ? before.Table : VectorTable.Empty(model.Dimensions);
        IReadOnlyDictionary<PassageKey, Guid> stored = await store.IdsAsync(tenantId, model.Id, cancellationToken);
        HashSet<PassageKey> held = [.. table.Passages];
        Guid[] missing = [.. stored.Where(s => !held.Contains(s.Key)).Select(s => s.Value)];
        IReadOnlyList<VectorPoint> read = missing.Length == 0 ? [] : await store.ReadAsync(tenantId, model.Id, missing, cancellationToken);
        PassageKey[] gone = [.. held.Where(h => !stored.ContainsKey(h))];
        return new Loaded(model.Id, version, read.Count == 0 && gone.Length == 0 ? table : table.With(read.Select(p => (p.Passage, p.Vector)), gone));
    }

    private sealed record Loaded(Guid ModelId, long Version, VectorTable Table);

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public volatile Loaded? Loaded;
    }
}
