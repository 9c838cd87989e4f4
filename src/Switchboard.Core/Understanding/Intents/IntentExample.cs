namespace Switchboard.Core.Understanding.Intents;

/// <summary>A sentence somebody labelled, to train from.</summary>
/// <param name="Text">The sentence; entity spans may stand as <c>&lt;type&gt;</c>, see <see cref="EntityMask"/>.</param>
/// <param name="Label">What it wants; <see cref="IntentLabels.OutOfScope"/> for what nobody serves.</param>
/// <param name="Weight">How much it counts, more than 0 to 100: 1 for a training sentence, 2 for a turn a person corrected.</param>
public sealed record IntentExample(string Text, string Label, double Weight = 1);

/// <summary>Labels with a meaning of their own.</summary>
public static class IntentLabels
{
    /// <summary>What nobody here serves.</summary>
    public const string OutOfScope = "oos";

    /// <summary>A yes to the question before.</summary>
    public const string Yes = "meta.yes";

    /// <summary>A no to the question before.</summary>
    public const string No = "meta.no";

    /// <summary>Praise, blame or a suggestion.</summary>
    public const string Feedback = "meta.feedback";

    /// <summary>The value that was asked for.</summary>
    public const string SlotAnswer = "slot_answer";
}

/// <summary>How a model is trained. The defaults are what the measurements in docs/benchmarks.md were made with.</summary>
public sealed record IntentOptions
{
    /// <summary>The seed of every random choice; the same examples and options give the same model.</summary>
    public int Seed { get; init; } = 20260101;

    /// <summary>Passes of the logistic regression over the examples, 1..100.</summary>
    public int SoftmaxPasses { get; init; } = 6;

    /// <summary>Passes of the support vector machine over the examples, 1..100.</summary>
    public int MarginPasses { get; init; } = 7;

    /// <summary>Inverse of the L2 penalty of the logistic regression, above 0.</summary>
    public double SoftmaxCost { get; init; } = 20;

    /// <summary>Inverse of the L2 penalty of the support vector machine, above 0.</summary>
    public double MarginCost { get; init; } = 0.3;

    /// <summary>How much more an example of a class counts against the examples of all others in the support vector machine, above 0.</summary>
    public double OwnClassWeight { get; init; } = 3;

    /// <summary>The mass naive Bayes gives each feature in each class beforehand, above 0.</summary>
    public double BayesSmoothing { get; init; } = 0.03;

    /// <summary>How much more an out-of-scope example counts than one of a label, above 0: it stands for everything else there is.</summary>
    public double OutOfScopeWeight { get; init; } = 3;

    /// <summary>How much the words of a label's own name count as an example of it, 0 for not at all.</summary>
    public double NameWeight { get; init; } = 1;

    /// <summary>The share of in-scope messages that may be refused as out of scope, 0..1; the threshold is set on held-out examples.</summary>
    public double RefusedShare { get; init; } = 0.05;

    /// <summary>The share of examples held out to set temperature and threshold, 0..0.5; the model itself is trained on all of them.</summary>
    public double HeldOutShare { get; init; } = 0.2;
}
