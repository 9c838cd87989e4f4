using System.Text.Json;
using Switchboard.Core.Evaluation;

namespace Switchboard.Core.Tests.Evaluation;

public sealed class EvaluationTests
{
    private static bool[] Outcomes(int right, int of) => [.. Enumerable.Range(0, of).Select(i => i < right)];

    [Fact]
    public void An_interval_holds_the_value_and_has_the_width_of_theory()
    {
        EvaluationMetric metric = Measure.Share("accuracy", Outcomes(900, 1000));
        metric.Value.ShouldBe(0.9);
        metric.N.ShouldBe(1000);
        // 1.96 * sqrt(0.9 * 0.1 / 1000) = 0.0186
        (metric.Value - metric.Low).ShouldBe(0.0186, 0.003);
        (metric.High - metric.Value).ShouldBe(0.0186, 0.003);
    }

    [Fact]
    public void The_same_items_give_the_same_interval() => Measure.Share("a", Outcomes(30, 50)).ShouldBe(Measure.Share("a", Outcomes(30, 50)));

    [Fact]
    public void Nothing_measured_is_zero_of_zero() => Measure.Mean("mrr", []).ShouldBe(new EvaluationMetric("mrr", 0, 0, 0, 0));

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_middle_two() => Measure.Median("p50_ms", [1.0, 2, 4, 100]).Value.ShouldBe(3);

    [Fact]
    public void Precision_recall_and_f1_come_from_the_counts_of_all_items()
    {
        IReadOnlyList<EvaluationMetric> metrics = Measure.PrecisionRecall("email", [(3, 1, 0), (1, 0, 2), (0, 0, 0)]);
        metrics.Select(m => m.Name).ShouldBe(["email.precision", "email.recall", "email.f1"]);
        metrics[0].Value.ShouldBe(4.0 / 5, 1e-12);
        metrics[1].Value.ShouldBe(4.0 / 6, 1e-12);
        metrics[2].Value.ShouldBe(8.0 / 11, 1e-12);
        Measure.PrecisionRecall("none", [(0, 0, 0)]).ShouldAllBe(m => m.Value == 0);
    }

    [Fact]
    public void Confusions_are_counted_most_frequent_first_and_right_answers_are_none() =>
        EvaluationReport.Confuse([("a", "b"), ("a", "a"), ("c", "a"), ("c", "a")]).ShouldBe([new Confusion("c", "a", 2), new Confusion("a", "b", 1)]);

    [Theory]
    [InlineData(900, 800, ChangeVerdict.Loss)]
    [InlineData(900, 890, ChangeVerdict.Same)]
    [InlineData(900, 960, ChangeVerdict.Gain)]
    public void Only_what_chance_does_not_explain_is_a_loss_or_a_gain(int before, int now, ChangeVerdict verdict) =>
        Baseline.Compare(Report(Measure.Share("accuracy", Outcomes(before, 1000))), Report(Measure.Share("accuracy", Outcomes(now, 1000)))).Single().Verdict.ShouldBe(verdict);

    [Fact]
    public void Where_less_is_better_more_is_a_loss_and_times_are_not_judged()
    {
        Baseline.Compare(Report(Measure.Share("refused", Outcomes(50, 1000), Better.Lower)), Report(Measure.Share("refused", Outcomes(150, 1000), Better.Lower))).Single().Verdict.ShouldBe(ChangeVerdict.Loss);
        Baseline.Compare(Report(Measure.Median("p50_ms", [1.0, 1, 1])), Report(Measure.Median("p50_ms", [9.0, 9, 9]))).Single().Verdict.ShouldBe(ChangeVerdict.Unjudged);
    }

    [Fact]
    public void A_metric_that_only_one_report_has_is_not_compared() => Baseline.Compare(Report(Measure.Once("a", 1)), Report(Measure.Once("b", 1))).ShouldBeEmpty();

    [Fact]
    public void A_stored_report_is_read_and_another_task_or_no_report_is_refused()
    {
        string file = Path.GetTempFileName();
        try
        {
            EvaluationReport report = Report(Measure.Share("accuracy", Outcomes(9, 10)));
            File.WriteAllText(file, JsonSerializer.Serialize(report, Json.Options));
            Baseline.Read(file, "intent").Metrics.ShouldBe(report.Metrics);
            Should.Throw<InvalidDataException>(() => Baseline.Read(file, "pii")).Message.ShouldContain("\"intent\"");
            File.WriteAllText(file, "[1]");
            Should.Throw<InvalidDataException>(() => Baseline.Read(file, "intent")).Message.ShouldContain("--json");
            File.WriteAllText(file, "{}");
            Should.Throw<InvalidDataException>(() => Baseline.Read(file, "intent"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static EvaluationReport Report(params EvaluationMetric[] metrics) => new("intent", "data", metrics, []);
}
