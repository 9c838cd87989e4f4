using Switchboard.Domain;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>What the desk's last question to the customer waits for.</summary>
/// <param name="AgentId">Who asked.</param>
/// <param name="Expects">An entity type, <c>yes_no</c>, or <c>none</c>.</param>
public sealed record LastQuestion(string AgentId, string Expects);

/// <summary>What went before a message, as far as it helps to read it.</summary>
/// <param name="Question">The desk's last question; null when none is open.</param>
/// <param name="PreviousText">The customer's message before; null when there is none.</param>
public sealed record IntentContext(LastQuestion? Question = null, string? PreviousText = null);

/// <summary>One thing the customer wants.</summary>
/// <param name="Label">The label; null when only its category is sure.</param>
/// <param name="Category">Its category.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Action">What is asked for, by the verbs.</param>
/// <param name="LabelProbability">0..1, never above the category's.</param>
/// <param name="CategoryProbability">0..1, never above the domain's.</param>
/// <param name="DomainProbability">0..1.</param>
/// <param name="Span">Where it is said; the first place when it is said twice.</param>
public sealed record ReadIntent(string? Label, string? Category, string? Domain, IntentAction Action, double LabelProbability, double CategoryProbability, double DomainProbability, Clause Span);

/// <summary>What a message wants, in order of mention.</summary>
/// <param name="Intents">At most four; empty when the classifier abstains.</param>
/// <param name="Alternatives">The three likeliest labels of the first clause.</param>
/// <param name="Abstain">None when there is an intent, else why the first clause has none.</param>
/// <param name="ModelVersion">Which model said so; null without one.</param>
public sealed record IntentReading(IReadOnlyList<ReadIntent> Intents, IReadOnlyList<IntentScore> Alternatives, IntentAbstention Abstain, string? ModelVersion);

/// <summary>What the classifier says of one clause, before anything is decided.</summary>
/// <param name="Span">The clause.</param>
/// <param name="Scores">All labels with their probability, best first, out of scope not among them.</param>
/// <param name="OutOfScope">The probability of out of scope.</param>
/// <param name="IsRefused">Whether the classifier's own margin refuses the clause.</param>
public sealed record ClauseScores(Clause Span, IReadOnlyList<IntentScore> Scores, [property: Between(0, 1)] double OutOfScope = 0, bool IsRefused = false);

/// <summary>Reads a whole message: its clauses, what each wants, and what the turn before says about it.</summary>
/// <param name="model">The classifier; null when fewer than two labels were taught.</param>
/// <param name="placeOf">Where a label belongs; null for a label that is its own category.</param>
/// <param name="thresholds">When a label is taken.</param>
public sealed class IntentReader(IntentModel? model, Func<string, LabelPlace?> placeOf, IntentThresholds thresholds)
{
    private const int mostIntents = 4;
    private const int alternatives = 3;
    private const int wordsOfAFragment = 4;

    /// <summary>Reads a message.</summary>
    /// <param name="text">The message; the first 10 000 characters are read.</param>
    /// <param name="entities">Its entities, by place.</param>
    /// <param name="context">What went before; null at the beginning.</param>
    public IntentReading Read(string text, IReadOnlyList<Entity> entities, IntentContext? context = null)
    {
        if (Answer(text, entities, context?.Question, model?.Version) is { } answer) return answer;
        return model is null ? new IntentReading([], [], IntentAbstention.NoModel, null) : Decide(text, entities, Score(text, entities, context), model.Version, placeOf, thresholds);
    }

    /// <summary>The reading of a message that does nothing but answer the desk's last question; null for any other.</summary>
    public static IntentReading? Answer(string text, IReadOnlyList<Entity> entities, LastQuestion? question, string? modelVersion) =>
        question is not null && BareAnswer.Read(text, entities, question.Expects) is { } answer
            ? new IntentReading([new ReadIntent(answer, answer, answer, answer == IntentLabels.No ? IntentAction.Deny : IntentAction.Confirm, 1, 1, 1, new Clause(0, text.Length))], [], IntentAbstention.None, modelVersion)
            : null;

