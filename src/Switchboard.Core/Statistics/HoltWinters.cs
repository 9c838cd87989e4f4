namespace Switchboard.Core.Statistics;

/// <summary>The shares with which a new value moves level, trend and season, 0..1 each.</summary>
/// <param name="Alpha">Of the level.</param>
/// <param name="Beta">Of the trend.</param>
/// <param name="Gamma">Of the season.</param>
public sealed record Smoothing(double Alpha, double Beta, double Gamma);

/// <summary>
/// Additive Holt-Winters smoothing with a damped trend (Gardner and McKenzie 1989; Hyndman and Athanasopoulos 2021, 8.3). It starts from the first two seasons: level the
/// mean of the first, trend the growth of the means, season what the first differs from its level.
/// </summary>
public sealed class HoltWinters
{
    private const double phi = 0.98;
    private static readonly double[] grid = [0.05, 0.1, 0.2, 0.3, 0.5];

    private readonly int period;
    private readonly Smoothing shares;
    private readonly double[] season;
    private double level;
    private double trend;
    private int count;

    private HoltWinters(IReadOnlyList<double> values, int period, Smoothing shares)
    {
        this.period = period;
        this.shares = shares;
        level = values.Take(period).Average();
        trend = (values.Skip(period).Take(period).Average() - level) / period;
        season = [.. values.Take(period).Select(v => v - level)];
        count = period;
    }

    /// <summary>Smooths a series.</summary>
    /// <param name="values">At least two seasons.</param>
    /// <param name="period">Values in a season.</param>
    /// <param name="shares">The shares.</param>
    /// <param name="isOdd">Which values are out of the ordinary: what was expected stands for them. Null for none.</param>
    /// <param name="seen">Told of each value behind the first season: its place, what was expected one step before, and what came.</param>
    public static HoltWinters Of(IReadOnlyList<double> values, int period, Smoothing shares, Func<int, bool>? isOdd = null, Action<int, double, double>? seen = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2 * period, nameof(values));
        var smoothed = new HoltWinters(values, period, shares);
        for (int i = period; i < values.Count; i++)
        {
            double expected = smoothed.Forecast(1);
            seen?.Invoke(i, expected, values[i]);
            smoothed.Take(isOdd?.Invoke(i) == true ? expected : values[i]);
        }

        return smoothed;
    }

    /// <summary>The shares with the least mean absolute error one step ahead; of equal ones the smallest.</summary>
    public static Smoothing Choose(IReadOnlyList<double> values, int period, Func<int, bool>? isOdd = null)
    {
        (double Error, Smoothing Shares) best = (double.PositiveInfinity, new Smoothing(grid[0], grid[0], grid[0]));
        foreach (double alpha in grid)
            foreach (double beta in grid)
                foreach (double gamma in grid)
                {
                    double sum = 0;
                    var tried = new Smoothing(alpha, beta, gamma);
                    Of(values, period, tried, isOdd, (i, expected, came) => sum += isOdd?.Invoke(i) == true ? 0 : Math.Abs(came - expected));
                    if (sum < best.Error - 1e-9) best = (sum, tried);
                }

        return best.Shares;
    }

    /// <summary>What is expected a number of steps ahead, at least 0.</summary>
    /// <param name="steps">1 for the next.</param>
    public double Forecast(int steps) => Forecast(steps, (count + steps - 1) % period);

    /// <summary>What is expected a number of steps ahead, with the season of another place.</summary>
    /// <param name="steps">1 for the next.</param>
    /// <param name="place">The place in the season, 0 for that of the first value.</param>
    public double Forecast(int steps, int place)
    {
        double damped = 0, power = 1;
        for (int i = 0; i < steps; i++) damped += power *= phi;
        return Math.Max(0, level + (damped * trend) + season[place]);
    }

    /// <summary>Takes the next value in.</summary>
    public void Take(double value)
    {
        int place = count % period;
        double before = level;
        level = (shares.Alpha * (value - season[place])) + ((1 - shares.Alpha) * (before + (phi * trend)));
        trend = (shares.Beta * (level - before)) + ((1 - shares.Beta) * phi * trend);
        season[place] = (shares.Gamma * (value - level)) + ((1 - shares.Gamma) * season[place]);
        count++;
    }
}
