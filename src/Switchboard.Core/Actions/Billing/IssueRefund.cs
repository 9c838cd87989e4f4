using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What a refund came to.</summary>
/// <param name="RefundId">The refund.</param>
/// <param name="PaymentId">The payment it gives back.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Method">How the money was paid, which is how it goes back.</param>
public sealed record RefundIssued(Guid RefundId, Guid PaymentId, decimal Amount, string Currency, string Method);

/// <summary>Gives money back on a payment, by the refund policy.</summary>
/// <param name="PaymentId">The payment that is meant; of a payment that was made twice the later one is given back.</param>
/// <param name="Amount">How much, as it was decided; when the policy gives another amount nothing is given back.</param>
public sealed record IssueRefund(Guid PaymentId, decimal Amount) : DeskAction<RefundIssued>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "refund.issue";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(RefundIssued result) => Reversal.None("Money that goes back is not called back; it can be charged anew when the customer agrees.");

    /// <inheritdoc />
    protected override ActionVerdict<RefundIssued> Apply(IActionRows rows)
    {
        if (rows.Find<Payment>(PaymentId) is not { CustomerId: { } customer }) return Refuse(new Clause("payment_not_found", "There is no such payment."));
        IReadOnlyList<Payment> payments = rows.List<Payment>(q => q.Where(p => p.CustomerId == customer));
        IReadOnlyList<Refund> refunds = rows.List<Refund>(q => q.Where(r => r.CustomerId == customer));
        var known = new CustomerPayments(
            [.. payments.Select(PaymentRow.Of)],
            [.. refunds.Select(RefundRow.Of)],
            [.. rows.List<Invoice>(q => q.Where(i => i.CustomerId == customer)).Select(InvoiceRow.Of)],
            [.. rows.List<Subscription>(q => q.Where(s => s.CustomerId == customer)).Select(SubscriptionRow.Of)]);
        RefundDecision decision = rows.Policies.Refunds.Decide(known.Request(PaymentId, rows.DayOf, rows.DayOf(rows.Now)), rows.Policies.Currency);
        if (!decision.Allowed) return Refuse(decision.Clause);
        if (decision.Amount.Amount != Amount) return Refuse(new Clause("amount_changed", FormattableString.Invariant($"The policy gives back {decision.Amount.Amount:0.00} {decision.Amount.Currency} now, not {Amount:0.00}.")));

        Payment payment = payments.Single(p => p.Id == decision.PaymentId);
        Refund.Require(payment, refunds, Amount);
        var refund = new Refund
        {
            TenantId = payment.TenantId,
            Id = rows.NewId(),
            CustomerId = customer,
            PaymentId = payment.Id,
            Amount = Amount,
            Currency = payment.Currency,
            Reason = CustomerPayments.ReasonOf(decision.Clause.Rule),
            ApprovedBy = rows.ApprovedBy,
            CreatedAt = rows.Now,
        };
        rows.Add(refund);
        if (decision.Refunded.Amount + Amount >= payment.Amount) payment.Status = PaymentStatus.Refunded;
        return Done(new RefundIssued(refund.Id, payment.Id, Amount, payment.Currency, payment.Method), decision.Clause, decision.NeededScope);
    }
}
