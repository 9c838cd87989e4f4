using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What trying a payment again came to: it is on its way, and the outbox tells what becomes of it.</summary>
/// <param name="PaymentId">The try.</param>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record PaymentTried(Guid PaymentId, Guid InvoiceId, decimal Amount, string Currency);

/// <summary>Tries to collect an invoice again because the payer says that the cause is gone. It replaces no try that is planned, and comes at most once in 24 hours.</summary>
/// <param name="InvoiceId">The invoice.</param>
public sealed record RetryPayment(Guid InvoiceId) : DeskAction<PaymentTried>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "payment.retry";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(PaymentTried result) => Reversal.None("A try at a payment is not called back; money that comes can be given back.");

    /// <inheritdoc />
    protected override ActionVerdict<PaymentTried> Apply(IActionRows rows)
    {
        if (rows.Find<Invoice>(InvoiceId) is not { CustomerId: { } customerId } invoice) return Refuse(new Clause("invoice_not_found", "There is no such invoice."));
        IReadOnlyList<Payment> payments = rows.List<Payment>(q => q.Where(p => p.InvoiceId == InvoiceId));
        if (payments.Count == 0) return Refuse(new Clause("no_failed_payment", "No payment of this invoice has failed."));
        if (invoice.Status is not (InvoiceStatus.Open or InvoiceStatus.Uncollectible)) return Refuse(new Clause("invoice_not_open", "The invoice takes no payment."));
        PaymentDiagnosis diagnosis = rows.Policies.Dunning.Diagnose(PaymentTry.Facts([.. payments.Select(PaymentTry.Of)], invoicePaid: false), rows.Now, TimeZoneInfo.Utc);
        if (diagnosis.Trouble != PaymentTrouble.Soft) return Refuse(diagnosis.Clause);
        if (!diagnosis.RetryAllowed) return Refuse(new Clause("retry_too_soon", $"A payment is tried on the payer's word at most once in {(int)PaymentDiagnoses.BetweenRequests.TotalHours} hours."));

        decimal rest = Charges.RestOf(invoice, payments);
        if (rest <= 0) return Refuse(new Clause("nothing_open", $"Nothing is open of invoice {invoice.Number}."));
        Payment attempt = Charges.Ask(rows, invoice, rest, Math.Max(Charges.OnRequestFrom, payments.Max(p => p.Attempt)) + 1, payments.MaxBy(p => (p.CreatedAt, p.Id)), rows.Now);
        Charges.FollowUp(rows, attempt);
        return Done(new PaymentTried(attempt.Id, invoice.Id, attempt.Amount, attempt.Currency), diagnosis.Clause);
    }
}
