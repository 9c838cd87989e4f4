namespace Switchboard.Core.Knowledge;

/// <summary>Whether words that stand together in the question do so in an article.</summary>
internal static class Nearness
{
    // Words farther apart than this in one unit are near by chance.
    private const int window = 6;

    /// <summary>
    /// For each two neighbouring terms of the question, the smaller idf of both times how near they come in one of the texts: 1 side by side and in
    /// order, 1 over their distance otherwise. As a share (0..1) of what all pairs could reach.
    /// </summary>
    public static double Of(QueryPlan plan, IEnumerable<string[]> texts)
    {
        int pairs = plan.Terms.Count - 1;
        if (pairs < 1) return 0;
        Span<double> best = stackalloc double[pairs];
        Span<int> last = stackalloc int[plan.Terms.Count];
        foreach (string[] text in texts)
        {
            last.Fill(-window - 1);
            for (int at = 0; at < text.Length; at++)
            {
                ulong bits = plan.Bits.GetValueOrDefault(text[at]);
                for (ulong rest = bits; rest != 0; rest &= rest - 1)
                {
                    int term = System.Numerics.BitOperations.TrailingZeroCount(rest);
                    if (term > 0 && at - last[term - 1] is > 0 and <= window and var after) best[term - 1] = Math.Max(best[term - 1], 1.0 / after);
                    // The other way round is a little less the same.
                    if (term < pairs && at - last[term + 1] is > 0 and <= window and var before) best[term] = Math.Max(best[term], 1.0 / (before + 1));
                }
                for (ulong rest = bits; rest != 0; rest &= rest - 1) last[System.Numerics.BitOperations.TrailingZeroCount(rest)] = at;
            }
        }
        double sum = 0;
        double total = 0;
        for (int i = 0; i < pairs; i++)
        {
            double weight = Math.Min(plan.Terms[i].Idf, plan.Terms[i + 1].Idf);
            total += weight;
            sum += weight * best[i];
        }
        return total <= 0 ? 0 : sum / total;
    }
}
