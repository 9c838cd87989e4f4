using Switchboard.Core.Agents.Kinds.Foresight;
using Switchboard.Domain;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Predictive;

/// <summary>How far ahead, of which channel.</summary>
/// <param name="DaysAhead">1..28.</param>
/// <param name="Channel">The channel; null for all.</param>
/// <param name="AsOf">The first day that is foreseen; the history ends the day before. Today when it is not given.</param>
/// <param name="AhtMinutes">Minutes a person works on one conversation, where the desk has not measured it.</param>
public sealed record VolumeInput(int DaysAhead = 7, Channel? Channel = null, DateOnly? AsOf = null, [property: AtLeast(0)] double? AhtMinutes = null);

/// <summary>What is foreseen from.</summary>
public sealed record VolumeFacts : PredictorFacts
{
    /// <summary>The first day of the history.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>New conversations of each day from the first on, without spam and merged ones.</summary>
    [AtLeast(0)]
    public IReadOnlyList<double>? Counts { get; init; }

    /// <summary>The days on which the tenant is closed, past and to come.</summary>
    public IReadOnlyList<DateOnly>? Holidays { get; init; }

    /// <summary>The share that reached a person in 28 days, 0..1.</summary>
    [Between(0, 1)]
    public double? HumanShare { get; init; }

    /// <summary>Median minutes a person worked on one, of 28 days; null when fewer than 20 were measured.</summary>
    [AtLeast(0)]
    public double? AhtMinutes { get; init; }

    /// <summary>For live chat the share of the day's conversations in each of its 24 hours; null for other channels.</summary>
    [Between(0, 1)]
    public IReadOnlyList<double>? HourShares { get; init; }
}

/// <summary>A day that is foreseen.</summary>
/// <param name="Date">The day.</param>
/// <param name="Volume">New conversations.</param>
/// <param name="Low80">Lower border, 80 %.</param>
/// <param name="High80">Upper border, 80 %.</param>
/// <param name="Low95">Lower border, 95 %.</param>
/// <param name="High95">Upper border, 95 %.</param>
/// <param name="Staff">People needed; null when the handling time is not known.</param>
/// <param name="StaffLow">People needed at the lower border of 80 %.</param>
/// <param name="StaffHigh">People needed at the upper one.</param>
public sealed record VolumeDay(DateOnly Date, double Volume, double Low80, double High80, double Low95, double High95, int? Staff, int? StaffLow, int? StaffHigh);

/// <summary>The volume of the days ahead.</summary>
public sealed record VolumeFinding : PredictionFinding
{
    /// <summary>The days.</summary>
    public required IReadOnlyList<VolumeDay> Days { get; init; }

    /// <summary>The busiest hour, 0..23; null where hours are not looked at.</summary>
    public int? PeakHour { get; init; }

    /// <summary>aht_unknown when no staff can be worked out; null otherwise.</summary>
    public string? StaffReason { get; init; }
}
