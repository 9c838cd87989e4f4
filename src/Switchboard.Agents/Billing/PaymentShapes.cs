using Switchboard.Core.Actions.Billing;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>A payment that failed or hangs. What is not said means the latest one.</summary>
public sealed record PaymentInput
{
    /// <summary>The customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The number of the invoice.</summary>
    public string? Invoice { get; init; }

    /// <summary>The amount.</summary>
    [AtLeast(0)]
    public decimal? Amount { get; init; }

    /// <summary>The decline code.</summary>
    public string? Code { get; init; }
}

/// <summary>An invoice that was tried to be collected.</summary>
public sealed record TriedInvoice(Guid Id, string? Number, InvoiceStatus Status, [property: AtLeast(0)] decimal Total, [property: CurrencyCode] string Currency, DateTimeOffset? PaidAt);

/// <summary>The tries and the invoices.</summary>
public sealed record PaymentEvidence
{
    /// <summary>All tries.</summary>
    public IReadOnlyList<PaymentTry>? Payments { get; init; }

    /// <summary>Their invoices.</summary>
    public IReadOnlyList<TriedInvoice>? Invoices { get; init; }

    /// <summary>IANA name of the customer's time zone; null for the tenant's.</summary>
    [TimeZoneName]
    public string? TimeZone { get; init; }
}

/// <summary>What is wrong and what comes next.</summary>
/// <param name="Class">hard, soft, action_needed, pending or paid.</param>
/// <param name="Code">The decline code; null when the payer is not told.</param>
/// <param name="UnknownCode">Whether the code is in no list.</param>
/// <param name="NextRetry">The day of the next try by itself.</param>
/// <param name="LastRetry">The day of the last one.</param>
/// <param name="Invoice">The invoice's number.</param>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="TriedOn">The day of the latest try.</param>
/// <param name="Method">How it was paid.</param>
/// <param name="Last4">The last four digits of the method.</param>
/// <param name="Attempts">Tries so far.</param>
/// <param name="PaidOn">The day on which the invoice was paid.</param>
/// <param name="RetryAllowed">Whether it can be tried again now.</param>
/// <param name="RetryFrom">From when it can, when it is too soon.</param>
/// <param name="Stuck">Whether it is pending for too long.</param>
public sealed record PaymentFinding(
    PaymentTrouble Class, string? Code, bool UnknownCode, DateOnly? NextRetry, DateOnly? LastRetry, string? Invoice, Guid InvoiceId, decimal Amount, string Currency, DateOnly TriedOn, string? Method, string? Last4, int Attempts, DateOnly? PaidOn, bool RetryAllowed, DateTimeOffset? RetryFrom, bool Stuck);
