namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// Tells whether corrections make the desk's classifier worse: with and without them it is trained on two thirds of the product's sentences and judged on the rest, near copies of a sentence
/// on one side. It must keep up with the better of two: the product's sentences alone, so that many small losses do not add up, and those with the corrections in force.
/// </summary>
internal static class IntentTrial
{
    private const double judgedShare = 1.0 / 3;

    /// <summary>Whether the corrections may be learnt, and why.</summary>
    /// <param name="standing">The corrections in force that were not taken back.</param>
    /// <param name="corrections">All that are to be in force.</param>
    /// <param name="cancellationToken">Stops between passes.</param>
    public static (bool Accepted, string Reason) Of(IReadOnlyList<IntentExample> standing, IReadOnlyList<IntentExample> corrections, CancellationToken cancellationToken)
    {
        IReadOnlyList<IntentExample> sentences = DeskIntents.Masked(DeskIntents.ShippedSentences());
        IReadOnlyList<IntentExample> before = DeskIntents.Masked(standing), after = DeskIntents.Masked(corrections);
        bool[] isJudged = IntentTrainer.HoldOut(sentences, new IntentOptions { HeldOutShare = judgedShare });
        IntentExample[] learnt = [.. sentences.Where((_, i) => !isJudged[i])];
        IntentExample[] judged = [.. sentences.Where((_, i) => isJudged[i])];

        IntentModel model = IntentTrainer.Train(learnt, cancellationToken: cancellationToken);
        if (before.Count > 0)
        {
            IntentModel inForce = IntentTrainer.Train(IntentUpdater.Together(learnt, before), cancellationToken: cancellationToken);
            if (IntentUpdater.Judge(inForce, judged).MacroF1 > IntentUpdater.Judge(model, judged).MacroF1) model = inForce;
        }

        IntentUpdate update = IntentUpdater.Update(model, learnt, after, judged, cancellationToken: cancellationToken);
        return (update.Accepted, update.Reason);
    }
}
