using Switchboard.Core.Statistics;

namespace Switchboard.Agents.Predictive;

/// <summary>How many people a volume needs.</summary>
/// <param name="HumanShare">The share that reaches a person, 0..1.</param>
/// <param name="AhtMinutes">Minutes a person works on one.</param>
/// <param name="HourShares">Of live chat the share of each hour; null for what may wait.</param>
public sealed record StaffNeed(double HumanShare, double AhtMinutes, IReadOnlyList<double>? HourShares)
{
    /// <summary>Hours of a day, the share of them that is at work, and the share of that in which people are busy.</summary>
    private const double hoursOfOne = 8 * 0.8 * 0.7;
    private const double answered = 0.8;
    private const double withinSeconds = 60;

    /// <summary>People for a day's volume: by the work of the day, and for live chat by the waiting of its busiest hour; the larger number counts.</summary>
    public int For(double volume)
    {
        double hours = volume * HumanShare * AhtMinutes / 60;
        int byWork = (int)Math.Ceiling(Math.Round(hours / hoursOfOne, 9));
        int byWaiting = HourShares?.Select(share => ErlangC.LeastServers(volume * share * HumanShare, AhtMinutes, answered, withinSeconds)).DefaultIfEmpty(0).Max() ?? 0;
        return Math.Max(byWork, byWaiting);
    }
}
