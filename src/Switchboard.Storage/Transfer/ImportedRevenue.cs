using Switchboard.Domain.Billing;

namespace Switchboard.Storage.Transfer;

/// <summary>Books what imported subscriptions mean for recurring revenue, so that the ledger always adds up to what the subscriptions pay.</summary>
internal static class ImportedRevenue
{
    /// <summary>What a subscription pays a month as it stands: nothing in its trial, and nothing once it is cancelled or unpaid.</summary>
    public static decimal Paid(Subscription subscription) => subscription.Status is SubscriptionStatus.Active or SubscriptionStatus.PastDue ? subscription.Mrr : 0;

    /// <summary>The ledger of a subscription that came in: it began with what it pays; one that ended paid its last amount until then.</summary>
    public static IEnumerable<SubscriptionChange> Began(Subscription subscription)
    {
        if (subscription.Mrr == 0 || subscription.Status == SubscriptionStatus.Trialing) yield break;
        yield return Change(subscription, MrrMovement.New, "signup", 0, subscription.Mrr, subscription.StartedAt);
        if (Paid(subscription) == 0) yield return Change(subscription, MrrMovement.Churn, subscription.Status == SubscriptionStatus.Unpaid ? "unpaid" : "cancel", subscription.Mrr, 0, Later(subscription.CanceledAt ?? subscription.PeriodEnd, subscription.StartedAt));
    }

    /// <summary>The ledger's entry for a subscription that an import changed; null when it pays what it paid.</summary>
    /// <param name="subscription">The subscription as it is now.</param>
    /// <param name="before">What it paid before.</param>
    /// <param name="now">When the import was made.</param>
    public static SubscriptionChange? Changed(Subscription subscription, decimal before, DateTimeOffset now)
    {
        decimal after = Paid(subscription);
        if (after == before) return null;
        (MrrMovement movement, string cause) = (before, after) switch
        {
            (0, _) => (MrrMovement.New, "signup"),
            (_, 0) => (MrrMovement.Churn, subscription.Status == SubscriptionStatus.Unpaid ? "unpaid" : "cancel"),
            _ => (after > before ? MrrMovement.Expansion : MrrMovement.Contraction, "price"),
        };
        return Change(subscription, movement, cause, before, after, now);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static SubscriptionChange Change(Subscription subscription, MrrMovement movement, string cause, decimal before, decimal after, DateTimeOffset at) => new()
    {
        TenantId = subscription.TenantId,
        Id = Guid.CreateVersion7(at),
        CustomerId = subscription.CustomerId,
        SubscriptionId = subscription.Id,
        Movement = movement,
        Cause = cause,
        MrrBefore = before,
        MrrAfter = after,
        Currency = subscription.Currency,
        PlanBefore = before == 0 ? null : subscription.Plan,
        PlanAfter = after == 0 ? null : subscription.Plan,
        SeatsBefore = before == 0 ? 0 : subscription.SeatsTotal,
        SeatsAfter = after == 0 ? 0 : subscription.SeatsTotal,
        At = at,
    };
}
