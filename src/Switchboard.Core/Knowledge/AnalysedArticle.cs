using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Core.Knowledge;

/// <summary>An article with everything that depends on it alone, so that an index can be rebuilt around it without reading it again.</summary>
internal sealed class AnalysedArticle
{
    public const float TitleWeight = 2f;
    public const float HeadingWeight = 1.5f;

    private AnalysedArticle(IndexedArticle article, MarkdownDocument document, Func<string, string> terms)
    {
        Article = article;
        Document = document;
        Title = TermsOf(article.Title, article.Language, terms);
        Headings = [.. document.Headings.Select(h => TermsOf(h, article.Language, terms))];
        Chunks = [.. Chunker.Split(document).Select(c => new AnalysedChunk(c, article.Language, terms))];
        // A title without a body of text (pictures only) is still worth finding.
        if (Chunks.Count == 0) Chunks = [new AnalysedChunk(new DocumentChunk(0, [], [], false), article.Language, terms)];

        foreach (AnalysedChunk chunk in Chunks) Length += chunk.Own.Sum(u => u.Length);
        Slug = ArticleFile.Slug(article.Title);
        Links = LinkGraph.Of(article.Body, text => TermsOf(text, article.Language, terms));
        Sketch = MinHash.Of(Chunks.SelectMany(c => c.Own).SelectMany(u => u));
    }

    public IndexedArticle Article { get; }
    public MarkdownDocument Document { get; }
    public string[] Title { get; }
    public IReadOnlyList<string[]> Headings { get; }
    public IReadOnlyList<AnalysedChunk> Chunks { get; }

    /// <summary>Terms of the body.</summary>
    public int Length { get; private set; }

    /// <summary>The title as a part of an address.</summary>
    public string Slug { get; }

    /// <summary>The links of the body.</summary>
    public IReadOnlyList<ArticleLink> Links { get; }

    /// <summary>What finds near copies of the body.</summary>
    public uint[] Sketch { get; }

    /// <param name="article">The article.</param>
    /// <param name="terms">Gives each term its one instance, so that a large index holds a word once.</param>
    public static AnalysedArticle Of(IndexedArticle article, Func<string, string> terms) => new(article, MarkdownDocument.Parse(article.Body, article.Title), terms);

    /// <summary>Weighted frequency of each term over the whole article.</summary>
    public Dictionary<string, float> Frequencies()
    {
        var made = new Dictionary<string, float>(StringComparer.Ordinal);
        Count(made, Title, TitleWeight);
        foreach (string[] heading in Headings) Count(made, heading, HeadingWeight);
        foreach (AnalysedChunk chunk in Chunks)
            foreach (string[] unit in chunk.Own) Count(made, unit, 1);
        return made;
    }

    internal static void Count(Dictionary<string, float> into, string[] terms, float weight)
    {
        foreach (string term in terms) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(into, term, out _) += weight;
    }

    /// <summary>Index terms in order; the parts of a compound follow it.</summary>
    public static string[] TermsOf(string text, string language, Func<string, string>? one = null)
    {
        var terms = new List<string>();
        foreach (TextTerm term in TextAnalysis.Terms(text, language))
        {
            terms.Add(term.Term);
            if (term.Parts is not null) terms.AddRange(term.Parts.Where(p => p != term.Term));
        }
        return one is null ? [.. terms] : [.. terms.Select(one)];
    }
}

internal sealed class AnalysedChunk
{
    private string? hash;
    private IReadOnlySet<int>? shingles;

    public AnalysedChunk(DocumentChunk chunk, string language, Func<string, string> terms)
    {
        Chunk = chunk;
        Headings = [.. chunk.HeadingPath.SelectMany(h => AnalysedArticle.TermsOf(h, language, terms))];
        Units = [.. chunk.Units.Select(u => AnalysedArticle.TermsOf(u.Text, language, terms))];
        Length = Units.Sum(u => u.Length);
    }

    public DocumentChunk Chunk { get; }
    public string[] Headings { get; }
    public IReadOnlyList<string[]> Units { get; }

    /// <summary>The terms of the units that the chunk does not repeat from the one before.</summary>
    public IEnumerable<string[]> Own => Chunk.Overlap ? Units.Skip(1) : Units;

    /// <summary>Terms of the body of the chunk.</summary>
    public int Length { get; }

    /// <summary>Hashes of neighbouring terms, to find near copies; made when the chunk is first looked at.</summary>
    public IReadOnlySet<int> Shingles => shingles ??= Ranking.Shingles(Units.SelectMany(u => u));

    /// <summary>The text that vectors are made of: title and headings before the body, since a passage rarely repeats its subject.</summary>
    public string Embedded(string title) => $"{string.Join(" > ", (string[])[title, .. Chunk.HeadingPath])}\n{Chunk.Text}";

    /// <summary>SHA-256 of language and embedded text in lower-case hexadecimal: a passage with the same one needs no new vector.</summary>
    public string HashOf(string title, string language) => hash ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{language}\n{Embedded(title)}")));

    /// <summary>Weighted frequency of each term: title twice, headings one and a half times, body once.</summary>
    public Dictionary<string, float> Frequencies(string[] title)
    {
        var made = new Dictionary<string, float>(StringComparer.Ordinal);
        AnalysedArticle.Count(made, title, AnalysedArticle.TitleWeight);
        AnalysedArticle.Count(made, Headings, AnalysedArticle.HeadingWeight);
        foreach (string[] unit in Units) AnalysedArticle.Count(made, unit, 1);
        return made;
    }
}
