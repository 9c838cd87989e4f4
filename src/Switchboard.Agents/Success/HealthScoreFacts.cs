using Switchboard.Domain;
using Switchboard.Domain.Figures;

namespace Switchboard.Agents.Success;

/// <summary>A stored score of a day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Score">0..100.</param>
public sealed record DayScore(DateOnly Day, [property: Between(0, 100)] double Score);

/// <summary>What the score is computed from, as of the end of the day. What is null is not known.</summary>
public sealed record HealthScoreFacts
{
    /// <summary>Days since the customer came.</summary>
    [AtLeast(0)]
    public int? TenureDays { get; init; }

    /// <summary>People active on a business day, mean of the last 30 days; null when neither use nor sign-ins were ever measured.</summary>
    [AtLeast(0)]
    public double? Dau { get; init; }

    /// <summary>Seats paid for; null without a subscription.</summary>
    [AtLeast(0)]
    public int? Seats { get; init; }

    /// <summary>Features of the plan used on at least three of the last 30 days.</summary>
    [AtLeast(0)]
    public int? Adopted { get; init; }

    /// <summary>Features the plan has.</summary>
    [AtLeast(0)]
    public int? PlanFeatures { get; init; }

    /// <summary>Automations in use.</summary>
    [AtLeast(0)]
    public double? Automations { get; init; }

    /// <summary>Mean of each person's newest NPS answer of 180 days, 0..10.</summary>
    [Between(0, 10)]
    public double? Nps { get; init; }

    /// <summary>Days since anybody signed in.</summary>
    [AtLeast(0)]
    public int? DaysSinceLogin { get; init; }

    /// <summary>Sign-ins of the last 30 days.</summary>
    [AtLeast(0)]
    public int? Sessions { get; init; }

    /// <summary>Whether a subscription is past due.</summary>
    public bool? PastDue { get; init; }

    /// <summary>Failed payments of 90 days.</summary>
    [AtLeast(0)]
    public int? FailedPayments { get; init; }

    /// <summary>Whether a subscription ends with its period.</summary>
    public bool? CancelAtPeriodEnd { get; init; }

    /// <summary>Open tickets of severity S1 or S2.</summary>
    [AtLeast(0)]
    public int? OpenS1S2 { get; init; }

    /// <summary>Conversations opened in the last 30 days.</summary>
    [AtLeast(0)]
    public int? Tickets { get; init; }

    /// <summary>Mean rating of 90 days, 1..5.</summary>
    [Between(1, 5)]
    public double? Csat { get; init; }

    /// <summary>Whether somebody with a champion score of at least 70 signed in within 30 days.</summary>
    public bool? ActiveChampion { get; init; }

    /// <summary>Days since the last meeting that was held.</summary>
    [AtLeast(0)]
    public int? DaysSinceMeeting { get; init; }

    /// <summary>Whether a success plan is on track.</summary>
    public bool? PlanOnTrack { get; init; }

    /// <summary>The stored scores of the last 30 days.</summary>
    public IReadOnlyList<DayScore>? Snapshots { get; init; }

    /// <summary>The inputs that were not known and count as the definition says: an unknown NPS as 5, no ratings as no reason to take points, what nobody recorded as nothing.</summary>
    public IReadOnlyList<string> Defaulted() =>
    [
        .. new (string Name, bool IsUnknown)[]
        {
            ("nps", Nps is null), ("daysSinceLogin", DaysSinceLogin is null), ("sessions", Sessions is null), ("pastDue", PastDue is null), ("failedPayments", FailedPayments is null),
            ("cancelAtPeriodEnd", CancelAtPeriodEnd is null), ("openS1S2", OpenS1S2 is null), ("tickets", Tickets is null), ("csat", Csat is null),
            ("activeChampion", ActiveChampion is null), ("daysSinceMeeting", DaysSinceMeeting is null), ("planOnTrack", PlanOnTrack is null), ("tenureDays", TenureDays is null),
            ("snapshots", Snapshots is null),
        }.Where(i => i.IsUnknown).Select(i => i.Name),
    ];

    /// <summary>The same as the definition of the score takes it.</summary>
    public HealthFacts ToFigure() => new()
    {
        DailyActiveUsers = Dau!.Value,
        Seats = Seats!.Value,
        AdoptedFeatures = Adopted!.Value,
        PlanFeatures = PlanFeatures!.Value,
        Automations = Automations!.Value,
        Nps = Nps,
        DaysSinceLogin = DaysSinceLogin,
        Sessions = Sessions ?? 0,
        PastDue = PastDue ?? false,
        FailedPayments = FailedPayments ?? 0,
        CancelAtPeriodEnd = CancelAtPeriodEnd ?? false,
        OpenSevereTickets = OpenS1S2 ?? 0,
        RecentTickets = Tickets ?? 0,
        MeanCsat = Csat,
        ChampionActive = ActiveChampion ?? false,
        RecentMeeting = DaysSinceMeeting <= HealthWindow.FarDays,
        PlanOnTrack = PlanOnTrack ?? false,
    };
}
