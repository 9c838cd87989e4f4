using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>What the card's texts of a refund are filled from.</summary>
internal sealed record RefundWording(string Again, string Amount, string Paid, string Invoice, string Day, string Method, string Rule)
{
    /// <summary>The words of a decision.</summary>
    public static RefundWording Of(Turn turn, CustomerPayments known, RefundDecision decision, string again)
    {
        PaymentRow payment = known.Payments.Single(p => p.Id == decision.PaymentId);
        string method = payment.Method.Replace('_', ' ') + (payment.Last4 is { } last ? $" ending in {last}" : string.Empty);
        return new RefundWording(
            again, BillingTalk.Show(decision.Amount), BillingTalk.Show(decision.Paid), known.InvoiceOf(payment)?.Number ?? "without a number",
            BillingTalk.Show(turn.State.Tenant.DayOf(payment.At)), method, decision.Clause.Text);
    }

    /// <summary>The reply to a wish that the policy does not grant. Who was told so before in this conversation and insists is given to people.</summary>
    public Reply Refused(Turn turn, RefundDecision decision)
    {
        (string text, string reason) = decision.Clause.Rule switch
        {
            "refunds.already_refunded" => ("already-refunded", "already_refunded"),
            "refunds.not_paid" => ("still-pending", "payment_not_found"),
            "refunds.original_method" => ("other-method", "policy_forbids"),
            _ when decision.OfferCancellation => ("refused-monthly", "policy_forbids"),
            _ => ("refused", "policy_forbids"),
        };
        Reply refused = turn.Say(ReplyStatus.Declined, text, this, reason: reason);
        bool insists = reason == "policy_forbids" && turn.History.Any(m => m.AgentId == turn.Card.Id && m.Status == ReplyStatus.Declined && m.Text == refused.Text);
        return insists ? turn.HandOver("policy_dispute", "dispute", this) : refused;
    }

    /// <summary>All payments that a correction can mean.</summary>
    public static IReadOnlyList<Guid> All(CustomerPayments known) => [.. known.Payments.Where(p => p.Succeeded).DistinctBy(p => (p.InvoiceId, p.Amount)).Select(p => p.Id)];

    /// <summary>Payments in a line.</summary>
    public static string List(Turn turn, CustomerPayments known, IReadOnlyList<Guid> candidates) => string.Join("; ", candidates.Select(c => RefundClaim.Tell(known, c, turn.State.Tenant.DayOf)).Select(c =>
        $"{c.Invoice ?? "without a number"}, {BillingTalk.Show(c.Amount, c.Currency)}, {BillingTalk.Show(c.Day)}"));
}
