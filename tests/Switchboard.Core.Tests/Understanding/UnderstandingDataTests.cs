using Switchboard.Core.Evaluation;
using Switchboard.Core.Tests.Knowledge;

namespace Switchboard.Core.Tests.Understanding;

/// <summary>Measures on material that other people wrote. The bounds are those the desk promises.</summary>
public sealed class UnderstandingDataTests
{
    [Fact]
    public void Personal_data_is_found_in_sentences_of_others()
    {
        Dictionary<string, double> metrics = Metrics(PiiEvaluation.Run, "presidio-research");
        foreach (string kind in new[] { "card", "iban", "email", "phone", "ip", "ssn", "url", "date" })
        {
            metrics[kind + ".recall"].ShouldBeGreaterThanOrEqualTo(0.95, kind);
            metrics[kind + ".precision"].ShouldBeGreaterThanOrEqualTo(0.95, kind);
        }
        metrics["name.recall"].ShouldBeGreaterThanOrEqualTo(0.75);
        metrics["name.precision"].ShouldBeGreaterThanOrEqualTo(0.75);
    }

    [Fact]
    public void Ordinary_questions_hold_almost_no_personal_data() => Metrics(PiiEvaluation.Run, "banking77")["false_alarms"].ShouldBeLessThanOrEqualTo(0.005);

    [Fact]
    public void Sentiment_agrees_with_people()
    {
        Dictionary<string, double> metrics = Metrics(SentimentEvaluation.Run, "vader");
        metrics["spearman"].ShouldBeGreaterThanOrEqualTo(0.70);
        metrics["weighted_f1"].ShouldBeGreaterThanOrEqualTo(0.80);
    }

    [Fact]
    public void Slots_are_found_in_messages_of_others() => Metrics(EntityEvaluation.Run, "nlupp")["all.f1"].ShouldBeGreaterThanOrEqualTo(0.75);

    [Fact]
    public void Hidden_instructions_are_found_with_few_false_alarms()
    {
        Articles.SharedData("eshopsupport");
        Articles.SharedData("arduino-help-center");
        Metrics(InjectionEvaluation.Run, "bipia")["recall_at_1pct"].ShouldBeGreaterThanOrEqualTo(0.85);
    }

    [Fact]
    public void English_questions_are_taken_for_english_or_unknown()
    {
        Dictionary<string, double> metrics = Metrics(LanguageEvaluation.Run, "banking77");
        metrics["accuracy"].ShouldBeGreaterThanOrEqualTo(0.95);
        metrics["wrong"].ShouldBeLessThanOrEqualTo(0.01);
    }

    private static Dictionary<string, double> Metrics(Func<EvaluationRequest, CancellationToken, EvaluationReport> run, string set) =>
        run(new EvaluationRequest(Articles.SharedData(set)), TestContext.Current.CancellationToken).Metrics.ToDictionary(m => m.Name, m => m.Value);
}
