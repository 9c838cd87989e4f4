using System.Globalization;
using System.Runtime.InteropServices;

namespace Switchboard.Domain.Policies;

/// <summary>A span within a day, from the first minute to the minute at which it is over.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DayHours
{
    private const int minutesOfDay = 24 * 60;

    /// <summary>Makes a span.</summary>
    /// <param name="from">Minute of the day, 0..1439.</param>
    /// <param name="to">Minute of the day at which it is over, up to 1440; after <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minutes are not of that kind.</exception>
    public DayHours(int from, int to)
    {
        if (from < 0 || to > minutesOfDay || from >= to) throw new ArgumentOutOfRangeException(nameof(to), to, $"A span within a day goes from a minute to a later one, not from {from} to {to}.");
        (From, To) = (from, to);
    }

    /// <summary>Minute of the day at which it begins.</summary>
    public int From { get; }

    /// <summary>Minute of the day at which it is over.</summary>
    public int To { get; }

    /// <summary>Reads <c>09:00-17:30</c>; the end may be <c>24:00</c>.</summary>
    public static bool TryParse(string? text, out DayHours hours)
    {
        hours = default;
        if (text?.Split('-') is not [{ } first, { } last] || Minute(first) is not { } from || Minute(last) is not { } to || from >= to) return false;
        hours = new DayHours(from, to);
        return true;
    }

    /// <summary>As it is written: <c>09:00-17:30</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From / 60:00}:{From % 60:00}-{To / 60:00}:{To % 60:00}");

    private static int? Minute(string text) => text is [>= '0' and <= '2', >= '0' and <= '9', ':', >= '0' and <= '5', >= '0' and <= '9']
        && (((text[0] - '0') * 10) + text[1] - '0') * 60 + ((text[3] - '0') * 10) + text[4] - '0' is <= minutesOfDay and int minute ? minute : null;
}

/// <summary>A day on which nobody works.</summary>
/// <param name="Date">The tenant's calendar day.</param>
/// <param name="Name">What is kept.</param>
public sealed record Holiday(DateOnly Date, string Name);

/// <summary>When people are there: spans of each weekday in the tenant's time zone, and the days on which nobody is.</summary>
public sealed record BusinessHoursPolicy
{
    private static readonly IReadOnlyList<DayHours> workday = [new(9 * 60, 17 * 60)];

    /// <summary>IANA name of the time zone; null for the tenant's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Monday's spans.</summary>
    public IReadOnlyList<DayHours> Monday { get; init; } = workday;

    /// <summary>Tuesday's spans.</summary>
    public IReadOnlyList<DayHours> Tuesday { get; init; } = workday;

    /// <summary>Wednesday's spans.</summary>
    public IReadOnlyList<DayHours> Wednesday { get; init; } = workday;

    /// <summary>Thursday's spans.</summary>
    public IReadOnlyList<DayHours> Thursday { get; init; } = workday;

    /// <summary>Friday's spans.</summary>
    public IReadOnlyList<DayHours> Friday { get; init; } = workday;

    /// <summary>Saturday's spans.</summary>
    public IReadOnlyList<DayHours> Saturday { get; init; } = [];

    /// <summary>Sunday's spans.</summary>
    public IReadOnlyList<DayHours> Sunday { get; init; } = [];

    /// <summary>Days on which nobody is there.</summary>
    public IReadOnlyList<Holiday> Holidays { get; init; } = [];

    /// <summary>The spans of a weekday.</summary>
    public IReadOnlyList<DayHours> Of(DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => Monday,
        DayOfWeek.Tuesday => Tuesday,
        DayOfWeek.Wednesday => Wednesday,
        DayOfWeek.Thursday => Thursday,
        DayOfWeek.Friday => Friday,
        DayOfWeek.Saturday => Saturday,
        _ => Sunday,
    };

    /// <summary>The calendar of these hours.</summary>
    /// <param name="tenantTimeZone">IANA name of the tenant's time zone, for hours that name none.</param>
    /// <exception cref="TimeZoneNotFoundException">The machine does not know the time zone.</exception>
    public BusinessCalendar Calendar(string tenantTimeZone) => new(TimeZoneInfo.FindSystemTimeZoneById(TimeZone ?? tenantTimeZone), this);

    internal void Check(PolicyCheck check)
    {
        check.Require(TimeZone is null || TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _), "timeZone", $"must be the IANA name of a time zone such as Europe/Berlin, or null for the tenant's own, not \"{TimeZone}\"");
        int open = 0;
        foreach (DayOfWeek day in Enum.GetValues<DayOfWeek>())
        {
            IReadOnlyList<DayHours> spans = Of(day);
            open += spans.Count;
            for (int i = 1; i < spans.Count; i++)
                check.Require(spans[i].From >= spans[i - 1].To, $"{day.ToString().ToLowerInvariant()}[{i}]", $"must begin after the span before it is over, at {spans[i - 1]}");
        }
        check.Require(open > 0, "monday", "must have a span, or another weekday must: somebody has to be there at some time");
        var seen = new HashSet<DateOnly>();
        for (int i = 0; i < Holidays.Count; i++)
        {
            check.Require(seen.Add(Holidays[i].Date), $"holidays[{i}].date", $"must be another day: {Holidays[i].Date:yyyy-MM-dd} is given twice");
            check.Require(Holidays[i].Name.Length > 0, $"holidays[{i}].name", "must say what is kept");
        }
        check.Require(Holidays.Count <= 2000, "holidays", "must have at most 2000 entries");
    }
}
