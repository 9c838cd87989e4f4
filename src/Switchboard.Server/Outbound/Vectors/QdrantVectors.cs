using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Support;

namespace Switchboard.Server.Outbound.Vectors;

/// <summary>
/// Vectors in a Qdrant server, by its REST API. Each model of each tenant's passages has points in the collection of its dimensions; every search names the
/// tenant, the model and the articles it may see, so that the server compares nothing else. The database stays the source: an emptied server is filled again.
/// </summary>
/// <param name="calls">The way out.</param>
/// <param name="server">The server.</param>
public sealed class QdrantVectors(VectorCalls calls, VectorServer server) : IVectorIndex
{
    private const string prefix = "switchboard_passages_";

    /// <inheritdoc />
    public async Task<long?> PrepareAsync(Guid tenantId, EmbeddingModel model, CancellationToken cancellationToken)
    {
        string collection = CollectionOf(model);
        if (await SendAsync<JsonElement?>(HttpMethod.Get, collection, null, mayBeMissing: true, cancellationToken) is null)
        {
            // Scores are cosines: the vectors have length 1.
            await SendAsync<JsonElement>(HttpMethod.Put, collection, new { vectors = new { size = model.Dimensions, distance = "Cosine" } }, mayBeMissing: false, cancellationToken);
            foreach (string field in (string[])["tenant", "model", "article"])
                await SendAsync<JsonElement>(HttpMethod.Put, $"{collection}/index?wait=true", new { field_name = field, field_schema = "keyword" }, mayBeMissing: false, cancellationToken);
        }
        return (await SendAsync<Reply<Counted>>(HttpMethod.Post, $"{collection}/points/count", new { filter = new { must = Owned(tenantId, model) }, exact = true }, mayBeMissing: false, cancellationToken))!.Result.Count;
    }

    /// <inheritdoc />
    public async Task AddAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken)
    {
        if (points.Count == 0) return;
        var body = new
        {
            points = points.Select(p => new { id = p.Id.ToString("D"), vector = p.Vector, payload = new { tenant = tenantId.ToString("D"), model = model.Id.ToString("D"), article = p.Passage.ArticleId.ToString("D"), passage = p.Passage.Hash } }),
        };
        await SendAsync<JsonElement>(HttpMethod.Put, $"{CollectionOf(model)}/points?wait=true", body, mayBeMissing: false, cancellationToken);
    }

    /// <inheritdoc />
    public async Task RemoveAsync(Guid tenantId, EmbeddingModel model, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        // By a filter and not by the ids alone: whatever ids are told, no other tenant's point goes.
        object[] must = [.. Owned(tenantId, model), new { has_id = ids.Select(i => i.ToString("D")) }];
        await SendAsync<JsonElement?>(HttpMethod.Post, $"{CollectionOf(model)}/points/delete?wait=true", new { filter = new { must } }, mayBeMissing: true, cancellationToken);
    }

    /// <inheritdoc />
    public Task RefreshAsync(Guid tenantId, EmbeddingModel model, long knowledgeVersion, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task<IReadOnlyList<VectorHit>> SearchAsync(VectorQuery query, CancellationToken cancellationToken)
    {
        object[] must = query.Scope.Only is { } only ? [.. Owned(query.TenantId, query.Model), Any("article", only)] : Owned(query.TenantId, query.Model);
        object[]? mustNot = query.Scope.Without.Count == 0 ? null : [Any("article", query.Scope.Without)];
        var body = new { query = query.Vector, filter = new { must, must_not = mustNot }, limit = query.Most, with_payload = true };
        Reply<Found> found = (await SendAsync<Reply<Found>>(HttpMethod.Post, $"{CollectionOf(query.Model)}/points/query", body, mayBeMissing: false, cancellationToken))!;
        var hits = new List<VectorHit>(found.Result.Points.Count);
        foreach (Scored scored in found.Result.Points)
        {
            // The filter is the wall; a server that answers what was not asked for is not believed.
            if (scored.Payload is not { Article: { } article, Passage: { } passage } payload || payload.Tenant != query.TenantId || payload.Model != query.Model.Id || !query.Scope.Allows(article))
                throw new VectorsUnavailableException($"{server.Address.Host} answered points that it was not asked for.");
            hits.Add(new VectorHit(new PassageKey(article, passage), scored.Score));
        }
        return hits;
    }

    private static string CollectionOf(EmbeddingModel model) => FormattableString.Invariant($"collections/{prefix}{model.Dimensions}");

    private static object[] Owned(Guid tenantId, EmbeddingModel model) => [Is("tenant", tenantId), Is("model", model.Id)];

    private static object Is(string key, Guid value) => new { key, match = new { value = value.ToString("D") } };

    private static object Any(string key, IEnumerable<Guid> values) => new { key, match = new { any = values.Select(v => v.ToString("D")) } };

    private Task<T?> SendAsync<T>(HttpMethod method, string path, object? body, bool mayBeMissing, CancellationToken cancellationToken) =>
        calls.SendAsync<T>(method, new Uri(server.Address, path), body, Sign, mayBeMissing, cancellationToken);

    private void Sign(HttpRequestHeaders headers)
    {
        if (server.Key is { } key) headers.Add("api-key", key);
    }

    private sealed record Reply<T>(T Result);

    private sealed record Counted(long Count);

    private sealed record Found(IReadOnlyList<Scored> Points);

    private sealed record Scored(float Score, Payload? Payload);

    private sealed record Payload(Guid? Tenant, Guid? Model, Guid? Article, string? Passage);
}
