namespace Switchboard.Core.Knowledge;

/// <summary>Whether title and headings are about the question.</summary>
internal static class Agreement
{
    private const double titleShare = 1.0;
    private const double headingShare = 0.5;

    /// <summary>As a share of the question's idf, 0..1.</summary>
    public static double Of(QueryPlan plan, AnalysedArticle article)
    {
        double title = Likeness(plan, article.Title);
        double heading = 0;
        foreach (string[] h in article.Headings) heading = Math.Max(heading, Likeness(plan, h));
        return (titleShare * title) + (headingShare * heading * (1 - title));
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
