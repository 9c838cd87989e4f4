
namespace Switchboard.Core.Knowledge;

/// <summary>One search over one snapshot.</summary>
internal sealed class Searcher(KnowledgeIndex index)
{
    private const double okCoverage = 0.50;
    private const double weakCoverage = 0.25;

    // How many of the best articles are looked at closely (phrases, nearness) and ordered again.
    private const int reordered = 50;

    public SearchResult Articles(string query, int k, SearchOptions options)
    {
        (QueryPlan plan, List<RankedArticle> ranked, bool cross, bool dropped) = Rank(query, options);
        var hits = new List<SearchHit>();
        foreach (RankedArticle article in ranked.Take(k)) hits.Add(Hit(plan, article, article.BestChunk, article.Score));
        return Result(plan, ranked, hits, cross, dropped);
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
        var chunkScores = new double[index.ByChunk.Count];
        var chunkMasks = new ulong[index.ByChunk.Count];
        var articleScores = new double[index.ByArticle.Count];
        var articleMasks = new ulong[index.ByArticle.Count];
        Score(plan, index.ByChunk, chunkScores, chunkMasks);
        Score(plan, index.ByArticle, articleScores, articleMasks);

        var found = new List<RankedArticle>();
        for (int a = 0; a < articleScores.Length; a++)
        {
            if (articleMasks[a] == 0 || !Allowed(index.ArticleAt(a).Article, options)) continue;
            var chunks = new List<RankedChunk>();
            for (int c = index.FirstChunk[a]; c < index.FirstChunk[a + 1]; c++)
                if (chunkMasks[c] != 0) chunks.Add(new RankedChunk(c, chunkScores[c], chunkMasks[c], plan.Coverage(chunkMasks[c])));
            if (chunks.Count == 0) continue;
            RankedChunk best = chunks.MaxBy(c => c.Bm25)!;
            found.Add(new RankedArticle(a, articleMasks[a], chunks, best, best.Bm25 + articleScores[a]));
        }
        if (plan.Phrases.Count > 0)
        {
            List<RankedArticle> literal = [.. found.Where(f => HoldsPhrases(f, plan))];
            found = literal;
        }
        found.Sort(RankedArticle.BestFirst);
        if (found.Count > reordered) found.RemoveRange(reordered, found.Count - reordered);
        for (int i = 0; i < found.Count; i++) found[i] = found[i] with { Score = found[i].Score + Agreement.Of(plan, index.ArticleAt(found[i].Article)) };
        found.Sort(RankedArticle.BestFirst);
        return found;
    }

    private static void Score(QueryPlan plan, Postings postings, double[] scores, ulong[] masks)
    {
        double[]? best = null;
        for (int t = 0; t < plan.Terms.Count; t++)
        {
            QueryTerm term = plan.Terms[t];
            ulong bit = 1UL << t;
            if (term.Alternatives.Count == 1)
            {
                (int id, _, double weight) = term.Alternatives[0];
                double idf = postings.Idf(id) * weight;
                ReadOnlySpan<int> places = postings.Places(id);
                for (int i = 0; i < places.Length; i++)
                {
                    scores[places[i]] += idf * postings.Saturated(id, i);
                    masks[places[i]] |= bit;
                }
                continue;
            }
            if (term.Alternatives.Count == 0) continue;

            // A text that says a word and its synonyms says one thing: the best of them counts, and a rare synonym counts no more than
            // the word that was asked for.
            best ??= new double[scores.Length];
            Array.Clear(best);
            double cap = term.Known ? postings.Idf(term.Alternatives[0].Id) : double.MaxValue;
            foreach ((int id, _, double weight) in term.Alternatives)
            {
                double idf = Math.Min(cap, postings.Idf(id)) * weight;
                ReadOnlySpan<int> places = postings.Places(id);
                for (int i = 0; i < places.Length; i++)
                {
                    best[places[i]] = Math.Max(best[places[i]], idf * postings.Saturated(id, i));
                    masks[places[i]] |= bit;
                }
            }
            for (int i = 0; i < best.Length; i++) scores[i] += best[i];
        }
    }

    private static bool Allowed(IndexedArticle article, SearchOptions options) =>
        options.ExcludedArticleIds?.Contains(article.ArticleId) != true
        && options.ArticleIds?.Contains(article.ArticleId) != false
        && (options.Language is null || SameLanguage(article.Language, options.Language))
        && (options.Category is null || string.Equals(article.Category, options.Category, StringComparison.OrdinalIgnoreCase));

