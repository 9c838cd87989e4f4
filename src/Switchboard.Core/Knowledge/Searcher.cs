using System.Buffers;

namespace Switchboard.Core.Knowledge;

/// <summary>One search over one snapshot.</summary>
internal sealed class Searcher(KnowledgeIndex index)
{
    private const double okCoverage = 0.50;
    private const double weakCoverage = 0.25;

    // How many of the best articles are looked at closely (phrases, nearness) and ordered again.
    private const int reordered = 50;
    private const int read = 20;

    // What links from other articles, what these call it, and words that stand together, can add, as shares of the idf of the question.
    private const double linkShare = 0.6;
    private const double linkTextShare = 0.4;
    private const double nearShare = 0.05;

    // A word that only says where to read ("see the details") counts this much of another.
    private const double signpostWeight = 0.3;

    public SearchResult Articles(string query, int k, SearchOptions options)
    {
        IReadOnlyList<string> parts = LongText.Parts(query, options.Language ?? "en");
        if (parts.Count > 1) return OfParts(parts, k, options);
        (QueryPlan plan, List<RankedArticle> ranked, bool cross, bool dropped) = Rank(query, options);
        var hits = new List<SearchHit>();
        foreach ((RankedArticle article, IReadOnlyList<Guid> copies) in Folded(ranked, k)) hits.Add(Hit(plan, article, article.BestChunk, article.Score) with { Copies = copies });
        return Result(plan, ranked, hits, cross, dropped);
    }

    /// <summary>The first <paramref name="k"/> articles that are no near copies of a better one, each with its copies.</summary>
    private List<(RankedArticle Article, IReadOnlyList<Guid> Copies)> Folded(List<RankedArticle> ranked, int k)
    {
        var kept = new List<(RankedArticle Article, List<Guid> Copies)>();
        foreach (RankedArticle article in ranked)
        {
            AnalysedArticle its = index.ArticleAt(article.Article);
            int of = kept.FindIndex(o => MinHash.Likeness(index.ArticleAt(o.Article.Article).Sketch, its.Sketch) >= Ranking.CopyJaccard);
            if (of >= 0) kept[of].Copies.Add(its.Article.ArticleId);
            else if (kept.Count < k) kept.Add((article, []));
        }
        return [.. kept.Select(o => (o.Article, (IReadOnlyList<Guid>)o.Copies))];
    }

    public SearchResult ChunksFor(string query, int k, SearchOptions options)
    {
        (QueryPlan plan, List<RankedArticle> ranked, bool cross, bool dropped) = Rank(query, options);
        IEnumerable<SearchHit> hits = ranked.Take(Math.Max(k, reordered))
            .SelectMany(a => a.Chunks.Select(c => (Article: a, Chunk: c)))
            .OrderByDescending(x => x.Chunk.Bm25).ThenBy(x => x.Chunk.Chunk).Take(k)
            .Select(x => Hit(plan, x.Article, x.Chunk, x.Chunk.Bm25));
        return Result(plan, ranked, [.. hits], cross, dropped);
    }

