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

    /// <summary>The mean of the people's last NPS answers, 0..10; null when there is none.</summary>
    public double? Nps { get; init; }

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

/// <summary>The five parts of the health score.</summary>
public enum HealthComponent { Usage, Engagement, Finance, Support, Relationship }

/// <summary>What one input brings to its part of the score.</summary>
/// <param name="Component">The part.</param>
/// <param name="Input">The input, as the specification of the score calls it.</param>
/// <param name="Points">Points earned, or taken when negative.</param>
/// <param name="Most">The most it can bring; 0 for one that only takes.</param>
public sealed record HealthTerm(HealthComponent Component, string Input, double Points, double Most);

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

    // Far below the last digit that is shown: what is left of it is the machine's, and must not move a score over the border of a band.
    private const int exactDigits = 9;

    /// <summary>0..100.</summary>
    public double Score => Math.Round(Usage + Engagement + Finance + Support + Relationship, exactDigits);

    /// <summary>The band of the score.</summary>
    public HealthBand Band => BandOf(Score);

    /// <summary>The points of a part.</summary>
    public double this[HealthComponent component] => component switch
    {
        HealthComponent.Usage => Usage,
        HealthComponent.Engagement => Engagement,
        HealthComponent.Finance => Finance,
        HealthComponent.Support => Support,
        _ => Relationship,
    };

    /// <summary>The most points of a part.</summary>
    public static double MostOf(HealthComponent component) => component switch
    {
        HealthComponent.Usage => 30,
        HealthComponent.Engagement => 25,
        HealthComponent.Finance => 20,
        HealthComponent.Support => 15,
        _ => 10,
    };

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
        IReadOnlyList<HealthTerm> terms = TermsOf(facts);
        double Part(HealthComponent component, double full) => Math.Max(0, full + terms.Where(t => t.Component == component).Sum(t => t.Points));
        return new HealthScore(
            Part(HealthComponent.Usage, 0),
            Part(HealthComponent.Engagement, 0),
            Part(HealthComponent.Finance, MostOf(HealthComponent.Finance)),
            Part(HealthComponent.Support, MostOf(HealthComponent.Support)),
            Part(HealthComponent.Relationship, 0));
    }

    /// <summary>What each input brings. Finance and support begin with all their points, from which is taken; the other parts begin with none.</summary>
    public static IReadOnlyList<HealthTerm> TermsOf(HealthFacts facts)
    {
        double active = facts.Seats == 0 ? 0 : facts.DailyActiveUsers / facts.Seats / activeShare;
        double adopted = facts.PlanFeatures == 0 ? 0 : Math.Min(1, (double)facts.AdoptedFeatures / facts.PlanFeatures);
        double recency = facts.DaysSinceLogin switch { <= 7 => 1, <= 14 => 0.5, <= 30 => 0.2, _ => 0 };
        return
        [
            new(HealthComponent.Usage, "dau", 15 * Math.Min(1, active), 15),
            new(HealthComponent.Usage, "adopted", 10 * adopted, 10),
            new(HealthComponent.Usage, "automations", 5 * Math.Min(1, facts.Automations / 10), 5),
            new(HealthComponent.Engagement, "nps", facts.Nps ?? neutralNps, 10),
            new(HealthComponent.Engagement, "daysSinceLogin", 10 * recency, 10),
            new(HealthComponent.Engagement, "sessions", 5 * Math.Min(1, facts.Sessions / 20.0), 5),
            new(HealthComponent.Finance, "pastDue", facts.PastDue ? -10 : 0, 0),
            new(HealthComponent.Finance, "failedPayments", -Math.Min(10, 5 * facts.FailedPayments), 0),
            new(HealthComponent.Finance, "cancelAtPeriodEnd", facts.CancelAtPeriodEnd ? -10 : 0, 0),
            new(HealthComponent.Support, "openS1S2", -3 * facts.OpenSevereTickets, 0),
            new(HealthComponent.Support, "tickets", -Math.Max(0, facts.RecentTickets - 3), 0),
            new(HealthComponent.Support, "csat", facts.MeanCsat < 3 ? -5 : 0, 0),
            new(HealthComponent.Relationship, "activeChampion", facts.ChampionActive ? 5 : 0, 5),
            new(HealthComponent.Relationship, "daysSinceMeeting", facts.RecentMeeting ? 3 : 0, 3),
            new(HealthComponent.Relationship, "planOnTrack", facts.PlanOnTrack ? 2 : 0, 2),
        ];
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
