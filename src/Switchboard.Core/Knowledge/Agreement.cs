using System.Numerics;

namespace Switchboard.Core.Knowledge;

/// <summary>Whether title, headings and the links of other articles are about the question.</summary>
internal static class Agreement
{
    private const double titleShare = 1.0;
    private const double headingShare = 0.5;

    // What of a word that only accompanies the question counts as missing when the text does not say it.
    private const double missingLight = 0.5;

    /// <summary>Of the article's own words, as a share of the question's idf, 0..1.</summary>
    public static double Own(QueryPlan plan, AnalysedArticle article)
    {
        double title = Likeness(plan, article.Title);
        double heading = 0;
        foreach (string[] h in article.Headings) heading = Math.Max(heading, Likeness(plan, h));
        return (titleShare * title) + (headingShare * heading * (1 - title));
    }

    /// <summary>Of what other articles call this one where they send readers to it, 0..1: the best of their texts.</summary>
    public static double OfLinks(QueryPlan plan, IEnumerable<IncomingLink> links)
    {
        double best = 0;
        foreach (IncomingLink link in links)
            foreach (string[] text in link.Texts) best = Math.Max(best, Likeness(plan, text));
        return best;
    }

    /// <summary>
    /// Harmonic mean of the share of the question's idf that the words match and the share of the words that the question matches: 1 when
    /// they say the same, low for a long title that mentions the question in passing. A synonym or a correction matches by its weight.
    /// </summary>
    internal static double Likeness(QueryPlan plan, string[] words)
    {
        if (words.Length == 0 || plan.TotalIdf <= 0) return 0;
        Span<double> best = stackalloc double[plan.Terms.Count];
        best.Clear();
        double matched = 0;
        foreach (string word in words)
        {
            if (!plan.Bits.TryGetValue(word, out ulong bits)) continue;
            double weight = plan.Weights[word];
            matched += weight;
            for (; bits != 0; bits &= bits - 1)
            {
                int term = BitOperations.TrailingZeroCount(bits);
                best[term] = Math.Max(best[term], weight);
            }
        }
        if (matched <= 0) return 0;
        double said = 0;
        double total = 0;
        for (int i = 0; i < best.Length; i++)
        {
            said += best[i] * plan.Terms[i].Idf;
            total += best[i] <= 0 && plan.Terms[i].Light ? missingLight * plan.Terms[i].Idf : plan.Terms[i].Idf;
        }
        if (said <= 0) return 0;
        double coverage = said / total;
        double share = matched / words.Length;
        return 2 * coverage * share / (coverage + share);
    }
}
