using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What issuing an invoice came to.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Number">The number it got.</param>
/// <param name="Total">What it comes to.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="DueOn">The day by which it is to be paid.</param>
/// <param name="PaymentId">The attempt that was asked for; null when it stays open, or nothing is to be paid.</param>
/// <param name="WhyOpen">Why nothing was asked for, for people; null when something was, or nothing is to be paid.</param>
/// <param name="ContactId">Who is sent it; null when nobody is known.</param>
public sealed record InvoiceIssued(Guid InvoiceId, string Number, decimal Total, string Currency, DateOnly DueOn, Guid? PaymentId, string? WhyOpen, Guid? ContactId);

/// <summary>Gives a draft the next number and asks the payment service for the money where there is one; else the invoice stays open. Done by the staff and the installation.</summary>
/// <param name="InvoiceId">The draft.</param>
public sealed record IssueInvoice(Guid InvoiceId) : DeskAction<InvoiceIssued>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "invoice.issue";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(InvoiceIssued result) => Reversal.None("An invoice that was issued keeps its number; people void it.");

    /// <inheritdoc />
    protected override ActionVerdict<InvoiceIssued> Apply(IActionRows rows)
    {
        if (rows.Find<Invoice>(InvoiceId) is not { } invoice) return Refuse(new Clause("invoice_not_found", "There is no such invoice."));
        if (invoice.Status != InvoiceStatus.Draft) return Refuse(new Clause("invoice_issued", $"Invoice {invoice.Number} was issued before."));
        int year = rows.DayOf(rows.Now).Year;
        // The counter is read and written in one transaction with the invoice, so no number is given twice and none is left out.
        InvoiceCounter? counter = rows.List<InvoiceCounter>(q => q.Where(c => c.Year == year)).SingleOrDefault();
        if (counter is null) rows.Add(counter = new InvoiceCounter { TenantId = invoice.TenantId, Id = rows.NewId(), Year = year });
        invoice.Issue(counter.Next(), rows.Now, rows.Now.AddDays(Invoice.DueDays));

        Payment? asked = null;
        string? whyOpen = null;
        if (invoice.Total == 0) invoice.Pay(rows.Now);
        else if (rows.WhyNotSent(PaymentRequest.Port, Charges.RequestFor(invoice, invoice.Total, attempt: 1)) is { } why) whyOpen = why;
        else
        {
            Payment? last = rows.List<Payment>(q => q.Where(p => p.CustomerId == invoice.CustomerId)).MaxBy(p => (p.CreatedAt, p.Id));
            asked = Charges.Ask(rows, invoice, invoice.Total, attempt: 1, last);
            Charges.FollowUp(rows, asked);
        }

        return Done(
            new InvoiceIssued(invoice.Id, invoice.Number!, invoice.Total, invoice.Currency, rows.DayOf(invoice.DueAt!.Value), asked?.Id, whyOpen, PayerOf(rows, invoice.CustomerId)?.Id),
            new Clause("invoices.issue", whyOpen is null ? $"An invoice that is issued has its number and is due in {Invoice.DueDays} days; the payment service is asked at once." : $"The invoice stays open until it is paid: {whyOpen}"));
    }

    /// <summary>Who gets invoices: the contact for billing, else the one who administers, else the first.</summary>
    private static Contact? PayerOf(IActionRows rows, Guid? customerId)
    {
        IReadOnlyList<ContactRole> allowed = rows.Policies.Identity.BillingRoles;
        return customerId is null ? null : rows.List<Contact>(q => q.Where(c => c.CustomerId == customerId && c.AnonymisedAt == null))
            .Where(c => allowed.Contains(c.Role)).OrderBy(c => c.Role != ContactRole.Billing).ThenBy(c => c.Id).FirstOrDefault();
    }
}
