using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// A searchable snapshot of articles. It never changes: <see cref="With"/> makes the next one and reuses what was analysed. Safe to read
/// from any number of threads.
/// </summary>
public sealed class KnowledgeIndex : IPassages
{
    // Once this share of the places, and so many, belong to removed articles, the next snapshot is built anew.
    private const double mostEmpty = 0.25;
    private const int fewEmpty = 64;

    private readonly AnalysedArticle?[] articles; // null: removed
    private readonly Vocabulary vocabulary;
    private readonly Dictionary<Guid, int> byId;
    private readonly Lazy<double> leastConfidence;

    private KnowledgeIndex(AnalysedArticle?[] articles, Dictionary<Guid, int> byId, (int Article, AnalysedChunk Chunk)[] chunks, int[] firstChunk, Vocabulary vocabulary, Postings byChunk, Postings byArticle, SynonymTable synonyms)
    {
        this.articles = articles;
        this.byId = byId;
        this.vocabulary = vocabulary;
        Chunks = chunks;
        FirstChunk = firstChunk;
        ByChunk = byChunk;
        ByArticle = byArticle;
        Incoming = LinkGraph.Incoming(articles);
        leastConfidence = new Lazy<double>(() => Abstention.Calibrate(this));
        Synonyms = synonyms;
    }

    /// <summary>An index without articles.</summary>
    public static KnowledgeIndex Empty { get; } = Nothing(SynonymTable.English);

    /// <summary>The number of articles.</summary>
    public int ArticleCount => ByArticle.Count;

    /// <summary>The number of chunks.</summary>
    public int ChunkCount => ByChunk.Count;

    /// <summary>From which confidence (0.55 to 0.70) an answer from these articles is given; found on the articles when first asked for.</summary>
    public double LeastConfidence => leastConfidence.Value;

    /// <summary>Makes what is otherwise made by the first question, so that no customer waits for it.</summary>
    public void Prepare() => _ = leastConfidence.Value;

    internal IEnumerable<string> Titles => articles.Where(a => a is not null).Select(a => a!.Article.Title);

    internal SynonymTable Synonyms { get; }
    internal (int Article, AnalysedChunk Chunk)[] Chunks { get; }
    internal int[] FirstChunk { get; }
    internal Postings ByChunk { get; }
    internal Postings ByArticle { get; }

    /// <summary>For each article the articles that point to it.</summary>
    internal IncomingLink[][] Incoming { get; }

    /// <summary>Builds an index over the articles; of two with one id the last counts. Without <paramref name="synonyms"/> the English table is used.</summary>
    public static KnowledgeIndex Build(IEnumerable<IndexedArticle> articles, SynonymTable? synonyms = null)
    {
        var last = new Dictionary<Guid, IndexedArticle>();
        foreach (IndexedArticle article in articles) last[article.ArticleId] = article;
        var terms = new Vocabulary();
        return Nothing(synonyms ?? SynonymTable.English).Changed(terms, [.. last.Values.OrderBy(a => a.ArticleId).Select(a => AnalysedArticle.Of(a, terms.Add))], []);
    }

    /// <summary>
    /// The next snapshot: changed articles added or replaced, removed ones gone. Articles that did not change are neither analysed nor
    /// indexed again, so the work grows with the change and with the words it touches.
    /// </summary>
    public KnowledgeIndex With(IEnumerable<IndexedArticle> changed, IEnumerable<Guid> removedIds)
    {
        var removed = new HashSet<int>();
        foreach (Guid id in removedIds)
            if (byId.TryGetValue(id, out int at)) removed.Add(at);
        var last = new Dictionary<Guid, IndexedArticle>();
        foreach (IndexedArticle article in changed)
        {
            bool known = byId.TryGetValue(article.ArticleId, out int at);
            if (known && articles[at]!.Article == article)
            {
                removed.Remove(at);
                continue;
            }
            if (known) removed.Add(at);
            last[article.ArticleId] = article;
        }
        if (removed.Count == 0 && last.Count == 0) return this;

        var grown = new Vocabulary(vocabulary);
        KnowledgeIndex next = Changed(grown, [.. last.Values.OrderBy(a => a.ArticleId).Select(a => AnalysedArticle.Of(a, grown.Add))], removed);
        int empty = next.ByChunk.Slots - next.ByChunk.Count;
        return empty <= fewEmpty || empty <= mostEmpty * next.ByChunk.Slots ? next : next.Compact();
    }

