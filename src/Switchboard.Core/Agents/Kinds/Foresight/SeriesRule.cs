using Switchboard.Core.Statistics;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>What is foreseen of a step ahead.</summary>
/// <param name="Value">The value, at least 0.</param>
/// <param name="Within80">Where it lies in four of five cases.</param>
/// <param name="Within95">Where it lies in nineteen of twenty.</param>
public sealed record SeriesStep(double Value, Interval Within80, Interval Within95);

/// <summary>What the prediction rule says of a series.</summary>
/// <param name="Basis">Learned, baseline or formula.</param>
/// <param name="Steps">The steps ahead.</param>
/// <param name="Baseline">What the seasonal-naive baseline says of each.</param>
/// <param name="Quality">By how much its error is smaller than the baseline's on what was held out; null for the formula.</param>
/// <param name="Version">The version: days and shares.</param>
public sealed record SeriesJudgement(PredictionBasis Basis, IReadOnlyList<SeriesStep> Steps, IReadOnlyList<double> Baseline, PredictionQuality? Quality, string Version);

/// <summary>
/// The prediction rule for a series with a season: Holt-Winters from 200 values on, chosen on the earlier three quarters and judged on the last by rolling origins against
/// the same place of the last season; where it is not surely better that baseline speaks, and with fewer values the median of the last four seasons.
/// </summary>
public static class SeriesRule
{
    private const int leastLearned = 200;
    private const int seasonsOfFormula = 4;
    private const int leastOdd = 3;

    /// <summary>Foresees a series; at least two seasons of it are needed.</summary>
    /// <param name="values">The series, the oldest first.</param>
    /// <param name="period">Values in a season.</param>
    /// <param name="steps">How many steps ahead.</param>
    /// <param name="isOdd">Which steps are out of the ordinary, before and behind the end of the series; holidays.</param>
    /// <param name="oddPlace">The place in the season that stands for such a step while there are too few of them.</param>
    /// <param name="seed">What resampling begins with.</param>
    public static SeriesJudgement Foresee(IReadOnlyList<double> values, int period, int steps, Func<int, bool> isOdd, int oddPlace, ulong seed)
    {
        double[] naive = [.. Enumerable.Range(1, steps).Select(h => Naive(values, values.Count, h, period))];
        return values.Count < leastLearned ? Formula(values, period, steps, naive) : Learned(values, period, steps, isOdd, oddPlace, seed, naive);
    }

    private static SeriesJudgement Formula(IReadOnlyList<double> values, int period, int steps, double[] naive)
    {
        var made = Enumerable.Range(1, steps).Select(h =>
        {
            int place = (values.Count + h - 1) % period;
            double[] same = [.. Enumerable.Range(0, values.Count).Where(i => i % period == place).TakeLast(seasonsOfFormula).Select(i => values[i])];
            var range = new Interval(same.Min(), same.Max());
            return new SeriesStep(Estimates.Quantile(same, 0.5)!.Value, range, range);
        });
        return new SeriesJudgement(PredictionBasis.Formula, [.. made], naive, null, "seasonal-median-1");
    }

    private static SeriesJudgement Learned(IReadOnlyList<double> values, int period, int steps, Func<int, bool> isOdd, int oddPlace, ulong seed, double[] naive)
    {
        int split = values.Count * 3 / 4, furthest = (steps + period - 1) / period * period;
        Smoothing shares = HoltWinters.Choose([.. values.Take(split)], period, isOdd);
        // Rolling origins: from each held-out value on, with what was known by then.
        var errors = new List<(int At, int Season, double Model, double Naive)>();
        HoltWinters rolling = HoltWinters.Of([.. values.Take(split)], period, shares, isOdd);
        for (int origin = split; origin < values.Count; origin++)
        {
            for (int h = 1; h <= furthest && origin + h - 1 < values.Count; h++)
            {
                int at = origin + h - 1;
                if (isOdd(at)) continue;
                errors.Add((at, (h - 1) / period, values[at] - rolling.Forecast(h), values[at] - Naive(values, origin, h, period)));
            }

            rolling.Take(isOdd(origin) ? rolling.Forecast(1) : values[origin]);
        }

        IReadOnlyList<IReadOnlyList<double>> blocks = [.. errors.GroupBy(e => e.At / period).OrderBy(g => g.Key).Select(g => (IReadOnlyList<double>)[.. g.Select(e => Math.Abs(e.Naive) - Math.Abs(e.Model))])];
        Interval? gain = GroupedBootstrap.Interval(blocks, s => s.Average(), seed);
        bool signal = gain is { Low: > 0 };
        var quality = new PredictionQuality("mae_gain", Math.Round(errors.Average(e => Math.Abs(e.Naive) - Math.Abs(e.Model)), 4), gain is { } g ? new Interval(Math.Round(g.Low, 4), Math.Round(g.High, 4)) : null, Math.Round(errors.Average(e => Math.Abs(e.Naive)), 4), values.Count - split);

        var oddRatios = new List<double>();
        HoltWinters whole = HoltWinters.Of(values, period, shares, isOdd, (i, expected, came) =>
        {
            if (isOdd(i) && expected > 0) oddRatios.Add(came / expected);
        });
        var made = Enumerable.Range(1, steps).Select(h =>
        {
            double value = signal ? whole.Forecast(h) : naive[h - 1];
            if (isOdd(values.Count + h - 1)) value = oddRatios.Count >= leastOdd ? value * Estimates.Quantile(oddRatios, 0.5)!.Value : whole.Forecast(h, oddPlace);
            double[] missed = [.. errors.Where(e => e.Season == (h - 1) / period).Select(e => signal ? e.Model : e.Naive)];
            return new SeriesStep(value, Around(value, missed, 0.8), Around(value, missed, 0.95));
        });
        return new SeriesJudgement(
            signal ? PredictionBasis.Learned : PredictionBasis.Baseline, [.. made], naive, quality, FormattableString.Invariant($"holt-winters-{values.Count}-{shares.Alpha:0.##}-{shares.Beta:0.##}-{shares.Gamma:0.##}"));
    }

    private static Interval Around(double value, double[] errors, double share) => errors.Length == 0
        ? new Interval(value, value)
        : new Interval(Math.Max(0, value + Estimates.Quantile(errors, (1 - share) / 2)!.Value), Math.Max(0, value + Estimates.Quantile(errors, (1 + share) / 2)!.Value));

    /// <summary>The newest value of the same place that is known at an origin.</summary>
    private static double Naive(IReadOnlyList<double> values, int origin, int h, int period) => values[origin + h - 1 - (((h - 1) / period + 1) * period)];
}
