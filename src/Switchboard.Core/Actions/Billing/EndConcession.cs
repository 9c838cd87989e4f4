using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What the end of a concession came to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Discount">The discounts that still hold, 0..1.</param>
/// <param name="Mrr">A month in all without it.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record ConcessionEnded(Guid SubscriptionId, decimal Discount, decimal Mrr, string Currency);

/// <summary>Lets the price of a subscription go back when a concession on it has ended. What still holds, another concession among it, stays. Done by the installation.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="GrantId">The concession.</param>
public sealed record EndConcession(Guid SubscriptionId, Guid GrantId) : DeskAction<ConcessionEnded>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "discount.end";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(ConcessionEnded result) => Reversal.None("A concession that has ended does not come back; another one has rules of its own.");

    /// <inheritdoc />
    protected override ActionVerdict<ConcessionEnded> Apply(IActionRows rows)
    {
        if (rows.Find<Subscription>(SubscriptionId) is not { } subscription) return Refuse(new Clause("subscription_not_found", "There is no such subscription."));
        if (rows.Find<DiscountGrant>(GrantId) is not { } grant || grant.CustomerId != subscription.CustomerId) return Refuse(new Clause("grant_not_found", "There is no such discount."));
        if (subscription.Status == SubscriptionStatus.Canceled) return Refuse(new Clause("subscription_canceled", "The subscription has ended already."));
        if (grant.Until is not { } until || until > rows.Now)
        {
            // Somebody made it longer: the price goes back when it ends.
            if (grant.Until is not null) ConcessionEndWork.Plan(rows, subscription, grant);
            return grant.Until is null ? Refuse(new Clause("grant_holds", "The discount holds without an end.")) : Done(Ended(subscription), new Clause("discounts.goes_on", "The concession was made longer."));
        }

        if (subscription.Currency != rows.Policies.Currency) return Refuse(new Clause("currency_differs", "Discounts are worked out in the currency of the policies; people do this one."));
        if (rows.Policies.Prices().FindPlan(subscription.Plan) is null) return Refuse(new Clause("plan_not_found", "There is no such plan any more; people decide that."));
        (SubscriptionView view, GrantView grants) = SubscriptionRows.Read(rows, subscription);
        SubscriptionMove terms = rows.Policies.Move(view.State(rows.Policies.Prices(), grants), new MoveTarget(subscription.Plan, subscription.Cycle, Math.Max(1, subscription.SeatsTotal)), new PlanUsage { Seats = subscription.SeatsUsed }, rows.DayOf(rows.Now));
        if (terms.Discount >= subscription.Discount) return Refuse(new Clause("price_is_back", "The price does not hold the concession any more."));
        decimal paid = SubscriptionRows.PaidBy(subscription);
        (subscription.Discount, subscription.Mrr) = (terms.Discount, terms.Mrr.Amount);
        SubscriptionRows.Book(rows, subscription, "discount", paid, subscription.Plan, subscription.SeatsTotal, until);
        return Done(Ended(subscription), new Clause("discounts.ended", "A concession holds for its months; then the price is what it is without it."));
    }

    private static ConcessionEnded Ended(Subscription s) => new(s.Id, s.Discount, s.Mrr, s.Currency);
}
