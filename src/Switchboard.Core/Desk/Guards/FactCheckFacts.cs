using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The customer's own record, as far as replies speak of it.</summary>
public sealed record CheckedAccount
{
    /// <summary>Key of the plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Seats paid for.</summary>
    [AtLeast(0)]
    public int? Seats { get; init; }

    /// <summary>Seats in use.</summary>
    [AtLeast(0)]
    public int? SeatsUsed { get; init; }

    /// <summary>Where the subscription stands.</summary>
    public SubscriptionStatus? Status { get; init; }

    /// <summary>How often it is paid.</summary>
    public BillingCycle? Cycle { get; init; }

    /// <summary>What it costs in a month.</summary>
    [AtLeast(0)]
    public decimal? Mrr { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [CurrencyCode]
    public string? Currency { get; init; }

    /// <summary>The last day of the period.</summary>
    public DateOnly? RenewsOn { get; init; }
}

/// <summary>An invoice of the customer.</summary>
public sealed record CheckedInvoice([property: Given] string Number, [property: AtLeast(0)] decimal Total, [property: CurrencyCode] string Currency, InvoiceStatus Status, DateOnly? DueOn, DateOnly? PaidOn);

/// <summary>A payment of the customer, as the refund policy takes it.</summary>
public sealed record CheckedPayment(Guid Id, [property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, DateOnly PaidOn, bool Succeeded, Guid? InvoiceId, Guid? SubscriptionId, DateOnly? PeriodStart, BillingCycle? Cycle)
{
    internal PaymentFacts ToPolicy() => new(Id, new Money(Amount, Currency), PaidOn, Succeeded, InvoiceId, SubscriptionId, PeriodStart, Cycle);
}

/// <summary>Money given back before.</summary>
public sealed record CheckedRefund(Guid PaymentId, [property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, DateOnly On, bool Goodwill);

/// <summary>A feature of the product.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Plan">The lowest plan that has it.</param>
/// <param name="Since">Since when; null when it is not out yet.</param>
public sealed record CheckedFeature(string Key, [property: Given] string Name, [property: Given] string Plan, DateOnly? Since);

/// <summary>A passage of a published article.</summary>
/// <param name="Id">Which.</param>
/// <param name="Text">Its text.</param>
/// <param name="Verified">When somebody last made sure of it.</param>
public sealed record CheckedPassage([property: Given] string Id, [property: Given] string Text, DateOnly? Verified);

/// <summary>The systems of record that claims are compared with. One that is null could not be asked; its claims are never supported then.</summary>
public sealed record FactCheckFacts
{
    /// <summary>The version of the policies in force; null when there are none.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The proven customer's record; null without one.</summary>
    public CheckedAccount? Account { get; init; }

    /// <summary>The customer's invoices that the text names.</summary>
    public IReadOnlyList<CheckedInvoice>? Invoices { get; init; }

    /// <summary>The customer's payments.</summary>
    public IReadOnlyList<CheckedPayment>? Payments { get; init; }

    /// <summary>What the customer was given back.</summary>
    public IReadOnlyList<CheckedRefund>? Refunds { get; init; }

    /// <summary>The product's features.</summary>
    public IReadOnlyList<CheckedFeature>? Features { get; init; }

    /// <summary>Passages that speak of the text's matters.</summary>
    public IReadOnlyList<CheckedPassage>? Passages { get; init; }
}

/// <summary>Whether a claim is true.</summary>
public enum ClaimStatus { Supported, Contradicted, Overstated, Unsupported, NotCheckable }

/// <summary>A claim and what the system of record says of it.</summary>
/// <param name="Text">The claim.</param>
/// <param name="Status">Whether it is true.</param>
/// <param name="Source">row, policy, catalogue, feature, or the id of a passage; null when nothing speaks of it.</param>
/// <param name="Expected">What is true; null when nothing is known.</param>
/// <param name="Found">What the text says.</param>
public sealed record CheckedClaim(string Text, ClaimStatus Status, string? Source, string? Expected, string? Found)
{
    /// <summary>What would mend it; null when no source gives exactly one value.</summary>
    public string? Fix { get; init; }

    /// <summary>A lower source that says something else.</summary>
    public string? Conflict { get; init; }
}
