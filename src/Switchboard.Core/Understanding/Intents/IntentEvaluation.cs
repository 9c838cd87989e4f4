using System.Diagnostics;
using Switchboard.Core.Evaluation;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Measures the classifier on labelled messages.</summary>
public static class IntentEvaluation
{
    private const int folds = 5;
    private const int seed = 20260101;
    private const int warmUps = 200;
    private const double operatingPoint = 0.05;

    private sealed record Answer(string Text, string Expected, string Best, float Probability, float Margin, bool Refused, IReadOnlyList<string> Got);

    /// <summary>
    /// Trains on <c>Train</c> and asks <c>Data</c>, or cross-validates <c>Data</c> in five stratified parts with a fixed seed. <c>accuracy</c> counts the right answer to every
    /// message: its best label, or, where the data has out-of-scope messages, a refusal of those and none of the others. <c>in_scope_accuracy</c> is the
    /// best label of in-scope messages before any refusal; <c>in_scope_refused</c> and <c>oos_recall</c> are the shares refused at the model's own threshold, and
    /// <c>oos_recall_at_5pct</c> at the threshold that refuses 5 % of these in-scope messages. <c>macro_f1</c> and <c>ece</c> are of the best label; <c>p50_ms</c> is the median
    /// of one classification, <c>train_seconds</c> the mean of a training with its calibration. A limit takes so many messages of each label, always the same.
    /// </summary>
    /// <exception cref="InvalidDataException">The data is not as <see cref="LabelledMessages"/> reads it, or too little.</exception>
    public static EvaluationReport Run(EvaluationRequest request, IntentOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<IntentExample> data = Limit(LabelledMessages.Read(request.Data), request.Limit);
        var answers = new List<Answer>(data.Count);
        var times = new List<double>(data.Count);
        var trainings = new List<double>();
        if (request.Train is { } train) Ask(LabelledMessages.Read(train), data);
        else
        {
            int[] fold = Folds(data, folds, seed);
            for (int f = 0; f < folds; f++) Ask([.. data.Where((_, i) => fold[i] != f)], [.. data.Where((_, i) => fold[i] == f)]);
        }
        return Report(request.Data, answers, times, trainings);

        void Ask(IReadOnlyList<IntentExample> learnt, IReadOnlyList<IntentExample> asked)
        {
            long began = Stopwatch.GetTimestamp();
            IntentModel model;
            try
            {
                model = IntentTrainer.Train(learnt, options, cancellationToken);
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"There is no classifier to train: {error.Message}", error);
            }
            trainings.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            var best = new IntentScore[3];
            foreach (IntentExample warm in asked.Take(warmUps)) model.Classify(warm.Text, best);
            foreach (IntentExample question in asked)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long asking = Stopwatch.GetTimestamp();
                IntentVerdict verdict = model.Classify(question.Text, best);
                times.Add(Stopwatch.GetElapsedTime(asking).TotalMilliseconds);
                answers.Add(new Answer(question.Text, question.Label, best[0].Label, best[0].Probability, verdict.Margin, verdict.IsOutOfScope,
                    [.. verdict.IsOutOfScope ? [IntentLabels.OutOfScope] : Array.Empty<string>(), .. best[..verdict.Count].Select(b => b.Label)]));
            }
        }
    }

    /// <summary>Deals the examples of each label to the parts in a shuffled order, so that every part has its share of each.</summary>
    public static int[] Folds(IReadOnlyList<IntentExample> data, int parts, int seed)
    {
        int[] order = [.. Enumerable.Range(0, data.Count)];
        new Random(seed).Shuffle(order);
        var dealt = new Dictionary<string, int>(StringComparer.Ordinal);
        var fold = new int[data.Count];
        foreach (int i in order)
        {
            int n = dealt.GetValueOrDefault(data[i].Label);
            fold[i] = n % parts;
            dealt[data[i].Label] = n + 1;
        }
        return fold;
    }

    // So many of each label, so that all of them stay and none outweighs another; drawn with a fixed seed, for files are often sorted by more than the label.
    private static IReadOnlyList<IntentExample> Limit(IReadOnlyList<IntentExample> data, int? limit)
    {
        if (limit is not { } most) return data;
        int[] order = [.. Enumerable.Range(0, data.Count)];
        new Random(seed).Shuffle(order);
        HashSet<int> taken = [.. order.GroupBy(i => data[i].Label, StringComparer.Ordinal).SelectMany(g => g.Take(most))];
        return [.. data.Where((_, i) => taken.Contains(i))];
    }

    private static EvaluationReport Report(string path, List<Answer> answers, List<double> times, List<double> trainings)
    {
        Answer[] inScope = [.. answers.Where(a => a.Expected != IntentLabels.OutOfScope)];
        Answer[] others = [.. answers.Where(a => a.Expected == IntentLabels.OutOfScope)];
        bool hasOthers = others.Length > 0;
        List<EvaluationMetric> metrics =
        [
            Measure.Share("accuracy", [.. answers.Select(a => IsRight(a, hasOthers))]),
            Measure.Share("in_scope_accuracy", [.. inScope.Select(a => a.Best == a.Expected)]),
        ];
        if (hasOthers)
        {
            float[] margins = [.. inScope.Select(a => a.Margin).Order()];
            float at = margins.Length == 0 ? 0 : margins[(int)(operatingPoint * margins.Length)];
            metrics.Add(Measure.Share("oos_recall", [.. others.Select(a => a.Refused)]));
            metrics.Add(Measure.Share("oos_recall_at_5pct", [.. others.Select(a => a.Margin < at)]));
        }
        string[] labels = [.. inScope.Select(a => a.Expected).Concat(inScope.Select(a => a.Best)).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> index = labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        metrics.Add(Measure.Share("in_scope_refused", [.. inScope.Select(a => a.Refused)], Better.Lower));
        metrics.Add(Measure.Once("macro_f1", IntentCalibration.MacroF1([.. inScope.Select(a => index[a.Expected])], [.. inScope.Select(a => index[a.Best])]), Better.None));
        metrics.Add(Measure.Once("ece", IntentCalibration.Error([.. inScope.Select(a => (a.Probability, a.Best == a.Expected))]), Better.None));
        metrics.Add(Measure.Median("p50_ms", times));
        metrics.Add(Measure.Mean("train_seconds", trainings, Better.None));

        string set = Path.GetFileNameWithoutExtension(path);
        return new EvaluationReport("intent", Path.GetFullPath(path), metrics,
            [.. answers.Where(a => !IsRight(a, hasOthers)).Take(EvaluationReport.MostErrors).Select(a => new EvaluationError(set, a.Text, a.Expected, RankOf(a), a.Got))])
        {
            Confusions = EvaluationReport.Confuse(answers.Select(a => (a.Expected, hasOthers && a.Refused ? IntentLabels.OutOfScope : a.Best))),
        };
    }

    private static bool IsRight(Answer answer, bool hasOthers) =>
        answer.Expected == IntentLabels.OutOfScope ? answer.Refused : answer.Best == answer.Expected && !(hasOthers && answer.Refused);

    private static int? RankOf(Answer answer) => answer.Got.ToList().IndexOf(answer.Expected) is >= 0 and int at ? at + 1 : null;
}
