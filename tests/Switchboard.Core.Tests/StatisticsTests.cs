using Switchboard.Core.Statistics;

namespace Switchboard.Core.Tests;

public sealed class StatisticsTests
{
    [Fact]
    public void The_product_limit_curve_counts_those_who_leave_at_the_same_time_as_at_risk()
    {
        IReadOnlyList<SurvivalPoint> curve = Survival.Curve([new(30, true), new(60, true), new(60, false), new(90, true), new(120, false), new(150, false)]);
        curve.Select(p => (p.T, p.AtRisk, p.Events, Math.Round(p.S, 4))).ShouldBe([(30, 6, 1, 0.8333), (60, 5, 1, 0.6667), (90, 3, 1, 0.4444)]);
        curve[2].Interval!.Value.Low.ShouldBe(0.066, 0.0005);
        curve[2].Interval!.Value.High.ShouldBe(0.785, 0.0005);
        Survival.Median(curve).ShouldBe(90);
        Survival.Median(curve.Take(2).ToList()).ShouldBeNull();
        Survival.Curve([new(10, true)]).Single().ShouldBe(new SurvivalPoint(10, 1, 1, 0, null));
        Survival.Curve([new(10, false)]).ShouldBeEmpty();
    }

    [Fact]
    public void The_log_rank_test_gives_the_published_figures_of_the_remission_trial()
    {
        // Freireich et al. 1963: weeks of remission under 6-mercaptopurine and under placebo; the published statistic is 16.79.
        Lifetime[] treated = [new(6, true), new(6, true), new(6, true), new(6, false), new(7, true), new(9, false), new(10, true), new(10, false), new(11, false), new(13, true), new(16, true), new(17, false), new(19, false), new(20, false), new(22, true), new(23, true), new(25, false), new(32, false), new(32, false), new(34, false), new(35, false)];
        Lifetime[] placebo = [.. new[] { 1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23 }.Select(t => new Lifetime(t, true))];
        LogRank test = Survival.Compare(treated, placebo).ShouldNotBeNull();
        test.ChiSquare.ShouldBe(16.79, 0.005);
        test.P.ShouldBe(4.17e-5, 1e-7);
        Survival.Compare([new(5, false)], [new(5, false)]).ShouldBeNull();
        Survival.Compare(placebo, placebo)!.P.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Several_tests_are_held_to_more_than_one()
    {
        ManyTests.Holm([0.0355, 0.0488, 0.7124]).Select(p => Math.Round(p, 4)).ShouldBe([0.1065, 0.1065, 0.7124]);
        ManyTests.Holm([0.04, 0.01, 0.9]).ShouldBe([0.08, 0.03, 0.9]);
        ManyTests.Holm([]).ShouldBeEmpty();
    }

    [Fact]
    public void Holt_winters_follows_the_recursion_of_the_specification()
    {
        double[] days = [100, 120, 110, 90, 80, 40, 30, 104, 122, 113, 95, 82, 43, 31, 108, 128, 116, 96, 86, 44, 34];
        HoltWinters smoothed = HoltWinters.Of(days, 7, new Smoothing(0.3, 0.1, 0.2));
        Enumerable.Range(1, 7).Select(h => Math.Round(smoothed.Forecast(h), 1)).ShouldBe([107.2, 126.8, 116.6, 97.0, 86.7, 46.8, 36.8]);
    }

    [Fact]
    public void Erlangs_formula_gives_the_people_of_a_chat()
    {
        ErlangC.ServiceLevel(20, 12, 7, 60).ShouldBe(0.895, 0.0005);
        ErlangC.ServiceLevel(20, 12, 6, 60).ShouldBe(0.759, 0.0005);
        ErlangC.LeastServers(20, 12, 0.8, 60).ShouldBe(7);
        ErlangC.ServiceLevel(20, 12, 4, 60).ShouldBe(0, "they cannot keep up");
    }

    [Fact]
    public void The_area_under_the_curve_counts_pairs_and_halves_ties()
    {
        Discrimination.Auc([new(0.1, false), new(0.4, true), new(0.4, false), new(0.9, true)]).ShouldBe(0.875);
        Discrimination.Auc([new(0.1, true)]).ShouldBeNull();
        Discrimination.Brier([new(0.8, true), new(0.3, false)])!.Value.ShouldBe(0.065, 1e-12);
    }

    [Fact]
    public void Logistic_regression_finds_the_odds_of_a_table_of_four()
    {
        // 30 of 40 against 10 of 40: the log-odds differ by ln 9, and are -ln 3 without the feature.
        List<double[]> rows = [.. Enumerable.Range(0, 80).Select(i => new[] { i < 40 ? 1.0 : 0.0 })];
        List<bool> labels = [.. Enumerable.Range(0, 80).Select(i => i is < 30 or (>= 40 and < 50))];
        double[] b = Logistic.Fit(rows, labels, 1e-9);
        b[0].ShouldBe(-Math.Log(3), 1e-6);
        b[1].ShouldBe(Math.Log(9), 1e-6);
    }

    [Fact]
    public void Isotonic_steps_pool_what_falls()
    {
        Calibration curve = Calibration.Isotonic([new(1, false), new(2, true), new(3, false), new(4, true)]);
        curve.Of(2.5).ShouldBe(0.5, 1e-12);
        curve.Of(0).ShouldBe(0.25, 1e-12);
        curve.Of(9).ShouldBe(0.75, 1e-12);
    }
}
