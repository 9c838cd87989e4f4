namespace Switchboard.Domain.Market;

/// <summary>Another product for the same work.</summary>
public sealed class Competitor : TenantRow
{
    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>Its site.</summary>
    public string? Website { get; set; }

    /// <summary>Other names customers use.</summary>
    public IReadOnlyList<string> Aliases { get; set; } = [];

    /// <summary>When it was entered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Something a competitor changed.</summary>
public sealed class CompetitorChange : TenantRow
{
    /// <summary>The competitor.</summary>
    public required Guid CompetitorId { get; init; }

    /// <summary>price, feature, plan, message, person …</summary>
    public required string Kind { get; init; }

    /// <summary>What changed.</summary>
    public required string Text { get; init; }

    /// <summary>Where that can be read.</summary>
    public required string Source { get; init; }

    /// <summary>When it was seen.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What somebody wrote about a competitor.</summary>
public sealed class CompetitorReview : TenantRow
{
    /// <summary>The competitor.</summary>
    public required Guid CompetitorId { get; init; }

    /// <summary>The words.</summary>
    public required string Text { get; init; }

    /// <summary>1..5.</summary>
    public required int Rating { get; init; }

    /// <summary>Where it was written.</summary>
    public required string Source { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Whether we and they have a feature.</summary>
public sealed class FeatureMatrixCell : TenantRow
{
    /// <summary>The competitor.</summary>
    public required Guid CompetitorId { get; init; }

    /// <summary>Key of the feature.</summary>
    public required string Feature { get; init; }

    /// <summary>What we have: yes, partly, no or planned.</summary>
    public required string Us { get; set; }

    /// <summary>What they have.</summary>
    public required string Them { get; set; }

    /// <summary>Where that can be read.</summary>
    public required string Evidence { get; set; }

    /// <summary>When it was last made sure.</summary>
    public required DateTimeOffset CheckedAt { get; set; }
}

/// <summary>Why a deal ended as it did.</summary>
public sealed class WinLoss : TenantRow
{
    /// <summary>The deal.</summary>
    public required Guid DealId { get; init; }

    /// <summary>Whether it was won.</summary>
    public required bool Won { get; init; }

    /// <summary>The competitor in it.</summary>
    public Guid? CompetitorId { get; init; }

    /// <summary>price, features, service, trust, timing …, the strongest first.</summary>
    public required IReadOnlyList<string> Factors { get; set; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What to say about a competitor. Versions are written once and never changed.</summary>
public sealed class Battlecard : TenantRow
{
    /// <summary>The competitor.</summary>
    public required Guid CompetitorId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Version { get; init; }

    /// <summary>The card in Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string Author { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
