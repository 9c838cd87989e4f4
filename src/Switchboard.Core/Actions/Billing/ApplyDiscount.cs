using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What a discount came to.</summary>
/// <param name="GrantId">The discount.</param>
/// <param name="Concession">Points that were given, 0..1.</param>
/// <param name="Total">All discounts together, 0..1.</param>
/// <param name="Months">Months it holds.</param>
/// <param name="LastDay">The last day on which it holds.</param>
/// <param name="Mrr">A month in all with it.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record DiscountApplied(Guid GrantId, decimal Concession, decimal Total, int Months, DateOnly LastDay, decimal Mrr, string Currency);

/// <summary>Gives a concession on a subscription, within what the policy of discounts allows and with the approval it asks for.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Concession">Points of the list price, 0..1.</param>
/// <param name="Months">Months it holds.</param>
public sealed record ApplyDiscount(Guid SubscriptionId, decimal Concession, int Months) : DeskAction<DiscountApplied>
{
    private const int mostMonths = 36;

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "discount.apply";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(DiscountApplied result) => Reversal.None("A discount that was promised is kept; it ends by itself.");

    /// <inheritdoc />
    protected override ActionVerdict<DiscountApplied> Apply(IActionRows rows)
    {
        if (rows.Find<Subscription>(SubscriptionId) is not { CustomerId: { } customerId } subscription) return Refuse(new Clause("subscription_not_found", "There is no such subscription."));
        if (Concession is <= 0 or > 1) return Refuse(new Clause("concession_invalid", "A concession is more than nothing and at most all of the price."));
        if (Months is < 1 or > mostMonths) return Refuse(new Clause("months_invalid", $"A concession holds 1 to {mostMonths} months."));
        if (subscription.Currency != rows.Policies.Currency) return Refuse(new Clause("currency_differs", "Discounts are worked out in the currency of the policies; people do this one."));
        (SubscriptionView view, GrantView grants) = SubscriptionRows.Read(rows, subscription);
        if (view.IsPastDue) return Refuse(new Clause("past_due", "What is open is paid first; then a discount can be talked about."));

        PriceList prices = rows.Policies.Prices();
        DiscountGround ground = view.Ground(grants);
        DiscountAnswer answer = prices.Answer(ground, Concession, Months, rows.DayOf(rows.Now));
        if (!answer.Decision.Allowed) return Refuse(answer.Decision.Clause);
        (decimal mrr, int months) = (subscription.Mrr, answer.Decision.Months!.Value);
        var grant = new DiscountGrant { TenantId = subscription.TenantId, Id = rows.NewId(), CustomerId = customerId, Kind = GrantView.ConcessionKind, Share = Concession, From = rows.Now, Until = rows.Now.AddMonths(months), ApprovedBy = rows.ApprovedBy };
        rows.Add(grant);
        ConcessionEndWork.Plan(rows, subscription, grant);
        subscription.Discount = answer.Decision.Total;
        subscription.Mrr = answer.MrrAfter.Amount;
        SubscriptionRows.Enter(rows, subscription, "discount", mrr, subscription.Plan, subscription.SeatsTotal);
        return Done(new DiscountApplied(grant.Id, Concession, answer.Decision.Total, months, answer.Until!.Value, subscription.Mrr, subscription.Currency), answer.Decision.Clause, answer.Decision.NeededScope);
    }
}
