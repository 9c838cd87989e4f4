namespace Switchboard.Core.Understanding.Intents;

/// <summary>FNV-1a over UTF-16 units with a final mix, 64 bits: the same on every machine and in every process.</summary>
internal static class TextHash
{
    private const ulong start = 14695981039346656037;
    private const ulong prime = 1099511628211;

    public static ulong Begin(ulong kind) => (start ^ kind) * prime;

    public static ulong Add(ulong hash, char c) => (hash ^ c) * prime;

    public static ulong Of(ReadOnlySpan<char> text, ulong kind = 0)
    {
        ulong hash = Begin(kind);
        foreach (char c in text) hash = Add(hash, c);
        return End(hash);
    }

    /// <summary>One hash of two; the order matters.</summary>
    public static ulong Pair(ulong a, ulong b, ulong kind) => End((((start ^ kind) * prime) ^ a) * prime ^ (b * 0x9E3779B97F4A7C15));

    /// <summary>The finaliser of MurmurHash3, so that the low bits depend on all of them.</summary>
    public static ulong End(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        return hash;
    }
}