    private SearchResult OfParts(IReadOnlyList<string> parts, int k, SearchOptions options)
    {
        var sums = new double[index.ByArticle.Slots];
        var strongest = new (double Score, int Part)[sums.Length];
        using var chunks = new Scores(index.ByChunk.Slots);
        using var articles = new Scores(index.ByArticle.Slots);
        List<QueryPlan> plans = [.. parts.Select(p => QueryPlan.Of(p, index, options.Language ?? "en")).Where(p => p.Terms.Count > 0)];
        for (int p = 0; p < plans.Count; p++)
        {
            chunks.Clear();
            articles.Clear();
            Score(plans[p], index.ByChunk, chunks);
            Score(plans[p], index.ByArticle, articles);
            for (int a = 0; a < sums.Length; a++)
            {
                if (articles.Masks[a] == 0 || !index.HoldsAt(a) || !Allowed(index.ArticleAt(a).Article, options)) continue;
                double chunk = BestChunk(a, chunks);
                if (chunk <= 0) continue;
                double share = LongText.Share(chunk + articles.Values[a], plans[p].TotalIdf);
                sums[a] += share;
                if (share > strongest[a].Score) strongest[a] = (share, p);
            }
        }
        int[] best = [.. Enumerable.Range(0, sums.Length).Where(a => sums[a] > 0).OrderByDescending(a => sums[a]).ThenBy(a => index.ArticleAt(a).Article.ArticleId).Take(k)];
        var hits = new SearchHit[best.Length];
        double coverage = 0;
        foreach (IGrouping<int, int> of in Enumerable.Range(0, best.Length).GroupBy(i => strongest[best[i]].Part))
        {
            // Each hit shows the passage for the sentence that found it.
            QueryPlan plan = plans[of.Key];
            chunks.Clear();
            articles.Clear();
            Score(plan, index.ByChunk, chunks);
            Score(plan, index.ByArticle, articles);
            foreach (int i in of)
            {
                RankedArticle ranked = Ranked(plan, best[i], chunks, articles);
                coverage = Math.Max(coverage, ranked.Coverage);
                hits[i] = Hit(plan, ranked, ranked.BestChunk, sums[best[i]]);
            }
        }
        return new SearchResult(OutcomeOf(coverage), [], hits);
    }

    private double BestChunk(int article, Scores chunks)
    {
        double best = 0;
        for (int c = index.FirstChunk[article]; c < index.FirstChunk[article + 1]; c++) best = Math.Max(best, chunks.Values[c]);
        return best;
    }

    /// <summary>The query read and the articles that match it, best first.</summary>
    public (QueryPlan Plan, List<RankedArticle> Ranked, bool CrossLanguage, bool FilterDropped) Rank(string query, SearchOptions options)
    {
        QueryPlan plan = QueryPlan.Of(query, index, options.Language ?? "en");
        List<RankedArticle> ranked = Rank(plan, options);
        bool cross = false;
        bool dropped = false;
        if (ranked.Count == 0 && options is { Language: { } language, DefaultLanguage: { } fallback } && !SameLanguage(language, fallback))
        {
            cross = true;
            options = options with { Language = fallback };
            plan = QueryPlan.Of(query, index, fallback);
            ranked = Rank(plan, options);
        }
        if (options.Category is not null && (ranked.Count == 0 || ranked[0].Coverage < weakCoverage))
        {
            dropped = true;
            ranked = Rank(plan, options with { Category = null });
        }
        return (plan, ranked, cross, dropped);
    }

    private List<RankedArticle> Rank(QueryPlan plan, SearchOptions options)
    {
        if (plan.Terms.Count == 0) return [];
        using var chunks = new Scores(index.ByChunk.Slots);
        using var articles = new Scores(index.ByArticle.Slots);
        Score(plan, index.ByChunk, chunks);
        Score(plan, index.ByArticle, articles);

        List<RankedArticle> found = [.. Best(plan, chunks, articles, options).Select(a => Ranked(plan, a, chunks, articles))];
        SearchOptions linking = options with { Category = null, ArticleIds = null };
        for (int i = 0; i < found.Count; i++) found[i] = Fitted(plan, found[i], linking);
        found.Sort(BestFirst);
        for (int i = 0; i < Math.Min(read, found.Count); i++)
            found[i] = found[i].Plus(plan.TotalIdf * nearShare * Nearness.Of(plan, index.Chunks[found[i].BestChunk.Chunk].Chunk.Units));
        found.Sort(BestFirst);
        return found;
    }

    /// <summary>
    /// Adds what counting words misses: whether the title is about the question, whether other articles send readers here, and by which
    /// words. These words bring an article forward but do not vouch for it: it does not say them itself.
    /// </summary>
    private RankedArticle Fitted(QueryPlan plan, RankedArticle ranked, SearchOptions linking)
    {
        // An article that this search may not see has no say in it either.
        List<IncomingLink> links = [.. index.Incoming[ranked.Article].Where(l => Allowed(index.ArticleAt(l.From).Article, linking))];
        RankedArticle own = ranked.Plus(plan.TotalIdf * (Agreement.Own(plan, index.ArticleAt(ranked.Article)) + (linkShare * LinkGraph.Weight(links.Count))));
        return own with { Score = own.Score + (plan.TotalIdf * linkTextShare * Agreement.OfLinks(plan, links)) };
    }

