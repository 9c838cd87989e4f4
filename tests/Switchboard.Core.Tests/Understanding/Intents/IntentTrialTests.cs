using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

public sealed class IntentTrialTests
{
    private static readonly IntentExample[] wrong = [.. DeskIntents.ShippedSentences().Where(s => s.Label == "billing/refund-processor").Take(50).Select(s => new IntentExample(s.Text + " now", "meta.goodbye"))];

    [Fact]
    public void Corrections_that_say_something_new_may_be_learnt()
    {
        (bool accepted, string reason) = IntentTrial.Of([], [new("the flumpet is too dear", "billing/discount-negotiator")], default);
        accepted.ShouldBeTrue(reason);
        reason.ShouldContain("Macro-F1");
    }

    [Fact]
    public void What_made_it_worse_before_does_not_lower_the_bar()
    {
        // As if the wrong ones had come into force little by little: what follows is measured by the product's own sentences as well.
        IntentTrial.Of([], wrong, default).Accepted.ShouldBeFalse();
        IntentTrial.Of(wrong, [.. wrong, new("the flumpet is too dear", "billing/discount-negotiator")], default).Accepted.ShouldBeFalse();
    }
}
