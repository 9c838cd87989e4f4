using Switchboard.Domain.Support;

namespace Switchboard.Domain.Policies;

/// <summary>What is known of a fault. A customer's own "critical" is a wish, not a fact.</summary>
/// <param name="Outage">Whether the product does not work at all.</param>
/// <param name="DataLoss">Whether data is lost.</param>
/// <param name="ForMany">Whether it is so for many customers.</param>
/// <param name="MainFeatureDown">Whether a main feature does not work.</param>
/// <param name="Degraded">Whether a feature works badly.</param>
/// <param name="WayRound">Whether there is another way to get it done.</param>
public sealed record FaultFacts(bool Outage = false, bool DataLoss = false, bool ForMany = false, bool MainFeatureDown = false, bool Degraded = false, bool WayRound = false);

/// <summary>How bad a fault is, and why.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Clause">The rule.</param>
public sealed record SeverityDecision(Severity Severity, Clause Clause);

/// <summary>How bad faults are, and how often customers hear of them.</summary>
public sealed record SeverityPolicy
{
    /// <summary>Time between two updates on an incident of S1; null for none.</summary>
    public TimeSpan? S1UpdateEvery { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time between two updates on an incident of S2; null for none.</summary>
    public TimeSpan? S2UpdateEvery { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Time between two updates on an incident of S3; null for none.</summary>
    public TimeSpan? S3UpdateEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How bad a fault is. An outage or lost data that is not for many is a main feature down for those whom it meets.</summary>
    public SeverityDecision Classify(FaultFacts fault) => fault switch
    {
        { ForMany: true } and ({ Outage: true } or { DataLoss: true }) => new(Severity.S1, new Clause("severity.s1", "S1: an outage or data loss for many.")),
        { WayRound: false } and ({ Outage: true } or { DataLoss: true } or { MainFeatureDown: true }) => new(Severity.S2, new Clause("severity.s2", "S2: a main feature is down and there is no way round.")),
        { Outage: true } or { DataLoss: true } or { MainFeatureDown: true } or { Degraded: true } => new(Severity.S3, new Clause("severity.s3", "S3: a feature is degraded and there is a way round.")),
        _ => new(Severity.S4, new Clause("severity.s4", "S4: cosmetic or a question.")),
    };

    /// <summary>Time between two updates on an incident; null where none are promised.</summary>
    public TimeSpan? UpdateEvery(Severity severity) => severity switch { Severity.S1 => S1UpdateEvery, Severity.S2 => S2UpdateEvery, Severity.S3 => S3UpdateEvery, _ => null };

    /// <summary>When the next update on an incident is due; null where none are promised.</summary>
    public DateTimeOffset? NextUpdate(Severity severity, DateTimeOffset last) => last + UpdateEvery(severity);

    internal void Check(PolicyCheck check)
    {
        if (S1UpdateEvery is { } s1) check.Duration(s1, "s1UpdateEvery");
        if (S2UpdateEvery is { } s2) check.Duration(s2, "s2UpdateEvery");
        if (S3UpdateEvery is { } s3) check.Duration(s3, "s3UpdateEvery");
    }
}
