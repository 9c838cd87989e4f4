using Switchboard.Domain.Figures;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>How features become the numbers of a model: cut at the 1st and 99th percentile, logged where marked, standardised; what is missing is the mean, with an indicator where that is common.</summary>
internal sealed class FeatureTable
{
    private const double commonlyMissing = 0.05;
    private readonly IReadOnlyList<Column> columns;

    private FeatureTable(IReadOnlyList<Column> columns) => this.columns = columns;

    /// <summary>Learns it from the cases that a model is learned from.</summary>
    public static FeatureTable Of(IReadOnlyList<PastCase> cases, IReadOnlyList<string> names, IReadOnlyCollection<string> logged) => new([.. names.Select(name =>
    {
        bool isLogged = logged.Contains(name);
        double[] known = [.. cases.Select(c => c.Features.GetValueOrDefault(name)).OfType<double>()];
        if (known.Length == 0) return new Column(name, isLogged, 0, 0, 0, 1, false);
        double low = Estimates.Quantile(known, 0.01)!.Value, high = Estimates.Quantile(known, 0.99)!.Value;
        double[] values = [.. known.Select(v => Shaped(v, low, high, isLogged))];
        double mean = values.Average(), spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return new Column(name, isLogged, low, high, mean, spread < 1e-12 ? 1 : spread, 1 - ((double)known.Length / cases.Count) >= commonlyMissing);
    })]);

    /// <summary>The numbers of a case.</summary>
    public double[] Row(IReadOnlyDictionary<string, double?> features) => [.. columns.SelectMany(c => c.Of(features.GetValueOrDefault(c.Name)))];

    /// <summary>What each feature adds to the log-odds, beside the mean case.</summary>
    public IEnumerable<PredictionWhy> Contributions(double[] model, double[] row, IReadOnlyDictionary<string, double?> features)
    {
        int at = 0;
        foreach (Column column in columns)
        {
            double sum = model[at + 1] * row[at];
            at++;
            if (column.HasIndicator)
            {
                sum += model[at + 1] * row[at];
                at++;
            }

            yield return new PredictionWhy(column.Name, features.GetValueOrDefault(column.Name), Math.Round(sum, 4));
        }
    }

    private static double Shaped(double value, double low, double high, bool isLogged)
    {
        double cut = Math.Clamp(value, low, high);
        return isLogged ? Math.Sign(cut) * Math.Log(1 + Math.Abs(cut)) : cut;
    }

    private sealed record Column(string Name, bool IsLogged, double Low, double High, double Mean, double Spread, bool HasIndicator)
    {
        public IEnumerable<double> Of(double? value)
        {
            yield return value is { } known ? (Shaped(known, Low, High, IsLogged) - Mean) / Spread : 0;
            if (HasIndicator) yield return value is null ? 1 : 0;
        }
    }
}
