using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Policies;

public sealed class SlaPolicyTests
{
    private static readonly TenantPolicies policies = TenantPolicies.Default;
    private static readonly SlaPolicy sla = policies.Sla;
    private static readonly TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly BusinessCalendar office = new(berlin, new BusinessHoursPolicy());
    private static readonly DateTimeOffset friday = Berlin("2026-03-06T16:00");

    [Theory]
    [InlineData("enterprise", Priority.Normal, 30, 240, true)]
    [InlineData("premium", Priority.High, 120, 1440, false)]
    [InlineData("basic", Priority.Normal, 480, 2880, false)]
    [InlineData("free", Priority.Normal, 1440, 4320, false)]
    [InlineData("premium", Priority.Urgent, 60, 720, false)]
    [InlineData("enterprise", Priority.Low, 60, 480, true)]
    [InlineData("unheard-of", Priority.Normal, 1440, 4320, false)]
    [InlineData(null, Priority.Normal, 1440, 4320, false)]
    public void Plan_and_priority_say_how_soon(string? plan, Priority priority, int first, int resolution, bool aroundTheClock)
    {
        SlaTarget target = sla.Target(plan, priority);
        (target.FirstResponse.TotalMinutes, target.Resolution.TotalMinutes, target.AroundTheClock).ShouldBe((first, resolution, aroundTheClock));
    }

    [Fact]
    public void A_premium_conversation_of_friday_afternoon_is_answered_by_monday_at_ten()
    {
        SlaTarget target = sla.Target("premium", Priority.Normal);
        SlaReading first = sla.Read(target.FirstResponse, office, friday, [], null, friday);
        (first.WarnAt, first.DueAt, first.State).ShouldBe((Berlin("2026-03-09T09:30"), Berlin("2026-03-09T10:00"), SlaState.Running));
        SlaReading resolution = sla.Read(target.Resolution, office, friday, [], null, friday);
        (resolution.WarnAt, resolution.DueAt).ShouldBe((Berlin("2026-03-11T10:00"), Berlin("2026-03-11T16:00")));
    }

    [Fact]
    public void An_enterprise_conversation_runs_through_the_night()
    {
        SlaTarget target = sla.Target("enterprise", Priority.Urgent);
        BusinessCalendar calendar = policies.CalendarOf(target, "Europe/Berlin");
        DateTimeOffset night = Berlin("2026-03-29T01:30");
        sla.Read(target.Resolution, calendar, night, [], null, night).DueAt.ShouldBe(night.AddHours(2));
    }

    [Theory]
    [InlineData("2026-03-09T09:29", SlaState.Running)]
    [InlineData("2026-03-09T09:30", SlaState.Warned)]
    [InlineData("2026-03-09T09:59", SlaState.Warned)]
    [InlineData("2026-03-09T10:00", SlaState.Breached)]
    [InlineData("2026-03-10T10:00", SlaState.Breached)]
    public void Three_quarters_warn_and_the_whole_breaches(string now, SlaState state) =>
        sla.Read(TimeSpan.FromHours(2), office, friday, [], null, Berlin(now)).State.ShouldBe(state);

    [Theory]
    [InlineData("2026-03-09T10:00", SlaState.Met)]
    [InlineData("2026-03-09T10:01", SlaState.Breached)]
    public void An_answer_at_the_deadline_is_in_time_and_one_after_it_is_not(string answered, SlaState state)
    {
        SlaReading reading = sla.Read(TimeSpan.FromHours(2), office, friday, [], Berlin(answered), Berlin("2026-03-20T10:00"));
        (reading.State, reading.Used).ShouldBe((state, office.Between(friday, Berlin(answered))));
    }

    [Fact]
    public void A_clock_stands_while_the_customer_is_waited_for_and_goes_on_with_what_was_used()
    {
        SlaPause pause = new(Berlin("2026-03-06T16:30"), Berlin("2026-03-10T09:00"));
        SlaReading after = sla.Read(TimeSpan.FromHours(2), office, friday, [pause], null, Berlin("2026-03-10T09:15"));
        (after.Used, after.Remaining, after.DueAt, after.State).ShouldBe((TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(75), Berlin("2026-03-10T10:30"), SlaState.Running));

        SlaReading standing = sla.Read(TimeSpan.FromHours(2), office, friday, [pause with { To = null }], null, Berlin("2026-03-12T09:15"));
        (standing.Used, standing.DueAt, standing.WarnAt, standing.State).ShouldBe((TimeSpan.FromMinutes(30), null, null, SlaState.Paused));
    }

