using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Tests.Policies;

public sealed class PlanChangePolicyTests
{
    private static readonly PlanChangePolicy changes = TenantPolicies.Default.PlanChanges;
    private static readonly PriceList prices = TenantPolicies.Default.Prices();
    private static readonly BillingPeriod april = new(new(2026, 4, 1), new(2026, 5, 1));
    private static readonly BillingPeriod may = new(new(2026, 5, 1), new(2026, 6, 1));

    [Fact]
    public void An_upgrade_costs_the_difference_for_the_unused_days_and_today_is_unused()
    {
        Proration proration = changes.Upgrade(Usd(10), Usd(25), 8, april, new(2026, 4, 13));
        (proration.Amount, proration.UnusedDays, proration.PeriodDays).ShouldBe((Usd(72), 18, 30));
        proration.Clause.Text.ShouldContain("18/30");
        changes.Upgrade(Usd(10), Usd(25), 8, april, new(2026, 4, 11)).Amount.ShouldBe(Usd(80));
        (changes with { TodayIsUnused = false }).Upgrade(Usd(10), Usd(25), 8, april, new(2026, 4, 10)).Amount.ShouldBe(Usd(80));
    }

    [Fact]
    public void Added_seats_cost_their_share_and_single_sign_on_follows_them()
    {
        changes.AddSeats(2, Usd(22.50m), april, new(2026, 4, 21)).Amount.ShouldBe(Usd(15));
        Proration withSso = changes.AddSeats(3, Usd(22.50m), may, new(2026, 5, 20), [("Single sign-on", Usd(3))]);
        withSso.Lines.Select(l => l.Amount).ShouldBe([Usd(26.13m), Usd(3.48m)]);
        withSso.Amount.ShouldBe(Usd(29.61m));
    }

    [Fact]
    public void Seats_go_at_the_end_of_the_period_and_never_below_those_in_use()
    {
        changes.RemoveSeats(14, 14, april).ShouldBe(new SeatRemoval(true, new(2026, 5, 1), 14, changes.RemoveSeats(14, 14, april).Clause));
        changes.RemoveSeats(13, 14, april).Allowed.ShouldBeFalse();
        changes.RemoveSeats(0, 0, april).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void A_downgrade_lists_what_stops_working_and_waits_for_the_end_of_the_period()
    {
        var usage = new PlanUsage { Projects = 14, Seats = 5, StorageGb = 0.2m, ApiCalls = 0, Automations = 11, Features = [new("timeline", "premium"), new("tasks", "free")], AddOns = ["sso", "api_pack"] };
        DowngradeDecision basic = changes.Downgrade(prices, "basic", usage, april);
        (basic.Allowed, basic.EffectiveOn, basic.Clause.Rule).ShouldBe((true, new DateOnly(2026, 5, 1), "plan_changes.downgrade"));
        basic.Losses.ShouldBe([new(LossKind.Limit, "automations", 11, 10), new(LossKind.Feature, "timeline", null, null)]);
        changes.Downgrade(prices, "free", usage, april).Losses.Select(l => l.Item).ShouldBe(["projects", "storageGb", "automations", "timeline", "sso", "api_pack"]);
    }

    [Fact]
    public void A_downgrade_waits_for_seats_to_be_freed()
    {
        DowngradeDecision decision = changes.Downgrade(prices, "basic", new PlanUsage { Seats = 40, Projects = 14 }, april);
        (decision.Allowed, decision.Clause.Rule).ShouldBe((false, "plan_changes.seats_over_limit"));
        decision.Losses.ShouldBe([new(LossKind.Limit, "seats", 40, 25)]);
    }

    [Fact]
    public void A_lower_price_is_no_upgrade_and_nothing_is_no_change()
    {
        Should.Throw<ArgumentException>(() => changes.Upgrade(Usd(25), Usd(10), 8, april, april.Start));
        Should.Throw<ArgumentException>(() => changes.AddSeats(0, Usd(10), april, april.Start));
        Should.Throw<ArgumentException>(() => changes.AddSeats(1, Usd(10), new BillingPeriod(april.Start, april.Start), april.Start));
    }

    [Fact]
    public void What_is_charged_never_exceeds_a_whole_period_never_grows_with_time_and_adds_up() => Prop.ForAll(
        (from added in Gen.Choose(1, 400) from cents in Gen.Choose(0, 60_000) from day in Gen.Choose(-3, 40) select (added, Usd(cents / 100m), may.Start.AddDays(day))).ToArbitrary(),
        sample =>
        {
            Proration now = changes.AddSeats(sample.added, sample.Item2, may, sample.Item3, [("Single sign-on", Usd(3))]);
            Proration later = changes.AddSeats(sample.added, sample.Item2, may, sample.Item3.AddDays(1), [("Single sign-on", Usd(3))]);
            now.Amount.ShouldBe(Money.Sum(now.Lines.Select(l => l.Amount), "USD"));
            now.Amount.ShouldBeLessThanOrEqualTo((sample.Item2 + Usd(3)) * sample.added);
            later.Amount.ShouldBeLessThanOrEqualTo(now.Amount);
            if (sample.Item3 >= may.End) now.Amount.ShouldBe(Usd(0));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_soft_decline_is_tried_again_at_nine_in_the_customers_zone_also_across_a_clock_change()
    {
        DunningSchedule schedule = TenantPolicies.Default.Dunning.Schedule(Utc("2026-03-02T14:20"), "insufficient_funds", TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        schedule.Attempts.Select(a => a.At).ShouldBe([Utc("2026-03-03T14:00"), Utc("2026-03-05T14:00"), Utc("2026-03-07T14:00"), Utc("2026-03-09T13:00")]);
        (schedule.Retry, schedule.DataKeptUntil, schedule.Clause.Rule).ShouldBe((true, new DateOnly(2026, 6, 7), "dunning.soft"));
        schedule.Clause.Text.ShouldContain("1, 3, 5 and 7 days");
    }

    [Theory]
    [InlineData("stolen_card")]
    [InlineData("lost_card")]
    [InlineData("fraud")]
    [InlineData("invalid_account")]
    [InlineData("expired_card")]
    public void A_hard_decline_is_not_tried_again(string code)
    {
        DunningSchedule schedule = TenantPolicies.Default.Dunning.Schedule(Utc("2026-03-02T14:20"), code, TimeZoneInfo.Utc);
        (schedule.Retry, schedule.Attempts.Count, schedule.Clause.Rule).ShouldBe((false, 0, "dunning.hard"));
    }

    [Fact]
    public void An_unknown_decline_is_soft() => TenantPolicies.Default.Dunning.Schedule(Utc("2026-03-02T14:20"), null, TimeZoneInfo.Utc).Attempts.Count.ShouldBe(4);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z");

    private static Money Usd(decimal amount) => new(amount, "USD");
}
