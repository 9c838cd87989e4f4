using Switchboard.Domain;
using Switchboard.Domain.Billing;

namespace Switchboard.Agents.Billing;

/// <summary>A wish for a billing document.</summary>
public sealed record DocumentInput
{
    /// <summary>The customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>What kind; null when it follows from the rest.</summary>
    public DocumentKind? Document { get; init; }

    /// <summary>The number of an invoice.</summary>
    public string? Number { get; init; }

    /// <summary>Whether the latest invoice is meant; null when that is not said.</summary>
    public bool? Latest { get; init; }

    /// <summary>First day of the period.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The day after its last one.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The calendar year, for a document of a year.</summary>
    [Between(1, 9998)]
    public int? Year { get; init; }

    /// <summary>Name or address of the person it shall go to; null for who asks.</summary>
    public string? Recipient { get; init; }

    /// <summary>The person who asks.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>Whether a document of an empty period is wanted all the same.</summary>
    public bool AlsoEmpty { get; init; }

    /// <summary>Whether something on an issued invoice shall be other.</summary>
    public bool Correction { get; init; }
}

/// <summary>An invoice as documents see it.</summary>
public sealed record DocumentInvoice(Guid Id, string? Number, InvoiceStatus Status, DateTimeOffset? IssuedAt, [property: AtLeast(0)] decimal Subtotal, [property: AtLeast(0)] decimal Tax, [property: AtLeast(0)] decimal Total, [property: CurrencyCode] string Currency);

/// <summary>A person it can go to.</summary>
public sealed record DocumentRecipient(Guid Id, string Name, string Email, string Role);

/// <summary>What documents are made of.</summary>
public sealed record DocumentFacts
{
    /// <summary>The invoices.</summary>
    public IReadOnlyList<DocumentInvoice>? Invoices { get; init; }

    /// <summary>Money that came in.</summary>
    public IReadOnlyList<StatementMovement>? Payments { get; init; }

    /// <summary>Money that went back.</summary>
    public IReadOnlyList<StatementMovement>? Refunds { get; init; }

    /// <summary>People of the customer.</summary>
    public IReadOnlyList<DocumentRecipient>? Contacts { get; init; }
}

/// <summary>A document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The invoice's number; null for a statement, which gets one when it is made.</param>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="From">First day.</param>
/// <param name="To">The day after the last one.</param>
/// <param name="ToDate">Whether the period is not over yet.</param>
/// <param name="Totals">The sums, a line a currency.</param>
/// <param name="Taxes">Tax by rate.</param>
/// <param name="SentTo">The address it goes to; null while nobody is named.</param>
/// <param name="RecipientId">The person it goes to.</param>
/// <param name="Latest">The latest invoices, when none fits.</param>
public sealed record DocumentFinding(
    DocumentKind Kind, string? Number, Guid? InvoiceId, DateOnly? From, DateOnly? To, bool ToDate, IReadOnlyList<StatementTotals> Totals, IReadOnlyList<TaxLine> Taxes, string? SentTo, Guid? RecipientId, IReadOnlyList<string> Latest);