    [Fact]
    public void A_breach_stays_one_when_the_clock_stands_afterwards()
    {
        SlaReading reading = sla.Read(TimeSpan.FromHours(2), office, friday, [new SlaPause(Berlin("2026-03-09T10:30"), null)], null, Berlin("2026-03-12T09:15"));
        (reading.State, reading.DueAt, reading.Remaining).ShouldBe((SlaState.Breached, Berlin("2026-03-09T10:00"), TimeSpan.Zero));
    }

    [Theory]
    [InlineData("enterprise", "1000", "0", true, "50.00")]
    [InlineData("enterprise", "1000", "200", true, "50.00")]
    [InlineData("enterprise", "1000", "220", true, "30.00")]
    [InlineData("enterprise", "1000", "250", false, "0.00")]
    [InlineData("premium", "1000", "0", false, "0.00")]
    public void A_missed_resolution_on_enterprise_is_worth_five_percent_and_a_month_at_most_twenty_five(string plan, string mrr, string before, bool allowed, string amount)
    {
        SlaCredit credit = sla.Credit(plan, Usd(decimal.Parse(mrr)), Usd(decimal.Parse(before)));
        (credit.Allowed, credit.Amount.Amount.ToString(), credit.NeededScope).ShouldBe((allowed, amount, allowed ? "approve:actions" : null));
    }

    [Fact]
    public void Credits_of_a_month_never_pass_the_ceiling() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), cents =>
    {
        Money mrr = Usd(cents / 100m), sum = Usd(0);
        for (int i = 0; i < 9; i++) sum += sla.Credit("enterprise", mrr, sum).Amount;
        (sum <= mrr * 0.25m).ShouldBeTrue($"{sum} of {mrr}");
        (sum >= mrr * 0.25m - Usd(0.05m)).ShouldBeTrue($"{sum} of {mrr}");
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void At_its_deadline_and_never_before_a_clock_has_used_its_time_whatever_the_pauses() => Prop.ForAll(
        (from span in BusinessCalendarTests.Spans(24 * 60 * 6) from pauses in Gen.ListOf(Pauses()) select (span, pauses)).ToArbitrary(),
        sample =>
        {
            BusinessCalendarTests.Span span = sample.span;
            var calendar = new BusinessCalendar(span.Zone, span.Hours);
            SlaPause[] pauses = [.. sample.pauses.Select(p => new SlaPause(span.From.AddMinutes(p.Start), span.From.AddMinutes(p.Start + p.Length)))];
            DateTimeOffset due = sla.Read(span.Time, calendar, span.From, pauses, null, span.From).DueAt.ShouldNotBeNull();

            SlaReading at = sla.Read(span.Time, calendar, span.From, pauses, null, due), before = sla.Read(span.Time, calendar, span.From, pauses, null, due.AddTicks(-1));
            (at.Used, at.State).ShouldBe((span.Time, SlaState.Breached));
            before.Used.ShouldBeLessThan(span.Time);
            before.State.ShouldNotBe(SlaState.Breached);
            sla.Read(span.Time, calendar, span.From, pauses, due, due.AddDays(9)).State.ShouldBe(SlaState.Met);

            // One more pause never brings the deadline nearer, and a longer time never an earlier one.
            SlaPause more = new(span.From.AddMinutes(11), span.From.AddMinutes(600));
            sla.Read(span.Time, calendar, span.From, [.. pauses, more], null, span.From).DueAt!.Value.ShouldBeGreaterThanOrEqualTo(due);
            sla.Read(span.Time + TimeSpan.FromMinutes(1), calendar, span.From, pauses, null, span.From).DueAt!.Value.ShouldBeGreaterThan(due);
            sla.Read(span.Time, calendar, span.From, [.. pauses.Reverse()], null, span.From).DueAt.ShouldBe(due);
        }).QuickCheckThrowOnFailure();

    private static Gen<(int Start, int Length)> Pauses() => from start in Gen.Choose(-200, 6000) from length in Gen.Choose(0, 3000) select (start, length);

    private static DateTimeOffset Berlin(string text) => BusinessCalendarTests.Local(berlin, text);

    private static Money Usd(decimal amount) => new(amount, "USD");
}
