using System.Runtime.InteropServices;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Examples as sparse rows: the features of row i lie at Starts[i] up to Starts[i + 1], in ascending order.</summary>
internal sealed record SparseRows(int[] Starts, int[] Ids, float[] Values)
{
    public int Count => Starts.Length - 1;
}

/// <summary>
/// The features the examples hold, with their weights: (1 + ln tf) · idf^0.7, idf = ln((1 + n) / (1 + df)) + 1, each group scaled to length 1 (concepts to
/// their own weight). The power flattens the weights of rare features, which in short messages are accidents more often than signs.
/// </summary>
internal sealed class FeatureSpace
{
    private const double idfPower = 0.7;
    private const int groups = 3;

    private readonly ulong[] keys;
    private readonly int[] slots;
    private readonly float[] idf;
    private readonly byte[] group;
    private readonly float conceptWeight;
    private readonly double unknownSquare;

    private FeatureSpace(Dictionary<ulong, int> ids, int[] frequency, int documents, double conceptWeight)
    {
        int size = 1 << (32 - int.LeadingZeroCount(Math.Max(8, ids.Count) * 2));
        keys = new ulong[size];
        slots = new int[size];
        idf = new float[ids.Count];
        group = new byte[ids.Count];
        this.conceptWeight = (float)conceptWeight;
        unknownSquare = Math.Pow(Math.Log(1.0 + documents) + 1, 2 * idfPower);
        foreach ((ulong key, int id) in ids)
        {
            int at = (int)((key >> 2) & (ulong)(size - 1));
            while (slots[at] != 0) at = (at + 1) & (size - 1);
            keys[at] = key;
            slots[at] = id + 1;
            idf[id] = (float)Math.Pow(Math.Log((1.0 + documents) / (1 + frequency[id])) + 1, idfPower);
            group[id] = (byte)FeatureExtractor.GroupOf(key);
        }
    }

    /// <summary>The number of features.</summary>
    public int Count => idf.Length;

    /// <summary>Learns the features of texts and gives the texts as rows.</summary>
    public static (FeatureSpace Space, SparseRows Rows) Learn(IReadOnlyList<string> texts, double conceptWeight, CancellationToken cancellationToken)
    {
        var hashes = new ulong[texts.Count][];
        Parallel.For(0, texts.Count, new ParallelOptions { CancellationToken = cancellationToken }, () => new FeatureScratch(), (i, _, scratch) =>
        {
            FeatureExtractor.Extract(texts[i], scratch);
            hashes[i] = scratch.Hashes.AsSpan(0, scratch.HashCount).ToArray();
            Array.Sort(hashes[i]);
            return scratch;
        }, _ => { });

        // Ids in the order of first sight, so that the same texts give the same space.
        var ids = new Dictionary<ulong, int>(texts.Count * 16);
        var frequency = new List<int>();
        foreach (ulong[] document in hashes)
        {
            for (int i = 0; i < document.Length; i++)
            {
                if (i > 0 && document[i] == document[i - 1]) continue;
                ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, document[i], out bool known);
                if (!known)
                {
                    id = frequency.Count;
                    frequency.Add(0);
                }
                frequency[id]++;
            }
        }
        var space = new FeatureSpace(ids, [.. frequency], texts.Count, conceptWeight);
        return (space, space.Rows(hashes, cancellationToken));
    }

    private SparseRows Rows(ulong[][] hashes, CancellationToken cancellationToken)
    {
        var rows = new (int[] Ids, float[] Values)[hashes.Length];
        Parallel.For(0, hashes.Length, new ParallelOptions { CancellationToken = cancellationToken }, () => new FeatureScratch(), (i, _, scratch) =>
        {
            scratch.Hashes = hashes[i];
            scratch.HashCount = hashes[i].Length;
            int n = Weigh(scratch);
            rows[i] = (scratch.Ids.AsSpan(0, n).ToArray(), scratch.Values.AsSpan(0, n).ToArray());
            return scratch;
        }, _ => { });
        var starts = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++) starts[i + 1] = starts[i] + rows[i].Ids.Length;
        return new SparseRows(starts, [.. rows.SelectMany(r => r.Ids)], [.. rows.SelectMany(r => r.Values)]);
    }

    /// <summary>The features of a message that are known, in <see cref="FeatureScratch.Ids"/> and <see cref="FeatureScratch.Values"/>; gives how many.</summary>
    public int Vectorise(ReadOnlySpan<char> text, FeatureScratch scratch)
    {
        FeatureExtractor.Extract(text, scratch);
        return Weigh(scratch);
    }

    private int Weigh(FeatureScratch s)
    {
        FeatureScratch.Ensure(ref s.Ids, s.HashCount);
        FeatureScratch.Ensure(ref s.Values, s.HashCount);
        Span<int> unknown = stackalloc int[groups];
        unknown.Clear();
        int found = 0;
        for (int i = 0; i < s.HashCount; i++)
        {
            int id = Find(s.Hashes[i]);
            if (id >= 0) s.Ids[found++] = id;
            else unknown[(int)FeatureExtractor.GroupOf(s.Hashes[i])]++;
        }
        s.Ids.AsSpan(0, found).Sort();

        Span<double> squares = stackalloc double[groups];
        squares.Clear();
        int n = 0;
        for (int i = 0; i < found;)
        {
            int id = s.Ids[i];
            int from = i;
            while (i < found && s.Ids[i] == id) i++;
            float value = (i - from == 1 ? 1 : 1 + MathF.Log(i - from)) * idf[id];
            squares[group[id]] += value * value;
            s.Ids[n] = id;
            s.Values[n++] = value;
        }
        s.Novelty = Novelty(unknown, squares);
        Span<float> scale = stackalloc float[groups];
        for (int g = 0; g < groups; g++) scale[g] = squares[g] == 0 ? 0 : (float)((g == (int)FeatureGroup.Concept ? conceptWeight : 1) / Math.Sqrt(squares[g]));
        for (int i = 0; i < n; i++) s.Values[i] *= scale[group[s.Ids[i]]];
        return n;
    }

    /// <summary>What no example holds weighs as much as it would if it had stood in none: the share of it in the squared length of a view, and of that the mean over the views.</summary>
    private float Novelty(ReadOnlySpan<int> unknown, ReadOnlySpan<double> squares)
    {
        double sum = 0;
        for (int g = 0; g < groups; g++)
            if (unknown[g] > 0) sum += unknown[g] * unknownSquare / ((unknown[g] * unknownSquare) + squares[g]);
        return (float)(sum / groups);
    }

    private int Find(ulong key)
    {
        for (int at = (int)((key >> 2) & (ulong)(keys.Length - 1)); ; at = (at + 1) & (keys.Length - 1))
        {
            int slot = slots[at];
            if (slot == 0) return -1;
            if (keys[at] == key) return slot - 1;
        }
    }
}
