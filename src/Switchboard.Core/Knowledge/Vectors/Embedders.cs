using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>Where vectors come from.</summary>
public enum EmbeddingSource
{
    /// <summary>There are none; the words alone find.</summary>
    None,

    /// <summary>From <see cref="HashedEmbeddings"/>, without a network.</summary>
    Local,

    /// <summary>From a server that speaks as OpenAI's does.</summary>
    Api,
}

/// <summary>Makes the generator of a model by the name its server knows.</summary>
public delegate IEmbeddingGenerator<string, Embedding<float>> EmbeddingServer(string model);

/// <summary>The generators of the models that are set up.</summary>
/// <param name="source">Where new vectors come from.</param>
/// <param name="serverModel">The name of the server's model; null without a server.</param>
/// <param name="server">The server; null when none is set up.</param>
/// <param name="time">Tells the pauses between attempts.</param>
public sealed class Embedders(EmbeddingSource source, string? serverModel, EmbeddingServer? server, TimeProvider time)
{
    /// <summary>The name of the model without a server.</summary>
    public const string LocalName = "local-512";

    /// <summary>How many texts are sent at once.</summary>
    public const int BatchSize = 64;

    private const int tries = 3;
    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Where new vectors come from.</summary>
    public EmbeddingSource Source => source;

    /// <summary>The name of the model that new vectors are made by; null when none are.</summary>
    public string? Wanted => source switch { EmbeddingSource.Local => LocalName, EmbeddingSource.Api => serverModel, _ => null };

    /// <summary>The generator of a stored model.</summary>
    /// <exception cref="VectorsUnavailableException">Its server is not set up any more.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> For(EmbeddingModel model) =>
        model.Weights is { } weights ? new HashedEmbeddings(weights) : Server(model.Name);

    /// <summary>The generator of a server's model.</summary>
    /// <exception cref="VectorsUnavailableException">No server is set up.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> Server(string model) =>
        server?.Invoke(model) ?? throw new VectorsUnavailableException($"No server is set up that makes the vectors of {model}.");

    /// <summary>The vectors of some texts in their order, each of length 1: 64 at a time, three attempts each with a pause that grows.</summary>
    /// <exception cref="VectorsUnavailableException">The last attempt failed, or what came is no vector for each text.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(IEmbeddingGenerator<string, Embedding<float>> generator, IReadOnlyList<string> texts, int? dimensions, CancellationToken cancellationToken)
    {
        var made = new List<float[]>(texts.Count);
        foreach (string[] some in texts.Chunk(BatchSize))
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    made.AddRange(await OnceAsync(generator, some, dimensions, cancellationToken));
                    break;
                }
                catch (VectorsUnavailableException) when (attempt < tries)
                {
                    await Task.Delay(firstPause * Math.Pow(2, attempt - 1), time, cancellationToken);
                }
            }
        }
        return made;
    }

    /// <summary>Like <see cref="EmbedAsync"/> for so many texts as go at once, with one attempt: somebody may wait.</summary>
    /// <exception cref="VectorsUnavailableException">It failed, or what came is no vector for each text.</exception>
    public static async Task<IReadOnlyList<float[]>> OnceAsync(IEmbeddingGenerator<string, Embedding<float>> generator, IReadOnlyList<string> texts, int? dimensions, CancellationToken cancellationToken)
    {
        GeneratedEmbeddings<Embedding<float>> came = await generator.GenerateAsync(texts, cancellationToken: cancellationToken);
        if (came.Count != texts.Count) throw new VectorsUnavailableException($"{came.Count} vectors came for {texts.Count} texts.");
        return [.. came.Select(e => Normal(e.Vector.Span, dimensions))];
    }

    private static float[] Normal(ReadOnlySpan<float> vector, int? dimensions)
    {
        if (vector.Length == 0 || (dimensions is { } needed && vector.Length != needed)) throw new VectorsUnavailableException($"A vector of {vector.Length} numbers came where the model has {dimensions}.");
        float[] normal = vector.ToArray();
        float length = TensorPrimitives.Norm(vector);
        if (!float.IsFinite(length)) throw new VectorsUnavailableException("A vector came that holds no numbers.");
        if (length > 0) TensorPrimitives.Divide(normal, length, normal);
        return normal;
    }
}
