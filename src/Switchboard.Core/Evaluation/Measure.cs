namespace Switchboard.Core.Evaluation;

/// <summary>
/// Metrics with 95 % percentile bootstrap intervals (Efron 1979; 2 000 resamples of the items with replacement, fixed seed). From more than ten
/// thousand items fewer resamples are drawn, 400 at least, so that an interval costs a second or so.
/// </summary>
public static class Measure
{
    private const int resamples = 2000;
    private const int fewestResamples = 400;
    private const long mostDraws = 20_000_000;
    private const int seed = 20260101;

    /// <summary>The share of items for which something holds, 0..1.</summary>
    public static EvaluationMetric Share(string name, IReadOnlyCollection<bool> outcomes, Better better = Better.Higher) =>
        Mean(name, [.. outcomes.Select(o => o ? 1.0 : 0)], better);

    /// <summary>The mean of one value per item.</summary>
    public static EvaluationMetric Mean(string name, IReadOnlyCollection<double> values, Better better = Better.Higher)
    {
        double[] all = [.. values];
        return Statistic(name, all.Length, items =>
        {
            double sum = 0;
            foreach (int i in items) sum += all[i];
            return sum / items.Length;
        }, better);
    }

    /// <summary>The median of one value per item.</summary>
    public static EvaluationMetric Median(string name, IReadOnlyCollection<double> values, Better better = Better.None)
    {
        double[] all = [.. values];
        return Statistic(name, all.Length, items =>
        {
            var drawn = new double[items.Length];
            for (int i = 0; i < drawn.Length; i++) drawn[i] = all[items[i]];
            Array.Sort(drawn);
            int middle = drawn.Length / 2;
            return drawn.Length % 2 == 1 ? drawn[middle] : (drawn[middle - 1] + drawn[middle]) / 2;
        }, better);
    }

    /// <summary>A single measured figure without an interval, such as the time of one training.</summary>
    public static EvaluationMetric Once(string name, double value, Better better = Better.None) => new(name, value, value, value, 1) { Better = better };

    /// <summary>
    /// Precision, recall and F1 of a type, 0..1, from the counts of each item (a sentence, say): found and right, found and wrong, not found. A share
    /// without a denominator is 0.
    /// </summary>
    public static IReadOnlyList<EvaluationMetric> PrecisionRecall(string prefix, IReadOnlyCollection<(int Right, int Wrong, int Missed)> items)
    {
        (int Right, int Wrong, int Missed)[] all = [.. items];
        return
        [
            Of("precision", (right, wrong, _) => Ratio(right, right + wrong)),
            Of("recall", (right, _, missed) => Ratio(right, right + missed)),
            Of("f1", (right, wrong, missed) => Ratio(2 * right, (2 * right) + wrong + missed)),
        ];

        EvaluationMetric Of(string name, Func<double, double, double, double> share) => Statistic($"{prefix}.{name}", all.Length, drawn =>
        {
            int right = 0, wrong = 0, missed = 0;
            foreach (int i in drawn)
            {
                right += all[i].Right;
                wrong += all[i].Wrong;
                missed += all[i].Missed;
            }
            return share(right, wrong, missed);
        }, Better.Higher);

        static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
    }

    /// <summary>Any statistic of a sample of items, given as their indexes; 0 with an empty interval where there are none.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="count">How many items there are.</param>
    /// <param name="statistic">Its value over the items of the given indexes, which repeat in a resample.</param>
    /// <param name="better">Which way it improves.</param>
    public static EvaluationMetric Statistic(string name, int count, Func<int[], double> statistic, Better better)
    {
        if (count == 0) return new EvaluationMetric(name, 0, 0, 0, 0) { Better = better };
        double value = statistic([.. Enumerable.Range(0, count)]);
        var random = new Random(seed);
        var drawn = new int[count];
        var values = new double[(int)Math.Clamp(mostDraws / count, fewestResamples, resamples)];
        for (int r = 0; r < values.Length; r++)
        {
            for (int i = 0; i < drawn.Length; i++) drawn[i] = random.Next(count);
            values[r] = statistic(drawn);
        }
        Array.Sort(values);
        return new EvaluationMetric(name, value, values[(int)(0.025 * (values.Length - 1))], values[(int)Math.Ceiling(0.975 * (values.Length - 1))], count) { Better = better };
    }
}
