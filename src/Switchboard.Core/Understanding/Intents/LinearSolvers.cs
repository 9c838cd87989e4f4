using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>A score for each class: weights · features + bias. Rows of the weights are features, padded to whole vectors.</summary>
internal sealed class LinearWeights(int features, int classes)
{
    /// <summary>The number of classes.</summary>
    public int Classes { get; } = classes;

    /// <summary>The length of a row.</summary>
    public int Stride { get; } = (classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    public float[] Weights { get; } = new float[(long)features * ((classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count)];

    public float[] Bias { get; } = new float[(classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count];

    /// <summary>The scores of a row; <paramref name="scores"/> has the length of <see cref="Stride"/>.</summary>
    public void Score(ReadOnlySpan<int> ids, ReadOnlySpan<float> values, Span<float> scores)
    {
        Bias.CopyTo(scores);
        for (int i = 0; i < ids.Length; i++) AddScaled(values[i], Weights.AsSpan(ids[i] * Stride, Stride), scores);
    }

    /// <summary>Adds a step for each class times the features of a row.</summary>
    public void Add(ReadOnlySpan<int> ids, ReadOnlySpan<float> values, ReadOnlySpan<float> step)
    {
        for (int i = 0; i < ids.Length; i++) AddScaled(values[i], step, Weights.AsSpan(ids[i] * Stride, Stride));
        AddScaled(1, step, Bias);
    }

    /// <summary>Adds the scores of another model.</summary>
    public void AddModel(LinearWeights other, float scale)
    {
        AddScaled(scale, other.Weights, Weights);
        AddScaled(scale, other.Bias, Bias);
    }

    // Optimised at once: a training is over before the tiers of the compiler have seen it often enough.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(float scale, ReadOnlySpan<float> from, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> source = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> target = MemoryMarshal.Cast<float, Vector<float>>(to);
        var factor = new Vector<float>(scale);
        for (int i = 0; i < source.Length; i++) target[i] += source[i] * factor;
    }
}

/// <summary>What a solver learns from: rows with their class and their weight.</summary>
internal sealed record LabelledRows(SparseRows Rows, int[] Classes, float[] Weights, int ClassCount, int FeatureCount)
{
    public ReadOnlySpan<int> Ids(int row) => Rows.Ids.AsSpan(Rows.Starts[row], Rows.Starts[row + 1] - Rows.Starts[row]);

    public ReadOnlySpan<float> Values(int row) => Rows.Values.AsSpan(Rows.Starts[row], Rows.Starts[row + 1] - Rows.Starts[row]);

    /// <summary>The squared length of a row with its constant 1 for the bias.</summary>
    public float SquaredLength(int row)
    {
        float sum = 1;
        foreach (float value in Values(row)) sum += value * value;
        return sum;
    }
}

/// <summary>
/// Multinomial logistic regression with L2, by stochastic dual coordinate ascent (Shalev-Shwartz and Zhang, JMLR 2013): each row keeps a distribution q over the
/// classes, the weights are C · Σ (label − q) · row, and a visit moves q towards the present softmax as far as the dual is sure to grow. There is no
/// learning rate to set.
/// </summary>
internal static class SoftmaxSolver
{
    private const double smallestStep = 1e-6;

    public static LinearWeights Solve(LabelledRows data, double cost, int passes, int seed, CancellationToken cancellationToken)
    {
        int classes = data.ClassCount;
        var model = new LinearWeights(data.FeatureCount, classes);
        int stride = model.Stride;
        var dual = new float[data.Rows.Count * stride];
        var lengths = new float[data.Rows.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            dual[(i * stride) + data.Classes[i]] = 1;
            lengths[i] = data.SquaredLength(i);
        }
        int[] order = [.. Enumerable.Range(0, lengths.Length)];
        var random = new Random(seed);
        var step = new float[stride];
        for (int pass = 0; pass < passes; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            random.Shuffle(order);
            foreach (int row in order)
            {
                model.Score(data.Ids(row), data.Values(row), step);
                Softmax(step.AsSpan(0, classes));
                Span<float> q = dual.AsSpan(row * stride, stride);
                double rowCost = cost * data.Weights[row];
                float move = Move(step.AsSpan(0, classes), q, rowCost * lengths[row]);
                if (move == 0) continue;
                for (int k = 0; k < classes; k++)
                {
                    float d = step[k] * move;
                    q[k] += d;
                    step[k] = (float)(-rowCost * d);
                }
                step.AsSpan(classes).Clear();
                model.Add(data.Ids(row), data.Values(row), step);
            }
        }
        return model;
    }

    /// <summary>Turns the softmax into the direction softmax − q and gives how far to go along it, 0..1: (KL(q‖p) + ½‖d‖₁²) / (‖d‖₁² + C‖x‖²‖d‖₂²).</summary>
    private static float Move(Span<float> softmax, ReadOnlySpan<float> q, double curvature)
    {
        double divergence = 0, absolute = 0, squares = 0;
        for (int k = 0; k < softmax.Length; k++)
        {
            float p = softmax[k];
            float d = p - q[k];
            softmax[k] = d;
            absolute += Math.Abs(d);
            squares += d * d;
            if (q[k] > 1e-7f) divergence += q[k] * (MathF.Log(q[k]) - MathF.Log(p + 1e-12f));
        }
        if (squares < smallestStep) return 0;
        return (float)Math.Clamp((divergence + (0.5 * absolute * absolute)) / ((absolute * absolute) + (curvature * squares)), 0, 1);
    }

    /// <summary>Turns scores into probabilities, in place.</summary>
    public static void Softmax(Span<float> scores)
    {
        float most = float.NegativeInfinity;
        foreach (float score in scores) most = Math.Max(most, score);
        float sum = 0;
        for (int k = 0; k < scores.Length; k++) sum += scores[k] = MathF.Exp(scores[k] - most);
        for (int k = 0; k < scores.Length; k++) scores[k] /= sum;
    }
}

/// <summary>
/// One support vector machine with squared hinge loss for each class against all others, by dual coordinate descent (Hsieh et al., ICML 2008). All classes
/// visit a row together, since reading the row is what costs.
/// </summary>
internal static class MarginSolver
{
    public static LinearWeights Solve(LabelledRows data, double cost, double ownClassWeight, int passes, int seed, CancellationToken cancellationToken)
    {
        int classes = data.ClassCount;
        var model = new LinearWeights(data.FeatureCount, classes);
        int stride = model.Stride;
        var dual = new float[data.Rows.Count * stride];
        var lengths = new float[data.Rows.Count];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = data.SquaredLength(i);
        int[] order = [.. Enumerable.Range(0, lengths.Length)];
        var random = new Random(seed);
        var step = new float[stride];
        for (int pass = 0; pass < passes; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            random.Shuffle(order);
            foreach (int row in order)
            {
                model.Score(data.Ids(row), data.Values(row), step);
                Span<float> alpha = dual.AsSpan(row * stride, stride);
                float others = (float)(1 / (2 * cost * data.Weights[row]));
                float own = (float)(others / ownClassWeight);
                bool moved = false;
                for (int k = 0; k < classes; k++)
                {
                    bool isOwn = k == data.Classes[row];
                    float sign = isOwn ? 1 : -1;
                    float diagonal = isOwn ? own : others;
                    float next = Math.Max(0, alpha[k] - ((sign * step[k]) - 1 + (diagonal * alpha[k])) / (lengths[row] + diagonal));
                    step[k] = (next - alpha[k]) * sign;
                    moved |= step[k] != 0;
                    alpha[k] = next;
                }
                if (moved) model.Add(data.Ids(row), data.Values(row), step);
            }
        }
        return model;
    }
}
