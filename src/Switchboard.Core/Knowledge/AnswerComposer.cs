using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// Answers a question from the articles: searches, ranks, and puts together whole units of the best passages, each with its citation.
/// No word of the answer is its own. When the articles do not cover the question it says so and names the closest ones.
/// </summary>
public static class AnswerComposer
{
    /// <summary>An answer with less confidence is not given.</summary>
    public const double LeastConfidence = 0.55;

    private const int ConsideredArticles = 6;
    private const int ClosestArticles = 3;

    /// <summary>
    /// How far an answer can be trusted, 0..1: 0.6 x coverage of the question by all chosen units + 0.3 x best relevance
    /// + 0.1 x min(1, distinct articles / 2).
    /// </summary>
    public static double Confidence(double coverage, double bestRelevance, int distinctArticles) =>
        (0.6 * coverage) + (0.3 * bestRelevance) + (0.1 * Math.Min(1, distinctArticles / 2.0));

    /// <summary>Answers the question from the index.</summary>
    public static KnowledgeAnswer Answer(KnowledgeIndex index, string question, AnswerOptions? options = null)
    {
        options ??= new AnswerOptions();
        var searcher = new Searcher(index);
        (QueryPlan plan, List<RankedArticle> ranked, _, _) = searcher.Rank(question, options.Search);
        IReadOnlyList<SearchHit> closest = [.. ranked.Take(ClosestArticles).Select(a => searcher.Hit(plan, a, a.BestChunk, a.Score))];
        if (ranked.Count == 0) return None(0, [], new RankedSet([], []), plan);

        var evidence = new Evidence(plan, index);
        List<Passage> passages = [.. ranked.Take(ConsideredArticles).SelectMany(a => evidence.Passages(a, ranked[0].Score, options))];
        RankedSet considered = Ranking.Rank(passages.Select(p => p.Candidate));
        if (considered.Items.Count == 0) return None(0, closest, considered, plan);

        var byKey = passages.ToDictionary(p => (p.Candidate.ArticleId, p.Candidate.ChunkOrdinal));
        List<Passage> items = [.. considered.Items.Select(i => byKey[(i.ArticleId, i.ChunkOrdinal)])];
        IReadOnlyList<ChosenUnit> chosen = UnitSelection.Choose(evidence, items, options.SentenceLimit);
        if (chosen.Count == 0) return None(0, closest, considered, plan);

        double confidence = Confidence(evidence.Coverage(chosen), chosen.Max(c => c.Passage.Candidate.Parts.Relevance), chosen.Select(c => c.Passage.Candidate.ArticleId).Distinct().Count());
        confidence = Math.Round(Math.Clamp(confidence, 0, 1), 4, MidpointRounding.ToEven);
        return confidence < LeastConfidence
            ? None(confidence, closest, considered, plan)
            : Compose(chosen, confidence, closest, considered, plan);
    }

    private static KnowledgeAnswer None(double confidence, IReadOnlyList<SearchHit> closest, RankedSet considered, QueryPlan plan) =>
        new(AnswerOutcome.NoGroundedAnswer, "", [], confidence, closest, considered, plan.Corrections);

    private static KnowledgeAnswer Compose(IReadOnlyList<ChosenUnit> chosen, double confidence, IReadOnlyList<SearchHit> closest, RankedSet considered, QueryPlan plan)
    {
        var numbers = new Dictionary<Guid, int>();
        var sentences = new List<AnswerSentence>();
        var text = new System.Text.StringBuilder();
        UnitKind? before = null;
        foreach (ChosenUnit unit in chosen)
        {
            IndexedArticle article = unit.Passage.Article.Article;
            if (!numbers.TryGetValue(article.ArticleId, out int n)) numbers[article.ArticleId] = n = numbers.Count + 1;
            var citation = new Citation(n, article.ArticleId, article.ExternalId, article.Version, article.Title, article.Url,
                unit.Passage.Chunk.Chunk.Heading, article.Body[unit.Unit.Start..unit.Unit.End], unit.Unit.Start, unit.Unit.End);
            sentences.Add(new AnswerSentence(unit.Unit.Text, [citation]));

            if (before is not null) text.Append(before == UnitKind.Sentence && unit.Unit.Kind == UnitKind.Sentence ? " " : "\n\n");
            text.Append(unit.Unit.Text).Append(unit.Unit.Kind == UnitKind.Sentence ? $" [{n}]" : $"\n[{n}]");
            before = unit.Unit.Kind;
        }
        return new KnowledgeAnswer(AnswerOutcome.Answered, text.ToString(), sentences, confidence, closest, considered, plan.Corrections);
    }
}

