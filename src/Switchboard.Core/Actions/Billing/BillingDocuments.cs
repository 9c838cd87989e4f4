using System.Globalization;
using System.Text;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>The words of billing documents, and to whom they may go.</summary>
internal static class BillingDocuments
{
    /// <summary>Within this time the same document to the same person is one.</summary>
    public static readonly TimeSpan SameWithin = TimeSpan.FromMinutes(10);

    /// <summary>Why a person gets no billing document; null when one may go there.</summary>
    public static Clause? Forbids(IActionRows rows, Contact? contact) => contact switch
    {
        null => new Clause("contact_not_found", "There is no such contact."),
        { AnonymisedAt: not null } => new Clause("recipient_not_allowed", "The contact's address was removed."),
        _ when !rows.Policies.Identity.BillingRoles.Contains(contact.Role) => new Clause("recipient_not_allowed", "Billing documents go to who may see what is about money."),
        _ => null,
    };

    /// <summary>Whether a mail with this subject went to the address a moment ago.</summary>
    public static bool WentOut(IActionRows rows, Contact contact, string subject)
    {
        DateTimeOffset since = rows.Now - SameWithin;
        return rows.List<OutboxEntry>(q => q.Where(e => e.CustomerId == contact.CustomerId && e.Port == "smtp" && e.CreatedAt > since))
            .Any(e => e.Status != OutboxStatus.Failed && Json.Read<MailRequest>(e.Request) is { } mail && mail.Subject == subject && mail.To.Contains(contact.Email));
    }

    /// <summary>An invoice in words.</summary>
    public static string Copy(Invoice invoice, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Invoice {invoice.Number}\n");
        if (invoice.IssuedAt is { } issued) text.Append(CultureInfo.InvariantCulture, $"Issued {dayOf(issued):yyyy-MM-dd}, due {(invoice.DueAt is { } due ? dayOf(due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "at once")}\n\n");
        foreach (InvoiceLine line in invoice.Lines) text.Append(CultureInfo.InvariantCulture, $"{line.Description}: {line.Quantity:0.##} x {line.UnitPrice:N2} = {line.Amount:N2} {invoice.Currency}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nSubtotal {invoice.Subtotal:N2} {invoice.Currency}\nTax {invoice.Tax:N2} {invoice.Currency}\nTotal {invoice.Total:N2} {invoice.Currency}\n");
        text.Append(invoice.PaidAt is { } paid ? FormattableString.Invariant($"Paid on {dayOf(paid):yyyy-MM-dd}\n") : FormattableString.Invariant($"Status: {invoice.Status.ToString().ToLowerInvariant()}\n"));
        return text.ToString();
    }

    /// <summary>A statement in words.</summary>
    public static string Statement(string number, DocumentKind kind, DateOnly from, DateOnly to, bool toDate, IReadOnlyList<StatementTotals> totals, IReadOnlyList<TaxLine> taxes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Title(kind)} {number}\nFrom {from:yyyy-MM-dd} to {to.AddDays(-1):yyyy-MM-dd}{(toDate ? ", to date" : "")}. This is no invoice.\n\n");
        if (kind == DocumentKind.TaxSummary)
            foreach (TaxLine line in taxes) text.Append(CultureInfo.InvariantCulture, $"{line.Rate * 100:0.#} %: subtotal {line.Subtotal:N2}, tax {line.Tax:N2} {line.Currency}\n");
        else
            foreach (StatementTotals t in totals) text.Append(CultureInfo.InvariantCulture, $"Invoiced {t.Invoiced:N2}, paid {t.Paid:N2}, refunded {t.Refunded:N2}, net {t.Net:N2}, open {t.Open:N2} {t.Currency}\n");
        if (totals.Count == 0) text.Append("Nothing was invoiced, paid or given back.\n");
        return text.ToString();
    }

    /// <summary>What people call a document.</summary>
    public static string Title(DocumentKind kind) => kind switch
    {
        DocumentKind.TaxSummary => "Tax summary",
        DocumentKind.YearEnd => "Statement of the year",
        DocumentKind.Statement => "Statement",
        _ => "Copy of the invoice",
    };
}
