namespace Switchboard.Core.Statistics;

/// <summary>Makes scores into probabilities that are kept.</summary>
public abstract class Calibration
{
    /// <summary>The probability of a score, 0..1.</summary>
    public abstract double Of(double score);

    /// <summary>Platt's curve when the rarer class has fewer than 100 cases, else the isotonic one.</summary>
    public static Calibration Fit(IReadOnlyList<Scored> scores) => Math.Min(scores.Count(s => s.Label), scores.Count(s => !s.Label)) < 100 ? Platt(scores) : Isotonic(scores);

    /// <summary>A logistic curve over scores (Platt 1999), with his smoothed targets' effect taken by a small penalty.</summary>
    /// <param name="scores">Scores as log-odds, with what became of them.</param>
    public static Calibration Platt(IReadOnlyList<Scored> scores) => new Curve(Logistic.Fit([.. scores.Select(s => new[] { s.P })], [.. scores.Select(s => s.Label)], 1e-3));

    /// <summary>The best rising steps by pooling adjacent violators (Ayer and others 1955), between steps by straight lines.</summary>
    /// <param name="scores">Scores of any kind, with what became of them.</param>
    public static Calibration Isotonic(IReadOnlyList<Scored> scores)
    {
        var blocks = new List<(double X, double Sum, int N)>();
        foreach (IGrouping<double, Scored> at in scores.GroupBy(s => s.P).OrderBy(g => g.Key))
        {
            (double X, double Sum, int N) block = (at.Key * at.Count(), at.Count(s => s.Label), at.Count());
            while (blocks.Count > 0 && blocks[^1].Sum / blocks[^1].N >= block.Sum / block.N)
            {
                block = (block.X + blocks[^1].X, block.Sum + blocks[^1].Sum, block.N + blocks[^1].N);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        // A step of all or none stands for more than its own cases: a half is added on each side (Laplace), so that nothing is certain.
        return new Steps([.. blocks.Select(b => (b.X / b.N, (b.Sum + 0.5) / (b.N + 1)))]);
    }

    private sealed class Curve(double[] b) : Calibration
    {
        public override double Of(double score) => Logistic.P(b, [score]);
    }

    private sealed class Steps((double X, double P)[] points) : Calibration
    {
        public override double Of(double score)
        {
            if (score <= points[0].X) return points[0].P;
            for (int i = 1; i < points.Length; i++)
                if (score <= points[i].X) return points[i - 1].P + ((points[i].P - points[i - 1].P) * (score - points[i - 1].X) / (points[i].X - points[i - 1].X));
            return points[^1].P;
        }
    }
}
