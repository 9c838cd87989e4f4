using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Revenue;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What cancelling a subscription came to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="LastDay">The last day on which it holds, in the tenant's calendar.</param>
public sealed record SubscriptionEnds(Guid SubscriptionId, string Plan, DateOnly LastDay);

/// <summary>Lets a subscription end with the period that is paid for, unless a contract runs longer.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Reason">Why, in a code; null when nothing was said, which is no reason to keep anybody.</param>
/// <param name="OfferDeclined">Whether an offer to stay was turned down, so that none is made for a while.</param>
public sealed record CancelSubscription(Guid SubscriptionId, string? Reason, bool OfferDeclined = false) : DeskAction<SubscriptionEnds>
{
    private const int mostReason = 100;

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "subscription.cancel";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(SubscriptionEnds result) => Reversal.By(new ResumeSubscription(SubscriptionId));

    /// <inheritdoc />
    protected override ActionVerdict<SubscriptionEnds> Apply(IActionRows rows)
    {
        if (rows.Find<Subscription>(SubscriptionId) is not { CustomerId: { } customer } subscription) return Refuse(new Clause("subscription_not_found", "There is no such subscription."));
        if (Reason is { Length: 0 or > mostReason }) return Refuse(new Clause("reason_invalid", $"A reason is a code of 1 to {mostReason} characters, or missing."));
        DateOnly last = rows.DayOf(subscription.PeriodEnd.AddMicroseconds(-1));
        if (rows.List<Contract>(q => q.Where(c => c.CustomerId == customer && c.SignedAt != null)).Any(c => c.Until > last))
            return Refuse(new Clause("contract_term", "A contract of the customer runs longer than the period; people decide that."));
        subscription.EndWithPeriod(Reason);
        PeriodEndWork.Plan(rows, subscription);
        if (OfferDeclined) subscription.OfferDeclinedAt = rows.Now;
        return Done(new SubscriptionEnds(subscription.Id, subscription.Plan, last), new Clause("subscriptions.cancel", "A cancellation takes effect at the end of the period that is paid for."));
    }
}
