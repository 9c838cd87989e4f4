using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Support;
using Interval = Switchboard.Domain.Figures.Interval;

namespace Switchboard.Core.Tests.Figures;

public sealed class FiguresTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Movements_add_up_from_the_start_to_the_end_and_give_the_retentions()
    {
        RevenueMovements moved = RevenueMovements.Of(
            1000m,
            [Change(MrrMovement.New, 0, 200), Change(MrrMovement.Reactivation, 0, 50), Change(MrrMovement.Expansion, 300, 400), Change(MrrMovement.Contraction, 250, 220), Change(MrrMovement.Churn, 70, 0)]);

        moved.ShouldBe(new RevenueMovements(1000, 250, 100, 30, 70));
        moved.End.ShouldBe(1250m);
        moved.Arr.ShouldBe(15000m);
        moved.Nrr.ShouldBe(1.0);
        moved.Grr.ShouldBe(0.9);
        moved.QuickRatio.ShouldBe(3.5);
    }

    [Fact]
    public void Without_a_start_there_is_no_retention_and_without_losses_no_quick_ratio()
    {
        RevenueMovements moved = RevenueMovements.Of(0, [Change(MrrMovement.New, 0, 200)]);
        (moved.Nrr, moved.Grr, moved.QuickRatio).ShouldBe((null, null, null));
    }

    [Fact]
    public void An_entry_that_moves_the_other_way_than_it_says_is_refused() =>
        Should.Throw<ArgumentException>(() => RevenueMovements.Of(0, [Change(MrrMovement.Churn, 0, 50)]));

    [Fact]
    public void Whatever_moves_the_end_is_the_sum_of_the_ledger() =>
        Prop.ForAll<PositiveInt[]>(seeds =>
        {
            decimal mrr = 500;
            var ledger = new List<SubscriptionChange>();
            foreach (PositiveInt seed in seeds)
            {
                decimal after = seed.Get % 900;
                ledger.Add(Change(after >= mrr ? MrrMovement.Expansion : after == 0 ? MrrMovement.Churn : MrrMovement.Contraction, mrr, after));
                mrr = after;
            }

            return RevenueMovements.Of(500, ledger).End == mrr;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Customers_give_churn_value_and_cost()
    {
        var figures = new CustomerFigures(40, 10, 6, 3, 4400m, 5000m);
        figures.CustomersAtEnd.ShouldBe(44);
        figures.LogoChurn.ShouldBe(0.15);
        figures.MonthlyChurn!.Value.ShouldBe(0.05, 1e-12);
        figures.Arpa.ShouldBe(100m);
        figures.Ltv!.Value.ShouldBe(1600m, 0.0001m);
        figures.Cac.ShouldBe(500m);
        new CustomerFigures(40, 0, 0, 1, 4000m, 100m).ShouldSatisfyAllConditions(f => f.Ltv.ShouldBeNull(), f => f.Cac.ShouldBeNull(), f => f.LogoChurn.ShouldBe(0));
        new CustomerFigures(0, 0, 0, 1, 0, null).ShouldSatisfyAllConditions(f => f.Arpa.ShouldBeNull(), f => f.LogoChurn.ShouldBeNull());
    }

    [Fact]
    public void Csat_is_the_share_of_fours_and_fives_with_wilsons_interval()
    {
        Estimate csat = SatisfactionFigures.Csat([5, 5, 4, 3, 1, 4, 5, 4, 2, 5]);
        csat.Value.ShouldBe(0.7);
        csat.N.ShouldBe(10);
        // 7 of 10 by Wilson's formula: centre (0.7 + 1.9207/10) / 1.38415, half 1.96/1.38415 × √(0.021 + 0.0096036).
        csat.Interval!.Value.Low.ShouldBe(0.3968, 5e-4);
        csat.Interval!.Value.High.ShouldBe(0.8922, 5e-4);
        SatisfactionFigures.Csat([]).ShouldBe(new Estimate(null, 0, null));
    }

    [Fact]
    public void Nps_is_promoters_less_detractors_with_an_interval_that_is_the_same_each_time()
    {
        Estimate nps = SatisfactionFigures.Nps([10, 9, 9, 8, 7, 6, 3, 10, 0, 8]);
        nps.Value!.Value.ShouldBe(0.1, 1e-12);
        nps.Interval!.Value.Low.ShouldBeLessThan(0);
        nps.Interval!.Value.High.ShouldBeInRange(0.4, 0.7);
        SatisfactionFigures.Nps([10, 9, 9, 8, 7, 6, 3, 10, 0, 8]).ShouldBe(nps);
        SatisfactionFigures.Nps([.. Enumerable.Repeat(9, 50)]).ShouldBe(new Estimate(1, 50, new Interval(1, 1)));
        Should.Throw<ArgumentOutOfRangeException>(() => SatisfactionFigures.Nps([11]));
        // 150 promoters, 50 detractors: mean 0.5, s 0.8682, half 1.96 × 0.8682 / √200.
        Estimate many = SatisfactionFigures.Nps([.. Enumerable.Repeat(10, 150), .. Enumerable.Repeat(0, 50)]);
        many.Interval!.Value.Low.ShouldBe(0.5 - 0.1203, 5e-4);
        many.Interval!.Value.High.ShouldBe(0.5 + 0.1203, 5e-4);
    }

    [Fact]
    public void A_bootstrap_interval_covers_the_mean_of_a_coin_as_often_as_it_says()
    {
        // 100 coins of 40 throws, thrown by a generator of the test's own: the interval must hold 0.5 in about 95 of them.
        ulong state = 42;
        int held = 0;
        for (int coin = 0; coin < 100; coin++)
        {
            var throws = new double[40];
            for (int i = 0; i < throws.Length; i++) throws[i] = ((state = state * 6364136223846793005 + 1442695040888963407) >> 63) == 1 ? 1 : 0;
            Interval interval = Estimates.Bootstrap(throws);
            if (interval.Low <= 0.5 && 0.5 <= interval.High) held++;
        }

        held.ShouldBeInRange(88, 100);
    }

    [Fact]
    public void Quantiles_lie_between_the_values_in_order()
    {
        double[] values = [4, 1, 3, 2];
        Estimates.Quantile(values, 0.5).ShouldBe(2.5);
        Estimates.Quantile(values, 0.9)!.Value.ShouldBe(3.7, 1e-12);
        Estimates.Quantile(values, 0).ShouldBe(1);
        Estimates.Quantile(values, 1).ShouldBe(4);
        Estimates.Quantile([], 0.5).ShouldBeNull();
        Estimates.Slope([(1, 2), (2, 4), (3, 6)]).ShouldBe(2);
        Estimates.Slope([(1, 2), (1, 4)]).ShouldBeNull();
    }

    [Theory]
    [InlineData(Resolution.Confirmed, "resolved", "confirmed 5", "resolved 5")]
    [InlineData(Resolution.Confirmed, "closed", "confirmed 5", "resolved 5", "wrote 4")]
    [InlineData(Resolution.Abandoned, "open", "confirmed 5", "resolved 5", "reopened 20", "wrote 20")]
    [InlineData(Resolution.Open, "open", "confirmed 5", "resolved 5", "reopened 150", "wrote 150")]
    [InlineData(Resolution.Confirmed, "open", "confirmed 5", "resolved 5", "reopened 200", "wrote 200")]
    [InlineData(Resolution.HandedOff, "resolved", "confirmed 5", "resolved 5", "handed 3")]
    [InlineData(Resolution.HandedOff, "open", "human 1")]
    [InlineData(Resolution.Assumed, "open", "answered 1")]
    [InlineData(Resolution.Assumed, "closed", "answered 1", "resolved 74")]
    [InlineData(Resolution.Open, "open", "answered 130")]
    [InlineData(Resolution.Abandoned, "pending")]
    [InlineData(Resolution.Abandoned, "open", "answered 1", "wrote 2")]
    [InlineData(Resolution.Open, "open", "answered 1", "wrote 150")]
    public void A_conversation_ends_in_one_of_five_ways(Resolution expected, string status, params string[] told)
    {
        DateTimeOffset? At(string what) => told.Select(t => t.Split(' ')).Where(t => t[0] == what).Select(t => (DateTimeOffset?)start.AddHours(int.Parse(t[1], System.Globalization.CultureInfo.InvariantCulture))).FirstOrDefault();
        var end = new ConversationEnd(Enum.Parse<ConversationStatus>(status, ignoreCase: true), At("handed"), told.Contains("human 1") ? 1 : 0, At("confirmed"), At("answered"), At("resolved"), At("reopened"), At("wrote") ?? start);
        ResolutionFigures.Of(end, start.AddHours(201)).ShouldBe(expected);
    }

    [Fact]
    public void The_five_ways_always_add_up_to_all()
    {
        Gen<DateTimeOffset?> instant = Gen.OneOf(Gen.Constant((DateTimeOffset?)null), Gen.Choose(0, 300).Select(h => (DateTimeOffset?)start.AddHours(h)));
        Gen<ConversationEnd> ends =
            from status in Gen.Elements(Enum.GetValues<ConversationStatus>())
            from handed in instant
            from human in Gen.Choose(0, 1)
            from confirmed in instant
            from answered in instant
            from resolved in instant
            from reopened in instant
            from wrote in Gen.Choose(0, 300)
            select new ConversationEnd(status, handed, human, confirmed, answered, resolved, reopened, start.AddHours(wrote));
        Prop.ForAll(ends.ArrayOf().ToArbitrary(), all =>
        {
            var counted = all.CountBy(e => ResolutionFigures.Of(e, start.AddHours(301))).ToDictionary();
            int Of(Resolution r) => counted.GetValueOrDefault(r);
            var figures = new ResolutionFigures(Of(Resolution.Confirmed), Of(Resolution.Assumed), Of(Resolution.HandedOff), Of(Resolution.Abandoned), Of(Resolution.Open), 0, 0);
            return figures.Total == all.Length && (figures.Total == 0 || Math.Abs(figures.Containment!.Value + figures.HandoffRate!.Value - 1) < 1e-9);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Rates_of_resolution_follow_from_the_counts()
    {
        var figures = new ResolutionFigures(20, 30, 10, 5, 35, 8, 4.5m);
        figures.Total.ShouldBe(100);
        figures.HandoffRate.ShouldBe(0.1);
        figures.Containment.ShouldBe(0.9);
        figures.ReopenRate.ShouldBe(0.08);
        figures.CostPerConfirmed.ShouldBe(0.225m);
        new ResolutionFigures(0, 0, 0, 0, 0, 0, 0).ShouldSatisfyAllConditions(f => f.Containment.ShouldBeNull(), f => f.CostPerConfirmed.ShouldBeNull());
    }

    [Fact]
    public void Health_is_the_sum_of_its_five_parts()
    {
        HealthScore score = HealthScore.Of(new HealthFacts
        {
            DailyActiveUsers = 3,
            Seats = 10,
            AdoptedFeatures = 6,
            PlanFeatures = 12,
            Automations = 4,
            Nps = 9,
            DaysSinceLogin = 10,
            Sessions = 12,
            FailedPayments = 1,
            OpenSevereTickets = 1,
            RecentTickets = 5,
            MeanCsat = 4.2,
            ChampionActive = true,
            PlanOnTrack = true,
        });

        // 15 × 0.75 + 10 × 0.5 + 5 × 0.4; 9 + 5 + 3; 20 − 5; 15 − 3 − 2; 5 + 2.
        score.Usage.ShouldBe(18.25, 1e-9);
        score.Engagement.ShouldBe(17, 1e-9);
        (score.Finance, score.Support, score.Relationship).ShouldBe((15, 10, 7));
        score.Score.ShouldBe(67.25, 1e-9);
        score.Band.ShouldBe(HealthBand.Fair);
    }

    [Fact]
    public void Health_has_a_floor_and_a_ceiling_in_each_part()
    {
        HealthScore worst = HealthScore.Of(new HealthFacts { DailyActiveUsers = 0, Seats = 0, AdoptedFeatures = 0, PlanFeatures = 0, Automations = 0, Nps = 0, Sessions = 0, PastDue = true, FailedPayments = 9, CancelAtPeriodEnd = true, OpenSevereTickets = 9, RecentTickets = 40, MeanCsat = 1 });
        worst.Score.ShouldBe(0);
        worst.Band.ShouldBe(HealthBand.Critical);
        HealthScore best = HealthScore.Of(new HealthFacts { DailyActiveUsers = 90, Seats = 10, AdoptedFeatures = 30, PlanFeatures = 12, Automations = 40, Nps = 10, DaysSinceLogin = 0, Sessions = 500, MeanCsat = 5, ChampionActive = true, RecentMeeting = true, PlanOnTrack = true });
        best.Score.ShouldBe(100);
        best.Band.ShouldBe(HealthBand.Excellent);
        new[] { 85, 84.9, 70, 55, 40, 39.9 }.Select(HealthScore.BandOf).ShouldBe([HealthBand.Excellent, HealthBand.Good, HealthBand.Good, HealthBand.Fair, HealthBand.Poor, HealthBand.Critical]);
    }

    [Fact]
    public void The_trend_of_health_is_the_slope_of_its_last_thirty_days()
    {
        DateOnly day = new(2026, 3, 31);
        HealthScore.Trend([(day, 70), (day.AddDays(-10), 60), (day.AddDays(-20), 50), (day.AddDays(-40), 99)])!.Value.ShouldBe(1, 1e-9);
        HealthScore.Trend([(day, 70), (day.AddDays(-40), 99)]).ShouldBeNull();
    }

    private static SubscriptionChange Change(MrrMovement movement, decimal before, decimal after) => new()
    {
        TenantId = Guid.Empty,
        Id = Guid.Empty,
        SubscriptionId = Guid.Empty,
        Movement = movement,
        Cause = "test",
        MrrBefore = before,
        MrrAfter = after,
        Currency = "USD",
        At = start,
    };
}