    /// <summary>
    /// The articles to look at closely: the best by BM25 alone among those the options allow. Nothing is made for the many that only
    /// hold a common word.
    /// </summary>
    private List<int> Best(QueryPlan plan, Scores chunks, Scores articles, SearchOptions options)
    {
        var best = new PriorityQueue<int, (double Score, int Later)>();
        var literal = new List<(int Article, double Score)>();
        for (int a = 0; a < index.ByArticle.Slots; a++)
        {
            if (articles.Masks[a] == 0 || !index.HoldsAt(a)) continue;
            double chunkScore = BestChunk(a, chunks);
            // Words of headings without a text below them are in no chunk; there is nothing to show.
            if (chunkScore <= 0) continue;
            double score = chunkScore + articles.Values[a];
            if (plan.Phrases.Count == 0 && best.Count == reordered && best.TryPeek(out _, out (double Score, int Later) worst) && score < worst.Score) continue;
            if (!Allowed(index.ArticleAt(a).Article, options)) continue;
            if (plan.Phrases.Count > 0)
            {
                literal.Add((a, score));
                continue;
            }
            best.Enqueue(a, (score, -a));
            if (best.Count > reordered) best.Dequeue();
        }
        if (plan.Phrases.Count == 0) return [.. best.UnorderedItems.Select(x => x.Element)];
        // Reading an article for a phrase costs a thousand times its score, so the best are read first and no more than are needed.
        return [.. literal.OrderByDescending(x => x.Score).Select(x => x.Article).Where(a => HoldsPhrases(a, plan)).Take(reordered)];
    }

    private RankedArticle Ranked(QueryPlan plan, int article, Scores chunks, Scores articles)
    {
        var found = new List<RankedChunk>();
        for (int c = index.FirstChunk[article]; c < index.FirstChunk[article + 1]; c++)
            if (chunks.Masks[c] != 0) found.Add(new RankedChunk(c, chunks.Values[c], chunks.Masks[c], plan.Coverage(chunks.Masks[c])));
        RankedChunk best = found.MaxBy(c => c.Bm25)!;
        return new RankedArticle(article, articles.Masks[article], found, best, best.Bm25 + articles.Values[article], best.Bm25 + articles.Values[article]);
    }

    /// <summary>Best score first; ties go to the article that was verified later, then to the smaller id, so that every node orders alike.</summary>
    private int BestFirst(RankedArticle a, RankedArticle b)
    {
        int order = b.Score.CompareTo(a.Score);
        if (order != 0) return order;
        IndexedArticle first = index.ArticleAt(a.Article).Article, second = index.ArticleAt(b.Article).Article;
        order = (second.LastVerified ?? DateOnly.MinValue).CompareTo(first.LastVerified ?? DateOnly.MinValue);
        return order != 0 ? order : first.ArticleId.CompareTo(second.ArticleId);
    }

    private static void Score(QueryPlan plan, Postings postings, Scores scores)
    {
        for (int t = 0; t < plan.Terms.Count; t++)
        {
            QueryTerm term = plan.Terms[t];
            ulong bit = 1UL << t;
            double share = term.Signpost ? signpostWeight : 1;
            if (term.Alternatives.Count == 0) continue;
            if (term.Alternatives.Count == 1)
            {
                (int id, _, double weight) = term.Alternatives[0];
                postings.Score(id, postings.Idf(id) * weight * share, bit, scores.Values, scores.Masks);
                continue;
            }

            // A text that says a word and its synonyms says one thing: the best of them counts, and a rare synonym counts no more than
            // the word that was asked for.
            double[] best = scores.Spare();
            double cap = term.Known ? postings.Idf(term.Alternatives[0].Id) : double.MaxValue;
            foreach ((int id, _, double weight) in term.Alternatives)
                postings.ScoreBest(id, Math.Min(cap, postings.Idf(id)) * weight * share, bit, best, scores.Masks);
            for (int i = 0; i < postings.Slots; i++) scores.Values[i] += best[i];
        }
    }

