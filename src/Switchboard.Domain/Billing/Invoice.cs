namespace Switchboard.Domain.Billing;

/// <summary>Where an invoice stands.</summary>
public enum InvoiceStatus { Draft, Open, Paid, Void, Uncollectible }

/// <summary>A line of an invoice or a quote.</summary>
/// <param name="Description">What it is for.</param>
/// <param name="Quantity">How many.</param>
/// <param name="UnitPrice">Price of one.</param>
/// <param name="Amount">What the line adds to the subtotal, rounded to the currency's minor unit.</param>
public sealed record InvoiceLine(string Description, decimal Quantity, decimal UnitPrice, decimal Amount);

/// <summary>A bill. Its lines add up to the subtotal, subtotal and tax to the total, to the cent.</summary>
public sealed class Invoice : TenantRow, ICustomerOwned, IImported
{
    /// <summary>Days within which an invoice is to be paid.</summary>
    public const int DueDays = 30;

    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The subscription it bills; null for one that bills something else.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary><c>INV-YYYY-NNNNN</c>: gapless in the tenant and year; null while it is a draft.</summary>
    public string? Number { get; private set; }

    /// <summary>What it bills.</summary>
    public IReadOnlyList<InvoiceLine> Lines { get; private set; } = [];

    /// <summary>The sum of the lines.</summary>
    public decimal Subtotal { get; private set; }

    /// <summary>The tax.</summary>
    public decimal Tax { get; private set; }

    /// <summary>Subtotal and tax.</summary>
    public decimal Total { get; private set; }

    /// <summary>ISO 4217 code of all amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>Where it stands.</summary>
    public InvoiceStatus Status { get; private set; } = InvoiceStatus.Draft;

    /// <summary>First instant of the period it bills.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>First instant after it.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset? IssuedAt { get; private set; }

    /// <summary>When it is due.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; private set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Puts the lines and the tax on a draft.</summary>
    /// <exception cref="DomainRuleException">The invoice was issued, an amount is negative in all, or something is finer than the cent.</exception>
    public Invoice WithLines(IReadOnlyList<InvoiceLine> lines, decimal tax)
    {
        DomainRuleException.Require(Status == InvoiceStatus.Draft, "invoice_issued", "The lines of an issued invoice do not change; void it and issue another.");
        decimal subtotal = lines.Sum(l => l.Amount);
        DomainRuleException.Require(subtotal >= 0 && tax >= 0, "amount_negative", "An invoice cannot be negative; give a credit instead.");
        Lines = lines;
        Subtotal = subtotal;
        Tax = tax;
        Total = subtotal + tax;
        return this;
    }

    /// <summary>Issues a draft under its number.</summary>
    /// <exception cref="DomainRuleException">It is no draft.</exception>
    public Invoice Issue(InvoiceNumber number, DateTimeOffset at, DateTimeOffset due)
    {
        DomainRuleException.Require(Status == InvoiceStatus.Draft, "invoice_issued", $"Invoice {Number} was issued before.");
        Number = number.ToString();
        Status = InvoiceStatus.Open;
        IssuedAt = at;
        DueAt = due;
        return this;
    }

    /// <summary>Takes a draft over that was issued elsewhere, under the number it has there.</summary>
    /// <exception cref="DomainRuleException">It is no draft, or has no number.</exception>
    public Invoice IssuedAs(string number, DateTimeOffset at, DateTimeOffset due)
    {
        DomainRuleException.Require(Status == InvoiceStatus.Draft, "invoice_issued", $"Invoice {Number} was issued before.");
        DomainRuleException.Require(number.Length > 0, "number_missing", "An issued invoice has a number.");
        Number = number;
        Status = InvoiceStatus.Open;
        IssuedAt = at;
        DueAt = due;
        return this;
    }

    /// <summary>Notes that it was paid in full.</summary>
    /// <exception cref="DomainRuleException">It is neither open nor given up.</exception>
    public Invoice Pay(DateTimeOffset at)
    {
        DomainRuleException.Require(Status is InvoiceStatus.Open or InvoiceStatus.Uncollectible, "invoice_not_open", $"Invoice {Number} is {Status} and takes no payment.");
        Status = InvoiceStatus.Paid;
        PaidAt = at;
        return this;
    }

    /// <summary>Takes it back; its number stays taken.</summary>
    /// <exception cref="DomainRuleException">It is not open.</exception>
    public Invoice Void()
    {
        DomainRuleException.Require(Status is InvoiceStatus.Open or InvoiceStatus.Uncollectible, "invoice_not_open", $"Invoice {Number} is {Status}; only an open one can be voided.");
        Status = InvoiceStatus.Void;
        return this;
    }

    /// <summary>Gives it up after the last failed payment.</summary>
    /// <exception cref="DomainRuleException">It is not open.</exception>
    public Invoice GiveUp()
    {
        DomainRuleException.Require(Status == InvoiceStatus.Open, "invoice_not_open", $"Invoice {Number} is {Status}; only an open one can be given up.");
        Status = InvoiceStatus.Uncollectible;
        return this;
    }
}

/// <summary>An invoice's number: a year and a place in it.</summary>
/// <param name="Year">The calendar year of the tenant.</param>
/// <param name="Place">1, 2, 3 … without gaps.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct InvoiceNumber(int Year, int Place)
{
    /// <summary><c>INV-2026-00042</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"INV-{Year:D4}-{Place:D5}");

    /// <summary>Reads a number; false when the text is none.</summary>
    public static bool TryParse(string text, out InvoiceNumber number)
    {
        number = default;
        string[] parts = text.Split('-');
        if (parts is not ["INV", { Length: 4 } year, { Length: >= 5 } place]) return false;
        if (!int.TryParse(year, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int y)) return false;
        if (!int.TryParse(place, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int p)) return false;
        number = new InvoiceNumber(y, p);
        return true;
    }
}

/// <summary>The last number that was given in a year: a row of its own, so that numbers have no gaps however many write.</summary>
public sealed class InvoiceCounter : TenantRow
{
    /// <summary>The calendar year of the tenant.</summary>
    public required int Year { get; init; }

    /// <summary>The last place that was given; 0 before the first.</summary>
    public int Last { get; private set; }

    /// <summary>Gives the next number. It counts when the transaction commits, so one that fails leaves no gap.</summary>
    public InvoiceNumber Next() => new(Year, ++Last);

    /// <summary>Takes note of a number that came from outside.</summary>
    public void Saw(InvoiceNumber number)
    {
        if (number.Year == Year) Last = Math.Max(Last, number.Place);
    }
}
