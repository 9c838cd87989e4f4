namespace Switchboard.Core.Statistics;

/// <summary>Draws that follow from a seed, the same on every machine: SplitMix64 (Steele, Lea and Flood 2014).</summary>
/// <param name="seed">What they begin with.</param>
public sealed class SeededDraws(ulong seed)
{
    private ulong state = seed;

    /// <summary>An index below a count; the high half of a product picks it without a visible bias.</summary>
    /// <param name="count">At least 1.</param>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ulong x = state += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        x ^= x >> 31;
        return (int)Math.BigMul(x, (ulong)count, out _);
    }
}

/// <summary>Percentile bootstrap intervals (Efron 1979) of statistics of cases that belong together in groups.</summary>
public static class GroupedBootstrap
{
    /// <summary>The 95 % interval of a statistic; whole groups are drawn. Null where no draw gives a value.</summary>
    /// <param name="groups">The cases of each group.</param>
    /// <param name="statistic">The statistic of cases; null where it has no value.</param>
    /// <param name="seed">What the draws begin with.</param>
    /// <param name="draws">How many.</param>
    public static Domain.Figures.Interval? Interval<T>(IReadOnlyList<IReadOnlyList<T>> groups, Func<IReadOnlyList<T>, double?> statistic, ulong seed, int draws = 2000)
    {
        if (groups.Count == 0) return null;
        var random = new SeededDraws(seed);
        var values = new List<double>(draws);
        var sample = new List<T>();
        for (int d = 0; d < draws; d++)
        {
            sample.Clear();
            for (int g = 0; g < groups.Count; g++) sample.AddRange(groups[random.Below(groups.Count)]);
            if (statistic(sample) is { } value) values.Add(value);
        }

        return values.Count == 0 ? null : new(Domain.Figures.Estimates.Quantile(values, 0.025)!.Value, Domain.Figures.Estimates.Quantile(values, 0.975)!.Value);
    }
}
