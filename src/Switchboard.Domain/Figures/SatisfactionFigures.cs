namespace Switchboard.Domain.Figures;

/// <summary>What customers say of us.</summary>
public static class SatisfactionFigures
{
    private const int few = 100;

    /// <summary>CSAT: the share of ratings of 4 and 5, 0..1, with Wilson's interval.</summary>
    /// <param name="ratings">1..5 each.</param>
    public static Estimate Csat(IReadOnlyCollection<int> ratings) => Estimates.Share(ratings.Count(r => r >= 4), ratings.Count);

    /// <summary>NPS: the share of promoters (9, 10) less that of detractors (0–6), −1..1, with a bootstrap interval below 100 answers and that of the normal approximation from there on.</summary>
    /// <param name="answers">0..10 each.</param>
    /// <exception cref="ArgumentOutOfRangeException">An answer is not in 0..10.</exception>
    public static Estimate Nps(IReadOnlyCollection<int> answers)
    {
        if (answers.Count == 0) return new Estimate(null, 0, null);
        double[] points = [.. answers.Select(Point)];
        return new Estimate(points.Average(), points.Length, points.Length < few ? Estimates.Bootstrap(points) : Estimates.Normal(points));
    }

    private static double Point(int answer) => answer switch
    {
        < 0 or > 10 => throw new ArgumentOutOfRangeException(nameof(answer), answer, "An answer is a whole number from 0 to 10."),
        >= 9 => 1,
        >= 7 => 0,
        _ => -1,
    };
}
