namespace Switchboard.Core.Understanding.Intents;

/// <summary>When a newly trained model may take over.</summary>
/// <param name="MostLoss">How far macro-F1 on the frozen examples may fall, 0..1.</param>
/// <param name="MostCalibrationError">The highest calibration error on them, 0..1.</param>
public sealed record UpdateRules(double MostLoss = 0.01, double MostCalibrationError = 0.08);

/// <summary>What became of an update.</summary>
/// <param name="Model">The model that is in use now: the new one, or, when it was refused, the one before.</param>
/// <param name="Accepted">Whether the new one took over.</param>
/// <param name="Reason">Why, with the figures.</param>
/// <param name="Before">The quality of the one before on the frozen examples; null when there was none.</param>
/// <param name="Candidate">The quality of the new one on them.</param>
public sealed record IntentUpdate(IntentModel Model, bool Accepted, string Reason, IntentQuality? Before, IntentQuality Candidate);

/// <summary>Trains again when people have corrected turns, and keeps the old model when the new one is worse on examples that neither was trained on.</summary>
public static class IntentUpdater
{
    /// <summary>How much a corrected turn counts.</summary>
    public const double CorrectionWeight = 2;

    /// <summary>From how many new labelled turns on a training is worth it.</summary>
    public const int EnoughCorrections = 50;

    /// <summary>
    /// Trains a candidate on the examples with the corrections, which count twice and replace an example of the same text, and lets it take over when the rules allow.
    /// </summary>
    /// <param name="current">The model in use; null at first, when any candidate takes over that is calibrated well enough.</param>
    /// <param name="examples">What the model in use was trained from.</param>
    /// <param name="corrections">The turns people labelled.</param>
    /// <param name="frozen">The examples both are judged on. Those whose text is among the other two are left out.</param>
    /// <param name="rules">When it may take over; the defaults when null.</param>
    /// <param name="options">How it is trained; the defaults when null.</param>
    /// <param name="cancellationToken">Stops between passes.</param>
    public static IntentUpdate Update(IntentModel? current, IReadOnlyList<IntentExample> examples, IReadOnlyList<IntentExample> corrections, IReadOnlyList<IntentExample> frozen,
        UpdateRules? rules = null, IntentOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<IntentExample> all = Together(examples, corrections);
        HashSet<string> learnt = [.. all.Select(e => e.Text)];
        IntentExample[] judged = [.. frozen.Where(f => !learnt.Contains(f.Text))];
        if (judged.Length == 0) throw new ArgumentException("There are no frozen examples besides what is trained on, so nothing can tell whether the new model is worse; keep some labelled turns out of the training.", nameof(frozen));

        IntentModel candidate = IntentTrainer.Train(all, options, cancellationToken);
        IntentQuality? before = current is null ? null : Judge(current, judged);
        IntentQuality after = Judge(candidate, judged);
        (bool accepted, string reason) = Decide(before, after, rules ?? new UpdateRules());
        return new IntentUpdate(accepted ? candidate : current ?? candidate, accepted, reason, before, after);
    }

    /// <summary>The examples with the corrections, which count twice and replace what says the same; of two corrections that do, the later counts.</summary>
    public static IReadOnlyList<IntentExample> Together(IReadOnlyList<IntentExample> examples, IReadOnlyList<IntentExample> corrections)
    {
        var latest = new Dictionary<string, IntentExample>(StringComparer.OrdinalIgnoreCase);
        foreach (IntentExample correction in corrections) latest[correction.Text] = correction with { Weight = CorrectionWeight };
        return [.. examples.Where(e => !latest.ContainsKey(e.Text)), .. latest.Values];
    }

    /// <summary>Whether a candidate may take over, and why.</summary>
    public static (bool Accepted, string Reason) Decide(IntentQuality? before, IntentQuality candidate, UpdateRules rules)
    {
        if (before is not null && before.MacroF1 - candidate.MacroF1 > rules.MostLoss)
            return (false, FormattableString.Invariant($"Macro-F1 on {candidate.HeldOut} frozen examples would fall from {before.MacroF1:0.000} to {candidate.MacroF1:0.000}, more than {rules.MostLoss:0.00}."));
        if (candidate.CalibrationError > rules.MostCalibrationError)
            return (false, FormattableString.Invariant($"The calibration error on {candidate.HeldOut} frozen examples would be {candidate.CalibrationError:0.000}, more than {rules.MostCalibrationError:0.00}."));
        return (true, FormattableString.Invariant($"Macro-F1 {candidate.MacroF1:0.000} (before {before?.MacroF1 ?? double.NaN:0.000}), calibration error {candidate.CalibrationError:0.000} on {candidate.HeldOut} frozen examples."));
    }

    /// <summary>How a model does on examples.</summary>
    public static IntentQuality Judge(IntentModel model, IReadOnlyList<IntentExample> examples)
    {
        var best = new IntentScore[1];
        string[] got = new string[examples.Count];
        var answers = new List<(float Probability, bool Right)>(examples.Count);
        for (int i = 0; i < got.Length; i++)
        {
            IntentVerdict verdict = model.Classify(examples[i].Text, best);
            bool refuses = verdict.OutOfScope > best[0].Probability;
            got[i] = refuses ? IntentLabels.OutOfScope : best[0].Label;
            answers.Add((refuses ? verdict.OutOfScope : best[0].Probability, got[i] == examples[i].Label));
        }
        Dictionary<string, int> index = got.Concat(examples.Select(e => e.Label)).Distinct(StringComparer.Ordinal).Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        return new IntentQuality(got.Length, IntentCalibration.MacroF1([.. examples.Select(e => index[e.Label])], [.. got.Select(g => index[g])]), IntentCalibration.Error(answers));
    }
}
