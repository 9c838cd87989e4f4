using System.Runtime.InteropServices;

namespace Switchboard.Domain.Figures;

/// <summary>Where a figure lies with 95 % confidence.</summary>
/// <param name="Low">Lower end, in the figure's unit.</param>
/// <param name="High">Upper end.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interval(double Low, double High);

/// <summary>A figure with how much it rests on.</summary>
/// <param name="Value">The figure; null when there is nothing to count.</param>
/// <param name="N">How many cases it rests on.</param>
/// <param name="Interval">Where it lies with 95 % confidence; null when there is nothing to count.</param>
public sealed record Estimate(double? Value, int N, Interval? Interval);

/// <summary>The few numeric methods that the definitions of figures need.</summary>
public static class Estimates
{
    private const double z = 1.959963984540054;
    private const int resamples = 2000;

    /// <summary>A share with Wilson's score interval (Wilson 1927), 0..1.</summary>
    /// <param name="successes">Cases that count, 0..n.</param>
    /// <param name="n">All cases.</param>
    /// <exception cref="ArgumentOutOfRangeException">The successes are not in 0..n.</exception>
    public static Estimate Share(int successes, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, n);
        if (n == 0) return new Estimate(null, 0, null);
        double p = (double)successes / n, spread = z * z / n;
        double centre = (p + spread / 2) / (1 + spread);
        double half = z / (1 + spread) * Math.Sqrt(p * (1 - p) / n + spread / (4 * n));
        return new Estimate(p, n, new Interval(Math.Max(0, centre - half), Math.Min(1, centre + half)));
    }

    /// <summary>The q-quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7); null without values.</summary>
    /// <param name="values">The values, in any order and unit.</param>
    /// <param name="q">0..1.</param>
    public static double? Quantile(IEnumerable<double> values, double q)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(q);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(q, 1);
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        double place = q * (sorted.Length - 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>The slope of the least-squares line, in units of y for each unit of x; null with fewer than two different x.</summary>
    public static double? Slope(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < 2) return null;
        double meanX = points.Average(p => p.X), meanY = points.Average(p => p.Y);
        double spread = points.Sum(p => (p.X - meanX) * (p.X - meanX));
        return spread == 0 ? null : points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / spread;
    }

    /// <summary>The interval of a mean by the normal approximation, for many values: mean ± 1.96 × s ÷ √n.</summary>
    /// <param name="values">At least two values.</param>
    public static Interval Normal(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        double mean = values.Average();
        double half = z * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count);
        return new Interval(mean - half, mean + half);
    }

    /// <summary>The percentile bootstrap interval of a mean (Efron 1979). The same values give the same interval: the draws follow from a fixed seed.</summary>
    public static Interval Bootstrap(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        ulong state = 0x9E3779B97F4A7C15;
        var means = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < values.Count; i++)
            {
                // SplitMix64 (Steele, Lea and Flood 2014); the high half of a product picks an index without a visible bias.
                ulong x = state += 0x9E3779B97F4A7C15;
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                x ^= x >> 31;
                sum += values[(int)Math.BigMul(x, (ulong)values.Count, out _)];
            }

            means[r] = sum / values.Count;
        }

        return new Interval(Quantile(means, 0.025)!.Value, Quantile(means, 0.975)!.Value);
    }
}
