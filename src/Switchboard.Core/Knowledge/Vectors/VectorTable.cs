using System.Numerics.Tensors;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>
/// Vectors of length 1 in memory, searched exactly: every one is compared, several numbers at a time (SIMD). It never changes; <see cref="With"/> makes the
/// next one and shares the vectors. It takes four bytes a dimension and about 150 a vector: 100 000 vectors of 512 dimensions 220 MB.
/// </summary>
public sealed class VectorTable
{
    private readonly Dictionary<PassageKey, float[]> vectors;

    private VectorTable(int dimensions, Dictionary<PassageKey, float[]> vectors)
    {
        Dimensions = dimensions;
        this.vectors = vectors;
    }

    /// <summary>The length of each vector.</summary>
    public int Dimensions { get; }

    /// <summary>The number of vectors.</summary>
    public int Count => vectors.Count;

    /// <summary>The passages that have a vector.</summary>
    public IReadOnlyCollection<PassageKey> Passages => vectors.Keys;

    /// <summary>A table without vectors.</summary>
    public static VectorTable Empty(int dimensions) => new(dimensions, []);

    /// <summary>The next table: passages added or replaced, others gone.</summary>
    /// <exception cref="ArgumentException">A vector is of another length.</exception>
    public VectorTable With(IEnumerable<(PassageKey Passage, float[] Vector)> added, IEnumerable<PassageKey> removed)
    {
        var next = new Dictionary<PassageKey, float[]>(vectors);
        foreach (PassageKey passage in removed) next.Remove(passage);
        foreach ((PassageKey passage, float[] vector) in added)
            next[passage] = vector.Length == Dimensions ? vector : throw new ArgumentException($"A vector of {vector.Length} numbers cannot stand among those of {Dimensions}.", nameof(added));
        return new VectorTable(Dimensions, next);
    }

    /// <summary>The nearest passages of allowed articles, nearest first; ties by article and hash. What is not allowed is never compared.</summary>
    /// <param name="query">The question's vector, of length 1.</param>
    /// <param name="allows">Which articles may be found.</param>
    /// <param name="k">How many at most, 1 or more.</param>
    /// <exception cref="ArgumentException">The question's vector is of another length: it was made by another model.</exception>
    public IReadOnlyList<VectorHit> Nearest(ReadOnlySpan<float> query, Func<Guid, bool> allows, int k)
    {
        if (query.Length != Dimensions) throw new ArgumentException($"A question of {query.Length} numbers cannot be compared with vectors of {Dimensions}.", nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        var allowed = new Dictionary<Guid, bool>();
        var best = new PriorityQueue<VectorHit, VectorHit>(Comparer<VectorHit>.Create(static (a, b) => Order(b, a)));
        foreach ((PassageKey passage, float[] vector) in vectors)
        {
            if (!allowed.TryGetValue(passage.ArticleId, out bool may)) allowed[passage.ArticleId] = may = allows(passage.ArticleId);
            if (!may) continue;
            var hit = new VectorHit(passage, TensorPrimitives.Dot(query, vector));
            if (best.Count < k) best.Enqueue(hit, hit);
            else if (Order(hit, best.Peek()) < 0) best.DequeueEnqueue(hit, hit);
        }
        return [.. best.UnorderedItems.Select(x => x.Element).Order(Comparer<VectorHit>.Create(Order))];
    }

    private static int Order(VectorHit a, VectorHit b)
    {
        int order = b.Cosine.CompareTo(a.Cosine);
        if (order == 0) order = a.Passage.ArticleId.CompareTo(b.Passage.ArticleId);
        return order != 0 ? order : string.CompareOrdinal(a.Passage.Hash, b.Passage.Hash);
    }
}
