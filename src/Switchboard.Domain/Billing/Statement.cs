namespace Switchboard.Domain.Billing;

/// <summary>What a billing document shows.</summary>
public enum DocumentKind { Copy, Statement, TaxSummary, YearEnd }

/// <summary>The sums of a statement in one currency.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Invoiced">Invoices that were issued in the period.</param>
/// <param name="Paid">Payments that came in the period.</param>
/// <param name="Refunded">Money given back in the period.</param>
/// <param name="Net">Paid less given back.</param>
/// <param name="Open">What is open of the invoices now.</param>
public sealed record StatementTotals(string Currency, decimal Invoiced, decimal Paid, decimal Refunded, decimal Net, decimal Open);

/// <summary>Tax of paid invoices at one rate.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Rate">The rate, 0..1, to a tenth of a percent.</param>
/// <param name="Subtotal">Before tax.</param>
/// <param name="Tax">The tax.</param>
public sealed record TaxLine(string Currency, decimal Rate, decimal Subtotal, decimal Tax);

/// <summary>An invoice as a statement counts it.</summary>
public sealed record StatementInvoice(string? Number, InvoiceStatus Status, DateTimeOffset IssuedAt, decimal Subtotal, decimal Tax, decimal Total, string Currency);

/// <summary>Money that came in or went back, as a statement counts it.</summary>
public sealed record StatementMovement([property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, DateTimeOffset At);

/// <summary>Counts what was invoiced, paid and given back in [from, to). Currencies are never added up.</summary>
public static class Statements
{
    /// <summary>The sums, a line a currency.</summary>
    public static IReadOnlyList<StatementTotals> Totals(IReadOnlyList<StatementInvoice> invoices, IReadOnlyList<StatementMovement> payments, IReadOnlyList<StatementMovement> refunds, DateTimeOffset from, DateTimeOffset to)
    {
        StatementInvoice[] issued = [.. Issued(invoices, from, to)];
        StatementMovement[] paid = [.. payments.Where(p => p.At >= from && p.At < to)], back = [.. refunds.Where(r => r.At >= from && r.At < to)];
        return
        [
            .. issued.Select(i => i.Currency).Concat(paid.Select(p => p.Currency)).Concat(back.Select(r => r.Currency)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(currency =>
            {
                decimal came = Sum(paid, currency), went = Sum(back, currency);
                return new StatementTotals(
                    currency, Rounded(issued.Where(i => i.Currency == currency).Sum(i => i.Total), currency), came, went, came - went,
                    Rounded(issued.Where(i => i.Currency == currency && i.Status is (InvoiceStatus.Open or InvoiceStatus.Uncollectible)).Sum(i => i.Total), currency));
            }),
        ];
    }

    /// <summary>Subtotal and tax by rate, of paid invoices alone.</summary>
    public static IReadOnlyList<TaxLine> Taxes(IReadOnlyList<StatementInvoice> invoices, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. Issued(invoices, from, to).Where(i => i.Status == InvoiceStatus.Paid)
            .GroupBy(i => (i.Currency, Rate: i.Subtotal == 0 ? 0 : decimal.Round(i.Tax / i.Subtotal, 3, MidpointRounding.ToEven)))
            .OrderBy(g => g.Key.Currency, StringComparer.Ordinal).ThenBy(g => g.Key.Rate)
            .Select(g => new TaxLine(g.Key.Currency, g.Key.Rate, Rounded(g.Sum(i => i.Subtotal), g.Key.Currency), Rounded(g.Sum(i => i.Tax), g.Key.Currency))),
    ];

    // A draft was never issued, and one that was voided is owed by nobody.
    private static IEnumerable<StatementInvoice> Issued(IReadOnlyList<StatementInvoice> invoices, DateTimeOffset from, DateTimeOffset to) =>
        invoices.Where(i => i.Status is not (InvoiceStatus.Draft or InvoiceStatus.Void) && i.IssuedAt >= from && i.IssuedAt < to);

    private static decimal Sum(IEnumerable<StatementMovement> movements, string currency) => Rounded(movements.Where(m => m.Currency == currency).Sum(m => m.Amount), currency);

    private static decimal Rounded(decimal amount, string currency) => new Money(amount, currency).Rounded().Amount;
}

/// <summary>A statement that was made for a customer, under a number of its own: it bills nothing.</summary>
public sealed class BillingStatement : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary><c>STM-YYYY-NNNNN</c>: counted within the customer.</summary>
    public required string Number { get; init; }

    /// <summary>What it shows.</summary>
    public required DocumentKind Kind { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The day after the last one.</summary>
    public required DateOnly To { get; init; }

    /// <summary>The text as it was sent.</summary>
    public required string Text { get; init; }

    /// <summary>The person it was sent to.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
