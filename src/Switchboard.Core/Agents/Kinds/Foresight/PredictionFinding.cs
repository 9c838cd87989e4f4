using Switchboard.Domain.Figures;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>What a prediction rests on.</summary>
public enum PredictionBasis
{
    /// <summary>A model learned from the tenant's own history, which held out what it was judged by.</summary>
    Learned,

    /// <summary>The baseline: what was learned is no better.</summary>
    Baseline,

    /// <summary>A scorecard that is written down: there is too little history.</summary>
    Scorecard,

    /// <summary>A formula that is written down: there is too little history.</summary>
    Formula,
}

/// <summary>Why a prediction is what it is.</summary>
/// <param name="Feature">The fact.</param>
/// <param name="Value">What it is; null when it is not known.</param>
/// <param name="Contribution">What it adds: log-odds of a learned model, points of a scorecard.</param>
public sealed record PredictionWhy(string Feature, double? Value, double Contribution);

/// <summary>How good a model is on what it was not made of.</summary>
/// <param name="Metric">auc, or mae_gain: by how much its mean error is smaller than the baseline's.</param>
/// <param name="Value">The value; null where it has none.</param>
/// <param name="Interval95">Where it lies with 95 % confidence, by resampling.</param>
/// <param name="Baseline">What the baseline has.</param>
/// <param name="N">Cases held out.</param>
public sealed record PredictionQuality(string Metric, double? Value, Interval? Interval95, double? Baseline, int N);

/// <summary>What came of the agent's own earlier predictions.</summary>
/// <param name="Metric">brier or mae.</param>
/// <param name="Value">The value; null with none.</param>
/// <param name="N">Predictions whose outcome is known.</param>
public sealed record OwnAccuracy(string Metric, double? Value, int N);

/// <summary>What every predictor says.</summary>
public abstract record PredictionFinding
{
    /// <summary>What it rests on.</summary>
    public PredictionBasis Basis { get; init; }

    /// <summary>0..1; null from a scorecard, which is no probability, and for what has a value.</summary>
    public double? Probability { get; init; }

    /// <summary>The value in its unit; null for what has a probability.</summary>
    public double? Value { get; init; }

    /// <summary>The points of a scorecard, 0..100.</summary>
    public double? Score { get; init; }

    /// <summary>Where the value lies.</summary>
    public Interval? Interval { get; init; }

    /// <summary>high, medium or low; null where there is none.</summary>
    public string? Level { get; init; }

    /// <summary>What is said without a model: the prevalence, or the value of the series' baseline.</summary>
    public double? Baseline { get; init; }

    /// <summary>no_reliable_signal when the baseline is as good as what was learned; null otherwise.</summary>
    public string? Signal { get; init; }

    /// <summary>The strongest reasons first.</summary>
    public IReadOnlyList<PredictionWhy> Reasons { get; init; } = [];

    /// <summary>The facts that are not known.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>How good the model is; null where none was made.</summary>
    public PredictionQuality? Quality { get; init; }

    /// <summary>What came of earlier predictions.</summary>
    public OwnAccuracy? OwnAccuracy { get; init; }

    /// <summary>Version of the model or of the scorecard.</summary>
    public string ModelVersion { get; init; } = string.Empty;

    /// <summary>The day as of which it is said.</summary>
    public DateOnly AsOf { get; init; }

    /// <summary>How far ahead, in days.</summary>
    public int HorizonDays { get; init; }
}
