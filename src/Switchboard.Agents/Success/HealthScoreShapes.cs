using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Figures;
using Score = Switchboard.Domain.Figures.HealthScore;

namespace Switchboard.Agents.Success;

/// <summary>Whose health, as of which day.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Day">The last day that counts, a day that is over; yesterday when it is not given.</param>
public sealed record HealthScoreInput(Guid? CustomerId = null, DateOnly? Day = null);

/// <summary>A stored score of a day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Score">0..100.</param>
public sealed record DayScore(DateOnly Day, double Score);

/// <summary>What the score is computed from, as of the end of the day. What is null is not known.</summary>
public sealed record HealthScoreFacts
{
    /// <summary>Days since the customer came.</summary>
    public int? TenureDays { get; init; }

    /// <summary>People active on a business day, mean of the last 30 days; null when neither use nor sign-ins were ever measured.</summary>
    public double? Dau { get; init; }

    /// <summary>Seats paid for; null without a subscription.</summary>
    public int? Seats { get; init; }

    /// <summary>Features of the plan used on at least three of the last 30 days.</summary>
    public int? Adopted { get; init; }

    /// <summary>Features the plan has.</summary>
    public int? PlanFeatures { get; init; }

    /// <summary>Automations in use.</summary>
    public double? Automations { get; init; }

    /// <summary>Mean of each person's newest NPS answer of 180 days, 0..10.</summary>
    public double? Nps { get; init; }

    /// <summary>Days since anybody signed in.</summary>
    public int? DaysSinceLogin { get; init; }

    /// <summary>Sign-ins of the last 30 days.</summary>
    public int? Sessions { get; init; }

    /// <summary>Whether a subscription is past due.</summary>
    public bool? PastDue { get; init; }

    /// <summary>Failed payments of 90 days.</summary>
    public int? FailedPayments { get; init; }

    /// <summary>Whether a subscription ends with its period.</summary>
    public bool? CancelAtPeriodEnd { get; init; }

    /// <summary>Open tickets of severity S1 or S2.</summary>
    public int? OpenS1S2 { get; init; }

    /// <summary>Conversations opened in the last 30 days.</summary>
    public int? Tickets { get; init; }

    /// <summary>Mean rating of 90 days, 1..5.</summary>
    public double? Csat { get; init; }

    /// <summary>Whether somebody with a champion score of at least 70 signed in within 30 days.</summary>
    public bool? ActiveChampion { get; init; }

    /// <summary>Days since the last meeting that was held.</summary>
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

/// <summary>The windows that end with a day, as instants of the tenant's calendar.</summary>
internal sealed record HealthWindow(AgentBasis Basis, DateOnly Day)
{
    public const int RecentDays = 30;
    public const int FarDays = 90;
    private const int halfYearDays = 180;

    public DateOnly FirstDay => Day.AddDays(1 - RecentDays);

    public IEnumerable<DateOnly> Days => Enumerable.Range(0, RecentDays).Select(FirstDay.AddDays);

    public DateTimeOffset End { get; } = Basis.StartOf(Day.AddDays(1));

    public DateTimeOffset Recent { get; } = Basis.StartOf(Day.AddDays(1 - RecentDays));

    public DateTimeOffset Far { get; } = Basis.StartOf(Day.AddDays(1 - FarDays));

    public DateTimeOffset HalfYear { get; } = Basis.StartOf(Day.AddDays(1 - halfYearDays));
}

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
        new(Math.Round(score.Usage, 2), Math.Round(score.Engagement, 2), Math.Round(score.Finance, 2), Math.Round(score.Support, 2), Math.Round(score.Relationship, 2));
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
        new(part, Math.Round(score[part], 2), Score.MostOf(part), [.. terms.Select(t => new HealthInput(t.Input, Math.Round(t.Points, 2), t.Most))]);
}

/// <summary>Where the score goes.</summary>
/// <param name="Points">Points in 30 days.</param>
/// <param name="Direction">improving, steady or declining.</param>
public sealed record HealthTrend(double Points, string Direction);

/// <summary>Something to do.</summary>
/// <param name="Code">What, as a code.</param>
/// <param name="Text">What, in words.</param>
/// <param name="Evidence">The inputs it follows from.</param>
/// <param name="Impact">Points that can be won.</param>
public sealed record HealthAdvice(string Code, string Text, IReadOnlyList<string> Evidence, double Impact)
{
    internal static HealthAdvice Of(HealthTerm term)
    {
        (string code, string text) = term.Input switch
        {
            "dau" => ("raise_daily_use", "Bring more people of the account to the product on a working day."),
            "adopted" => ("adopt_features", "Show the features of the plan that nobody uses regularly."),
            "automations" => ("add_automations", "Set up more automations with the account."),
            "nps" => ("raise_nps", "Ask those who would not recommend us what is missing."),
            "daysSinceLogin" => ("bring_back", "Reach out: nobody signed in lately."),
            "sessions" => ("raise_sessions", "Give the people reasons to sign in more often."),
            "pastDue" => ("settle_past_due", "Get the overdue invoice settled."),
            "failedPayments" => ("mend_payment_method", "Ask for a payment method that works."),
            "cancelAtPeriodEnd" => ("win_back_cancellation", "Talk about why the subscription ends with its period."),
            "openS1S2" => ("close_severe_tickets", "Close the open tickets of severity S1 and S2."),
            "tickets" => ("reduce_tickets", "Find what makes the account ask so often."),
            "csat" => ("raise_csat", "Look into the conversations that were rated low."),
            "activeChampion" => ("win_champion", "Win somebody at the account who speaks for us."),
            "daysSinceMeeting" => ("hold_meeting", "Hold a meeting; the last one is more than 90 days ago."),
            _ => ("bring_plan_on_track", "Bring the success plan on track, or make one."),
        };
        return new HealthAdvice(code, text, [term.Input], Math.Round(term.Most - term.Points, 2));
    }
}

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
