namespace Switchboard.Core.Understanding.Sentiment;

/// <summary>What a message's writer feels, as far as the words show it.</summary>
public enum Emotion
{
    /// <summary>None of the others.</summary>
    Neutral,

    /// <summary>An insult, or a very bad score with capitals or exclamation marks.</summary>
    Anger,

    /// <summary>The same again, and a bad score.</summary>
    Frustration,

    /// <summary>Words of worry or a deadline within a day, and a bad score.</summary>
    Anxiety,

    /// <summary>Does not understand, or asks twice or more.</summary>
    Confusion,

    /// <summary>A score of -0.3 and below.</summary>
    Disappointment,

    /// <summary>Thanks, and a score of 0.3 and above.</summary>
    Gratitude,
}

/// <summary>What is known of the account, for urgency alone; the score measures the text.</summary>
/// <param name="Churn">Probability of churn, 0..1.</param>
/// <param name="Health">Health, 0..100.</param>
/// <param name="IsEnterprise">Whether the plan is the enterprise one.</param>
public sealed record AccountRisk(double? Churn = null, double? Health = null, bool IsEnterprise = false)
{
    /// <summary>Nothing is known.</summary>
    public static readonly AccountRisk None = new();
}

/// <summary>How a customer's message sounds within its conversation.</summary>
/// <param name="Score">-1..1; null when it cannot be measured.</param>
/// <param name="Emotion">What its writer feels.</param>
/// <param name="Urgency">0..3.</param>
/// <param name="Politeness">0..1.</param>
/// <param name="Satisfaction">0..1; null when no message has a score.</param>
/// <param name="Drop">How far the score fell from the best before, 0..2.</param>
/// <param name="TwoBelow">Whether the last two scores are -0.6 or lower.</param>
/// <param name="Evidence">What the score is made of.</param>
/// <param name="Code"><c>language_unsupported</c> where that is why there is no score.</param>
public sealed record Mood(double? Score, Emotion Emotion, int Urgency, double Politeness, double? Satisfaction, double Drop, bool TwoBelow, IReadOnlyList<SentimentEvidence> Evidence, string? Code);
