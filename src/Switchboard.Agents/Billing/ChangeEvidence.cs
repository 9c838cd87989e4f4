using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Product;
using Switchboard.Domain.Revenue;

namespace Switchboard.Agents.Billing;

/// <summary>Loads what a change of a subscription is worked out from.</summary>
internal static class ChangeEvidence
{
    private const int usedDays = 30;

    /// <summary>The facts of a customer; no subscription when none runs.</summary>
    public static async Task<ChangeFacts> OfAsync(Guid customerId, IRowFacts rows, AgentBasis basis)
    {
        IReadOnlyList<Subscription> running = await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == customerId && s.Status != SubscriptionStatus.Canceled).OrderByDescending(s => s.StartedAt).Take(1));
        if (running.Count == 0) return new ChangeFacts();
        DateOnly since = basis.Today.AddDays(-usedDays);
        DateTimeOffset from = basis.StartOf(since);
        IReadOnlyList<string> used = await rows.ListAsync((IQueryable<FeatureUsage> q) => q.Where(u => u.CustomerId == customerId && u.Day >= since && u.Count > 0).Select(u => u.Feature).Distinct());
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.Where(f => used.Contains(f.Key)).OrderBy(f => f.Key));
        IReadOnlyList<UsageEvent> metered = await rows.ListAsync<UsageEvent>(q => q.Where(u => u.CustomerId == customerId && u.At >= from));
        decimal Latest(Meter meter) => metered.Where(u => u.Meter == meter).MaxBy(u => u.At)?.Quantity ?? 0;
        IReadOnlyList<Contract> contracts = await rows.ListAsync<Contract>(q => q.Where(c => c.CustomerId == customerId && c.SignedAt != null));
        return new ChangeFacts
        {
            Subscription = SubscriptionView.Of(running[0], basis.DayOf),
            Grants = GrantView.Of(await rows.ListAsync<DiscountGrant>(q => q.Where(g => g.CustomerId == customerId)), basis.Policies.Discounts, basis.DayOf, basis.Now),
            Usage = new PlanUsage
            {
                Projects = await rows.CountAsync<WorkItem>(q => q.Where(w => w.CustomerId == customerId && w.Kind == "project" && w.ArchivedAt == null)),
                StorageGb = Latest(Meter.StorageGb),
                ApiCalls = (long)metered.Where(u => u.Meter == Meter.ApiCalls).Sum(u => u.Quantity),
                Automations = (int)Latest(Meter.Automations),
                Features = [.. features.Select(f => new FeatureInUse(f.Key, f.Plan))],
            },
            ContractUntil = contracts.Count > 0 ? contracts.Max(c => c.Until) : null,
        };
    }
}
