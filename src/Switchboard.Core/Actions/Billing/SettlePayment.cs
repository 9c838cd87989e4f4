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
        string key = ChargePayment.KeyOf(payment.InvoiceId, payment.Attempt);
        OutboxEntry? entry = rows.List<OutboxEntry>(q => q.Where(o => o.Port == ChargePayment.Port && o.Request.Contains(key))).MaxBy(o => o.CreatedAt);
        ChargeAnswer? answer = entry?.Status switch
        {
            OutboxStatus.Sent => ChargeAnswer.Read(entry.Answer),
            OutboxStatus.Failed => new ChargeAnswer("failed", "not_performed"),
            _ => null,
        };
        if (answer is null) return Refuse(new Clause("gateway_unknown", "The payment service has not said what became of the attempt."));

        bool succeeded = answer.Status == "succeeded";
        payment.Status = succeeded ? PaymentStatus.Succeeded : PaymentStatus.Failed;
        payment.DeclineCode = succeeded ? null : answer.DeclineCode;
        payment.ProcessedAt = rows.Now;
        if (succeeded && rows.Find<Invoice>(payment.InvoiceId) is { } invoice)
        {
            invoice.Pay(rows.Now);
            if (invoice.SubscriptionId is { } id && rows.Find<Subscription>(id) is { Status: SubscriptionStatus.PastDue or SubscriptionStatus.Unpaid } subscription) subscription.MoveTo(SubscriptionStatus.Active, rows.Now);
        }

        return Done(new PaymentSettled(payment.Id, succeeded, payment.DeclineCode), new Clause("dunning.answer", "An attempt is what the payment service says it is."));
    }
}