    /// <summary>What the classifier says of each clause; none without a classifier.</summary>
    public IReadOnlyList<ClauseScores> Score(string text, IReadOnlyList<Entity> entities, IntentContext? context = null)
    {
        if (model is null) return [];
        IReadOnlyList<Clause> clauses = ClauseSplitter.Split(text);
        var read = new List<ClauseScores>(clauses.Count);
        foreach (Clause clause in clauses)
        {
            ClauseScores scores = Classify(EntityMask.Apply(text, clause.Start, clause.End, entities), clause);
            // "And for my second card?" says what it wants only together with the message before.
            if (context?.PreviousText is { } previous && clauses.Count == 1 && IsFragment(text, clause) && Decide(scores, placeOf, thresholds).Abstain != IntentAbstention.None)
                scores = Classify(previous + "\n" + text, clause);
            read.Add(scores);
        }
        return read;
    }

    /// <summary>Decides what a message wants from what the classifier said of its clauses: a pure function.</summary>
    public static IntentReading Decide(
        string text, IReadOnlyList<Entity> entities, IReadOnlyList<ClauseScores> clauses, string? modelVersion, Func<string, LabelPlace?> placeOf, IntentThresholds thresholds)
    {
        var intents = new List<(ReadIntent Intent, string Entities)>();
        IntentAbstention? abstain = null;
        foreach (ClauseScores clause in clauses)
        {
            ClauseDecision decision = Decide(clause, placeOf, thresholds);
            abstain ??= decision.Abstain;
            if (decision.Abstain == IntentAbstention.None) Merge(intents, text, clause.Span, decision, entities);
        }
        return new IntentReading(
            [.. intents.Take(mostIntents).Select(i => i.Intent)],
            clauses.Count == 0 ? [] : [.. clauses[0].Scores.OrderByDescending(s => s.Probability).Take(alternatives)],
            intents.Count > 0 ? IntentAbstention.None : abstain ?? IntentAbstention.Unknown,
            modelVersion);
    }

    private static ClauseDecision Decide(ClauseScores clause, Func<string, LabelPlace?> placeOf, IntentThresholds thresholds) =>
        IntentDecision.Decide(clause.Scores, clause.OutOfScope, clause.IsRefused, placeOf, thresholds);

    private ClauseScores Classify(string text, Clause clause)
    {
        var scores = new IntentScore[model!.Labels.Count];
        IntentVerdict verdict = model.Classify(text, scores);
        return new ClauseScores(clause, scores, verdict.OutOfScope, verdict.IsOutOfScope);
    }

    /// <summary>Equal labels with the same action and entities are one intent; export and delete on one label stay two.</summary>
    private static void Merge(List<(ReadIntent Intent, string Entities)> intents, string text, Clause clause, ClauseDecision decision, IReadOnlyList<Entity> entities)
    {
        // Spans that come from outside may lie behind the text.
        int end = Math.Min(clause.End, text.Length), start = Math.Clamp(clause.Start, 0, end);
        IntentAction action = ActionVerbs.Of(text.AsSpan(start, end - start));
        string about = string.Join('\n', entities.Where(e => e.Start >= clause.Start && e.End <= clause.End).Select(e => e.Type + ":" + e.Value).Order(StringComparer.Ordinal));
        var intent = new ReadIntent(decision.Label, decision.Category, decision.Domain, action, decision.LabelProbability, decision.CategoryProbability, decision.DomainProbability, clause);
        int same = intents.FindIndex(i => i.Intent.Label == intent.Label && i.Intent.Category == intent.Category && i.Intent.Action == action && i.Entities == about);
        if (same < 0) intents.Add((intent, about));
        else if (intents[same].Intent.LabelProbability < intent.LabelProbability) intents[same] = (intent with { Span = intents[same].Intent.Span }, about);
    }

    private static bool IsFragment(string text, Clause clause)
    {
        var words = new WordEnumerator(text.AsSpan(clause.Start, clause.End - clause.Start));
        Span<char> word = stackalloc char[WordEnumerator.LongestWord];
        int n = 0;
        while (words.Next(word) > 0) n++;
        return n <= wordsOfAFragment || text.AsSpan(clause.Start).StartsWith("and ", StringComparison.OrdinalIgnoreCase) || text.AsSpan(clause.Start).StartsWith("what about ", StringComparison.OrdinalIgnoreCase);
    }
}
