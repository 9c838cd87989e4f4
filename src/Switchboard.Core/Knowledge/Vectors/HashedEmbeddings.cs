using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>
/// Vectors without a model and without a network: words, pairs of neighbouring words, and the 3 to 5 characters in a row inside words are hashed
/// with a sign into 512 places (Weinberger et al. 2009), each weighted by how rare it is, and the whole brought to length 1. The weights are
/// counted once on the passages of a help centre and kept with its vectors; with other weights it is another model.
/// </summary>
public sealed class HashedEmbeddings : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The length of a vector.</summary>
    public const int Dimensions = 512;

    // How rare a feature is is kept by a hash of 16 bits, in sixteenths; two features under one hash count as one.
    private const int buckets = 1 << 16;
    private const double steps = 16;
    private const int shortest = 3;
    private const int longest = 5;

    // A word has many parts of its own; together they shall not outweigh it.
    private const float partWeight = 0.5f;

    private readonly byte[] weights;

    /// <summary>Makes vectors with the weights that <see cref="WeightsOf"/> counted.</summary>
    /// <exception cref="ArgumentException">These are no such weights.</exception>
    public HashedEmbeddings(byte[] weights)
    {
        if (weights.Length != buckets) throw new ArgumentException($"Weights are {buckets} bytes, not {weights.Length}.", nameof(weights));
        this.weights = weights;
    }

    /// <summary>The inverse document frequency of each hash over the passages: ln(1 + (N − n + 0.5) / (n + 0.5)) in sixteenths.</summary>
    public static byte[] WeightsOf(IEnumerable<string> passages)
    {
        var holding = new int[buckets];
        int count = 0;
        var seen = new HashSet<int>();
        foreach (string passage in passages)
        {
            count++;
            seen.Clear();
            foreach ((ulong feature, _) in Features(passage)) seen.Add(Bucket(feature));
            foreach (int bucket in seen) holding[bucket]++;
        }
        return [.. holding.Select(n => (byte)Math.Clamp(Math.Round(steps * Math.Log(1 + ((count - n + 0.5) / (n + 0.5)))), 0, byte.MaxValue))];
    }

    /// <summary>The vector of a text; zero for a text without a word.</summary>
    public float[] Embed(string text)
    {
        var vector = new float[Dimensions];
        foreach ((ulong feature, (int times, bool isPart)) in Features(text))
        {
            float value = (float)((1 + Math.Log(times)) * weights[Bucket(feature)] / steps) * (isPart ? partWeight : 1);
            vector[(int)(feature & (Dimensions - 1))] += (feature & Dimensions) == 0 ? value : -value;
        }
        float length = TensorPrimitives.Norm(vector);
        if (length > 0) TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }

    /// <inheritdoc />
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var made = new GeneratedEmbeddings<Embedding<float>>();
        foreach (string value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            made.Add(new Embedding<float>(Embed(value)));
        }
        return Task.FromResult(made);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc />
    public void Dispose()
    {
        // There is nothing to give back.
    }

    private static int Bucket(ulong feature) => (int)((feature >> 32) & (buckets - 1));

    /// <summary>Each feature of the text by its hash: how often it occurs, and whether it is a part of a word.</summary>
    private static Dictionary<ulong, (int Times, bool IsPart)> Features(string text)
    {
        var features = new Dictionary<ulong, (int Times, bool IsPart)>();
        string? before = null;
        // No language: a stem or a stop word of one would be wrong in another, and weights and parts of words do the same work.
        foreach (TextTerm term in TextAnalysis.Terms(text, "und"))
        {
            Count(features, Hash(1, term.Term), isPart: false);
            if (before is not null) Count(features, Hash(2, $"{before} {term.Term}"), isPart: false);
            before = term.Term;
            string bounded = $"<{term.Term}>";
            for (int length = shortest; length <= longest; length++)
                for (int at = 0; at + length <= bounded.Length; at++) Count(features, Hash(3, bounded.AsSpan(at, length)), isPart: true);
        }
        return features;
    }

    private static void Count(Dictionary<ulong, (int Times, bool IsPart)> features, ulong feature, bool isPart)
    {
        ref (int Times, bool IsPart) known = ref CollectionsMarshal.GetValueRefOrAddDefault(features, feature, out _);
        known = (known.Times + 1, isPart);
    }

    /// <summary>FNV-1a over the characters, finished like MurmurHash3 so that every bit depends on all of them. It must never change: vectors are stored.</summary>
    private static ulong Hash(uint kind, ReadOnlySpan<char> characters)
    {
        ulong hash = (14695981039346656037 ^ kind) * 1099511628211;
        foreach (char c in characters) hash = (hash ^ c) * 1099511628211;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
