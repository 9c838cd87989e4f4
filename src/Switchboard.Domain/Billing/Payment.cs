namespace Switchboard.Domain.Billing;

/// <summary>Where a payment stands.</summary>
public enum PaymentStatus { Pending, Succeeded, Failed, Canceled, Refunded }

/// <summary>Money that came in, or the try of it.</summary>
public sealed class Payment : TenantRow, ICustomerOwned, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The invoice it pays.</summary>
    public required Guid InvoiceId { get; init; }

    /// <summary>How much.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Where it stands.</summary>
    public required PaymentStatus Status { get; set; }

    /// <summary>card, bank_transfer, paypal …</summary>
    public required string Method { get; init; }

    /// <summary>The last four digits of card or account; null when they are not known.</summary>
    public string? MethodLast4 { get; init; }

    /// <summary>When the payer asked for this try, which then stands in no schedule; null for one that was planned.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>Why it failed: insufficient_funds, expired_card …</summary>
    public string? DeclineCode { get; set; }

    /// <summary>The try's number for its invoice, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>When it was tried.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was decided; null while it is pending.</summary>
    public DateTimeOffset? ProcessedAt { get; set; }
}

/// <summary>Money given back on a payment.</summary>
public sealed class Refund : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The payment.</summary>
    public required Guid PaymentId { get; init; }

    /// <summary>How much; with all earlier ones never more than was paid.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>duplicate, first_30_days, annual_unused, goodwill …</summary>
    public required string Reason { get; init; }

    /// <summary>Who approved it; null when none was needed.</summary>
    public Guid? ApprovedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Says whether the amount can still be refunded on the payment.</summary>
    /// <exception cref="DomainRuleException">The payment did not succeed, the amount is not positive, or it is more than is left.</exception>
    public static void Require(Payment payment, IEnumerable<Refund> earlier, decimal amount)
    {
        DomainRuleException.Require(payment.Status is PaymentStatus.Succeeded or PaymentStatus.Refunded, "payment_not_succeeded", "Only money that came in can be given back.");
        DomainRuleException.Require(amount > 0, "amount_not_positive", "A refund is more than nothing.");
        decimal left = payment.Amount - earlier.Where(r => r.PaymentId == payment.Id).Sum(r => r.Amount);
        DomainRuleException.Require(amount <= left, "more_than_paid", FormattableString.Invariant($"At most {left:0.00} {payment.Currency} of this payment can be given back."));
    }
}

/// <summary>Why a credit was given.</summary>
public enum CreditKind { Promotional, Refund, Goodwill, Migration }

/// <summary>Money a customer may use for later invoices.</summary>
public sealed class Credit : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>Why it was given.</summary>
    public required CreditKind Kind { get; init; }

    /// <summary>How much.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How much of it was used; never more than there is.</summary>
    public decimal Used { get; private set; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>When the rest is void; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is left at an instant.</summary>
    public decimal LeftAt(DateTimeOffset now) => ExpiresAt <= now ? 0 : Amount - Used;

    /// <summary>Uses a part of it.</summary>
    /// <exception cref="DomainRuleException">The part is negative or more than is left.</exception>
    public Credit Use(decimal part)
    {
        DomainRuleException.Require(part >= 0, "amount_negative", "A credit is used up, not filled.");
        DomainRuleException.Require(Used + part <= Amount, "credit_used_up", FormattableString.Invariant($"{Amount - Used:0.00} {Currency} of the credit are left."));
        Used += part;
        return this;
    }
}
