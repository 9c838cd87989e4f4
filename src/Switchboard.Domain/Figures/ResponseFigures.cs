using Switchboard.Domain.Policies;

namespace Switchboard.Domain.Figures;

/// <summary>How fast customers were answered and helped, in minutes of the business calendar.</summary>
/// <param name="FirstResponses">Conversations that had a reply.</param>
/// <param name="FrtMedian">Median time to the first reply, in business minutes; null without one.</param>
/// <param name="FrtP90">90 of 100 were answered within this time.</param>
/// <param name="Resolutions">Conversations that were resolved.</param>
/// <param name="TtrMedian">Median time to the resolution, in business minutes; null without one.</param>
/// <param name="TtrP90">90 of 100 were resolved within this time.</param>
public sealed record ResponseFigures(int FirstResponses, double? FrtMedian, double? FrtP90, int Resolutions, double? TtrMedian, double? TtrP90)
{
    /// <summary>Measures conversations.</summary>
    /// <param name="conversations">When each began, was first answered and was resolved.</param>
    /// <param name="calendar">The minutes that count.</param>
    public static ResponseFigures Of(IReadOnlyCollection<(DateTimeOffset Began, DateTimeOffset? Answered, DateTimeOffset? Resolved)> conversations, BusinessCalendar calendar)
    {
        double[] first = [.. conversations.Where(c => c.Answered is not null).Select(c => calendar.Between(c.Began, c.Answered!.Value).TotalMinutes)];
        double[] whole = [.. conversations.Where(c => c.Resolved is not null).Select(c => calendar.Between(c.Began, c.Resolved!.Value).TotalMinutes)];
        return new ResponseFigures(
            first.Length, Estimates.Quantile(first, 0.5), Estimates.Quantile(first, 0.9),
            whole.Length, Estimates.Quantile(whole, 0.5), Estimates.Quantile(whole, 0.9));
    }
}
