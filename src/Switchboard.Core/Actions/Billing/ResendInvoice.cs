using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What sending an invoice again came to.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Number">Its number.</param>
/// <param name="ContactId">Whom it goes to.</param>
/// <param name="Address">Where it goes to.</param>
/// <param name="Again">Whether it went there a moment ago, so that it is not sent twice.</param>
public sealed record InvoiceSent(Guid InvoiceId, string Number, Guid ContactId, string Address, bool Again);

/// <summary>Sends an issued invoice again to a person of the customer who may see it.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="ContactId">The person.</param>
public sealed record ResendInvoice(Guid InvoiceId, Guid ContactId) : DeskAction<InvoiceSent>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "invoice.resend";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(InvoiceSent result) => Reversal.None("A mail that has gone out is not called back.");

    /// <inheritdoc />
    protected override ActionVerdict<InvoiceSent> Apply(IActionRows rows)
    {
        if (rows.Find<Invoice>(InvoiceId) is not { CustomerId: { } customerId } invoice) return Refuse(new Clause("invoice_not_found", "There is no such invoice."));
        if (invoice.Status is InvoiceStatus.Draft or InvoiceStatus.Void || invoice.Number is not { } number) return Refuse(new Clause("invoice_not_sent", "An invoice that was not issued, or was taken back, is not sent."));
        Contact? contact = rows.Find<Contact>(ContactId) is { } found && found.CustomerId == customerId ? found : null;
        if (BillingDocuments.Forbids(rows, contact) is { } forbidden) return Refuse(forbidden);
        string subject = $"Invoice {number}";
        bool again = BillingDocuments.WentOut(rows, contact!, subject);
        if (!again) rows.Send("smtp", new MailRequest { To = [contact!.Email], Subject = subject, Text = BillingDocuments.Copy(invoice, rows.DayOf) }, customerId, null);
        return Done(new InvoiceSent(invoice.Id, number, contact!.Id, contact.Email, again), new Clause("documents.resend", "An issued invoice is sent again to who may see it."));
    }
}
