using System.Collections.Frozen;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// A searchable snapshot of articles. It never changes: <see cref="With"/> makes the next one and reuses what was analysed. Safe to read
/// from any number of threads.
/// </summary>
public sealed class KnowledgeIndex
{
    private readonly AnalysedArticle[] articles;
    private readonly Vocabulary vocabulary = new();
    private readonly FrozenDictionary<Guid, int> byId;

    private KnowledgeIndex(IEnumerable<AnalysedArticle> analysed, SynonymTable synonyms)
    {
        // The order of the snapshot depends on the articles alone, so that equal scores come out alike on every node.
        articles = [.. analysed.OrderBy(a => a.Article.ArticleId)];
        Synonyms = synonyms;
        byId = articles.Select((a, i) => (a.Article.ArticleId, i)).ToFrozenDictionary(p => p.ArticleId, p => p.i);

        Chunks = [.. articles.SelectMany((a, i) => a.Chunks.Select(c => (i, c)))];
        FirstChunk = new int[articles.Length + 1];
        for (int i = 0; i < articles.Length; i++)
        {
            FirstChunk[i + 1] = FirstChunk[i] + articles[i].Chunks.Count;
            foreach (string term in articles[i].Frequencies.Keys) vocabulary.Add(term);
        }
        ByChunk = new Postings(vocabulary.Ids, [.. Chunks.Select(c => (c.Chunk.Frequencies, c.Chunk.Length))]);
        ByArticle = new Postings(vocabulary.Ids, [.. articles.Select(a => (a.Frequencies, a.Length))]);
    }

    /// <summary>An index without articles.</summary>
    public static KnowledgeIndex Empty { get; } = Build([]);

    /// <summary>The number of articles.</summary>
    public int ArticleCount => articles.Length;

    /// <summary>The number of chunks.</summary>
    public int ChunkCount => Chunks.Length;

    internal SynonymTable Synonyms { get; }
    internal (int Article, AnalysedChunk Chunk)[] Chunks { get; }
    internal int[] FirstChunk { get; }
    internal Postings ByChunk { get; }
    internal Postings ByArticle { get; }

    /// <summary>Builds an index over the articles; of two with one id the last counts. Without <paramref name="synonyms"/> the English table is used.</summary>
    public static KnowledgeIndex Build(IEnumerable<IndexedArticle> articles, SynonymTable? synonyms = null)
    {
        var last = new Dictionary<Guid, IndexedArticle>();
        foreach (IndexedArticle article in articles) last[article.ArticleId] = article;
        return new KnowledgeIndex(last.Values.Select(AnalysedArticle.Of), synonyms ?? SynonymTable.English);
    }

    /// <summary>The next snapshot: changed articles added or replaced, removed ones gone. Unchanged articles are not analysed again.</summary>
    public KnowledgeIndex With(IEnumerable<IndexedArticle> changed, IEnumerable<Guid> removedIds)
    {
        Dictionary<Guid, AnalysedArticle> next = articles.ToDictionary(a => a.Article.ArticleId);
        foreach (Guid id in removedIds) next.Remove(id);
        foreach (IndexedArticle article in changed)
        {
            if (next.TryGetValue(article.ArticleId, out AnalysedArticle? known) && known.Article == article) continue;
            next[article.ArticleId] = AnalysedArticle.Of(article);
        }
        return new KnowledgeIndex(next.Values, Synonyms);
    }

    /// <summary>The article as it was indexed, or null.</summary>
    public IndexedArticle? Find(Guid articleId) => byId.TryGetValue(articleId, out int at) ? articles[at].Article : null;

    /// <summary>The chunks of an article in order; empty when the index does not hold it.</summary>
    public IReadOnlyList<DocumentChunk> ChunksOf(Guid articleId) => byId.TryGetValue(articleId, out int at) ? [.. articles[at].Chunks.Select(c => c.Chunk)] : [];

    /// <summary>The best articles for a query, one hit each, with the chunk that fits best. <paramref name="k"/> is at least 1.</summary>
    public SearchResult Search(string query, int k = 10, SearchOptions? options = null) => new Searcher(this).Articles(query, k, options ?? new SearchOptions());

    /// <summary>The best chunks for a query, any number of one article. <paramref name="k"/> is at least 1.</summary>
    public SearchResult SearchChunks(string query, int k = 20, SearchOptions? options = null) => new Searcher(this).ChunksFor(query, k, options ?? new SearchOptions());

    internal AnalysedArticle ArticleAt(int at) => articles[at];

    internal int IdOf(string term) => vocabulary.IdOf(term);

    internal double Idf(int term) => ByChunk.Idf(term);

    /// <summary>The idf of a term that one chunk holds: the most a known word can tell.</summary>
    internal double RarestIdf => Math.Log(1 + ((ByChunk.Count - 0.5) / 1.5));

    internal (int Id, string Term, string Surface)? Closest(string term, int distance)
    {
        int id = vocabulary.Closest(term, distance, ByChunk.Holding);
        return id < 0 ? null : (id, vocabulary.TermOf(id), Surface(id));
    }

    /// <summary>A term as an article writes it: a stem is nothing to show to a person.</summary>
    private string Surface(int id)
    {
        string term = vocabulary.TermOf(id);
        (int article, AnalysedChunk chunk) = Chunks[ByChunk.Places(id)[0]];
        IndexedArticle source = articles[article].Article;
        return ((IEnumerable<string>)[source.Title, .. chunk.Chunk.HeadingPath, chunk.Chunk.Text])
            .SelectMany(text => TextAnalysis.Terms(text, source.Language)).FirstOrDefault(t => t.Term == term).Word ?? term;
    }
}
