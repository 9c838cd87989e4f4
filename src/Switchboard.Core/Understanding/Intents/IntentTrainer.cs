using System.Globalization;
using System.Text;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// Trains a classifier from labelled sentences alone, in seconds: a logistic regression, a support vector machine and naive Bayes over the same features, added up
/// to one linear model. Temperature and refusal are set on examples that a first model was not trained on; the second, on all of them, is the one returned.
/// </summary>
public static class IntentTrainer
{
    private const int fewestHeldOut = 20;
    // Two sentences are near copies when they share this much of their words.
    private const double alike = 0.8;
    private const int mostLeaders = 200;
    private const double highestTemperature = 20;
    private const double lowestTemperature = 0.05;
    // The support vector machine's scores are a quarter to a tenth of the other's, and with few examples it is the weaker of the two.
    private const double marginScale = 8;
    private const double half = 30;
    // Naive Bayes corrects the other two; its scores are several times theirs.
    private const double bayesScale = 0.12;
    private const double bayesGrowth = 0.18;
    // With few examples, what different words have in common says more than the words.
    private const double fewExamples = 15;

    /// <summary>Trains.</summary>
    /// <param name="examples">At least one each of two labels, out of scope not counted.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <param name="cancellationToken">Stops between passes.</param>
    /// <exception cref="ArgumentException">There are fewer than two labels, a text or label is empty, a weight is out of range, or an option is.</exception>
    public static IntentModel Train(IReadOnlyList<IntentExample> examples, IntentOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new IntentOptions();
        Check(examples, options);
        string[] labels = [.. examples.Select(e => e.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        bool[] heldOut = HoldOut(examples, options);
        IntentExample[] learnt = [.. examples.Where((_, i) => !heldOut[i])];
        IntentExample[] kept = [.. examples.Where((_, i) => heldOut[i])];

        Trained? first = null;
        Trained? final = null;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellationToken },
            () => first = kept.Length < fewestHeldOut ? null : Fit(learnt, labels, options, cancellationToken),
            () => final = Fit(examples, labels, options, cancellationToken));
        Calibration calibration = first is null ? Calibration.None : Calibrate(first, kept, labels, options);
        return new IntentModel(VersionOf(examples, options), final!.Space, final.Weights, labels, calibration.Temperature, calibration.Refusal, calibration.Quality);
    }

    private sealed record Trained(FeatureSpace Space, LinearWeights Weights);

    private sealed record Calibration(float Temperature, float Refusal, IntentQuality Quality)
    {
        // Nothing to set them on: scores as they are, and nothing refused but what holds no known feature.
        public static Calibration None { get; } = new(1, float.NegativeInfinity, new IntentQuality(0, double.NaN, double.NaN));
    }

