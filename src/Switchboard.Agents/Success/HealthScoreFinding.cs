using Switchboard.Domain.Figures;
using Score = Switchboard.Domain.Figures.HealthScore;

namespace Switchboard.Agents.Success;

/// <summary>The points of the five parts, to two decimals.</summary>
/// <param name="Usage">0..30.</param>
/// <param name="Engagement">0..25.</param>
/// <param name="Finance">0..20.</param>
/// <param name="Support">0..15.</param>
/// <param name="Relationship">0..10.</param>
public sealed record HealthParts(double Usage, double Engagement, double Finance, double Support, double Relationship)
{
    /// <summary>Takes them from the score.</summary>
    public static HealthParts Of(Score score) =>
        new(Rounded(score.Usage), Rounded(score.Engagement), Rounded(score.Finance), Rounded(score.Support), Rounded(score.Relationship));

    /// <summary>Points as they are shown. A half is told from what lies beside it in decimal alone, and what the machine adds behind the ninth digit is not one of them.</summary>
    internal static double Rounded(double points, int digits = 2) => (double)Math.Round((decimal)Math.Round(points, 9), digits);
}

/// <summary>What an input brought.</summary>
/// <param name="Input">The input.</param>
/// <param name="Points">Points earned, or taken when negative.</param>
/// <param name="Most">The most it can bring.</param>
public sealed record HealthInput(string Input, double Points, double Most);

/// <summary>A part that stands out, with the inputs that made it so.</summary>
/// <param name="Component">The part.</param>
/// <param name="Points">Its points.</param>
/// <param name="Most">The most it can have.</param>
/// <param name="Inputs">The inputs.</param>
public sealed record HealthPart(HealthComponent Component, double Points, double Most, IReadOnlyList<HealthInput> Inputs)
{
    internal static HealthPart Of(HealthComponent part, Score score, IEnumerable<HealthTerm> terms) =>
        new(part, HealthParts.Rounded(score[part]), Score.MostOf(part), [.. terms.Select(t => new HealthInput(t.Input, HealthParts.Rounded(t.Points), t.Most))]);
}

/// <summary>Where the score goes.</summary>
/// <param name="Points">Points in 30 days.</param>
/// <param name="Direction">improving, steady or declining.</param>
public sealed record HealthTrend(double Points, string Direction);

/// <summary>A customer's health.</summary>
public sealed record HealthScoreFinding
{
    /// <summary>0..100, to one decimal.</summary>
    public required double Score { get; init; }

    /// <summary>The band of the score before it was rounded.</summary>
    public required HealthBand Band { get; init; }

    /// <summary>The five parts.</summary>
    public required HealthParts Components { get; init; }

    /// <summary>What it was computed from.</summary>
    public required HealthScoreFacts Inputs { get; init; }

    /// <summary>The inputs that were not known.</summary>
    public required IReadOnlyList<string> Defaulted { get; init; }

    /// <summary>Whether the customer is too new for the score to say much.</summary>
    public required bool Provisional { get; init; }

    /// <summary>Where it goes; null with fewer than ten stored scores of 30 days.</summary>
    public required HealthTrend? Trend { get; init; }

    /// <summary>The parts below half of what they can have.</summary>
    public required IReadOnlyList<HealthPart> Risks { get; init; }

    /// <summary>The parts with at least nine tenths of what they can have.</summary>
    public required IReadOnlyList<HealthPart> Positives { get; init; }

    /// <summary>What would win the most points, at most five.</summary>
    public required IReadOnlyList<HealthAdvice> Actions { get; init; }
}
