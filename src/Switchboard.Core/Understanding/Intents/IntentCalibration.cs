namespace Switchboard.Core.Understanding.Intents;

/// <summary>Makes scores into probabilities that mean what they say, and measures whether they do.</summary>
public static class IntentCalibration
{
    private const int bins = 10;
    private const double golden = 0.6180339887498949;
    private const int searches = 20;

    /// <summary>
    /// The temperature T for which softmax(scores / T) makes the true classes likeliest (temperature scaling, Guo et al., ICML 2017), by golden-section
    /// search over ln T; the likelihood has one maximum there.
    /// </summary>
    internal static double FitTemperature(float[][] scores, int[] truth, double lowest, double highest)
    {
        (double a, double b) = (Math.Log(lowest), Math.Log(highest));
        for (int i = 0; i < searches; i++)
        {
            double left = b - (golden * (b - a));
            double right = a + (golden * (b - a));
            if (Loss(scores, truth, Math.Exp(left)) < Loss(scores, truth, Math.Exp(right))) b = right;
            else a = left;
        }
        return Math.Exp((a + b) / 2);
    }

    /// <summary>The mean negative log likelihood of the true classes.</summary>
    private static double Loss(float[][] scores, int[] truth, double temperature)
    {
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            float most = scores[i].Max();
            double all = 0;
            foreach (float score in scores[i]) all += Math.Exp((score - most) / temperature);
            sum += Math.Log(all) - ((scores[i][truth[i]] - most) / temperature);
        }
        return sum / scores.Length;
    }

    internal static IntentQuality Measure(float[][] scores, int[] truth, float temperature, int classes)
    {
        var answers = new List<(float Probability, bool Right)>(scores.Length);
        var got = new int[scores.Length];
        var row = new float[classes];
        for (int i = 0; i < scores.Length; i++)
        {
            for (int k = 0; k < classes; k++) row[k] = scores[i][k] / temperature;
            SoftmaxSolver.Softmax(row);
            got[i] = Array.IndexOf(row, row.Max());
            answers.Add((row[got[i]], got[i] == truth[i]));
        }
        return new IntentQuality(scores.Length, MacroF1(truth, got), Error(answers));
    }

    /// <summary>Expected calibration error, 0..1: over ten equal bins of the stated probability, the distance between its mean and the share of right answers, weighted by how many fall in.</summary>
    public static double Error(IReadOnlyCollection<(float Probability, bool Right)> answers)
    {
        Span<double> stated = stackalloc double[bins];
        Span<double> right = stackalloc double[bins];
        stated.Clear();
        right.Clear();
        foreach ((float probability, bool isRight) in answers)
        {
            int bin = Math.Clamp((int)(probability * bins), 0, bins - 1);
            stated[bin] += probability;
            right[bin] += isRight ? 1 : 0;
        }
        double error = 0;
        for (int b = 0; b < bins; b++) error += Math.Abs(stated[b] - right[b]);
        return answers.Count == 0 ? 0 : error / answers.Count;
    }

    /// <summary>The mean F1 over the classes that occur in the truth, 0..1.</summary>
    internal static double MacroF1(IReadOnlyList<int> truth, IReadOnlyList<int> got)
    {
        var counts = new Dictionary<int, (int Right, int Truth, int Got)>();
        for (int i = 0; i < truth.Count; i++)
        {
            (int r, int t, int g) = counts.GetValueOrDefault(truth[i]);
            counts[truth[i]] = (r + (truth[i] == got[i] ? 1 : 0), t + 1, g);
            (r, t, g) = counts.GetValueOrDefault(got[i]);
            counts[got[i]] = (r, t, g + 1);
        }
        return counts.Values.Where(c => c.Truth > 0).Select(c => 2.0 * c.Right / (c.Truth + c.Got)).DefaultIfEmpty(0).Average();
    }
}
