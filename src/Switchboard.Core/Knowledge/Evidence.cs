namespace Switchboard.Core.Knowledge;

/// <summary>A chunk as a source of answers. <c>Support</c> is how far it can be trusted to answer the question, 0..1.</summary>
internal sealed record Passage(AnalysedArticle Article, AnalysedChunk Chunk, RankCandidate Candidate, double Support);

/// <summary>How much of a question texts cover.</summary>
internal sealed class Evidence(QueryPlan plan, KnowledgeIndex index)
{
    /// <summary>Whether the customer wants to do something, so that a procedure is the answer.</summary>
    public bool WantsSteps => plan.WantsSteps;

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
    private const double searchPower = 3;

    // What of a word that only accompanies the question counts as missing when a text does not hold it.
    private const double missingLight = 0.15;

    // How much a covering passage is worth by itself, by standing out, and by agreeing in several words. Found by logistic regression on the
    // demo help centre's questions, also with their right articles taken away, refined on a grid by five folds, and scaled so that the
    // least confidence stays 0.55.
    private const double ownWeight = 0.46;
    private const double marginWeight = 1.3;
    private const double agreementWeight = 0.68;
    private const double wordsEnough = 4;

    private readonly Dictionary<string, List<(int Query, double Weight)>> strengths = Strengths(plan);

    // In a small help centre a word nobody wrote would outweigh several that fit; it counts as much as the rarest word that is known.
    private readonly double[] idf = [.. plan.Terms.Select(t => t.Known ? t.Idf : Math.Min(index.RarestIdf, t.Corrected ? index.Idf(-1) : t.Idf))];

    /// <summary>The chunks of an article that hold something to quote. <paramref name="margin"/>: how much better than the best other article it was found, as a share (-1..1) of the best score.</summary>
    public IEnumerable<Passage> Passages(RankedArticle ranked, double bestScore, double margin, AnswerOptions options)
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
            (double grounded, int words) = Grounded([article.Title, chunk.Headings], chunk.Units);
            double support = Supported(grounded, margin, words);
            // Support alone ties many chunks and knows nothing of how often and where words stand. Without vectors the search score of the
            // article, relative to the best one, tells them apart.
            double relevance = Math.Clamp(support * Math.Pow(ranked.Score / bestScore, searchPower), 0, 1);
            yield return new Passage(article, chunk, new RankCandidate(id, chunk.Chunk.Ordinal, new RankParts(relevance, quality, recency, helpfulness),
                article.Article.LastVerified, chunk.Shingles), support);
        }
    }

    /// <summary>The share of the question's idf in the texts, 0..1; a synonym or a correction counts by its strength.</summary>
    public double Coverage(IEnumerable<string[]> texts) => Share(Matches(texts));

    /// <summary>
    /// Coverage (0..1) in which words of the body count fully only as far as the passage is about the question: as far as its title and
    /// headings, or one sentence with several of the question's words, cover it. Plain coverage takes any text that happens to hold a
    /// common word of a short question for its answer. Beside it the number of the question's words that were found.
    /// </summary>
    private (double Coverage, int Words) Grounded(IReadOnlyList<string[]> headings, IReadOnlyList<string[]> units)
    {
        double[] named = Matches(headings);
        double about = Share(named);
        double[] matches = [.. named];
        double sentence = 0;
        foreach (string[] unit in units)
        {
            double[] own = Matches([unit]);
            for (int i = 0; i < own.Length; i++) matches[i] = Math.Max(matches[i], own[i]);
            if (Found(own) >= wordsThatAgree) sentence = Math.Max(sentence, sentenceFocus * Share(own));
        }
        double focus = Math.Max(about, sentence);
        double covered = about + ((Share(matches) - about) * (bodyAlone + ((1 - bodyAlone) * focus)));

        // The other direction: a long title that has one word in common with a short question is about something else. The more words
        // of the question are found, the less of the heading they need to make up.
        int inHeadings = Found(named);
        int all = Found(matches);
        int inBody = all - inHeadings;
        double likeness = headings.Select(HeadingShare).DefaultIfEmpty(0).Max() * (firstWord + inHeadings + (bodyAlone * inBody));
        return (covered * Math.Clamp(Math.Max(likeness, sentence), 0, 1), all);
    }

    private static int Found(double[] matches)
    {
        int found = 0;
        foreach (double match in matches)
            if (match > 0) found++;
        return found;
    }

    /// <summary>
    /// How far a passage can be trusted to answer the question, 0..1: what it covers, more when its article stands out among those found
    /// and when several words agree. One word in common is chance; so is an article that is barely better than the next.
    /// </summary>
    private double Supported(double grounded, double margin, int words) =>
        Math.Clamp(grounded * (ownWeight + (marginWeight * margin) + (agreementWeight * Math.Min(wordsEnough, words) / wordsEnough)), 0, 1);

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

    /// <summary>How strongly the texts hold each term of the question, 0..1.</summary>
    public double[] Matches(IEnumerable<string[]> texts)
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

    /// <summary>The share (0..1) of the question's idf that such matches make up.</summary>
    public double Share(double[] matches)
    {
        double sum = 0;
        double total = 0;
        // When nothing but such words is found, they are all the question has.
        double lightShare = 1;
        for (int i = 0; i < matches.Length && lightShare == 1; i++)
            if (matches[i] > 0 && !plan.Terms[i].Light) lightShare = missingLight;
        for (int i = 0; i < matches.Length; i++)
        {
            sum += matches[i] * idf[i];
            total += matches[i] <= 0 && plan.Terms[i].Light ? lightShare * idf[i] : idf[i];
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
