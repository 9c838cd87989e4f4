using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What resuming a subscription came to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Reason">Why it was to end; null when nothing had been said.</param>
/// <param name="Planned">The other terms that were to hold from the next period on; null when it was to end.</param>
public sealed record SubscriptionGoesOn(Guid SubscriptionId, string Plan, string? Reason, MoveTarget? Planned = null);

/// <summary>Takes back what was to happen to a subscription with the end of its period, its end or other terms, free of charge.</summary>
/// <param name="SubscriptionId">The subscription.</param>
public sealed record ResumeSubscription(Guid SubscriptionId) : DeskAction<SubscriptionGoesOn>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "subscription.resume";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(SubscriptionGoesOn result) => result.Planned is { } planned
        ? Reversal.By(new ChangeSubscription(SubscriptionId, planned.Plan, planned.Cycle, planned.Seats))
        : Reversal.By(new CancelSubscription(SubscriptionId, result.Reason));

    /// <inheritdoc />
    protected override ActionVerdict<SubscriptionGoesOn> Apply(IActionRows rows)
    {
        if (rows.Find<Subscription>(SubscriptionId) is not { } subscription) return Refuse(new Clause("subscription_not_found", "There is no such subscription."));
        string? reason = subscription.CancelReason;
        MoveTarget? planned = subscription.HasChangeAhead && !subscription.CancelAtPeriodEnd
            ? new MoveTarget(subscription.NextPlan ?? subscription.Plan, subscription.NextCycle ?? subscription.Cycle, subscription.NextSeats ?? subscription.SeatsTotal)
            : null;
        subscription.GoOn(rows.Now);
        return Done(new SubscriptionGoesOn(subscription.Id, subscription.Plan, reason, planned), new Clause("subscriptions.resume", "A cancellation is taken back free of charge until the period ends."));
    }
}
