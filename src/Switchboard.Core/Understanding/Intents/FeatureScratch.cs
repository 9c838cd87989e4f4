namespace Switchboard.Core.Understanding.Intents;

/// <summary>The working memory of one classification. It grows to the longest message it has seen and is used again.</summary>
internal sealed class FeatureScratch
{
    private const int mostKeptFeatures = 1 << 14;

    public char[] Text = new char[512];
    public (int Start, int End)[] Tokens = new (int, int)[64];
    public ulong[] Hashes = new ulong[1024];
    public ulong[] Concepts = new ulong[64];
    public int[] Ids = new int[1024];
    public float[] Values = new float[1024];
    public float[] Scores = [];

    public int TextLength;
    public int TokenCount;
    public int HashCount;

    /// <summary>How much of the message no example holds, 0..1, by weight; the mean of the three views.</summary>
    public float Novelty;

    /// <summary>Whether it is small enough to be kept: the memory of a giant message is given back.</summary>
    public bool IsWorthKeeping => Hashes.Length <= mostKeptFeatures;

    public void AddHash(ulong hash)
    {
        if (HashCount == Hashes.Length) Array.Resize(ref Hashes, HashCount * 2);
        Hashes[HashCount++] = hash;
    }

    public void AddToken(int start, int end)
    {
        if (TokenCount == Tokens.Length) Array.Resize(ref Tokens, TokenCount * 2);
        Tokens[TokenCount++] = (start, end);
    }

    public static void Ensure<T>(ref T[] array, int length)
    {
        if (array.Length < length) array = new T[Math.Max(length, array.Length * 2)];
    }
}