/// <summary>A chunk as a source of answers.</summary>
internal sealed record Passage(AnalysedArticle Article, AnalysedChunk Chunk, RankCandidate Candidate);

/// <summary>A unit that is part of the answer.</summary>
internal sealed record ChosenUnit(Passage Passage, int At, TextUnit Unit);

/// <summary>How much of a question texts cover.</summary>
internal sealed class Evidence(QueryPlan plan, KnowledgeIndex index)
{
    private readonly Dictionary<string, List<(int Query, double Weight)>> strengths = Strengths(plan);

    public QueryPlan Plan => plan;

    public IEnumerable<Passage> Passages(RankedArticle ranked, double bestScore, AnswerOptions options)
    {
        AnalysedArticle article = index.ArticleAt(ranked.Article);
        Guid id = article.Article.ArticleId;
        double quality = options.Quality?.GetValueOrDefault(id, Ranking.UncheckedQuality) ?? Ranking.UncheckedQuality;
        double helpfulness = options.Helpfulness?.GetValueOrDefault(id, Ranking.UnvotedHelpfulness) ?? Ranking.UnvotedHelpfulness;
        double recency = Ranking.Recency(article.Article.LastVerified, options.Today);
        foreach (RankedChunk found in ranked.Chunks)
        {
            AnalysedChunk chunk = index.Chunks[found.Chunk].Chunk;
            double coverage = Coverage([article.Title, chunk.Headings, .. chunk.Units]);
            // Coverage alone ties many chunks. Where the formula has the cosine of a vector, the score of the article in this search,
            // relative to the best one, tells them apart.
            double relevance = Math.Clamp(coverage * (0.6 + (0.4 * ranked.Score / bestScore)), 0, 1);
            yield return new Passage(article, chunk, new RankCandidate(id, chunk.Chunk.Ordinal, new RankParts(relevance, quality, recency, helpfulness),
                article.Article.LastVerified, Ranking.Shingles(chunk.Units.SelectMany(u => u))));
        }
    }

    /// <summary>The share of the question's idf in the texts, 0..1; a synonym or a correction counts by its weight.</summary>
    public double Coverage(IEnumerable<IEnumerable<string>> texts)
    {
        if (plan.TotalIdf <= 0) return 0;
        var best = new double[plan.Terms.Count];
        foreach (IEnumerable<string> text in texts)
        {
            foreach (string term in text)
            {
                if (!strengths.TryGetValue(term, out List<(int Query, double Weight)>? stands)) continue;
                foreach ((int query, double weight) in stands) best[query] = Math.Max(best[query], weight);
            }
        }
        double sum = 0;
        for (int i = 0; i < best.Length; i++) sum += best[i] * plan.Terms[i].Idf;
        return Math.Clamp(sum / plan.TotalIdf, 0, 1);
    }

    public double Coverage(IReadOnlyList<ChosenUnit> chosen) =>
        Coverage(chosen.SelectMany(c => (IEnumerable<string[]>)[c.Passage.Article.Title, c.Passage.Chunk.Headings, c.Passage.Chunk.Units[c.At]]));

    private static Dictionary<string, List<(int Query, double Weight)>> Strengths(QueryPlan plan)
    {
        var made = new Dictionary<string, List<(int, double)>>(StringComparer.Ordinal);
        for (int i = 0; i < plan.Terms.Count; i++)
        {
            foreach ((_, string term, double weight) in plan.Terms[i].Alternatives)
            {
                if (!made.TryGetValue(term, out List<(int, double)>? stands)) made[term] = stands = [];
                stands.Add((i, weight));
            }
        }
        return made;
    }
}
