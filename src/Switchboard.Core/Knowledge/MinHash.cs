namespace Switchboard.Core.Knowledge;

/// <summary>
/// Sketches of texts that tell near copies apart without comparing the texts: the smallest of each of 64 hashes over the shingles of a
/// text (Broder 1997). The share of equal places estimates the Jaccard index of the shingles with a standard error of at most 0.0625.
/// </summary>
internal static class MinHash
{
    private const int hashes = 64;

    /// <summary>Texts as short as this share too little to be called copies by a sketch.</summary>
    private const int fewestTerms = 20;

    /// <summary>The sketch of a text; empty for a text too short to have one.</summary>
    public static uint[] Of(IEnumerable<string> terms)
    {
        string[] all = [.. terms];
        if (all.Length < fewestTerms) return [];
        var sketch = new uint[hashes];
        Array.Fill(sketch, uint.MaxValue);
        foreach (int shingle in Ranking.Shingles(all))
        {
            // Two mixes of one hash give all the others (Kirsch and Mitzenmacher 2006).
            uint a = Mix((uint)shingle);
            uint b = Mix(a ^ 0x9E3779B9) | 1;
            for (int i = 0; i < hashes; i++)
            {
                uint value = Mix(a + ((uint)i * b));
                if (value < sketch[i]) sketch[i] = value;
            }
        }
        return sketch;
    }

    /// <summary>The estimated Jaccard index of two texts, 0..1; 0 when one has no sketch.</summary>
    public static double Likeness(uint[] a, uint[] b)
    {
        if (a.Length == 0 || b.Length == 0) return 0;
        int equal = 0;
        for (int i = 0; i < a.Length; i++)
            if (a[i] == b[i]) equal++;
        return (double)equal / a.Length;
    }

    // The finalizer of MurmurHash3: every bit of the input moves every bit of the output.
    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }
}
