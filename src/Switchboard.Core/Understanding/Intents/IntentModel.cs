using Switchboard.Domain;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>A label with its probability, 0..1.</summary>
public readonly record struct IntentScore(string Label, [property: Between(0, 1)] float Probability);

/// <summary>What a model says of one clause besides its best labels.</summary>
/// <param name="Count">How many labels were written, best first, out of scope not among them.</param>
/// <param name="OutOfScope">The probability that nobody serves it, 0..1; 0 when no out-of-scope example was taught.</param>
/// <param name="IsOutOfScope">Whether its best label stands out too little: below the margin that held-out in-scope messages keep.</param>
/// <param name="Margin">That margin: the log odds of the best label against out of scope, less what is new in the message.</param>
/// <param name="IsKnown">Whether it holds any feature the examples hold.</param>
public readonly record struct IntentVerdict(int Count, float OutOfScope, bool IsOutOfScope, float Margin, bool IsKnown);

/// <summary>How a model did on examples it was not trained on.</summary>
/// <param name="HeldOut">How many there were.</param>
/// <param name="MacroF1">The mean F1 of the labels, 0..1.</param>
/// <param name="CalibrationError">Expected calibration error over 10 bins, 0..1: the mean distance between stated probability and share of right answers.</param>
public sealed record IntentQuality(int HeldOut, double MacroF1, double CalibrationError);

/// <summary>
/// A trained classifier: immutable, safe for any number of callers at once. Classifying a message allocates nothing once the model has seen one of its length.
/// </summary>
public sealed class IntentModel
{
    private const int mostSpares = 8;
    // In log odds: what a message loses that holds nothing that any example holds.
    private const float noveltyPenalty = 10;

    private readonly FeatureSpace space;
    private readonly LinearWeights weights;
    private readonly string[] labels;
    private readonly int outOfScope;
    private readonly float temperature;
    private readonly float refusal;
    private readonly FeatureScratch?[] spares = new FeatureScratch?[mostSpares];

    internal IntentModel(string version, FeatureSpace space, LinearWeights weights, string[] labels, float temperature, float refusal, IntentQuality quality)
    {
        this.space = space;
        this.weights = weights;
        this.labels = labels;
        this.temperature = temperature;
        this.refusal = refusal;
        outOfScope = Array.IndexOf(labels, IntentLabels.OutOfScope);
        Version = version;
        Quality = quality;
        Labels = [.. labels.Where(l => l != IntentLabels.OutOfScope)];
    }

    /// <summary>Names what it was trained from: equal examples and options give an equal version.</summary>
    public string Version { get; }

    /// <summary>The labels it knows, without out of scope.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How it did on held-out examples when its temperature was set.</summary>
    public IntentQuality Quality { get; }

    /// <summary>What the scores are divided by before they become probabilities.</summary>
    public float Temperature => temperature;

    /// <summary>The number of features it weighs.</summary>
    public int Features => space.Count;

    /// <summary>
    /// Writes the best labels of a clause with calibrated probabilities, as many as there is room for. Only the first 10 000 characters are read, so the cost is
    /// bounded whatever the text.
    /// </summary>
    public IntentVerdict Classify(ReadOnlySpan<char> text, Span<IntentScore> best)
    {
        FeatureScratch scratch = Take();
        try
        {
            int n = space.Vectorise(text, scratch);
            FeatureScratch.Ensure(ref scratch.Scores, weights.Stride);
            Span<float> scores = scratch.Scores.AsSpan(0, weights.Stride);
            weights.Score(scratch.Ids.AsSpan(0, n), scratch.Values.AsSpan(0, n), scores);
            return Judge(scores[..weights.Classes], best, n > 0, scratch.Novelty);
        }
        finally
        {
            Give(scratch);
        }
    }

    private IntentVerdict Judge(Span<float> scores, Span<IntentScore> best, bool isKnown, float novelty)
    {
        foreach (ref float score in scores) score /= temperature;
        float margin = MarginOf(scores, outOfScope, novelty);
        SoftmaxSolver.Softmax(scores);
        float probability = outOfScope < 0 ? 0 : scores[outOfScope];
        int count = 0;
        for (int k = 0; k < scores.Length; k++)
        {
            if (k == outOfScope) continue;
            int at = count;
            while (at > 0 && best[at - 1].Probability < scores[k]) at--;
            if (at == best.Length) continue;
            if (count < best.Length) count++;
            for (int move = count - 1; move > at; move--) best[move] = best[move - 1];
            best[at] = new IntentScore(labels[k], scores[k]);
        }
        return new IntentVerdict(count, probability, !isKnown || margin < refusal, margin, isKnown);
    }

    /// <summary>
    /// The best in-scope score less the out-of-scope one, scores already divided by the temperature, less a penalty for what no example holds. The scores of all classes sum to about 0, so without
    /// out-of-scope examples the best stands against their mean.
    /// </summary>
    internal static float MarginOf(ReadOnlySpan<float> scores, int outOfScope, float novelty)
    {
        float most = float.NegativeInfinity;
        for (int k = 0; k < scores.Length; k++)
            if (k != outOfScope) most = Math.Max(most, scores[k]);
        return most - (outOfScope < 0 ? 0 : scores[outOfScope]) - (noveltyPenalty * novelty);
    }

    private FeatureScratch Take()
    {
        for (int i = 0; i < mostSpares; i++)
            if (Interlocked.Exchange(ref spares[i], null) is { } spare) return spare;
        return new FeatureScratch();
    }

    private void Give(FeatureScratch scratch)
    {
        if (!scratch.IsWorthKeeping) return;
        for (int i = 0; i < mostSpares; i++)
            if (Interlocked.CompareExchange(ref spares[i], scratch, null) is null) return;
    }
}
