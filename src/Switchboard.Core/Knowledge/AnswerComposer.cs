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

    private const int consideredArticles = 6;
    private const int closestArticles = 3;

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
        IReadOnlyList<SearchHit> closest = [.. ranked.Take(closestArticles).Select(a => searcher.Hit(plan, a, a.BestChunk, a.Score))];
        if (ranked.Count == 0) return None(0, [], new RankedSet([], []), plan);

        var evidence = new Evidence(plan, index);
        List<Passage> passages = [.. ranked.Take(consideredArticles).SelectMany(a => evidence.Passages(a, ranked[0].Score, options))];
        if (passages.Count == 0) return None(0, closest, new RankedSet([], []), plan);
        RankedSet considered = Ranking.Rank(passages.Select(p => p.Candidate));

        if (considered.Items.Count == 0) return None(0, closest, considered, plan);
        var byKey = passages.ToDictionary(p => (p.Candidate.ArticleId, p.Candidate.ChunkOrdinal));
        List<Passage> items = [.. considered.Items.Select(i => byKey[(i.ArticleId, i.ChunkOrdinal)])];
        IReadOnlyList<ChosenUnit> chosen = UnitSelection.Choose(evidence, items, options.SentenceLimit);
        if (chosen.Count == 0) return None(0, closest, considered, plan);

        double confidence = Confidence(evidence.Grounded(chosen), chosen.Max(c => c.Passage.Candidate.Parts.Relevance), chosen.Select(c => c.Passage.Candidate.ArticleId).Distinct().Count());
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
    // A misspelt word is taken for a known one on weaker grounds than a synonym, so it proves less than it finds.
    private const double correctionStrength = 0.6;

    // The body's say when neither title nor heading speaks of the question: a word alone, somewhere in a text about something else.
    private const double bodyAlone = 0.5;

    // A sentence with this many words of the question is about it wherever it stands.
    private const int wordsThatAgree = 3;
    private const double sentenceFocus = 0.8;

    // With one word of the question in a heading, that word must be two thirds of the heading to count fully; with three, two sevenths.
    private const double firstWord = 0.5;

    // Quality, freshness and votes can lift an article by at most half of its relevance, so a clearly worse match must lose clearly.
    private const double searchPower = 2;

    private readonly Dictionary<string, List<(int Query, double Weight)>> strengths = Strengths(plan);

    // In a small help centre a word nobody wrote would outweigh several that fit; it counts as much as the rarest word that is known.
    private readonly double[] idf = [.. plan.Terms.Select(t => t.Known ? t.Idf : Math.Min(index.RarestIdf, t.Corrected ? index.Idf(-1) : t.Idf))];

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
            if (chunk.Chunk.Units.All(u => u.LinksOnly || u.Dangling)) continue; // nothing to quote but signposts
            double coverage = Grounded([article.Title, chunk.Headings], chunk.Units);
            // Coverage alone ties many chunks and knows nothing of how often and where words stand. Without vectors the search score of the
            // article, relative to the best one, tells them apart.
            double relevance = Math.Clamp(coverage * Math.Pow(ranked.Score / bestScore, searchPower), 0, 1);
            yield return new Passage(article, chunk, new RankCandidate(id, chunk.Chunk.Ordinal, new RankParts(relevance, quality, recency, helpfulness),
                article.Article.LastVerified, Ranking.Shingles(chunk.Units.SelectMany(u => u))));
        }
    }

    /// <summary>The share of the question's idf in the texts, 0..1; a synonym or a correction counts by its strength.</summary>
    public double Coverage(IEnumerable<string[]> texts) => Share(Matches(texts));

    /// <summary>
    /// Coverage (0..1) in which words of the body count fully only as far as the passage is about the question: as far as its title and
    /// headings, or one sentence with several of the question's words, cover it. Plain coverage takes any text that happens to hold a
    /// common word of a short question for its answer.
    /// </summary>
    public double Grounded(IReadOnlyList<string[]> headings, IReadOnlyList<string[]> units)
    {
        double[] named = Matches(headings);
        double about = Share(named);
        double sentence = 0;
        foreach (string[] unit in units)
        {
            double[] own = Matches([unit]);
            if (own.Count(m => m > 0) >= wordsThatAgree) sentence = Math.Max(sentence, sentenceFocus * Share(own));
        }
        double focus = Math.Max(about, sentence);
        double[] matches = Matches([.. headings, .. units]);
        double covered = about + ((Share(matches) - about) * (bodyAlone + ((1 - bodyAlone) * focus)));

        // The other direction: a long title that has one word in common with a short question is about something else. The more words
        // of the question are found, the less of the heading they need to make up.
        int inHeadings = named.Count(m => m > 0);
        int inBody = matches.Count(m => m > 0) - inHeadings;
        double likeness = headings.Select(HeadingShare).DefaultIfEmpty(0).Max() * (firstWord + inHeadings + (bodyAlone * inBody));
        return covered * Math.Clamp(Math.Max(likeness, sentence), 0, 1);
    }

    /// <summary>The share (0..1) of a heading's idf that the question speaks of.</summary>
    private double HeadingShare(string[] heading)
    {
        double sum = 0;
        double total = 0;
        foreach (string term in heading.Distinct(StringComparer.Ordinal))
        {
            double weight = index.Idf(index.IdOf(term));
            total += weight;
            if (strengths.ContainsKey(term)) sum += weight;
        }
        return total <= 0 ? 0 : sum / total;
    }

    public double Grounded(IReadOnlyList<ChosenUnit> chosen) =>
        Grounded([.. chosen.SelectMany(c => (IEnumerable<string[]>)[c.Passage.Article.Title, c.Passage.Chunk.Headings])], [.. chosen.Select(c => c.Passage.Chunk.Units[c.At])]);

    private double[] Matches(IEnumerable<string[]> texts)
    {
        var best = new double[plan.Terms.Count];
        foreach (string[] text in texts)
        {
            foreach (string term in text)
            {
                if (!strengths.TryGetValue(term, out List<(int Query, double Weight)>? stands)) continue;
                foreach ((int query, double weight) in stands) best[query] = Math.Max(best[query], weight);
            }
        }
        return best;
    }

    private double Share(double[] matches)
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < matches.Length; i++)
        {
            sum += matches[i] * idf[i];
            total += idf[i];
        }
        return total <= 0 ? 0 : Math.Clamp(sum / total, 0, 1);
    }

    private static Dictionary<string, List<(int Query, double Weight)>> Strengths(QueryPlan plan)
    {
        var made = new Dictionary<string, List<(int, double)>>(StringComparer.Ordinal);
        for (int i = 0; i < plan.Terms.Count; i++)
        {
            foreach ((_, string term, double weight) in plan.Terms[i].Alternatives)
            {
                if (!made.TryGetValue(term, out List<(int, double)>? stands)) made[term] = stands = [];
                stands.Add((i, plan.Terms[i].Corrected ? correctionStrength : weight));
            }
        }
        return made;
    }
}
