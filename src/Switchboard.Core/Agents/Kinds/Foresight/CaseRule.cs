using Switchboard.Core.Statistics;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>What the prediction rule says of one case.</summary>
/// <param name="HasSignal">Whether what was learned is better than the baseline.</param>
/// <param name="Probability">0..1: learned and calibrated, or the baseline.</param>
/// <param name="Interval">5 % to 95 % over models of resampled entities; null for the baseline.</param>
/// <param name="Prevalence">How often it came about in what was learned from.</param>
/// <param name="Reasons">The five strongest, in log-odds; none for the baseline.</param>
/// <param name="Quality">On what was held out.</param>
/// <param name="Version">The model's version: its cases and its penalty.</param>
public sealed record CaseJudgement(bool HasSignal, double Probability, Interval? Interval, double Prevalence, IReadOnlyList<PredictionWhy> Reasons, PredictionQuality Quality, string Version);

/// <summary>
/// The prediction rule for yes-or-no questions. It learns from at least 200 cases with at least 20 events of the rarer class, chooses on the earlier three quarters by
/// forward folds, is judged on the last quarter by time, and speaks only where AUC and Brier score are surely better than the baseline.
/// </summary>
public static class CaseRule
{
    private const int leastCases = 200;
    private const int leastRare = 20;
    private const int folds = 4;
    private const int refits = 200;
    private const int mostReasons = 5;
    private static readonly double[] penalties = [10, 1, 0.1, 0.01];

    /// <summary>Judges a case by history; null when there is too little of it.</summary>
    /// <param name="history">Cases of the past.</param>
    /// <param name="now">The features of the case.</param>
    /// <param name="names">The features, in order.</param>
    /// <param name="logged">Those learned as log(1 + x).</param>
    /// <param name="horizonDays">How long after its day a case is known.</param>
    /// <param name="seed">What resampling begins with.</param>
    public static CaseJudgement? Judge(IReadOnlyList<PastCase> history, IReadOnlyDictionary<string, double?> now, IReadOnlyList<string> names, IReadOnlyCollection<string> logged, int horizonDays, ulong seed)
    {
        if (!IsEnough(history)) return null;
        PastCase[] cases = [.. history.OrderBy(c => c.AsOf).ThenBy(c => c.Entity, StringComparer.Ordinal)];
        // Whole days are held out, and nothing is learned from whose time reaches into them.
        DateOnly split = cases[cases.Length * 3 / 4].AsOf;
        PastCase[] held = [.. cases.Where(c => c.AsOf >= split)], training = [.. cases.Where(c => c.AsOf.AddDays(horizonDays) <= split)];
        if (training.Length == 0 || !training.Any(c => c.Outcome) || training.All(c => c.Outcome)) return null;

        double prevalence = training.Average(c => c.Outcome ? 1.0 : 0.0);
        (double penalty, Calibration? calibration) = Choose(training, names, logged, horizonDays);
        var table = FeatureTable.Of(training, names, logged);
        double[] model = Fit(table, training, penalty);
        Calibration curve = calibration ?? Calibration.Platt([.. training.Select(c => new Scored(Logistic.LogOdds(model, table.Row(c.Features)), c.Outcome))]);
        double Of(IReadOnlyDictionary<string, double?> features) => curve.Of(Logistic.LogOdds(model, table.Row(features)));

        Scored[] judged = [.. held.Select(c => new Scored(Of(c.Features), c.Outcome))];
        IReadOnlyList<IReadOnlyList<Scored>> groups = [.. held.Zip(judged).GroupBy(p => p.First.Entity, StringComparer.Ordinal).Select(g => (IReadOnlyList<Scored>)[.. g.Select(p => p.Second)])];
        double? auc = Discrimination.Auc(judged);
        Interval? aucInterval = auc is null ? null : GroupedBootstrap.Interval(groups, Discrimination.Auc, seed);
        Interval? gain = GroupedBootstrap.Interval(groups, s => s.Average(c => Square(prevalence - (c.Label ? 1 : 0)) - Square(c.P - (c.Label ? 1 : 0))), seed);
        bool signal = aucInterval is { Low: > 0.5 } && gain is { Low: > 0 };
        var quality = new PredictionQuality("auc", Rounded(auc), Rounded(aucInterval), 0.5, judged.Length);
        string version = FormattableString.Invariant($"logistic-{training.Length}-{split:yyyyMMdd}-{penalty:0.##}");
        if (!signal) return new CaseJudgement(false, Math.Round(prevalence, 4), null, Math.Round(prevalence, 4), [], quality, version);

        double[] row = table.Row(now);
        return new CaseJudgement(true, Math.Round(Of(now), 4), Refitted(training, names, logged, penalty, curve, now, seed), Math.Round(prevalence, 4),
            [.. table.Contributions(model, row, now).OrderByDescending(r => Math.Abs(r.Contribution)).Take(mostReasons)], quality, version);
    }

