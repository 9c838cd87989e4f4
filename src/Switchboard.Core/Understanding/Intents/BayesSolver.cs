namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// Multinomial naive Bayes over the weights of the features, as a linear model: ln(mass of the feature in the class + smoothing), less the logarithm of the mass of the class and
/// the mean over the classes. It errs elsewhere than the two that look for a border: a second example with the same word adds less than the first, and what
/// only one example holds still counts. Priors are left out; how often a label was taught says little about how often it is asked for.
/// </summary>
internal static class BayesSolver
{
    public static LinearWeights Solve(LabelledRows data, double smoothing, CancellationToken cancellationToken)
    {
        int classes = data.ClassCount;
        var model = new LinearWeights(data.FeatureCount, classes);
        int stride = model.Stride;
        var totals = new double[classes];
        for (int i = 0; i < data.Rows.Count; i++)
        {
            ReadOnlySpan<int> ids = data.Ids(i);
            ReadOnlySpan<float> values = data.Values(i);
            int own = data.Classes[i];
            for (int f = 0; f < ids.Length; f++)
            {
                float mass = values[f] * data.Weights[i];
                model.Weights[(ids[f] * stride) + own] += mass;
                totals[own] += mass;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        // What every class has in common, ln(smoothing) among it, changes no answer and is left out: so only masses above 0 cost a logarithm.
        float[] ofClass = [.. totals.Select(t => (float)Math.Log(t + (smoothing * data.FeatureCount)))];
        float common = ofClass.Average();
        for (int k = 0; k < classes; k++) ofClass[k] -= common;
        float inverse = (float)(1 / smoothing);
        for (int f = 0; f < data.FeatureCount; f++)
        {
            Span<float> row = model.Weights.AsSpan(f * stride, classes);
            float sum = 0;
            for (int k = 0; k < row.Length; k++)
            {
                if (row[k] == 0) continue;
                row[k] = MathF.Log(1 + (row[k] * inverse));
                sum += row[k];
            }
            float mean = sum / classes;
            for (int k = 0; k < row.Length; k++) row[k] -= mean + ofClass[k];
        }
        return model;
    }
}
