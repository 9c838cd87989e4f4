
namespace Switchboard.Core.Knowledge;

/// <summary>An article with everything that depends on it alone, so that an index can be rebuilt around it without reading it again.</summary>
internal sealed class AnalysedArticle
{
    public const float TitleWeight = 2f;
    public const float HeadingWeight = 1.5f;

    private AnalysedArticle(IndexedArticle article, MarkdownDocument document)
    {
        Article = article;
        Document = document;
        Title = TermsOf(article.Title, article.Language);
        Headings = [.. document.Headings.Select(h => TermsOf(h, article.Language))];
        Chunks = [.. Chunker.Split(document).Select(c => new AnalysedChunk(c, article.Language, Title))];
        // A title without a body of text (pictures only) is still worth finding.
        if (Chunks.Count == 0) Chunks = [new AnalysedChunk(new DocumentChunk(0, [], [], false), article.Language, Title)];

        foreach (string term in Title) Add(term, TitleWeight);
        foreach (string term in Headings.SelectMany(h => h)) Add(term, HeadingWeight);
        foreach (AnalysedChunk chunk in Chunks)
        {
            for (int u = chunk.Chunk.Overlap ? 1 : 0; u < chunk.Units.Count; u++)
            {
                foreach (string term in chunk.Units[u]) Add(term, 1);
                Length += chunk.Units[u].Length;
            }
        }
    }

    public IndexedArticle Article { get; }
    public MarkdownDocument Document { get; }
    public string[] Title { get; }
    public IReadOnlyList<string[]> Headings { get; }
    public IReadOnlyList<AnalysedChunk> Chunks { get; }

    /// <summary>Weighted frequency of each term over the whole article.</summary>
    public Dictionary<string, float> Frequencies { get; } = new(StringComparer.Ordinal);

    /// <summary>Terms of the body.</summary>
    public int Length { get; private set; }

    public static AnalysedArticle Of(IndexedArticle article) => new(article, MarkdownDocument.Parse(article.Body, article.Title));

    /// <summary>Index terms in order; the parts of a compound follow it.</summary>
    public static string[] TermsOf(string text, string language)
    {
        var terms = new List<string>();
        foreach (TextTerm term in TextAnalysis.Terms(text, language))
        {
            terms.Add(term.Term);
            if (term.Parts is not null) terms.AddRange(term.Parts.Where(p => p != term.Term));
        }
        return [.. terms];
    }

    private void Add(string term, float weight) => Frequencies[term] = Frequencies.GetValueOrDefault(term) + weight;
}

internal sealed class AnalysedChunk
{
    public AnalysedChunk(DocumentChunk chunk, string language, string[] title)
    {
        Chunk = chunk;
        Headings = [.. chunk.HeadingPath.SelectMany(h => AnalysedArticle.TermsOf(h, language))];
        Units = [.. chunk.Units.Select(u => AnalysedArticle.TermsOf(u.Text, language))];
        foreach (string term in title) Add(term, AnalysedArticle.TitleWeight);
        foreach (string term in Headings) Add(term, AnalysedArticle.HeadingWeight);
        foreach (string[] unit in Units)
        {
            foreach (string term in unit) Add(term, 1);
            Length += unit.Length;
        }
    }

    public DocumentChunk Chunk { get; }
    public string[] Headings { get; }
    public IReadOnlyList<string[]> Units { get; }

    /// <summary>Weighted frequency of each term: title twice, headings one and a half times, body once.</summary>
    public Dictionary<string, float> Frequencies { get; } = new(StringComparer.Ordinal);

    /// <summary>Terms of the body of the chunk.</summary>
    public int Length { get; }

    private void Add(string term, float weight) => Frequencies[term] = Frequencies.GetValueOrDefault(term) + weight;
}

/// <summary>The places of one kind of text (chunks or articles) that hold each term, with BM25 over them.</summary>
internal sealed class Postings
{
    // BM25 as the searcher states it: saturation k1 and length correction b.
    private const double k1 = 1.2;
    private const double b = 0.75;

    private readonly int[][] places;
    private readonly float[][] frequencies;
    private readonly float[] lengthParts;

    public Postings(Dictionary<string, int> vocabulary, IReadOnlyList<(Dictionary<string, float> Frequencies, int Length)> texts)
    {
        Count = texts.Count;
        var counts = new int[vocabulary.Count];
        foreach ((Dictionary<string, float> terms, _) in texts)
            foreach (string term in terms.Keys) counts[vocabulary[term]]++;
        places = [.. counts.Select(n => new int[n])];
        frequencies = [.. counts.Select(n => new float[n])];
        Array.Clear(counts);
        for (int i = 0; i < texts.Count; i++)
        {
            foreach ((string term, float frequency) in texts[i].Frequencies)
            {
                int id = vocabulary[term];
                int at = counts[id]++;
                places[id][at] = i;
                frequencies[id][at] = frequency;
            }
        }
        double mean = texts.Count == 0 ? 1 : Math.Max(1e-9, texts.Average(t => (double)t.Length));
        lengthParts = [.. texts.Select(t => (float)(k1 * (1 - b + (b * t.Length / mean))))];
    }

    public int Count { get; }

    public int Holding(int term) => term < 0 ? 0 : places[term].Length;

    /// <summary>ln(1 + (N - n + 0.5) / (n + 0.5)); a term that occurs nowhere has n = 0.</summary>
    public double Idf(int term)
    {
        int n = Holding(term);
        return Math.Log(1 + ((Count - n + 0.5) / (n + 0.5)));
    }

    public ReadOnlySpan<int> Places(int term) => places[term];

    /// <summary>tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)) for the posting at <paramref name="at"/>.</summary>
    public double Saturated(int term, int at)
    {
        float tf = frequencies[term][at];
        return tf * (k1 + 1) / (tf + lengthParts[places[term][at]]);
    }
}
