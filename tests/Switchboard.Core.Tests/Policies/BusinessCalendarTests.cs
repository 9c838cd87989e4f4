using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Tests.Policies;

public sealed class BusinessCalendarTests
{
    private static readonly TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly BusinessHoursPolicy office = new();
    private static readonly BusinessHoursPolicy always = Every("00:00-24:00");

    [Fact]
    public void The_end_of_a_day_is_reached_on_that_day_and_not_at_the_opening_of_the_next()
    {
        var calendar = new BusinessCalendar(berlin, office);
        calendar.Add(Local(berlin, "2026-03-06T16:00"), TimeSpan.FromHours(1)).ShouldBe(Local(berlin, "2026-03-06T17:00"));
        calendar.Add(Local(berlin, "2026-03-06T16:00"), TimeSpan.FromMinutes(61)).ShouldBe(Local(berlin, "2026-03-09T09:01"));
        calendar.Add(Local(berlin, "2026-03-07T12:00"), TimeSpan.Zero).ShouldBe(Local(berlin, "2026-03-07T12:00"));
    }

    [Fact]
    public void A_holiday_and_a_lunch_break_do_not_count()
    {
        var calendar = new BusinessCalendar(berlin, office with { Friday = [Hours("09:00-12:00"), Hours("13:00-17:00")], Holidays = [new Holiday(new(2026, 5, 1), "Tag der Arbeit"), new Holiday(new(2026, 5, 4), "Bridge")] });
        calendar.Between(Local(berlin, "2026-04-30T16:00"), Local(berlin, "2026-05-05T10:00")).ShouldBe(TimeSpan.FromHours(2));
        calendar.Between(Local(berlin, "2026-05-08T11:00"), Local(berlin, "2026-05-08T14:00")).ShouldBe(TimeSpan.FromHours(2));
        calendar.Add(Local(berlin, "2026-04-30T16:30"), TimeSpan.FromHours(1)).ShouldBe(Local(berlin, "2026-05-05T09:30"));
        (calendar.IsBusinessDay(new(2026, 4, 30)), calendar.IsBusinessDay(new(2026, 5, 1)), calendar.IsBusinessDay(new(2026, 5, 2))).ShouldBe((true, false, false));
        calendar.NextOpen(Local(berlin, "2026-05-08T12:10")).ShouldBe(Local(berlin, "2026-05-08T13:00"));
        (calendar.IsOpen(Local(berlin, "2026-05-08T12:00")), calendar.IsOpen(Local(berlin, "2026-05-08T13:00")), calendar.IsOpen(Local(berlin, "2026-05-01T10:00"))).ShouldBe((false, true, false));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    public void A_day_on_which_clocks_change_has_the_hours_it_has(string zone, string day, int hours)
    {
        TimeZoneInfo place = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateOnly date = DateOnly.Parse(day);
        new BusinessCalendar(place, always).Between(LocalTime.ToInstant(date, 0, place), LocalTime.ToInstant(date.AddDays(1), 0, place)).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void Nine_in_the_morning_is_another_instant_after_the_clocks_change()
    {
        var calendar = new BusinessCalendar(berlin, office);
        calendar.Add(Local(berlin, "2026-03-27T16:00"), TimeSpan.FromHours(2)).UtcDateTime.ShouldBe(new DateTime(2026, 3, 30, 8, 0, 0));
        new BusinessCalendar(newYork, office).Add(Local(newYork, "2026-10-30T16:00"), TimeSpan.FromHours(2)).UtcDateTime.ShouldBe(new DateTime(2026, 11, 2, 15, 0, 0));
    }

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_the_instant_of_the_change_and_one_that_comes_twice_is_the_first()
    {
        LocalTime.ToInstant(new(2026, 3, 29), 150, berlin).UtcDateTime.ShouldBe(new DateTime(2026, 3, 29, 1, 0, 0));
        LocalTime.ToInstant(new(2026, 10, 25), 150, berlin).UtcDateTime.ShouldBe(new DateTime(2026, 10, 25, 0, 30, 0));
        // Hours that lie in the gap have no time that day.
        new BusinessCalendar(berlin, Every("02:00-03:00")).Between(Local(berlin, "2026-03-28T12:00"), Local(berlin, "2026-03-29T12:00")).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Time_does_not_run_backwards_and_a_negative_one_is_refused()
    {
        var calendar = new BusinessCalendar(berlin, office);
        DateTimeOffset noon = Local(berlin, "2026-03-06T12:00");
        calendar.Between(noon, noon.AddHours(-1)).ShouldBe(TimeSpan.Zero);
        BusinessCalendar.AroundTheClock.Between(noon, noon.AddHours(-1)).ShouldBe(TimeSpan.Zero);
        Should.Throw<ArgumentOutOfRangeException>(() => calendar.Add(noon, TimeSpan.FromMinutes(-1)));
    }

    [Fact]
    public void Hours_that_never_come_are_an_error_and_no_endless_search() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BusinessCalendar(berlin, Every()).Add(Local(berlin, "2026-03-06T12:00"), TimeSpan.FromMinutes(1)));

    [Fact]
    public void What_counts_between_two_instants_is_the_number_of_their_minutes_that_lie_in_the_hours() => Prop.ForAll(Spans(24 * 60 * 4).ToArbitrary(), span =>
    {
        // Minute by minute, without any arithmetic of spans.
        int counted = 0;
        for (DateTimeOffset at = span.From; at < span.From + span.Time; at = at.AddMinutes(1))
        {
            DateTime local = TimeZoneInfo.ConvertTime(at, span.Zone).DateTime;
            int minute = (local.Hour * 60) + local.Minute;
            if (!span.Hours.Holidays.Any(h => h.Date == DateOnly.FromDateTime(local)) && span.Hours.Of(local.DayOfWeek).Any(h => minute >= h.From && minute < h.To)) counted++;
        }
        new BusinessCalendar(span.Zone, span.Hours).Between(span.From, span.From + span.Time).TotalMinutes.ShouldBe(counted);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_business_time_and_measuring_it_are_inverse_and_later_never_comes_sooner() => Prop.ForAll(Spans(24 * 60 * 20).ToArbitrary(), span =>
    {
        var calendar = new BusinessCalendar(span.Zone, span.Hours);
        DateTimeOffset due = calendar.Add(span.From, span.Time);
        calendar.Between(span.From, due).ShouldBe(span.Time);
        // The earliest such instant: a moment before, less time has counted.
        calendar.Between(span.From, due.AddTicks(-1)).ShouldBeLessThan(span.Time);
        calendar.Add(span.From, span.Time + TimeSpan.FromMinutes(1)).ShouldBeGreaterThan(due);
        calendar.Add(span.From.AddMinutes(37), span.Time).ShouldBeGreaterThanOrEqualTo(due);
        DateTimeOffset middle = span.From + ((due - span.From) / 3);
        (calendar.Between(span.From, middle) + calendar.Between(middle, due)).ShouldBe(span.Time);
        calendar.IsOpen(calendar.NextOpen(span.From)).ShouldBeTrue();
        calendar.Between(span.From, calendar.NextOpen(span.From)).ShouldBe(TimeSpan.Zero);
    }).QuickCheckThrowOnFailure();

    internal sealed record Span(TimeZoneInfo Zone, BusinessHoursPolicy Hours, DateTimeOffset From, TimeSpan Time);

    /// <summary>Spans around the days on which clocks change, in hours that do not begin or end within the hour that comes twice.</summary>
    internal static Gen<Span> Spans(int mostMinutes) =>
        from zone in Gen.Elements(berlin, newYork)
        from day in Gen.Elements(new DateOnly(2026, 3, 6), new DateOnly(2026, 3, 27), new DateOnly(2026, 7, 1), new DateOnly(2026, 10, 23), new DateOnly(2026, 10, 30), new DateOnly(2026, 12, 23))
        from minute in Gen.Choose(0, 3 * 24 * 60)
        from minutes in Gen.Choose(1, mostMinutes)
        from hours in Gen.Elements(office, always, office with { Friday = [Hours("09:00-12:00"), Hours("12:30-16:00")], Sunday = [Hours("00:00-05:00"), Hours("20:00-24:00")] }, Every("04:00-04:30"))
        from off in Gen.Choose(0, 5)
        from holiday in Gen.Elements(true, false)
        select new Span(zone, hours with { Holidays = holiday ? [new Holiday(day.AddDays(off), "Holiday")] : [] }, LocalTime.ToInstant(day, 0, zone).AddMinutes(minute), TimeSpan.FromMinutes(minutes));

    internal static DateTimeOffset Local(TimeZoneInfo zone, string text)
    {
        DateTime local = DateTime.Parse(text);
        return LocalTime.ToInstant(DateOnly.FromDateTime(local), (local.Hour * 60) + local.Minute, zone);
    }

    private static DayHours Hours(string text) => DayHours.TryParse(text, out DayHours hours) ? hours : throw new FormatException(text);

    private static BusinessHoursPolicy Every(params string[] spans)
    {
        DayHours[] hours = [.. spans.Select(Hours)];
        return new() { Monday = hours, Tuesday = hours, Wednesday = hours, Thursday = hours, Friday = hours, Saturday = hours, Sunday = hours };
    }
}
