using Switchboard.Domain;

namespace Switchboard.Agents.Analytics;

/// <summary>How long a period is.</summary>
public enum CohortPeriod { Week, Month }

/// <summary>By what groups are parted besides their start.</summary>
public enum CohortSplit { Plan, Source, FirstFeature }

/// <summary>Whose return is looked at.</summary>
public enum CohortUnit { Customer, Contact }

/// <summary>What staying means: somebody signed in, something was paid for, or recurring revenue was there at the end of the period.</summary>
public enum RetainedMeans { Login, Paid, Mrr }

/// <summary>Whether a unit is kept in a period when it was there in that one, or in that one or any later.</summary>
public enum CohortMode { Classic, Unbounded }

/// <summary>How a unit went.</summary>
public enum CohortEnd { Churn, Merged, Deleted }

/// <summary>Which groups are followed, and how.</summary>
public sealed record CohortInput
{
    /// <summary>Whether those who started in the same week or month belong together; periods are of that length, too.</summary>
    public CohortPeriod CohortBy { get; init; } = CohortPeriod.Month;

    /// <summary>What parts the groups besides their start; null for nothing.</summary>
    public CohortSplit? SplitBy { get; init; }

    /// <summary>Whose return.</summary>
    public CohortUnit Unit { get; init; } = CohortUnit.Customer;

    /// <summary>What staying means.</summary>
    public RetainedMeans RetainedMeans { get; init; } = RetainedMeans.Login;

    /// <summary>How a period counts.</summary>
    public CohortMode Mode { get; init; } = CohortMode.Classic;

    /// <summary>How many periods are followed, 1..24.</summary>
    public int MaxPeriods { get; init; } = 12;

    /// <summary>The day up to which is counted, itself left out; today when it is not given.</summary>
    public DateOnly? AsOf { get; init; }
}

/// <summary>Somebody who started.</summary>
public sealed record CohortMember
{
    /// <summary>The day of the start.</summary>
    public required DateOnly Start { get; init; }

    /// <summary>What the unit belongs to, when groups are parted.</summary>
    public string? Group { get; init; }

    /// <summary>The periods in which it was there, from 0.</summary>
    [AtLeast(0)]
    public IReadOnlyList<int> Active { get; init; } = [];

    /// <summary>The day it went; null while it is there.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <summary>How it went; churn when nothing else is said.</summary>
    public CohortEnd? End { get; init; }

    /// <summary>Monthly recurring revenue at the end of each period from 0 on, as far as they are over; null when it is not known.</summary>
    [AtLeast(0)]
    public IReadOnlyList<decimal>? Mrr { get; init; }
}

/// <summary>What is counted from.</summary>
public sealed record CohortFacts
{
    /// <summary>All that started.</summary>
    public IReadOnlyList<CohortMember>? Units { get; init; }
}
