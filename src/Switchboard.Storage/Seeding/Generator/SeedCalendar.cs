namespace Switchboard.Storage.Seeding.Generator;

/// <summary>The time the rows lie in, in days counted from the first one, and how busy each day is.</summary>
internal sealed class SeedCalendar
{
    private readonly DateTimeOffset origin;
    private readonly double[] arrivals;

    /// <summary>Lays the time out.</summary>
    public SeedCalendar(SeedRequest request)
    {
        First = request.Until.AddYears(-request.Years);
        Days = request.Until.DayNumber - First.DayNumber;
        origin = new DateTimeOffset(First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        arrivals = new double[Days + 1];
        for (int day = 0; day < Days; day++) arrivals[day + 1] = arrivals[day] + Arrivals(day);
    }

    /// <summary>The first day.</summary>
    public DateOnly First { get; }

    /// <summary>Days there are.</summary>
    public int Days { get; }

    /// <summary>The first instant after the last day.</summary>
    public DateTimeOffset End => Utc(Days);

    /// <summary>The calendar day.</summary>
    public DateOnly Date(int day) => First.AddDays(day);

    /// <summary>An instant of a day, by the hour in UTC; cut to microseconds as it is stored.</summary>
    public DateTimeOffset Utc(int day, double hour = 0) => origin.AddDays(day).AddTicks((long)(hour * TimeSpan.MicrosecondsPerHour) * TimeSpan.TicksPerMicrosecond);

    /// <summary>The day an instant lies in.</summary>
    public int DayOf(DateTimeOffset at) => (int)Math.Floor((at - origin).TotalDays);

    /// <summary>Whether it is Saturday or Sunday.</summary>
    public bool IsWeekend(int day) => First.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>How much people work on a day: 1 on an ordinary working day.</summary>
    public double Activity(int day)
    {
        DateOnly date = First.AddDays(day);
        double activity = date.DayOfWeek switch { DayOfWeek.Saturday => 0.12, DayOfWeek.Sunday => 0.08, DayOfWeek.Friday => 0.85, _ => 1 };
        if (date is { Month: 12, Day: >= 23 } or { Month: 1, Day: 1 }) return activity * 0.25;
        return date.Month is 8 ? activity * 0.75 : activity;
    }

    /// <summary>How many people look for a product like ours on a day, beside the mean of the year.</summary>
    public double Demand(int day)
    {
        DateOnly date = First.AddDays(day);
        double season = date.Month switch { 1 => 1.25, 2 => 1.1, 3 => 1.05, 4 => 1.0, 5 => 1.0, 6 => 0.95, 7 => 0.75, 8 => 0.7, 9 => 1.3, 10 => 1.15, 11 => 1.05, _ => 0.7 };
        return season * (IsWeekend(day) ? 0.35 : 1.26);
    }

    /// <summary>The day and the share of it at which a share of all customers has come, 0..1.</summary>
    public (int Day, double Share) Arrival(double share)
    {
        double at = share * arrivals[Days];
        int found = Array.BinarySearch(arrivals, at);
        int day = Math.Clamp(found >= 0 ? found : ~found - 1, 0, Days - 1);
        return (day, Math.Clamp((at - arrivals[day]) / (arrivals[day + 1] - arrivals[day]), 0, 0.999_999));
    }

    /// <summary>The share of all customers that is expected to come on a day, 0..1.</summary>
    public double ArrivalShare(int day) => (arrivals[day + 1] - arrivals[day]) / arrivals[Days];

    /// <summary>New customers come with the season, more each year, and many when the product starts.</summary>
    private double Arrivals(int day) => Demand(day) * Math.Pow(1.25, day / 365.0) * (day < 60 ? 2.5 : 1);
}