    /// <summary>The same articles searched with other synonyms. Nothing is analysed again: synonyms widen the question, not the articles.</summary>
    public KnowledgeIndex WithSynonyms(SynonymTable synonyms) =>
        ReferenceEquals(synonyms, Synonyms) ? this : new KnowledgeIndex(articles, byId, Chunks, FirstChunk, vocabulary, ByChunk, ByArticle, synonyms);

    private static KnowledgeIndex Nothing(SynonymTable synonyms) => new([], [], [], [0], new Vocabulary(), Postings.Empty, Postings.Empty, synonyms);

    private KnowledgeIndex Compact()
    {
        var fresh = new Vocabulary();
        AnalysedArticle[] kept = [.. articles.Where(a => a is not null).OrderBy(a => a!.Article.ArticleId)!];
        return Nothing(Synonyms).Changed(fresh, kept, []);
    }

    private KnowledgeIndex Changed(Vocabulary grown, AnalysedArticle[] added, HashSet<int> removed)
    {
        List<PostedText> newArticles = [.. added.Select(a => new PostedText(a.Frequencies(), a.Length))];
        // Terms enter in the order of the articles, so that the same articles give the same index everywhere.
        foreach (PostedText text in newArticles)
            foreach (string term in text.Frequencies.Keys) grown.Add(term);

        AnalysedArticle?[] nextArticles = [.. articles, .. added];
        var nextById = new Dictionary<Guid, int>(byId);
        (int, AnalysedChunk)[] nextChunks = [.. Chunks, .. added.SelectMany((a, i) => a.Chunks.Select(c => (articles.Length + i, c)))];
        int[] nextFirst = [.. FirstChunk, .. new int[added.Length]];
        for (int i = 0; i < added.Length; i++) nextFirst[articles.Length + i + 1] = nextFirst[articles.Length + i] + added[i].Chunks.Count;
        foreach (int at in removed)
        {
            nextById.Remove(articles[at]!.Article.ArticleId);
            nextArticles[at] = null;
        }
        for (int i = 0; i < added.Length; i++) nextById[added[i].Article.ArticleId] = articles.Length + i;

        AnalysedArticle[] gone = [.. removed.Select(at => articles[at]!)];
        return new KnowledgeIndex(nextArticles, nextById, nextChunks, nextFirst, grown,
            ByChunk.With(grown, [.. added.SelectMany(ChunkTexts)], [.. gone.SelectMany(ChunkTexts)]),
            ByArticle.With(grown, newArticles, [.. gone.Select(a => new PostedText(a.Frequencies(), a.Length))]), Synonyms);
    }

    private static IEnumerable<PostedText> ChunkTexts(AnalysedArticle article) => article.Chunks.Select(c => new PostedText(c.Frequencies(article.Title), c.Length));

    /// <summary>The ids of the articles of a choice.</summary>
    public IReadOnlySet<Guid> IdsOf(ArticleChoice choice) => articles.Where(a => a is not null && choice.Holds(a.Article)).Select(a => a!.Article.ArticleId).ToHashSet();

    /// <summary>The article as it was indexed, or null.</summary>
    public IndexedArticle? Find(Guid articleId) => byId.TryGetValue(articleId, out int at) ? articles[at]!.Article : null;

    /// <inheritdoc />
    public CitedPlace? At(Citation citation) => Find(citation.ArticleId) is not { } article
        ? null
        : new CitedPlace(article.Version, citation.Start >= 0 && citation.End <= article.Body.Length && citation.Start < citation.End
            && article.Body.AsSpan(citation.Start, citation.End - citation.Start).SequenceEqual(citation.Quote));

