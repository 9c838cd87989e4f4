using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Server.Outbound.Vectors;

/// <summary>Vectors from a server that speaks as OpenAI's does (also Ollama's and vLLM's): <c>POST {base}/embeddings</c>.</summary>
/// <param name="calls">The way out.</param>
/// <param name="server">The server.</param>
/// <param name="model">The model to ask for.</param>
public sealed class ApiEmbeddings(VectorCalls calls, VectorServer server, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly Uri address = new(server.Address, "embeddings");

    /// <inheritdoc />
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] input = [.. values];
        Answer answer = (await calls.SendAsync<Answer>(HttpMethod.Post, address, new { model, input, encoding_format = "float" }, Sign, mayBeMissing: false, cancellationToken))!;
        // Each says which text it is of; nothing promises the order.
        Item?[] items = new Item?[input.Length];
        foreach (Item item in answer.Data ?? [])
        {
            if (item.Index < 0 || item.Index >= items.Length || items[item.Index] is not null || item.Embedding is null) throw new VectorsUnavailableException($"{address.Host} answered vectors for other texts than it was sent.");
            items[item.Index] = item;
        }
        if (Array.IndexOf(items, null) >= 0) throw new VectorsUnavailableException($"{address.Host} answered {answer.Data?.Count ?? 0} vectors for {input.Length} texts.");
        return [.. items.Select(i => new Embedding<float>(i!.Embedding!))];
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc />
    public void Dispose()
    {
        // The way out is the caller's.
    }

    private void Sign(HttpRequestHeaders headers)
    {
        if (server.Key is { } key) headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    private sealed record Answer(IReadOnlyList<Item>? Data);

    private sealed record Item(int Index, float[]? Embedding);
}
