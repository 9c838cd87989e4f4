using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Product;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Score = Switchboard.Domain.Figures.HealthScore;

namespace Switchboard.Agents.Success;

/// <summary>Computes a customer's health by the definition of the house, with what cost and what earned the points.</summary>
[Agent("success/health-score")]
public sealed class HealthScore : Analyst<HealthScoreInput, HealthScoreFacts, HealthScoreFinding>
{
    private const int champion = 70;
    private const int provisionalDays = 14;
    private const int fewestSnapshots = 10;
    private const int trendDays = 30;
    private const int mostActions = 5;

    /// <inheritdoc />
    protected override async Task<Finding<HealthScoreFacts>> LoadAsync(HealthScoreInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("invalid_input", "Say which customer: customerId.");
        DateOnly day = input.Day ?? basis.Today.AddDays(-1);
        if (day >= basis.Today) return new Stop("invalid_input", $"The day {day:yyyy-MM-dd} is not over; ask for one before {basis.Today:yyyy-MM-dd}.");
        if (await rows.SingleAsync<Customer>(q => q.Where(c => c.Id == id)) is not { } customer) return new Stop("customer_not_found", "There is no such customer.");

        var window = new HealthWindow(basis, day);
        IReadOnlyList<string> plans = [.. basis.Policies.Plans.TakeWhile(p => p.Key != customer.Plan).Select(p => p.Key), customer.Plan];
        IReadOnlyList<Subscription> subscriptions = await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == id && s.StartedAt < window.End && (s.CanceledAt == null || s.CanceledAt >= window.End)));
        var logins = await rows.ListAsync((IQueryable<LoginEvent> q) => q.Where(e => e.CustomerId == id && e.Success && e.At >= window.Recent && e.At < window.End).Select(e => new { e.ContactId, e.At }).Distinct());
        var lastLogin = await rows.ListAsync((IQueryable<LoginEvent> q) => q.Where(e => e.CustomerId == id && e.Success && e.At < window.End).OrderByDescending(e => e.At).Take(1).Select(e => e.At));
        var use = await rows.ListAsync((IQueryable<FeatureUsage> q) => q.Where(u => u.CustomerId == id && u.Day >= window.FirstDay && u.Day <= day && u.Count > 0).Select(u => new { u.ContactId, u.Day, u.Feature }).Distinct());
        bool measured = use.Count > 0 || lastLogin.Count > 0 || await rows.CountAsync<FeatureUsage>(q => q.Where(u => u.CustomerId == id && u.Day <= day)) > 0;
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.Where(f => plans.Contains(f.Plan) && (f.RemovedOn == null || f.RemovedOn > day)));
        IReadOnlyList<UsageEvent> automations = await rows.ListAsync<UsageEvent>(q => q.Where(u => u.CustomerId == id && u.Meter == Meter.Automations && u.At < window.End).OrderByDescending(u => u.At).Take(1));
        IReadOnlyList<NpsResponse> answers = await rows.ListAsync<NpsResponse>(q => q.Where(n => n.CustomerId == id && n.At >= window.HalfYear && n.At < window.End));
        IReadOnlyList<CsatRating> ratings = await rows.ListAsync<CsatRating>(q => q.Where(r => r.CustomerId == id && r.At >= window.Far && r.At < window.End));
        IReadOnlyList<Contact> champions = await rows.ListAsync<Contact>(q => q.Where(c => c.CustomerId == id && c.ChampionScore >= champion / 100.0));
        IReadOnlyList<Meeting> meetings = await rows.ListAsync<Meeting>(q => q.Where(m => m.CustomerId == id && m.HeldAt < window.End).OrderByDescending(m => m.HeldAt).Take(1));
        IReadOnlyList<HealthSnapshot> snapshots = await rows.ListAsync<HealthSnapshot>(q => q.Where(s => s.CustomerId == id && s.Day >= window.FirstDay && s.Day <= day).OrderBy(s => s.Day));
        int businessDays = window.Days.Count(basis.Calendar.IsBusinessDay);
        int active = logins.Select(e => (e.ContactId, Day: basis.DayOf(e.At))).Concat(use.Select(u => (u.ContactId, u.Day))).Distinct().Count(a => basis.Calendar.IsBusinessDay(a.Day));
        HashSet<string> adopted = [.. use.Select(u => (u.Feature, u.Day)).Distinct().GroupBy(u => u.Feature, StringComparer.Ordinal).Where(g => g.Count() >= 3).Select(g => g.Key)];
        return new HealthScoreFacts
        {
            TenureDays = day.DayNumber - basis.DayOf(customer.Since).DayNumber,
            Dau = measured && businessDays > 0 ? (double)active / businessDays : null,
            Seats = subscriptions.Count > 0 ? subscriptions.Sum(s => s.SeatsTotal) : null,
            Adopted = features.Count(f => adopted.Contains(f.Key)),
            PlanFeatures = features.Count > 0 ? features.Count : null,
            Automations = automations.Count > 0 ? (double)automations[0].Quantity : 0,
            Nps = answers.Count > 0 ? answers.GroupBy(n => n.ContactId).Average(g => g.MaxBy(n => n.At)!.Score) : null,
            DaysSinceLogin = lastLogin.Count > 0 ? day.DayNumber - basis.DayOf(lastLogin[0]).DayNumber : null,
            Sessions = lastLogin.Count > 0 ? logins.Count : null,
            PastDue = subscriptions.Any(s => s.Status is SubscriptionStatus.PastDue or SubscriptionStatus.Unpaid),
            FailedPayments = await rows.CountAsync<Payment>(q => q.Where(p => p.CustomerId == id && p.Status == PaymentStatus.Failed && p.CreatedAt >= window.Far && p.CreatedAt < window.End)),
            CancelAtPeriodEnd = subscriptions.Any(s => s.CancelAtPeriodEnd),
            OpenS1S2 = await rows.CountAsync<Ticket>(q => q.Where(t => t.CustomerId == id && (t.Severity == Severity.S1 || t.Severity == Severity.S2) && t.CreatedAt < window.End && (t.ClosedAt == null || t.ClosedAt >= window.End))),
            Tickets = await rows.CountAsync<Conversation>(q => q.Where(c => c.CustomerId == id && c.CreatedAt >= window.Recent && c.CreatedAt < window.End)),
            Csat = ratings.Count > 0 ? ratings.Average(r => r.Score) : null,
            ActiveChampion = champions.Any(c => logins.Any(e => e.ContactId == c.Id)),
            DaysSinceMeeting = meetings.Count > 0 ? day.DayNumber - basis.DayOf(meetings[0].HeldAt!.Value).DayNumber : null,
            PlanOnTrack = await rows.CountAsync<SuccessPlan>(q => q.Where(p => p.CustomerId == id && p.Status == PlanStatus.OnTrack)) > 0,
            Snapshots = [.. snapshots.Select(s => new DayScore(s.Day, s.Score))],
        };
    }

    /// <inheritdoc />
    protected override Finding<HealthScoreFinding> Compute(HealthScoreInput input, HealthScoreFacts facts, AgentBasis basis)
    {
        if (facts is { Dau: null, DaysSinceLogin: null, Sessions: null }) return new Stop("no_data", "Neither use of features nor sign-ins were ever measured for this customer.");
        if (facts.Seats is null) return new Stop("no_subscription", "The customer has no subscription on that day, so there are no seats to measure use by.");
        if (facts is not { Dau: not null, Adopted: not null, PlanFeatures: not null, Automations: not null }) return new Stop("not_enough_data", "The people active on a day, the features of the plan, those in use and the automations must be known.");

        HealthFacts measured = facts.ToFigure();
        Score score = Score.Of(measured);
        IReadOnlyList<HealthTerm> terms = Score.TermsOf(measured);
        HealthComponent[] parts = Enum.GetValues<HealthComponent>();
        DateOnly last = facts.Snapshots is { Count: > 0 } all ? all.Max(s => s.Day) : DateOnly.MinValue;
        DayScore[] snapshots = [.. (facts.Snapshots ?? []).Where(s => s.Day.DayNumber > last.DayNumber - trendDays)];
        double? slope = snapshots.Length >= fewestSnapshots ? Score.Trend(snapshots.Select(s => (s.Day, s.Score))) * trendDays : null;
        return new HealthScoreFinding
        {
            Score = HealthParts.Rounded(score.Score, 1),
            Band = score.Band,
            Components = HealthParts.Of(score),
            Inputs = facts,
            Defaulted = facts.Defaulted(),
            Provisional = facts.TenureDays < provisionalDays,
            Trend = slope is { } value ? new HealthTrend(Math.Round(value, 4), value >= 5 ? "improving" : value <= -5 ? "declining" : "steady") : null,
            Risks = [.. parts.Where(p => score[p] < 0.5 * Score.MostOf(p)).Select(p => HealthPart.Of(p, score, terms.Where(t => t.Component == p && t.Points < t.Most)))],
            Positives = [.. parts.Where(p => score[p] >= 0.9 * Score.MostOf(p)).Select(p => HealthPart.Of(p, score, terms.Where(t => t.Component == p && t.Points > 0)))],
            Actions = [.. terms.Where(t => t.Points < t.Most).Select(HealthAdvice.Of).OrderByDescending(a => a.Impact).ThenBy(a => a.Code, StringComparer.Ordinal).Take(mostActions)],
        };
    }
}