    private static bool SameLanguage(string a, string b)
    {
        ReadOnlySpan<char> first = a.AsSpan(0, Math.Min(2, a.Length));
        return first.Equals(b.AsSpan(0, Math.Min(2, b.Length)), StringComparison.OrdinalIgnoreCase);
    }

    private bool HoldsPhrases(RankedArticle ranked, QueryPlan plan)
    {
        AnalysedArticle article = index.ArticleAt(ranked.Article);
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
        SearchOutcome outcome = coverage >= okCoverage ? SearchOutcome.Ok : coverage >= weakCoverage ? SearchOutcome.Weak : SearchOutcome.NoMatch;
        return new SearchResult(outcome, plan.Corrections, hits, cross, dropped);
    }
}

internal sealed record RankedChunk(int Chunk, double Bm25, ulong Mask, double Coverage);

internal sealed record RankedArticle(int Article, ulong Mask, IReadOnlyList<RankedChunk> Chunks, RankedChunk BestChunk, double Score)
{
    public double Coverage => Chunks.Max(c => c.Coverage);

    public static int BestFirst(RankedArticle a, RankedArticle b)
    {
        int order = b.Score.CompareTo(a.Score);
        return order != 0 ? order : a.Article.CompareTo(b.Article);
    }
}

/// <summary>What counting words misses: whether the title is about the question, and whether words that stand together do so in the article.</summary>
internal static class Agreement
{
    private const double titleShare = 1.0;
    private const double headingShare = 0.5;

    public static double Of(QueryPlan plan, AnalysedArticle article)
    {
        double title = Likeness(plan, article.Title);
        double heading = 0;
        foreach (string[] h in article.Headings) heading = Math.Max(heading, Likeness(plan, h));
        return plan.TotalIdf * ((titleShare * title) + (headingShare * heading * (1 - title)));
    }

    /// <summary>
    /// Harmonic mean of the share of the question's idf that the words match and the share of the words that the question matches: 1 when
    /// they say the same, low for a long title that mentions the question in passing.
    /// </summary>
    internal static double Likeness(QueryPlan plan, string[] words)
    {
        if (words.Length == 0) return 0;
        ulong mask = 0;
        int matched = 0;
        foreach (string word in words)
        {
            ulong bits = plan.Bits.GetValueOrDefault(word);
            mask |= bits;
            if (bits != 0) matched++;
        }
        if (mask == 0) return 0;
        double coverage = plan.Coverage(mask);
        double share = (double)matched / words.Length;
        return 2 * coverage * share / (coverage + share);
    }
}

/// <summary>The piece of a chunk that shows why it was found.</summary>
internal static class Snippet
{
    private const int longest = 240;

    public static (string Text, IReadOnlyList<SnippetSpan> Spans) Of(QueryPlan plan, AnalysedChunk chunk, string language)
    {
        if (chunk.Units.Count == 0) return ("", []);
        int best = 0;
        double bestIdf = -1;
        for (int u = 0; u < chunk.Units.Count; u++)
        {
            double idf = plan.IdfOf(plan.MaskOf(chunk.Units[u]));
            if (idf <= bestIdf) continue;
            best = u;
            bestIdf = idf;
        }
        string text = PlainText.Collapse(chunk.Chunk.Units[best].Text);
        IReadOnlyList<SnippetSpan> spans = Spans(plan, text, language);
        if (text.Length <= longest) return (text, spans);

        int start = spans.Count == 0 ? 0 : Math.Clamp(spans[0].Start - (longest / 4), 0, text.Length - longest);
        while (start > 0 && !char.IsWhiteSpace(text[start - 1])) start--;
        int end = Math.Min(text.Length, start + longest);
        while (end < text.Length && end > start + (longest / 2) && !char.IsWhiteSpace(text[end])) end--;
        if (end < text.Length && char.IsLowSurrogate(text[end])) end--;
        string cut = (start > 0 ? "… " : "") + text[start..end].Trim() + (end < text.Length ? " …" : "");
        return (cut, Spans(plan, cut, language));
    }

    private static List<SnippetSpan> Spans(QueryPlan plan, string text, string language) =>
        [.. TextAnalysis.Terms(text, language)
            .Where(t => plan.Bits.ContainsKey(t.Term) || (t.Parts is not null && t.Parts.Any(plan.Bits.ContainsKey)))
            .Select(t => new SnippetSpan(t.Start, t.End - t.Start))];
}