    private static Trained Fit(IReadOnlyList<IntentExample> examples, string[] labels, IntentOptions options, CancellationToken cancellationToken)
    {
        var texts = new List<string>(examples.Count + labels.Length);
        var classes = new List<int>(texts.Capacity);
        var rowWeights = new List<float>(texts.Capacity);
        Dictionary<string, int> index = labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        foreach (IntentExample example in examples)
        {
            texts.Add(example.Text);
            classes.Add(index[example.Label]);
            rowWeights.Add((float)(example.Weight * (example.Label == IntentLabels.OutOfScope ? options.OutOfScopeWeight : 1)));
        }
        foreach (string label in labels.Where(l => options.NameWeight > 0 && l != IntentLabels.OutOfScope))
        {
            texts.Add(NameOf(label));
            classes.Add(index[label]);
            rowWeights.Add((float)options.NameWeight);
        }
        double perLabel = (double)examples.Count / labels.Length;
        double conceptWeight = 1 + (0.7 * fewExamples / (fewExamples + perLabel));
        (FeatureSpace space, SparseRows rows) = FeatureSpace.Learn(texts, conceptWeight, cancellationToken);
        var data = new LabelledRows(rows, [.. classes], [.. rowWeights], labels.Length, space.Count);

        LinearWeights? softmax = null;
        LinearWeights? margin = null;
        LinearWeights? bayes = null;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellationToken },
            () => softmax = SoftmaxSolver.Solve(data, options.SoftmaxCost, options.SoftmaxPasses, options.Seed, cancellationToken),
            () => margin = MarginSolver.Solve(data, options.MarginCost, options.OwnClassWeight, options.MarginPasses, options.Seed, cancellationToken),
            () => bayes = BayesSolver.Solve(data, options.BayesSmoothing, cancellationToken));
        softmax!.AddModel(margin!, (float)(marginScale * perLabel / (perLabel + half)));
        softmax.AddModel(bayes!, (float)(bayesScale + (bayesGrowth * perLabel / (perLabel + half))));
        return new Trained(space, softmax);
    }

    /// <summary>A label's name as words: the last part of an id, with its separators as blanks.</summary>
    private static string NameOf(string label)
    {
        string last = label[(label.LastIndexOf('/') + 1)..];
        var name = new StringBuilder(last.Length + 8);
        for (int i = 0; i < last.Length; i++)
        {
            if (i > 0 && char.IsUpper(last[i]) && char.IsLower(last[i - 1])) name.Append(' ');
            name.Append(last[i] is '_' or '-' or '.' ? ' ' : last[i]);
        }
        return name.ToString();
    }

    /// <summary>
    /// Which examples are held out: of each label the given share, whole groups of much the same words at a time, so that a sentence and its near copy stand on
    /// one side. A label with a single group keeps it.
    /// </summary>
    internal static bool[] HoldOut(IReadOnlyList<IntentExample> examples, IntentOptions options)
    {
        var heldOut = new bool[examples.Count];
        if (options.HeldOutShare == 0) return heldOut;
        var random = new Random(options.Seed);
        foreach (var label in examples.Select((e, i) => (e.Label, Index: i, Key: WordsOf(e.Text))).GroupBy(e => e.Label, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            int[][] clusters = Alike([.. label.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Index, e.Key.Split(' ')))]);
            random.Shuffle(clusters);
            int wanted = (int)Math.Round(options.HeldOutShare * label.Count(), MidpointRounding.AwayFromZero);
            foreach (int[] cluster in clusters.SkipLast(1))
            {
                if (wanted < cluster.Length) continue;
                wanted -= cluster.Length;
                foreach (int i in cluster) heldOut[i] = true;
            }
        }
        return heldOut;
    }

    // A sentence joins the first group whose leader it resembles. Beyond the newest leaders nobody looks, so that a label with very many examples stays quick.
    private static int[][] Alike(List<(int Index, string[] Words)> sentences)
    {
        var groups = new List<(HashSet<string> Leader, List<int> Members)>();
        foreach ((int index, string[] words) in sentences)
        {
            int joined = -1;
            for (int g = groups.Count - 1; g >= Math.Max(0, groups.Count - mostLeaders) && joined < 0; g--)
            {
                int common = words.Count(groups[g].Leader.Contains);
                if (common >= alike * (words.Length + groups[g].Leader.Count - common)) joined = g;
            }
            if (joined >= 0) groups[joined].Members.Add(index);
            else groups.Add(([.. words], [index]));
        }
        return [.. groups.Select(g => g.Members.ToArray())];
    }

    private static string WordsOf(string text) => string.Join(' ', text.ToLowerInvariant().Split([' ', '\t', '\n', '.', ',', '?', '!', ';', ':', '\'', '"'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static Calibration Calibrate(Trained model, IntentExample[] kept, string[] labels, IntentOptions options)
    {
        var scores = new float[kept.Length][];
        var novelty = new float[kept.Length];
        Parallel.For(0, kept.Length, () => new FeatureScratch(), (i, _, scratch) =>
        {
            int n = model.Space.Vectorise(kept[i].Text, scratch);
            var row = new float[model.Weights.Stride];
            model.Weights.Score(scratch.Ids.AsSpan(0, n), scratch.Values.AsSpan(0, n), row);
            scores[i] = row[..labels.Length];
            novelty[i] = scratch.Novelty;
            return scratch;
        }, _ => { });
        int[] truth = [.. kept.Select(e => Array.IndexOf(labels, e.Label))];
        int outOfScope = Array.IndexOf(labels, IntentLabels.OutOfScope);

        float temperature = (float)IntentCalibration.FitTemperature(scores, truth, lowestTemperature, highestTemperature);
        float[] margins = [.. scores.Index().Where(s => truth[s.Index] != outOfScope).Select(s => IntentModel.MarginOf([.. s.Item.Select(x => x / temperature)], outOfScope, novelty[s.Index])).Order()];
        float refusal = margins.Length == 0 ? float.NegativeInfinity : margins[Math.Min(margins.Length - 1, (int)(options.RefusedShare * margins.Length))];
        return new Calibration(temperature, refusal, IntentCalibration.Measure(scores, truth, temperature, labels.Length));
    }

    private static string VersionOf(IReadOnlyList<IntentExample> examples, IntentOptions options)
    {
        ulong hash = TextHash.Of(options.ToString());
        foreach (IntentExample example in examples)
            hash = TextHash.Pair(hash, TextHash.Pair(TextHash.Of(example.Text), TextHash.Of(example.Label), (ulong)BitConverter.DoubleToInt64Bits(example.Weight)), kind: 7);
        return string.Create(CultureInfo.InvariantCulture, $"intent-2-{hash:x16}");
    }

    private static void Check(IReadOnlyList<IntentExample> examples, IntentOptions options)
    {
        for (int i = 0; i < examples.Count; i++)
        {
            IntentExample example = examples[i];
            if (string.IsNullOrWhiteSpace(example.Text)) throw new ArgumentException($"Example {i + 1} (label \"{example.Label}\") has no text; remove it or write what the customer said.", nameof(examples));
            if (string.IsNullOrWhiteSpace(example.Label)) throw new ArgumentException($"Example {i + 1} (\"{example.Text}\") has no label.", nameof(examples));
            if (example.Weight is not (> 0 and <= 100)) throw new ArgumentException($"Example {i + 1} (\"{example.Text}\") has the weight {example.Weight}; it must be more than 0 and at most 100.", nameof(examples));
        }
        int labels = examples.Select(e => e.Label).Where(l => l != IntentLabels.OutOfScope).Distinct(StringComparer.Ordinal).Count();
        if (labels < 2) throw new ArgumentException($"There are {labels} labels; a classifier needs examples of at least two.", nameof(examples));
        if (options.SoftmaxPasses is < 1 or > 100 || options.MarginPasses is < 1 or > 100) throw new ArgumentException("Passes must be 1 to 100.", nameof(options));
        if (options.RefusedShare is not (>= 0 and <= 1)) throw new ArgumentException("RefusedShare must be 0 to 1.", nameof(options));
        if (options.HeldOutShare is not (>= 0 and <= 0.5)) throw new ArgumentException("HeldOutShare must be 0 to 0.5.", nameof(options));
        if (!(options.SoftmaxCost > 0 && options.MarginCost > 0 && options.OwnClassWeight > 0 && options.BayesSmoothing > 0 && options.OutOfScopeWeight > 0 && options.NameWeight >= 0)) throw new ArgumentException("Costs and weights must be above 0.", nameof(options));
    }
}
