using System.Globalization;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Billing;

namespace Switchboard.Agents.Billing;

/// <summary>Reads what is said of billing documents.</summary>
internal static class DocumentWords
{
    /// <summary>The wish.</summary>
    public static DocumentInput Read(Turn turn)
    {
        string plain = Words.Plain(turn.Trigger.Text);
        (DateOnly From, DateOnly To)? range = Words.Range(turn.Understood) ?? Month(plain, turn.Today);
        DateOnly? day = Words.Day(turn.Understood);
        int? year = Year(plain);
        bool tax = Words.Has(plain, "vat", "tax", "taxes"), overview = Words.Has(plain, "overview", "statement", "summary", "yearly", "everything we paid", "all we paid", "account statement");
        bool wrong = Words.Has(plain, "wrong", "incorrect", "correct", "correcting", "correction", "change the address", "mistake");
        DocumentKind? kind = tax && !Words.Has(plain, "invoice for", "copy") && (overview || Words.Has(plain, "how much", "broken down", "breakdown")) ? DocumentKind.TaxSummary
            : (Words.Has(plain, "year end", "yearly", "annual", "whole year", "calendar year") || (overview && year is not null && range is null)) ? DocumentKind.YearEnd
            : overview ? DocumentKind.Statement : null;
        return new DocumentInput
        {
            Document = kind,
            Number = Words.First(turn.Understood, EntityTypes.Invoice),
            Latest = Words.Has(plain, "last invoice", "latest invoice", "newest invoice", "most recent invoice", "last bill", "latest bill", "last receipt", "last one", "latest one") ? true : null,
            From = range?.From ?? day,
            To = range?.To ?? day?.AddDays(1),
            Year = year,
            Recipient = Words.First(turn.Understood, EntityTypes.Email) ?? Person(turn.Understood),
            AlsoEmpty = Words.Has(plain, "even if empty", "with zeros", "also if empty", "even if there is nothing"),
            Correction = wrong && Words.Has(plain, "vat", "address", "tax", "invoice", "name", "company name"),
        };
    }

    /// <summary>The slot of the invoice: a number, a month or a day.</summary>
    public static Slot<DocumentInput> Which(Turn turn, DocumentInput wish) => Words.Slot(turn, "invoice", (_, plain) =>
    {
        DocumentInput read = Read(turn);
        if (turn.Trigger.Sequence == turn.Opening.WishSequence) return null;
        bool latest = read.Latest == true || Words.Has(plain, "last", "latest", "newest", "most recent");
        return read.Number is null && read.From is null && !latest ? null : wish with { Number = read.Number, From = read.Number is null ? read.From : null, To = read.Number is null ? read.To : null, Latest = read.Number is null && read.From is null ? true : null };
    });

    /// <summary>The wish for another invoice that a message means; null when it means none.</summary>
    public static DocumentInput? Other(Turn turn, DocumentInput wish, DocumentFacts facts, Guid current)
    {
        DocumentInput read = Read(turn);
        wish = wish with { Latest = null };
        if (read.Number is not null && facts.Invoices!.FirstOrDefault(i => string.Equals(i.Number, read.Number, StringComparison.OrdinalIgnoreCase)) is { } named) return named.Id == current ? null : wish with { Number = read.Number, From = null, To = null };
        if (read.From is not null) return wish with { Number = null, From = read.From, To = read.To };
        DocumentInvoice[] others = [.. facts.Invoices!.Where(i => i.Id != current && i.Number is not null && i.Status != InvoiceStatus.Void)];
        return Words.Has(Words.Plain(turn.Trigger.Text), "other", "other one", "the other", "other invoice") ? others.Length == 1 ? wish with { Number = others[0].Number, From = null, To = null } : wish with { Number = "?", From = null, To = null } : null;
    }

    /// <summary>The wish for a document of another period; null when the message names none.</summary>
    public static DocumentInput? OtherPeriod(Turn turn, DocumentInput wish)
    {
        DocumentInput read = Read(turn);
        return read.From is null && read.Year is null ? null : wish with { From = read.From, To = read.To, Year = read.Year };
    }

    private static string? Person(Understood understood) => Words.First(understood, EntityTypes.Person);

    private static int? Year(string plain) => plain.Split(' ').Where(w => w.Length == 4 && w.StartsWith("20", StringComparison.Ordinal)).Select(w => int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int year) ? year : (int?)null).OfType<int>().Cast<int?>().FirstOrDefault();

    /// <summary>A month's name is the latest one that has begun.</summary>
    private static (DateOnly From, DateOnly To)? Month(string plain, DateOnly today)
    {
        for (int month = 1; month <= 12; month++)
        {
            string name = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month).ToLowerInvariant();
            if (!Words.Has(plain, name) || (name == "may" && !Words.Has(plain, "for may", "of may", "in may", "from may"))) continue;
            var first = new DateOnly(Year(plain) ?? (month <= today.Month ? today.Year : today.Year - 1), month, 1);
            return (first, first.AddMonths(1));
        }
        if (!Words.Has(plain, "last month")) return null;
        DateOnly last = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        return (last, last.AddMonths(1));
    }
}

/// <summary>What the card's texts of a document are filled from.</summary>
internal sealed record DocumentWording(string Again, string Title, string Number, string Period, string Totals, string To)
{
    /// <summary>The words of a finding.</summary>
    public static DocumentWording Of(DocumentFinding f, string again) => new(
        again,
        f.Kind switch { DocumentKind.TaxSummary => "a tax summary", DocumentKind.YearEnd => "a statement of the year", DocumentKind.Statement => "a statement", _ => "a copy" }, f.Number ?? string.Empty,
        f is { From: { } from, To: { } to } ? $"{BillingTalk.Show(from)} to {BillingTalk.Show(to.AddDays(-1))}{(f.ToDate ? " (to date)" : "")}" : string.Empty,
        f.Kind == DocumentKind.TaxSummary ? string.Join(" ", f.Taxes.Select(t => $"At {BillingTalk.Percent(t.Rate)}: subtotal {BillingTalk.Show(t.Subtotal, t.Currency)}, tax {BillingTalk.Show(t.Tax, t.Currency)}."))
            : string.Join(" ", f.Totals.Select(t => $"Invoiced {BillingTalk.Show(t.Invoiced, t.Currency)}, paid {BillingTalk.Show(t.Paid, t.Currency)}, refunded {BillingTalk.Show(t.Refunded, t.Currency)}, net {BillingTalk.Show(t.Net, t.Currency)}, open {BillingTalk.Show(t.Open, t.Currency)}.")),
        f.SentTo ?? string.Empty);
}
