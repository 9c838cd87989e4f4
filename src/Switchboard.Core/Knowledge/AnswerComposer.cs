using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// Answers a question from the articles: searches, ranks, and puts together whole units of the best passages, each with its citation.
/// No word of the answer is its own. When the articles do not cover the question it says so and names the closest ones.
/// </summary>
public static class AnswerComposer
{
    /// <summary>An answer with less confidence is never given; <see cref="KnowledgeIndex.LeastConfidence"/> may ask for more.</summary>
    public const double LeastConfidence = 0.55;

    private const int consideredArticles = 6;
    private const int closestArticles = 3;

    /// <summary>
    /// How far an answer can be trusted, 0..1: 0.6 x coverage of the question by the source + 0.3 x best relevance
    /// + 0.1 x min(1, distinct articles / 2).
    /// </summary>
    public static double Confidence(double coverage, double bestRelevance, int distinctArticles) =>
        (0.6 * coverage) + (0.3 * bestRelevance) + (0.1 * Math.Min(1, distinctArticles / 2.0));

    /// <summary>Answers the question from the index.</summary>
    public static KnowledgeAnswer Answer(KnowledgeIndex index, string question, AnswerOptions? options = null) => Answer(index, question, options, () => index.LeastConfidence);

    /// <summary>The confidence an answer to the question would have from articles of every audience, whether it would be given or not.</summary>
    internal static double ConfidenceOf(KnowledgeIndex index, string question) =>
        Answer(index, question, new AnswerOptions { Search = new SearchOptions { EveryAudience = true } }, () => LeastConfidence).Confidence;

    private static KnowledgeAnswer Answer(KnowledgeIndex index, string question, AnswerOptions? options, Func<double> least)
    {
        options ??= new AnswerOptions();
        var searcher = new Searcher(index);
        (QueryPlan plan, List<RankedArticle> ranked, _, _) = searcher.Rank(question, options.Search);
        IReadOnlyList<SearchHit> closest = [.. ranked.Take(closestArticles).Select(a => searcher.Hit(plan, a, a.BestChunk, a.Score))];
        if (ranked.Count == 0) return None(0, [], new RankedSet([], []), plan);

        var evidence = new Evidence(plan, index);
        List<Passage> passages = [.. ranked.Take(consideredArticles).SelectMany((a, i) => evidence.Passages(a, ranked[0].Score, Margin(ranked, i), options))];
        if (passages.Count == 0) return None(0, closest, new RankedSet([], []), plan);
        RankedSet considered = Ranking.Rank(passages.Select(p => p.Candidate));

        if (considered.Items.Count == 0) return None(0, closest, considered, plan);
        var byKey = passages.ToDictionary(p => (p.Candidate.ArticleId, p.Candidate.ChunkOrdinal));
        Passage best = byKey[(considered.Items[0].ArticleId, considered.Items[0].ChunkOrdinal)];
        // The best passage names the article; the sentence or the steps asked for may stand in any section of it.
        List<Passage> sources = [best, .. passages.Where(p => p.Article == best.Article && p != best && p.Candidate.Parts.Relevance >= Ranking.LeastRelevance)];
        IReadOnlyList<ChosenUnit> chosen = UnitSelection.Choose(evidence, sources, options.SentenceLimit);
        if (chosen.Count == 0) return None(0, closest, considered, plan);

        double confidence = Confidence(sources.Max(s => s.Support), chosen.Max(c => c.Passage.Candidate.Parts.Relevance), chosen.Select(c => c.Passage.Candidate.ArticleId).Distinct().Count());
        confidence = Math.Round(Math.Clamp(confidence, 0, 1), 4, MidpointRounding.ToEven);
        return confidence < LeastConfidence || confidence < least()
            ? None(confidence, closest, considered, plan)
            : Compose(chosen, confidence, closest, considered, plan);
    }

    /// <summary>How much better than the best other one the article is, as a share of the best; what others call it does not count here.</summary>
    private static double Margin(List<RankedArticle> ranked, int at)
    {
        double best = 0;
        double other = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            best = Math.Max(best, ranked[i].Trust);
            if (i != at) other = Math.Max(other, ranked[i].Trust);
        }
        return best <= 0 ? 0 : (ranked[at].Trust - other) / best;
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

/// <summary>A unit that is part of the answer.</summary>
internal sealed record ChosenUnit(Passage Passage, int At, TextUnit Unit);
