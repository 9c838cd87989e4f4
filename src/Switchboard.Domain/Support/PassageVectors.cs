using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Domain.Support;

/// <summary>What the vectors of a tenant's passages are made by. Vectors of two of them are never compared.</summary>
public sealed class EmbeddingModel : TenantRow
{
    /// <summary>The name: that of the server's model, or <c>local-512</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How long each vector is.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How much each feature counts, for the model that needs no server; null for the others.</summary>
    public byte[]? Weights { get; init; }

    /// <summary>How many passages there were when it was begun.</summary>
    public required int Passages { get; init; }

    /// <summary>When its first vectors were asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When every passage had a vector of it and searches began to use it; null until then.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The id of a passage's vector. It follows from what it is of, so that a run which is taken up again, and an index outside, know it again.</summary>
    public static Guid VectorId(EmbeddingModel model, Guid articleId, string hash) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{model.TenantId:N} {model.Id:N} {articleId:N} {hash}")).AsSpan(0, 16));
}

/// <summary>The vector of a passage of an article. It can be made again from the article at any time.</summary>
public sealed class PassageVector : TenantRow
{
    /// <summary>What it is made by.</summary>
    public required Guid ModelId { get; init; }

    /// <summary>The article.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>SHA-256 of what was embedded, in lower-case hexadecimal.</summary>
    public required string PassageHash { get; init; }

    /// <summary>How long the vector is.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The numbers as 32-bit floats, the lowest byte first.</summary>
    public required byte[] Vector { get; init; }

    /// <summary>Writes numbers as they are stored.</summary>
    public static byte[] Write(ReadOnlySpan<float> numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(float)];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), numbers[i]);
        return bytes;
    }

    /// <summary>Reads numbers as they are stored.</summary>
    public static float[] Read(ReadOnlySpan<byte> bytes)
    {
        var numbers = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return numbers;
    }
}