    /// <summary>The chunks of an article in order; empty when the index does not hold it.</summary>
    public IReadOnlyList<DocumentChunk> ChunksOf(Guid articleId) => byId.TryGetValue(articleId, out int at) ? [.. articles[at]!.Chunks.Select(c => c.Chunk)] : [];

    /// <summary>The passages that vectors are made of, in the order of the articles' places.</summary>
    public IEnumerable<EmbeddedPassage> Passages() =>
        articles.OfType<AnalysedArticle>().SelectMany(a => a.Chunks.Where(c => c.Chunk.Units.Count > 0)
            .Select(c => new EmbeddedPassage(new PassageKey(a.Article.ArticleId, c.HashOf(a.Article.Title, a.Article.Language)), c.Embedded(a.Article.Title))));

    /// <summary>The articles among which vectors may be searched under the options.</summary>
    public VectorScope Scope(SearchOptions options)
    {
        ILookup<bool, Guid> allowed = articles.OfType<AnalysedArticle>().ToLookup(a => Searcher.Allowed(a.Article, options), a => a.Article.ArticleId);
        Guid[] without = [.. allowed[false]];
        Guid[] only = [.. allowed[true]];
        return without.Length <= only.Length ? new VectorScope(null, without.ToHashSet()) : new VectorScope(only.ToHashSet(), new HashSet<Guid>());
    }

    /// <summary>The best articles for a query, one hit each, with the chunk that fits best. <paramref name="k"/> is at least 1.</summary>
    public SearchResult Search(string query, int k = 10, SearchOptions? options = null) =>
        options?.Near is { Hits.Count: > 0 } near ? new FusedSearch(this).Articles(query, k, options, near) : new Searcher(this).Articles(query, k, options ?? new SearchOptions());

    /// <summary>The best chunks for a query, any number of one article. <paramref name="k"/> is at least 1.</summary>
    public SearchResult SearchChunks(string query, int k = 20, SearchOptions? options = null) => new Searcher(this).ChunksFor(query, k, options ?? new SearchOptions());

    internal AnalysedArticle ArticleAt(int at) => articles[at]!;

    /// <summary>Whether an article stands at the place, and not the gap of a removed one.</summary>
    internal bool HoldsAt(int at) => articles[at] is not null;

    internal int PlaceOf(Guid articleId) => byId.GetValueOrDefault(articleId, -1);

    /// <summary>The id of a term that an article holds, else -1.</summary>
    internal int IdOf(string term)
    {
        int id = vocabulary.IdOf(term);
        return ByArticle.Holding(id) > 0 ? id : -1;
    }

    internal string TermOf(int id) => vocabulary.TermOf(id);

    internal double Idf(int term) => ByChunk.Idf(term);

    /// <summary>The idf of a term that one chunk holds: the most a known word can tell.</summary>
    internal double RarestIdf => Math.Log(1 + ((ByChunk.Count - 0.5) / 1.5));

    internal (int Id, string Term, string Surface)? Closest(string term, int distance)
    {
        int id = vocabulary.Closest(term, distance, ByChunk.Holding);
        return id < 0 ? null : (id, vocabulary.TermOf(id), Surface(id));
    }

    /// <summary>The most frequent terms that begin like this one.</summary>
    internal IReadOnlyList<int> Beginning(string start, int longer, int most) => vocabulary.Beginning(start, longer, most, ByChunk.Holding);

    /// <summary>A term as an article writes it: a stem is nothing to show to a person.</summary>
    private string Surface(int id)
    {
        string term = vocabulary.TermOf(id);
        foreach (int place in ByChunk.Places(id))
        {
            (int article, AnalysedChunk chunk) = Chunks[place];
            if (!HoldsAt(article)) continue;
            IndexedArticle source = articles[article]!.Article;
            return ((IEnumerable<string>)[source.Title, .. chunk.Chunk.HeadingPath, .. chunk.Chunk.Units.Where((_, u) => chunk.Units[u].Contains(term, StringComparer.Ordinal)).Select(u => u.Text)])
                .SelectMany(text => TextAnalysis.Terms(text, source.Language)).FirstOrDefault(t => t.Term == term).Word ?? term;
        }
        return term;
    }
}