    private static bool IsEnough(IReadOnlyList<PastCase> history)
    {
        if (history.Count < leastCases) return false;
        // Several looks at the same event are one event.
        int yes = history.Where(c => c.Outcome).Select(c => c.Event ?? $"{c.Entity}/{c.AsOf:O}").Distinct(StringComparer.Ordinal).Count(), no = history.Where(c => !c.Outcome).Select(c => c.Entity).Distinct(StringComparer.Ordinal).Count();
        return Math.Min(yes, Math.Max(no, history.Count(c => !c.Outcome))) >= leastRare;
    }

    /// <summary>The penalty with the least log loss on forward folds, the larger of two that are equal, and the calibration on the scores of those folds.</summary>
    private static (double Penalty, Calibration? Calibration) Choose(PastCase[] training, IReadOnlyList<string> names, IReadOnlyCollection<string> logged, int horizonDays)
    {
        (double Penalty, double Loss, List<Scored> Scores) best = (penalties[0], double.PositiveInfinity, []);
        foreach (double penalty in penalties)
        {
            var scores = new List<Scored>();
            for (int fold = 1; fold <= folds; fold++)
            {
                DateOnly from = training[training.Length * fold / (folds + 1)].AsOf;
                DateOnly? until = fold == folds ? null : training[training.Length * (fold + 1) / (folds + 1)].AsOf;
                PastCase[] before = [.. training.Where(c => c.AsOf.AddDays(horizonDays) <= from)], behind = [.. training.Where(c => c.AsOf >= from && (until is null || c.AsOf < until))];
                if (behind.Length == 0 || !before.Any(c => c.Outcome) || before.All(c => c.Outcome)) continue;
                var table = FeatureTable.Of(before, names, logged);
                double[] model = Fit(table, before, penalty);
                scores.AddRange(behind.Select(c => new Scored(Logistic.LogOdds(model, table.Row(c.Features)), c.Outcome)));
            }

            double loss = Discrimination.LogLoss([.. scores.Select(s => s with { P = Logistic.Sigmoid(s.P) })]) ?? double.PositiveInfinity;
            if (loss < best.Loss - 1e-12) best = (penalty, loss, scores);
        }

        bool both = best.Scores.Any(s => s.Label) && best.Scores.Any(s => !s.Label);
        return (best.Penalty, both ? Calibration.Fit(best.Scores) : null);
    }

    private static Interval? Refitted(PastCase[] training, IReadOnlyList<string> names, IReadOnlyCollection<string> logged, double penalty, Calibration curve, IReadOnlyDictionary<string, double?> now, ulong seed)
    {
        PastCase[][] groups = [.. training.GroupBy(c => c.Entity, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        var random = new SeededDraws(seed);
        var values = new List<double>(refits);
        for (int r = 0; r < refits; r++)
        {
            PastCase[] drawn = [.. Enumerable.Range(0, groups.Length).SelectMany(_ => groups[random.Below(groups.Length)])];
            if (!drawn.Any(c => c.Outcome) || drawn.All(c => c.Outcome)) continue;
            var table = FeatureTable.Of(drawn, names, logged);
            values.Add(curve.Of(Logistic.LogOdds(Fit(table, drawn, penalty), table.Row(now))));
        }

        return values.Count == 0 ? null : new Interval(Math.Round(Estimates.Quantile(values, 0.05)!.Value, 4), Math.Round(Estimates.Quantile(values, 0.95)!.Value, 4));
    }

    private static double[] Fit(FeatureTable table, PastCase[] cases, double penalty) => Logistic.Fit([.. cases.Select(c => table.Row(c.Features))], [.. cases.Select(c => c.Outcome)], penalty);

    private static double Square(double x) => x * x;

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 4) : null;

    private static Interval? Rounded(Interval? value) => value is { } v ? new Interval(Math.Round(v.Low, 4), Math.Round(v.High, 4)) : null;
}
