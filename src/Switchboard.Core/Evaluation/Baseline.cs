using System.Text.Json;

namespace Switchboard.Core.Evaluation;

/// <summary>How a metric moved against the baseline.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Before">Its value in the baseline.</param>
/// <param name="Now">Its value now.</param>
/// <param name="Margin">The half-width of the 95 % interval of the difference.</param>
/// <param name="Verdict">What that says.</param>
public sealed record MetricChange(string Name, double Before, double Now, double Margin, ChangeVerdict Verdict);

/// <summary>What a change says.</summary>
public enum ChangeVerdict
{
    /// <summary>Within what chance explains.</summary>
    Same,

    /// <summary>Better by more than the margin.</summary>
    Gain,

    /// <summary>Worse by more than the margin.</summary>
    Loss,

    /// <summary>A time, which is not judged.</summary>
    Unjudged,
}

/// <summary>Compares a report with an earlier one that was stored as JSON.</summary>
public static class Baseline
{
    private const double quantile = 1.959964;

    /// <summary>Reads a stored report.</summary>
    /// <exception cref="InvalidDataException">The file is no report of this task.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EvaluationReport Read(string path, string task)
    {
        string text = File.ReadAllText(path);
        EvaluationReport report;
        try
        {
            report = Json.Read<EvaluationReport>(text);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The baseline {path} is no evaluation report ({error.Message}). Store one with: evaluate {task} --data PATH --json > FILE", error);
        }
        if (report.Metrics is null || report.Task != task) throw new InvalidDataException($"The baseline {path} is a report of \"{report.Task}\", not of \"{task}\".");
        return report;
    }

    /// <summary>
    /// Each metric that both reports hold. The difference has the standard errors of both, each a quarter of its interval's width (a normal approximation of
    /// two independent samples; on the same items it is too careful, so a small loss can pass and a false alarm is rarer than one in twenty).
    /// </summary>
    public static IReadOnlyList<MetricChange> Compare(EvaluationReport before, EvaluationReport now)
    {
        Dictionary<string, EvaluationMetric> known = before.Metrics.GroupBy(m => m.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return [.. now.Metrics.Where(m => known.ContainsKey(m.Name)).Select(m => Change(known[m.Name], m))];
    }

    private static MetricChange Change(EvaluationMetric before, EvaluationMetric now)
    {
        double margin = quantile * Math.Sqrt(Square(Error(before)) + Square(Error(now)));
        double gain = now.Better == Better.Lower ? before.Value - now.Value : now.Value - before.Value;
        ChangeVerdict verdict = now.Better == Better.None ? ChangeVerdict.Unjudged : gain > margin ? ChangeVerdict.Gain : gain < -margin ? ChangeVerdict.Loss : ChangeVerdict.Same;
        return new MetricChange(now.Name, before.Value, now.Value, margin, verdict);

        static double Error(EvaluationMetric m) => (m.High - m.Low) / (2 * quantile);
        static double Square(double x) => x * x;
    }
}
