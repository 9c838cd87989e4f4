using System.Reflection;
using System.Text.Json;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>A case of the past: what was known before a day, and what came in the time behind it.</summary>
/// <param name="Entity">Whom it was about; cases of one entity are drawn together.</param>
/// <param name="AsOf">The day.</param>
/// <param name="Outcome">Whether it came about.</param>
/// <param name="Features">What was known, by name; null for what was not.</param>
public sealed record PastCase(string Entity, DateOnly AsOf, bool Outcome, IReadOnlyDictionary<string, double?> Features)
{
    /// <summary>The event that made it come about, where several cases stand before the same one; null for one of its own.</summary>
    public string? Event { get; init; }
}

/// <summary>What a yes-or-no question is foreseen from: the agent's own properties are the features, all else stands here.</summary>
public abstract record CaseFacts : PredictorFacts
{
    /// <summary>The day as of which the features hold.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Whom it is about; null when the facts come from outside.</summary>
    public Guid? EntityId { get; init; }

    /// <summary>Cases of the past whose time is over; null when there is no history.</summary>
    public IReadOnlyList<PastCase>? History { get; init; }
}

/// <summary>What a scorecard says.</summary>
/// <param name="Score">0..100.</param>
/// <param name="Reasons">The points of each fact.</param>
/// <param name="Level">high, medium or low.</param>
public sealed record Scorecard(double Score, IReadOnlyList<PredictionWhy> Reasons, string? Level);

/// <summary>
/// An agent that foresees whether something happens. The prediction rule is written here: with enough history a model is learned and judged on what it did not see;
/// where it is no better than how often the thing happens anyway, that is said; with too little history the agent's scorecard speaks, marked as one.
/// </summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">The features as nullable numbers and truths, and the history.</typeparam>
/// <typeparam name="TOutput">The answer.</typeparam>
public abstract class CasePredictor<TInput, TFacts, TOutput> : Predictor<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : CaseFacts
    where TOutput : PredictionFinding
{
    private static readonly PropertyInfo[] features = [.. typeof(TFacts).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(p => (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType) is var t && (t == typeof(int) || t == typeof(double) || t == typeof(decimal) || t == typeof(bool) || t == typeof(long)))];

    /// <summary>How far ahead, in days.</summary>
    protected abstract int HorizonDays { get; }

    /// <summary>Version of the scorecard.</summary>
    protected abstract string ScorecardVersion { get; }

    /// <summary>The features that are learned as log(1 + x).</summary>
    protected virtual IReadOnlyCollection<string> Logged => [];

    /// <summary>The points by the rule that is written down. A fact that is not known scores 0.</summary>
    protected abstract Scorecard ScorecardOf(TInput input, TFacts facts);

    /// <summary>The answer around what the rule says.</summary>
    protected abstract TOutput Answer(TInput input, TFacts facts, AgentBasis basis);

    /// <summary>high, medium or low of a learned probability.</summary>
    protected virtual string LevelOf(double p, double prevalence) => p >= 0.6 || p >= 4 * prevalence ? "high" : p >= 2 * prevalence || (p >= 0.3 && p > prevalence) ? "medium" : "low";

    /// <summary>The features of facts by name; null for what is not known.</summary>
    protected static IReadOnlyDictionary<string, double?> FeaturesOf(TFacts facts) => features.ToDictionary(
        p => JsonNamingPolicy.CamelCase.ConvertName(p.Name),
        p => p.GetValue(facts) switch { null => (double?)null, bool b => b ? 1 : 0, var value => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) },
        StringComparer.Ordinal);

    /// <inheritdoc />
    protected sealed override OwnAccuracy Accuracy(IReadOnlyList<(double Foreseen, double Came)> past) =>
        new("brier", past.Count == 0 ? null : Math.Round(past.Average(p => (p.Foreseen - p.Came) * (p.Foreseen - p.Came)), 4), past.Count);

    /// <inheritdoc />
    protected sealed override Finding<Forecast<TOutput>> Foresee(TInput input, TFacts facts, AgentBasis basis)
    {
        IReadOnlyDictionary<string, double?> now = FeaturesOf(facts);
        string[] unknown = [.. now.Where(f => f.Value is null).Select(f => f.Key)];
        DateOnly asOf = facts.AsOf ?? basis.Today;
        TOutput answer = Answer(input, facts, basis) with { AsOf = asOf, HorizonDays = HorizonDays, Unknown = unknown };
        CaseJudgement? judged = CaseRule.Judge(facts.History ?? [], now, [.. now.Keys], Logged, HorizonDays, basis.Seed);
        if (judged is null)
        {
            if (unknown.Length * 2 > now.Count) return new Stop("insufficient_data", $"More than half of the facts are not known: {string.Join(", ", unknown)}.");
            Scorecard card = ScorecardOf(input, facts);
            answer = answer with { Basis = PredictionBasis.Scorecard, Score = card.Score, Level = card.Level, Reasons = [.. card.Reasons.OrderByDescending(r => Math.Abs(r.Contribution)).Take(5)], ModelVersion = ScorecardVersion };
        }
        else
        {
            answer = answer with
            {
                Basis = judged.HasSignal ? PredictionBasis.Learned : PredictionBasis.Baseline,
                Probability = judged.Probability,
                Interval = judged.Interval,
                Baseline = judged.Prevalence,
                Signal = judged.HasSignal ? null : "no_reliable_signal",
                Level = judged.HasSignal ? LevelOf(judged.Probability, judged.Prevalence) : null,
                Reasons = judged.Reasons,
                Quality = judged.Quality,
                ModelVersion = judged.Version,
            };
        }

        double kept = answer.Probability ?? answer.Score!.Value / 100;
        return new Forecast<TOutput>(answer, facts.EntityId is { } id ? [new Foreseen(id, basis.StartOf(asOf.AddDays(HorizonDays)), Math.Round(kept, 6), answer.Interval?.Low, answer.Interval?.High)] : []);
    }
}
