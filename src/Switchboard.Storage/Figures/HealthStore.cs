using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Product;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Figures;

/// <summary>Reads what a customer's health is computed from.</summary>
/// <param name="data">Where the rows are.</param>
/// <param name="policies">The order of the plans.</param>
public sealed class HealthStore(Data data, PolicyStore policies)
{
    /// <summary>Days that use, sign-ins and new tickets are counted over.</summary>
    public const int RecentDays = 30;

    /// <summary>Days that payments, ratings and meetings are counted over.</summary>
    public const int LongDays = 90;

    /// <summary>From this champion score on a person counts as somebody who speaks for us.</summary>
    public const double Champion = 0.5;

    /// <summary>The facts of a customer as of an instant; null when there is no such customer. A fixed number of statements.</summary>
    public async Task<HealthFacts?> FactsAsync(Guid tenantId, Guid customerId, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        DateTimeOffset recent = asOf.AddDays(-RecentDays), far = asOf.AddDays(-LongDays);
        DateOnly firstDay = DateOnly.FromDateTime(recent.UtcDateTime), lastDay = DateOnly.FromDateTime(asOf.UtcDateTime);
        await using SwitchboardDb db = data.For(tenantId);
        if (await db.Customers.SingleOrDefaultAsync(c => c.Id == customerId, cancellationToken) is not { } customer) return null;

        List<Subscription> subscriptions = await db.Set<Subscription>().Where(s => s.CustomerId == customerId && s.Status != SubscriptionStatus.Canceled && s.StartedAt <= asOf).ToListAsync(cancellationToken);
        var logins = await db.Set<LoginEvent>().Where(e => e.CustomerId == customerId && e.Success && e.At > recent && e.At <= asOf).Select(e => new { e.ContactId, e.At }).ToListAsync(cancellationToken);
        DateTimeOffset? lastLogin = logins.Count > 0 ? logins.Max(e => e.At) : await db.Set<LoginEvent>().Where(e => e.CustomerId == customerId && e.Success && e.At <= asOf).MaxAsync(e => (DateTimeOffset?)e.At, cancellationToken);
        List<string> used = await db.Set<FeatureUsage>().Where(u => u.CustomerId == customerId && u.Day > firstDay && u.Day <= lastDay && u.Count > 0).Select(u => u.Feature).Distinct().ToListAsync(cancellationToken);
        HashSet<string> plans = [.. await PlansUpToAsync(tenantId, customer.Plan, cancellationToken)];
        List<ProductFeature> features = await db.Set<ProductFeature>().Where(f => plans.Contains(f.Plan) && (f.RemovedOn == null || f.RemovedOn > lastDay)).ToListAsync(cancellationToken);
        decimal automations = await db.Set<UsageEvent>().Where(u => u.CustomerId == customerId && u.Meter == Meter.Automations && u.At <= asOf).OrderByDescending(u => u.At).Select(u => u.Quantity).FirstOrDefaultAsync(cancellationToken);
        List<Ticket> tickets = await db.Set<Ticket>().Where(t => t.CustomerId == customerId && t.CreatedAt <= asOf && (t.ClosedAt == null || t.ClosedAt > asOf || t.CreatedAt > recent)).ToListAsync(cancellationToken);
        List<int> ratings = await db.Set<CsatRating>().Where(r => r.CustomerId == customerId && r.At > far && r.At <= asOf).Select(r => r.Score).ToListAsync(cancellationToken);
        return new HealthFacts
        {
            DailyActiveUsers = logins.Select(e => (e.ContactId, DateOnly.FromDateTime(e.At.UtcDateTime))).Distinct().Count() / (double)RecentDays,
            Seats = subscriptions.Sum(s => s.SeatsTotal),
            AdoptedFeatures = features.Count(f => used.Contains(f.Key)),
            PlanFeatures = features.Count,
            Automations = (double)automations,
            Nps = await db.Set<NpsResponse>().Where(n => n.CustomerId == customerId && n.At <= asOf).OrderByDescending(n => n.At).Select(n => (int?)n.Score).FirstOrDefaultAsync(cancellationToken),
            DaysSinceLogin = lastLogin is { } last ? (asOf - last).TotalDays : null,
            Sessions = logins.Count,
            PastDue = subscriptions.Exists(s => s.Status is SubscriptionStatus.PastDue or SubscriptionStatus.Unpaid),
            FailedPayments = await db.Set<Payment>().CountAsync(p => p.CustomerId == customerId && p.Status == PaymentStatus.Failed && p.CreatedAt > far && p.CreatedAt <= asOf, cancellationToken),
            CancelAtPeriodEnd = subscriptions.Exists(s => s.CancelAtPeriodEnd),
            OpenSevereTickets = tickets.Count(t => t.Severity is Severity.S1 or Severity.S2 && (t.ClosedAt is null || t.ClosedAt > asOf)),
            RecentTickets = tickets.Count(t => t.CreatedAt > recent),
            MeanCsat = ratings.Count == 0 ? null : ratings.Average(),
            ChampionActive = await db.Contacts.AnyAsync(c => c.CustomerId == customerId && c.ChampionScore >= Champion && c.Status == ContactStatus.Active && c.LastSignInAt > recent, cancellationToken),
            RecentMeeting = await db.Set<Meeting>().AnyAsync(m => m.CustomerId == customerId && m.HeldAt > far && m.HeldAt <= asOf, cancellationToken),
            PlanOnTrack = await db.Set<SuccessPlan>().AnyAsync(p => p.CustomerId == customerId && p.Status == PlanStatus.OnTrack, cancellationToken),
        };
    }

    private async Task<IEnumerable<string>> PlansUpToAsync(Guid tenantId, string plan, CancellationToken cancellationToken)
    {
        List<string> inOrder = [.. (await policies.CurrentAsync(tenantId, cancellationToken)).Policies.Plans.OrderBy(p => p.UnitPrice).Select(p => p.Key)];
        return inOrder.Take(inOrder.IndexOf(plan) + 1);
    }
}
