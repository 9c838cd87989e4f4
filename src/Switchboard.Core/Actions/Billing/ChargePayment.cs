using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What asking for money came to: the payment is pending until the service has answered.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record ChargeAsked(Guid PaymentId, decimal Amount, string Currency);

/// <summary>Tries to take what is open of an invoice. Of an invoice each attempt is asked for once, whoever asks; while one is undecided there is no other.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Attempt">The attempt's number.</param>
public sealed record ChargePayment(Guid InvoiceId, int Attempt) : DeskAction<ChargeAsked>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "payment.charge";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(ChargeAsked result) => Reversal.None("Money that was asked for is given back by a refund, which has rules of its own.");

    /// <inheritdoc />
    protected override ActionVerdict<ChargeAsked> Apply(IActionRows rows)
    {
        if (rows.Find<Invoice>(InvoiceId) is not { Number: { } number } invoice) return Refuse(new Clause("invoice_not_found", "There is no such invoice."));
        if (invoice.Status != InvoiceStatus.Open) return Refuse(new Clause("invoice_not_open", $"Invoice {number} is {invoice.Status}."));
        IReadOnlyList<Payment> payments = rows.List<Payment>(q => q.Where(p => p.InvoiceId == InvoiceId));
        if (payments.Any(p => p.Status == PaymentStatus.Pending)) return Refuse(new Clause("charge_undecided", "The outcome of an earlier attempt is not known yet."));
        if (payments.Any(p => p.Attempt == Attempt)) return Refuse(new Clause("attempt_made", $"Attempt {Attempt} was made before."));
        decimal rest = Charges.RestOf(invoice, payments);
        if (rest <= 0) return Refuse(new Clause("nothing_open", $"Nothing is open of invoice {number}."));
        Payment payment = Charges.Ask(rows, invoice, rest, Attempt, payments.MaxBy(p => p.CreatedAt));
        return Done(new ChargeAsked(payment.Id, rest, invoice.Currency), new Clause("dunning.soft", "A soft decline is tried again on the days of the policy."));
    }
}
