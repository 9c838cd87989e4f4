namespace Switchboard.Domain.Operations;

/// <summary>Why a prediction is what it is.</summary>
/// <param name="Feature">The fact.</param>
/// <param name="Contribution">What it adds, in the prediction's own unit.</param>
public sealed record PredictionReason(string Feature, double Contribution);

/// <summary>What an agent foresaw, and what came of it.</summary>
public sealed class Prediction : TenantRow
{
    /// <summary>churn, volume, value …</summary>
    public required string Kind { get; init; }

    /// <summary>The kind of row it is about in lower_snake.</summary>
    public required string Entity { get; init; }

    /// <summary>The row; null for a figure of the whole tenant.</summary>
    public Guid? EntityId { get; init; }

    /// <summary>A probability 0..1, or the value in its unit.</summary>
    public required double Value { get; init; }

    /// <summary>Lower end of the interval.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the interval.</summary>
    public double? High { get; init; }

    /// <summary>The strongest reasons first.</summary>
    public IReadOnlyList<PredictionReason> Reasons { get; init; } = [];

    /// <summary>Version of the model, or of the scorecard.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The instant it is about.</summary>
    public DateTimeOffset? For { get; init; }

    /// <summary>What came of it, in the same unit.</summary>
    public double? Outcome { get; set; }

    /// <summary>When that was known.</summary>
    public DateTimeOffset? OutcomeAt { get; set; }
}

/// <summary>Where an experiment stands.</summary>
public enum ExperimentStatus { Draft, Running, Stopped, Decided }

/// <summary>A variant of an experiment.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Share">Its share of the units, 0..1.</param>
/// <param name="Units">Units that saw it.</param>
/// <param name="Successes">Units that did what was hoped for.</param>
public sealed record ExperimentVariant(string Key, double Share, int Units, int Successes);

/// <summary>A question put to customers at random.</summary>
public sealed class Experiment : TenantRow
{
    /// <summary>What we think.</summary>
    public required string Hypothesis { get; set; }

    /// <summary>What is counted.</summary>
    public required string Metric { get; set; }

    /// <summary>The variants with what came of them.</summary>
    public required IReadOnlyList<ExperimentVariant> Variants { get; set; }

    /// <summary>Where it stands.</summary>
    public required ExperimentStatus Status { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>A figure of a day.</summary>
public sealed class MetricPoint : TenantRow
{
    /// <summary>What is measured: visits, signups, sales_cost, latency_ms …</summary>
    public required string Metric { get; init; }

    /// <summary>Split by what: <c>channel=search</c>; empty for all.</summary>
    public required string Dimension { get; init; }

    /// <summary>The tenant's calendar day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The value in the metric's unit.</summary>
    public required double Value { get; set; }
}

/// <summary>A figure that is out of the ordinary.</summary>
public sealed class Anomaly : TenantRow
{
    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Split by what; empty for all.</summary>
    public required string Dimension { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What was seen.</summary>
    public required double Value { get; init; }

    /// <summary>What was expected.</summary>
    public required double Expected { get; init; }

    /// <summary>How far out it is, in standard deviations.</summary>
    public required double Score { get; init; }

    /// <summary>open, explained or dismissed.</summary>
    public required string Status { get; set; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset FoundAt { get; init; }
}

/// <summary>A text an agent wrote that nobody has published yet.</summary>
public sealed class ContentDraft : TenantRow
{
    /// <summary>article, faq, case_study, release_note …</summary>
    public required string Kind { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; set; }

    /// <summary>The text in Markdown.</summary>
    public required string Body { get; set; }

    /// <summary>Where its facts come from: ids.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>0..100; null while nobody looked.</summary>
    public double? Quality { get; set; }

    /// <summary>draft, in_review, approved, rejected or published.</summary>
    public required string ReviewStatus { get; set; }

    /// <summary>The agent that wrote it.</summary>
    public required string AgentId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
