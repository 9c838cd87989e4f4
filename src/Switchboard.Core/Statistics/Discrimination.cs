namespace Switchboard.Core.Statistics;

/// <summary>A score of a case and what became of it.</summary>
/// <param name="P">The score; for the Brier score a probability 0..1.</param>
/// <param name="Label">Whether it came about.</param>
public readonly record struct Scored(double P, bool Label);

/// <summary>How well scores tell cases apart.</summary>
public static class Discrimination
{
    /// <summary>The area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil 1982): how often a case that came about scores above one that did not, ties by half. Null with one class only.</summary>
    public static double? Auc(IReadOnlyList<Scored> cases)
    {
        int positives = cases.Count(c => c.Label), negatives = cases.Count - positives;
        if (positives == 0 || negatives == 0) return null;
        Scored[] sorted = [.. cases.OrderBy(c => c.P)];
        double ranks = 0;
        for (int i = 0; i < sorted.Length;)
        {
            int end = i;
            while (end < sorted.Length && sorted[end].P == sorted[i].P) end++;
            double rank = (i + 1 + end) / 2.0;
            for (int k = i; k < end; k++)
                if (sorted[k].Label) ranks += rank;
            i = end;
        }

        return (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    /// <summary>The mean squared difference of probability and outcome (Brier 1950), 0..1; null without cases.</summary>
    public static double? Brier(IReadOnlyList<Scored> cases) => cases.Count == 0 ? null : cases.Average(c => (c.P - (c.Label ? 1 : 0)) * (c.P - (c.Label ? 1 : 0)));

    /// <summary>The mean log loss in nats, with probabilities kept off 0 and 1; null without cases.</summary>
    public static double? LogLoss(IReadOnlyList<Scored> cases) => cases.Count == 0 ? null : cases.Average(c => -Math.Log(Math.Clamp(c.Label ? c.P : 1 - c.P, 1e-12, 1)));

    /// <summary>The expected calibration error over bins of equal count (Naeini, Cooper and Hauskrecht 2015), 0..1.</summary>
    public static double CalibrationError(IReadOnlyList<Scored> cases, int bins = 10)
    {
        Scored[] sorted = [.. cases.OrderBy(c => c.P)];
        double error = 0;
        for (int b = 0; b < bins; b++)
        {
            Scored[] bin = sorted[(sorted.Length * b / bins)..(sorted.Length * (b + 1) / bins)];
            if (bin.Length > 0) error += (double)bin.Length / sorted.Length * Math.Abs(bin.Average(c => c.P) - bin.Average(c => c.Label ? 1.0 : 0.0));
        }

        return error;
    }
}
