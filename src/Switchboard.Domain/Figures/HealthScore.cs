namespace Switchboard.Domain.Figures;

/// <summary>How a customer is.</summary>
public enum HealthBand { Excellent, Good, Fair, Poor, Critical }

/// <summary>What the health score is computed from, as of a day. Counts are not negative.</summary>
public sealed record HealthFacts
{
    /// <summary>Mean number of people who signed in on a day, over the last 30 days.</summary>
    public required double DailyActiveUsers { get; init; }

    /// <summary>Seats paid for.</summary>
    public required int Seats { get; init; }

    /// <summary>Features of the plan that were used in the last 30 days.</summary>
    public required int AdoptedFeatures { get; init; }

    /// <summary>Features the plan has.</summary>
    public required int PlanFeatures { get; init; }

    /// <summary>Automations in use.</summary>
    public required double Automations { get; init; }

    /// <summary>The last NPS answer, 0..10; null when there is none.</summary>
    public int? Nps { get; init; }

    /// <summary>Days since anybody signed in; null when nobody ever did.</summary>
    public double? DaysSinceLogin { get; init; }

    /// <summary>Sign-ins of the last 30 days.</summary>
    public required int Sessions { get; init; }

    /// <summary>Whether a payment is past due.</summary>
    public bool PastDue { get; init; }

    /// <summary>Failed payments of the last 90 days.</summary>
    public int FailedPayments { get; init; }

    /// <summary>Whether the subscription ends with its period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>Open tickets of severity S1 or S2.</summary>
    public int OpenSevereTickets { get; init; }

    /// <summary>Tickets of the last 30 days.</summary>
    public int RecentTickets { get; init; }

    /// <summary>Mean rating of the last 90 days, 1..5; null when there is none.</summary>
    public double? MeanCsat { get; init; }

    /// <summary>Whether somebody who speaks for us is active.</summary>
    public bool ChampionActive { get; init; }

    /// <summary>Whether there was a meeting in the last 90 days.</summary>
    public bool RecentMeeting { get; init; }

    /// <summary>Whether a success plan is on track.</summary>
    public bool PlanOnTrack { get; init; }
}

/// <summary>A customer's health: five parts that add up to the score.</summary>
/// <param name="Usage">0..30.</param>
/// <param name="Engagement">0..25.</param>
/// <param name="Finance">0..20.</param>
/// <param name="Support">0..15.</param>
/// <param name="Relationship">0..10.</param>
public sealed record HealthScore(double Usage, double Engagement, double Finance, double Support, double Relationship)
{
    private const double activeShare = 0.4;
    private const double neutralNps = 5;

    /// <summary>0..100.</summary>
    public double Score => Usage + Engagement + Finance + Support + Relationship;

    /// <summary>The band of the score.</summary>
    public HealthBand Band => BandOf(Score);

    /// <summary>The band of a score.</summary>
    /// <param name="score">0..100.</param>
    public static HealthBand BandOf(double score) => score switch
    {
        >= 85 => HealthBand.Excellent,
        >= 70 => HealthBand.Good,
        >= 55 => HealthBand.Fair,
        >= 40 => HealthBand.Poor,
        _ => HealthBand.Critical,
    };

    /// <summary>Computes the score by the definition of the house.</summary>
    public static HealthScore Of(HealthFacts facts)
    {
        double active = facts.Seats == 0 ? 0 : facts.DailyActiveUsers / facts.Seats / activeShare;
        double adopted = facts.PlanFeatures == 0 ? 0 : Math.Min(1, (double)facts.AdoptedFeatures / facts.PlanFeatures);
        double recency = facts.DaysSinceLogin switch { <= 7 => 1, <= 14 => 0.5, <= 30 => 0.2, _ => 0 };
        double finance = 20 - (facts.PastDue ? 10 : 0) - Math.Min(10, 5 * facts.FailedPayments) - (facts.CancelAtPeriodEnd ? 10 : 0);
        double support = 15 - 3 * facts.OpenSevereTickets - Math.Max(0, facts.RecentTickets - 3) - (facts.MeanCsat < 3 ? 5 : 0);
        return new HealthScore(
            15 * Math.Min(1, active) + 10 * adopted + 5 * Math.Min(1, facts.Automations / 10),
            (facts.Nps ?? neutralNps) + 10 * recency + 5 * Math.Min(1, facts.Sessions / 20.0),
            Math.Max(0, finance),
            Math.Max(0, support),
            (facts.ChampionActive ? 5 : 0) + (facts.RecentMeeting ? 3 : 0) + (facts.PlanOnTrack ? 2 : 0));
    }

    /// <summary>The trend: the slope of the scores over 30 days, in points a day; null with fewer than two days.</summary>
    /// <param name="scores">The scores by day, in any order; only those of the 30 days up to the last one count.</param>
    public static double? Trend(IEnumerable<(DateOnly Day, double Score)> scores)
    {
        (DateOnly Day, double Score)[] all = [.. scores];
        if (all.Length == 0) return null;
        DateOnly last = all.Max(s => s.Day);
        return Estimates.Slope([.. all.Where(s => s.Day > last.AddDays(-30)).Select(s => ((double)s.Day.DayNumber, s.Score))]);
    }
}
