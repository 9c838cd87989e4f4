using Switchboard.Core.Actions.Billing;
using Switchboard.Domain;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>A wish for money back. What is not said narrows nothing.</summary>
public sealed record RefundInput
{
    /// <summary>The customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The payment.</summary>
    public Guid? PaymentId { get; init; }

    /// <summary>The number of the invoice that was paid.</summary>
    public string? Invoice { get; init; }

    /// <summary>What was paid.</summary>
    [AtLeast(0)]
    public decimal? Amount { get; init; }

    /// <summary>The day of the payment.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>duplicate, unhappy, unused, mistake or other.</summary>
    [OneOf("duplicate", "unhappy", "unused", "mistake", "other")]
    public string? Reason { get; init; }

    /// <summary>Whether the money is wanted on another account than the one it came from.</summary>
    public bool OtherMethod { get; init; }

    /// <summary>Whether a payment is named in any way.</summary>
    internal bool NamesOne => PaymentId is not null || Invoice is not null || Amount is not null || Day is not null;
}

/// <summary>All a customer paid and got back.</summary>
public sealed record RefundEvidence
{
    /// <summary>The payments.</summary>
    public IReadOnlyList<PaymentRow>? Payments { get; init; }

    /// <summary>The refunds; none when there were none.</summary>
    public IReadOnlyList<RefundRow>? Refunds { get; init; }

    /// <summary>The invoices.</summary>
    public IReadOnlyList<InvoiceRow>? Invoices { get; init; }

    /// <summary>The subscriptions.</summary>
    public IReadOnlyList<SubscriptionRow>? Subscriptions { get; init; }

    internal CustomerPayments Known() => new(Payments ?? [], Refunds ?? [], Invoices ?? [], Subscriptions ?? []);
}

/// <summary>A payment that can be meant.</summary>
public sealed record RefundCandidate(Guid PaymentId, string? Invoice, decimal Amount, string Currency, DateOnly Day, bool Pending);

/// <summary>What is decided.</summary>
public sealed record RefundVerdict(string Rule, bool Allowed, decimal Paid, decimal Refunded, decimal Amount, string Currency, int? Months, string? ApprovalScope, Guid PaymentId, string? Invoice, bool OfferCancellation, string Why);

/// <summary>The decision, or the payments among which one must be chosen first.</summary>
/// <param name="Decision">The decision; null while it is not known which payment is meant.</param>
/// <param name="Candidates">The payments that can be meant, when several can, or when a double charge is claimed that they do not show.</param>
public sealed record RefundFinding(RefundVerdict? Decision, IReadOnlyList<RefundCandidate> Candidates)
{
    /// <summary>How the rule is called outside.</summary>
    internal static string RuleOf(RefundDecision decision) => decision.Allowed ? CustomerPayments.ReasonOf(decision.Clause.Rule) : "none";
}
