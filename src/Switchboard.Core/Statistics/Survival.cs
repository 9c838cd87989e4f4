using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Statistics;

/// <summary>How long somebody was seen, and how that ended.</summary>
/// <param name="Time">Days, not negative.</param>
/// <param name="IsEvent">True when the event came; false when the look-out ended without it.</param>
public readonly record struct Lifetime(int Time, bool IsEvent);

/// <summary>The curve at a time at which events came.</summary>
/// <param name="T">The time, in days.</param>
/// <param name="AtRisk">Who could still have the event just before; those whose look-out ends at the same time are among them.</param>
/// <param name="Events">Events at that time.</param>
/// <param name="S">The share that goes on beyond it, 0..1.</param>
/// <param name="Interval">Where that share lies with 95 % confidence; null where the curve has reached 0.</param>
public sealed record SurvivalPoint(int T, int AtRisk, int Events, double S, Interval? Interval);

/// <summary>How much two curves differ.</summary>
/// <param name="ChiSquare">The statistic, 1 degree of freedom.</param>
/// <param name="P">How probable one as large is when they do not differ, 0..1.</param>
public sealed record LogRank(double ChiSquare, double P);

/// <summary>Methods for times until something happens, some of which were not seen to their end.</summary>
public static class Survival
{
    private static readonly double z = Normal.InvCDF(0, 1, 0.975);

    /// <summary>The product-limit curve (Kaplan and Meier 1958) with Greenwood's variance and intervals on the log(−log) scale (Kalbfleisch and Prentice 1980).</summary>
    /// <param name="lifetimes">In any order; days.</param>
    /// <returns>A point for each time at which events came, in ascending order; none without events.</returns>
    public static IReadOnlyList<SurvivalPoint> Curve(IReadOnlyCollection<Lifetime> lifetimes)
    {
        var points = new List<SurvivalPoint>();
        double s = 1, greenwood = 0;
        foreach ((int time, int atRisk, int events) in Steps(lifetimes))
        {
            s *= (double)(atRisk - events) / atRisk;
            if (atRisk > events) greenwood += (double)events / ((double)atRisk * (atRisk - events));
            points.Add(new SurvivalPoint(time, atRisk, events, s, s > 0 ? IntervalOf(s, greenwood) : null));
        }

        return points;
    }

    /// <summary>The first time at which the curve is at or below a half; null when it never gets there.</summary>
    public static int? Median(IReadOnlyList<SurvivalPoint> curve) => curve.FirstOrDefault(p => p.S <= 0.5)?.T;

    /// <summary>The log-rank test of two groups (Mantel 1966; hypergeometric variance, tied events together).</summary>
    /// <returns>The result; null when no time tells the two apart.</returns>
    public static LogRank? Compare(IReadOnlyCollection<Lifetime> one, IReadOnlyCollection<Lifetime> other)
    {
        double difference = 0, variance = 0;
        foreach (int time in one.Concat(other).Where(l => l.IsEvent).Select(l => l.Time).Distinct())
        {
            double n1 = one.Count(l => l.Time >= time), n2 = other.Count(l => l.Time >= time), n = n1 + n2;
            double d1 = one.Count(l => l.IsEvent && l.Time == time), d = d1 + other.Count(l => l.IsEvent && l.Time == time);
            difference += d1 - (d * n1 / n);
            if (n > 1) variance += d * (n1 / n) * (n2 / n) * (n - d) / (n - 1);
        }

        if (variance <= 0) return null;
        double chiSquare = difference * difference / variance;
        return new LogRank(chiSquare, SpecialFunctions.Erfc(Math.Sqrt(chiSquare / 2)));
    }

    private static IEnumerable<(int Time, int AtRisk, int Events)> Steps(IReadOnlyCollection<Lifetime> lifetimes)
    {
        int atRisk = lifetimes.Count;
        foreach (IGrouping<int, Lifetime> at in lifetimes.GroupBy(l => l.Time).OrderBy(g => g.Key))
        {
            int events = at.Count(l => l.IsEvent);
            if (events > 0) yield return (at.Key, atRisk, events);
            atRisk -= at.Count();
        }
    }

    private static Interval IntervalOf(double s, double greenwood)
    {
        double spread = Math.Exp(z * Math.Sqrt(greenwood) / Math.Abs(Math.Log(s)));
        return new Interval(Math.Pow(s, spread), Math.Pow(s, 1 / spread));
    }
}
