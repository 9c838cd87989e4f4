namespace Switchboard.Core.Knowledge;

/// <summary>One kind of text with its weighted term frequencies, as it enters the postings.</summary>
internal readonly record struct PostedText(Dictionary<string, float> Frequencies, int Length);

/// <summary>
/// The places of one kind of text (chunks or articles) that hold each term, with BM25 over them. It never changes; <see cref="With"/>
/// makes the next one and copies only the lists of terms that the change touches. The place of a removed text stays empty until the index is built anew.
/// </summary>
internal sealed class Postings
{
    // BM25 as the searcher states it: saturation k1 and length correction b.
    private const double k1 = 1.2;
    private const double b = 0.75;

    private readonly int[][] places;
    private readonly float[][] frequencies;
    private readonly int[] holding;
    private readonly int[] lengths;
    private readonly double[] lengthParts;
    private readonly long totalLength;

    private Postings(int[][] places, float[][] frequencies, int[] holding, int[] lengths, int count, long totalLength)
    {
        this.places = places;
        this.frequencies = frequencies;
        this.holding = holding;
        this.lengths = lengths;
        this.totalLength = totalLength;
        Count = count;
        double mean = count == 0 ? 1 : Math.Max(1e-9, (double)totalLength / count);
        lengthParts = new double[lengths.Length];
        for (int i = 0; i < lengths.Length; i++) lengthParts[i] = k1 * (1 - b + (b * lengths[i] / mean));
    }

    public static Postings Empty { get; } = new([], [], [], [], 0, 0);

    /// <summary>The number of texts.</summary>
    public int Count { get; }

    /// <summary>The number of places, those of removed texts included.</summary>
    public int Slots => lengths.Length;

    /// <summary>The next postings: texts added behind the last place, others removed. The vocabulary knows every term of the added texts.</summary>
    public Postings With(Vocabulary vocabulary, IReadOnlyList<PostedText> added, IReadOnlyList<PostedText> removed)
    {
        int terms = vocabulary.Count;
        int[][] nextPlaces = Grown(places, terms, []);
        float[][] nextFrequencies = Grown(frequencies, terms, []);
        int[] nextHolding = Grown(holding, terms, 0);
        int[] nextLengths = Grown(lengths, lengths.Length + added.Count, 0);

        var more = new int[terms];
        foreach (PostedText text in added)
            foreach (string term in text.Frequencies.Keys) more[vocabulary.IdOf(term)]++;
        for (int t = 0; t < terms; t++)
        {
            if (more[t] == 0) continue;
            int before = nextPlaces[t].Length;
            nextPlaces[t] = Grown(nextPlaces[t], before + more[t], 0);
            nextFrequencies[t] = Grown(nextFrequencies[t], before + more[t], 0);
            nextHolding[t] += more[t];
            more[t] = before;
        }
        long length = totalLength;
        for (int i = 0; i < added.Count; i++)
        {
            int place = lengths.Length + i;
            nextLengths[place] = added[i].Length;
            length += added[i].Length;
            foreach ((string term, float frequency) in added[i].Frequencies)
            {
                int id = vocabulary.IdOf(term);
                int at = more[id]++;
                nextPlaces[id][at] = place;
                nextFrequencies[id][at] = frequency;
            }
        }
        foreach (PostedText text in removed)
        {
            length -= text.Length;
            foreach (string term in text.Frequencies.Keys) nextHolding[vocabulary.IdOf(term)]--;
        }
        return new Postings(nextPlaces, nextFrequencies, nextHolding, nextLengths, Count + added.Count - removed.Count, length);
    }

    public int Holding(int term) => term < 0 || term >= holding.Length ? 0 : holding[term];

    /// <summary>ln(1 + (N - n + 0.5) / (n + 0.5)); a term that occurs nowhere has n = 0.</summary>
    public double Idf(int term)
    {
        int n = Holding(term);
        return Math.Log(1 + ((Count - n + 0.5) / (n + 0.5)));
    }

    /// <summary>The places of the term, some of which may be those of removed texts.</summary>
    public ReadOnlySpan<int> Places(int term) => term < places.Length ? places[term] : [];

    /// <summary>Adds tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)) times the weight to the score of each place of the term and marks it.</summary>
    public void Score(int term, double weight, ulong bit, double[] scores, ulong[] masks)
    {
        if (term >= places.Length) return;
        int[] at = places[term];
        float[] tf = frequencies[term];
        double factor = weight * (k1 + 1);
        for (int i = 0; i < at.Length; i++)
        {
            int place = at[i];
            scores[place] += factor * tf[i] / (tf[i] + lengthParts[place]);
            masks[place] |= bit;
        }
    }

    /// <summary>Like <see cref="Score"/>, but keeps the largest value of a place instead of the sum.</summary>
    public void ScoreBest(int term, double weight, ulong bit, double[] best, ulong[] masks)
    {
        if (term >= places.Length) return;
        int[] at = places[term];
        float[] tf = frequencies[term];
        double factor = weight * (k1 + 1);
        for (int i = 0; i < at.Length; i++)
        {
            int place = at[i];
            best[place] = Math.Max(best[place], factor * tf[i] / (tf[i] + lengthParts[place]));
            masks[place] |= bit;
        }
    }

    private static T[] Grown<T>(T[] from, int size, T fill)
    {
        if (size == from.Length) return (T[])from.Clone();
        var made = new T[size];
        from.CopyTo(made, 0);
        if (fill is not 0 and not 0f) Array.Fill(made, fill, from.Length, size - from.Length);
        return made;
    }
}