    /// <summary>The scores and matched terms of all places, in arrays that are used again: a large index would leave megabytes behind with every question.</summary>
    private sealed class Scores(int slots) : IDisposable
    {
        private double[]? spare;

        public double[] Values { get; } = Cleared<double>(slots);

        public ulong[] Masks { get; } = Cleared<ulong>(slots);

        public void Clear()
        {
            Array.Clear(Values, 0, slots);
            Array.Clear(Masks, 0, slots);
        }

        public double[] Spare()
        {
            if (spare is null) return spare = Cleared<double>(slots);
            Array.Clear(spare, 0, slots);
            return spare;
        }

        public void Dispose()
        {
            ArrayPool<double>.Shared.Return(Values);
            ArrayPool<ulong>.Shared.Return(Masks);
            if (spare is not null) ArrayPool<double>.Shared.Return(spare);
        }

        private static T[] Cleared<T>(int slots)
        {
            T[] rented = ArrayPool<T>.Shared.Rent(slots);
            Array.Clear(rented, 0, slots);
            return rented;
        }
    }

    internal static bool Allowed(IndexedArticle article, SearchOptions options) =>
        options.ExcludedArticleIds?.Contains(article.ArticleId) != true
        && (article.Audience is null || options.EveryAudience || options.Audiences?.Contains(article.Audience) == true)
        && options.ArticleIds?.Contains(article.ArticleId) != false
        && (options.Language is null || SameLanguage(article.Language, options.Language))
        && (options.Category is null || string.Equals(article.Category, options.Category, StringComparison.OrdinalIgnoreCase));

    private static bool SameLanguage(string a, string b)
    {
        ReadOnlySpan<char> first = a.AsSpan(0, Math.Min(2, a.Length));
        return first.Equals(b.AsSpan(0, Math.Min(2, b.Length)), StringComparison.OrdinalIgnoreCase);
    }

    private bool HoldsPhrases(int at, QueryPlan plan)
    {
        AnalysedArticle article = index.ArticleAt(at);
        string text = PlainText.Collapse(TextAnalysis.Fold(string.Join('\n', article.Chunks.Select(c => c.Chunk.Text).Prepend(string.Join('\n', article.Document.Headings)).Prepend(article.Article.Title))));
        return plan.Phrases.All(p => text.Contains(p, StringComparison.Ordinal));
    }

    public SearchHit Hit(QueryPlan plan, RankedArticle ranked, RankedChunk chunk, double score)
    {
        IndexedArticle article = index.ArticleAt(ranked.Article).Article;
        DocumentChunk source = index.Chunks[chunk.Chunk].Chunk.Chunk;
        (string snippet, IReadOnlyList<SnippetSpan> spans) = Snippet.Of(plan, index.Chunks[chunk.Chunk].Chunk, article.Language);
        return new SearchHit(article.ArticleId, article.ExternalId, article.Title, source.Heading, snippet, spans, score, chunk.Bm25, chunk.Coverage, article.Url, source.Ordinal);
    }

    private static SearchResult Result(QueryPlan plan, List<RankedArticle> ranked, IReadOnlyList<SearchHit> hits, bool cross, bool dropped)
    {
        double coverage = ranked.Count == 0 ? 0 : ranked.Max(r => r.Coverage);
        return new SearchResult(OutcomeOf(coverage), plan.Corrections, hits, cross, dropped);
    }

    private static SearchOutcome OutcomeOf(double coverage) => coverage >= okCoverage ? SearchOutcome.Ok : coverage >= weakCoverage ? SearchOutcome.Weak : SearchOutcome.NoMatch;
}

internal sealed record RankedChunk(int Chunk, double Bm25, ulong Mask, double Coverage);

/// <summary>An article that was found: <c>Score</c> orders it, <c>Trust</c> is that part of the score which its own words and the number of links make up, and tells how far it stands out.</summary>
internal sealed record RankedArticle(int Article, ulong Mask, IReadOnlyList<RankedChunk> Chunks, RankedChunk BestChunk, double Score, double Trust)
{
    public double Coverage => Chunks.Max(c => c.Coverage);

    public RankedArticle Plus(double score) => this with { Score = Score + score, Trust = Trust + score };
}
