using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;

namespace Switchboard.Agents.Billing;

/// <summary>Finds and counts what a billing document shows. Pure: the talk and a call by name use the same.</summary>
internal static class DocumentRules
{
    private const int listed = 5;
    private static readonly string[] recipients = ["admin", "billing"];

    /// <summary>The document, or why there is none.</summary>
    public static Finding<DocumentFinding> Work(DocumentInput input, DocumentFacts facts, AgentBasis basis)
    {
        if (facts.Invoices is not { } invoices) return new Stop("invoice_not_found", "The customer's invoices must be known.");
        if (input.Correction) return new Stop("invoice_correction", "An issued invoice is not edited: it is taken back and issued anew, which people approve. The details for later invoices can be changed in the company's profile.");
        DocumentRecipient? to = null;
        if (input.Recipient is not null || input.ContactId is not null)
        {
            to = (facts.Contacts ?? []).FirstOrDefault(c => input.Recipient is { } named ? Fits(c, named) : c.Id == input.ContactId);
            if (to is null || !recipients.Contains(to.Role, StringComparer.OrdinalIgnoreCase)) return new Stop("recipient_not_allowed", "Billing documents go to people of the customer with the role admin or billing.");
        }

        if ((input.Document ?? DocumentKind.Copy) == DocumentKind.Copy) return Copy(input, invoices, to, basis);
        DocumentKind kind = input.Document!.Value;
        (DateOnly from, DateOnly end) = Period(input, kind, basis.Today);
        StatementInvoice[] issued = [.. invoices.Where(i => i.IssuedAt is not null).Select(i => new StatementInvoice(i.Number, i.Status, i.IssuedAt!.Value, i.Subtotal, i.Tax, i.Total, i.Currency))];
        DateTimeOffset start = basis.StartOf(from), stop = basis.StartOf(end);
        IReadOnlyList<StatementTotals> totals = Statements.Totals(issued, facts.Payments ?? [], facts.Refunds ?? [], start, stop);
        IReadOnlyList<TaxLine> taxes = Statements.Taxes(issued, start, stop);
        if (!input.AlsoEmpty && (kind == DocumentKind.TaxSummary ? taxes.Count == 0 : totals.Count == 0)) return new Stop("empty_period", $"Nothing was invoiced, paid or given back from {from:yyyy-MM-dd} to {end.AddDays(-1):yyyy-MM-dd}.");
        return new DocumentFinding(kind, null, null, from, end, end > basis.Today, totals, taxes, to?.Email, to?.Id, []);
    }

    private static Finding<DocumentFinding> Copy(DocumentInput input, IReadOnlyList<DocumentInvoice> invoices, DocumentRecipient? to, AgentBasis basis)
    {
        DocumentInvoice[] newest = [.. invoices.Where(i => i.Status != InvoiceStatus.Draft && i.IssuedAt is not null).OrderByDescending(i => i.IssuedAt).ThenByDescending(i => i.Number, StringComparer.Ordinal)];
        DocumentInvoice? meant = input.Number is { } number ? newest.FirstOrDefault(i => string.Equals(i.Number, number, StringComparison.OrdinalIgnoreCase))
            : input.From is { } from ? newest.FirstOrDefault(i => basis.DayOf(i.IssuedAt!.Value) is var day && day >= from && day < (input.To ?? from.AddDays(1)))
            : input.Latest == true ? newest.FirstOrDefault(i => i.Status != InvoiceStatus.Void) : newest.Length == 1 ? newest[0] : null;
        if (meant is { Status: InvoiceStatus.Void }) return new Stop("invoice_not_found", $"Invoice {meant.Number} was taken back, so it is not sent: nothing is owed on it.");
        string[] latest = [.. newest.Where(i => i.Status != InvoiceStatus.Void).Take(listed).Select(i => $"{i.Number}, {BillingTalk.Show(i.Total, i.Currency)}, {BillingTalk.Show(basis.DayOf(i.IssuedAt!.Value))}")];
        if (meant is null && latest.Length == 0) return new Stop("invoice_not_found", "No invoice has been issued yet.");
        return new DocumentFinding(DocumentKind.Copy, meant?.Number, meant?.Id, null, null, ToDate: false, [], [], to?.Email, to?.Id, meant is null ? latest : []);
    }

    /// <summary>The period of a statement; that of a year when nothing else is said.</summary>
    private static (DateOnly From, DateOnly To) Period(DocumentInput input, DocumentKind kind, DateOnly today)
    {
        if (kind != DocumentKind.YearEnd && input.From is { } from) return (from, input.To is { } to && to > from ? to : from.AddDays(1));
        int year = input.Year ?? input.From?.Year ?? today.Year;
        return (new DateOnly(year, 1, 1), new DateOnly(year + 1, 1, 1));
    }

    private static bool Fits(DocumentRecipient contact, string named) =>
        string.Equals(contact.Email, named, StringComparison.OrdinalIgnoreCase) || contact.Name.Split(' ').Append(contact.Name).Contains(named, StringComparer.OrdinalIgnoreCase);
}
