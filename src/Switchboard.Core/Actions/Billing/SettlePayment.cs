using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What an attempt came to.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Succeeded">Whether the money came.</param>
/// <param name="DeclineCode">Why it did not.</param>
public sealed record PaymentSettled(Guid PaymentId, bool Succeeded, string? DeclineCode);

/// <summary>Notes what the payment service answered to an attempt, as it stands in the outbox: nobody says by hand that money came. With the money the invoice is paid and the subscription active.</summary>
/// <param name="PaymentId">The payment that is pending.</param>
public sealed record SettlePayment(Guid PaymentId) : DeskAction<PaymentSettled>
{
    /// <summary>The rule that refuses it while nobody knows what became of the attempt.</summary>
    public const string NotKnown = "gateway_unknown";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "payment.settle";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(PaymentSettled result) => Reversal.None("What the payment service answered stays noted.");

    /// <inheritdoc />
    protected override ActionVerdict<PaymentSettled> Apply(IActionRows rows)
    {
        if (rows.Find<Payment>(PaymentId) is not { } payment) return Refuse(new Clause("payment_not_found", "There is no such payment."));
        if (payment.Status != PaymentStatus.Pending) return Refuse(new Clause("payment_settled", $"The payment is {payment.Status}."));
        string key = Charges.KeyOf(payment.InvoiceId, payment.Attempt);
        OutboxEntry? entry = Charges.EntryOf(rows.List<OutboxEntry>(q => q.Where(o => o.Port == PaymentRequest.Port && o.Request.Contains(key))), payment.InvoiceId, payment.Attempt);
        (ChargeState state, string? code) = Charges.Of(entry);
        if (state is ChargeState.Pending or ChargeState.Unknown) return Refuse(new Clause(NotKnown, "The payment service has not said what became of the attempt."));

        bool succeeded = state == ChargeState.Succeeded;
        payment.Status = succeeded ? PaymentStatus.Succeeded : PaymentStatus.Failed;
        payment.DeclineCode = code;
        payment.ProcessedAt = rows.Now;
        Invoice? invoice = rows.Find<Invoice>(payment.InvoiceId);
        if (succeeded) invoice?.Pay(rows.Now);
        if (invoice?.SubscriptionId is { } id && rows.Find<Subscription>(id) is { } subscription) Move(rows, subscription, succeeded);
        // The first failure of an invoice begins its dunning; those behind it are part of it.
        if (!succeeded && invoice is { Status: InvoiceStatus.Open } && rows.List<Payment>(q => q.Where(p => p.InvoiceId == invoice.Id && p.Status == PaymentStatus.Failed)).All(p => p.Id == payment.Id))
            Charges.BeginDunning(rows, payment);

        return Done(new PaymentSettled(payment.Id, succeeded, payment.DeclineCode), new Clause("dunning.answer", "An attempt is what the payment service says it is."));
    }

    private static void Move(IActionRows rows, Subscription subscription, bool succeeded)
    {
        decimal paid = SubscriptionRows.PaidBy(subscription);
        if (succeeded && subscription.Status is SubscriptionStatus.PastDue or SubscriptionStatus.Unpaid) subscription.MoveTo(SubscriptionStatus.Active, rows.Now);
        if (!succeeded && subscription.Status == SubscriptionStatus.Active) subscription.MoveTo(SubscriptionStatus.PastDue, rows.Now);
        SubscriptionRows.Book(rows, subscription, "paid", paid, subscription.Plan, subscription.SeatsTotal, rows.Now);
    }
}
