using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

public sealed class IntentUpdaterTests
{
    private static readonly List<IntentExample> examples = Phrases.Make(30, 1);
    private static readonly List<IntentExample> frozen = Phrases.Make(30, 2);
    private static readonly IntentModel current = IntentTrainer.Train(examples);

    [Fact]
    public void Corrections_are_learnt()
    {
        IntentExample[] corrections = [.. Enumerable.Range(0, 10).Select(i => new IntentExample($"where is my pelican number {i}", "billing/plan"))];
        current.Classify("pelican", new IntentScore[1]).IsKnown.ShouldBeTrue();
        IntentUpdate update = IntentUpdater.Update(current, examples, corrections, frozen);
        update.Accepted.ShouldBeTrue(update.Reason);
        update.Model.Best("the pelican").ShouldBe("billing/plan");
        update.Model.Version.ShouldNotBe(current.Version);
    }

    [Fact]
    public void A_correction_replaces_the_example_it_corrects()
    {
        IntentExample wrong = new("send the marmot", "technical/bug");
        IntentUpdate update = IntentUpdater.Update(current, [.. examples, wrong], [wrong with { Label = "usage/export" }], frozen);
        update.Model.Best("send the marmot").ShouldBe("usage/export");
    }

    [Fact]
    public void A_model_that_is_worse_does_not_take_over()
    {
        // Every label's words under the next label.
        string[] labels = [.. current.Labels];
        IntentExample[] poison = [.. Phrases.Make(60, 3).Select(e => e with { Label = labels[(Array.IndexOf(labels, e.Label) + 1) % labels.Length] })];
        IntentUpdate update = IntentUpdater.Update(current, examples, poison, frozen);
        update.Accepted.ShouldBeFalse();
        update.Model.ShouldBeSameAs(current);
        update.Reason.ShouldContain("Macro-F1");
        update.Candidate.MacroF1.ShouldBeLessThan(update.Before!.MacroF1 - 0.01);
    }

    [Fact]
    public void A_fall_of_a_hundredth_is_borne_and_more_or_a_bad_calibration_is_not()
    {
        var rules = new UpdateRules();
        IntentUpdater.Decide(new(100, 0.90, 0.02), new(100, 0.891, 0.02), rules).Accepted.ShouldBeTrue();
        IntentUpdater.Decide(new(100, 0.90, 0.02), new(100, 0.889, 0.02), rules).Accepted.ShouldBeFalse();
        IntentUpdater.Decide(new(100, 0.90, 0.02), new(100, 0.95, 0.081), rules).Accepted.ShouldBeFalse();
        IntentUpdater.Decide(null, new(100, 0.10, 0.02), rules).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_judged_on_what_it_was_trained_on() =>
        Should.Throw<ArgumentException>(() => IntentUpdater.Update(current, examples, [], examples)).Message.ShouldContain("frozen");
}
