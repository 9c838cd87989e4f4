using System.Collections.Frozen;

namespace Switchboard.Domain.Policies;

/// <summary>Wall-clock time of a zone as an instant.</summary>
public static class LocalTime
{
    /// <summary>
    /// The instant at which a minute of a calendar day is reached. A time that a clock change leaves out is the instant of the change; one that comes twice is
    /// the first: so a later wall-clock time is never an earlier instant, and spans that touch on the clock touch in time.
    /// </summary>
    /// <param name="day">The calendar day.</param>
    /// <param name="minute">Minute of the day, 0..1440.</param>
    /// <param name="zone">The time zone.</param>
    public static DateTimeOffset ToInstant(DateOnly day, int minute, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        if (zone.IsInvalidTime(local))
        {
            // Clocks jump over this time. The last minute before the gap, taken with its own offset, leads to the change; gaps begin and end on full minutes.
            DateTime before = local;
            while (zone.IsInvalidTime(before)) before = before.AddMinutes(-1);
            return new DateTimeOffset(before, zone.GetUtcOffset(before)).AddMinutes(1).ToUniversalTime();
        }
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The calendar day of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
}

/// <summary>
/// The time that counts: all of it, or that of business hours. An hour is a real hour, also on the days on which clocks change. The same calendar measures
/// the clocks of the SLA and the figures in business minutes.
/// </summary>
public sealed class BusinessCalendar
{
    // Twenty years without an open minute are no calendar; the validation of the hours lets none through.
    private const int mostDays = 7320;

    private readonly BusinessHoursPolicy? hours;
    private readonly FrozenSet<DateOnly> holidays;
    private readonly TimeZoneInfo zone;

    /// <summary>The calendar of business hours in a time zone.</summary>
    public BusinessCalendar(TimeZoneInfo zone, BusinessHoursPolicy hours)
    {
        this.zone = zone;
        this.hours = hours;
        holidays = hours.Holidays.Select(h => h.Date).ToFrozenSet();
    }

    private BusinessCalendar()
    {
        zone = TimeZoneInfo.Utc;
        holidays = FrozenSet<DateOnly>.Empty;
    }

    /// <summary>The calendar in which every minute counts.</summary>
    public static BusinessCalendar AroundTheClock { get; } = new();

    /// <summary>Whether somebody is there on a day at all.</summary>
    public bool IsBusinessDay(DateOnly day) => hours is null || (!holidays.Contains(day) && hours.Of(day.DayOfWeek).Count > 0);

    /// <summary>Whether an instant counts.</summary>
    public bool IsOpen(DateTimeOffset at) => hours is null || Spans(LocalTime.DayOf(at, zone).AddDays(-1)).TakeWhile(s => s.From <= at).Any(s => at < s.To);

    /// <summary>The instant itself when it counts, else the next that does.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset at) => hours is null ? at : Spans(LocalTime.DayOf(at, zone).AddDays(-1)).Where(s => s.To > at).Select(s => s.From > at ? s.From : at).First();

    /// <summary>The time that counts between two instants; none when the second is not the later one. In minutes: business minutes.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        if (to <= from) return TimeSpan.Zero;
        if (hours is null) return to - from;
        TimeSpan sum = TimeSpan.Zero;
        foreach ((DateTimeOffset open, DateTimeOffset close) in Spans(LocalTime.DayOf(from, zone).AddDays(-1), LocalTime.DayOf(to, zone)))
        {
            DateTimeOffset begin = open > from ? open : from;
            DateTimeOffset end = close < to ? close : to;
            if (end > begin) sum += end - begin;
        }
        return sum;
    }

    /// <summary>The earliest instant at which so much time has counted since another: the close of a day rather than the opening of the next.</summary>
    /// <param name="from">Where counting begins; the result when the time is zero.</param>
    /// <param name="time">How much, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or the hours do not hold so much of it within twenty years.</exception>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        if (hours is null || time == TimeSpan.Zero) return from + time;
        TimeSpan left = time;
        foreach ((DateTimeOffset open, DateTimeOffset close) in Spans(LocalTime.DayOf(from, zone).AddDays(-1)))
        {
            DateTimeOffset begin = open > from ? open : from;
            if (close <= begin) continue;
            if (close - begin >= left) return begin + left;
            left -= close - begin;
        }
        throw new ArgumentOutOfRangeException(nameof(time), time, "The business hours do not hold so much time within twenty years.");
    }

    /// <summary>The spans that count, in their order, from a day on.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Spans(DateOnly first, DateOnly? last = null)
    {
        for (int i = 0; last is null ? i < mostDays : first.AddDays(i) <= last; i++)
        {
            DateOnly day = first.AddDays(i);
            if (holidays.Contains(day)) continue;
            foreach (DayHours span in hours!.Of(day.DayOfWeek))
            {
                DateTimeOffset from = LocalTime.ToInstant(day, span.From, zone), to = LocalTime.ToInstant(day, span.To, zone);
                if (to > from) yield return (from, to);
            }
        }
    }
}
