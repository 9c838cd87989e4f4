using Switchboard.Domain;
using Switchboard.Domain.Billing;

namespace Switchboard.Agents.Automation;

/// <summary>What set the work going.</summary>
public enum DunningTrigger
{
    /// <summary>A payment failed.</summary>
    Failed,

    /// <summary>An attempt is due.</summary>
    Timer,

    /// <summary>An attempt was asked for; what became of it?</summary>
    Check,

    /// <summary>The customer entered another payment method.</summary>
    MethodUpdated,
}

/// <summary>Which payment, and why now.</summary>
/// <param name="PaymentId">The payment that failed.</param>
/// <param name="Attempt">The attempt that is due or asked after.</param>
/// <param name="Trigger">What set the work going.</param>
public sealed record DunningInput(Guid? PaymentId = null, [property: AtLeast(0)] int? Attempt = null, DunningTrigger Trigger = DunningTrigger.Failed);

/// <summary>An attempt that was made.</summary>
/// <param name="Number">Its number.</param>
/// <param name="PaymentId">Its payment.</param>
/// <param name="State">pending, unknown, succeeded or failed: by the row, or by what the payment service answered.</param>
/// <param name="DeclineCode">Why it failed.</param>
public sealed record DunningTry([property: AtLeast(0)] int Number, Guid PaymentId, [property: OneOf("pending", "unknown", "succeeded", "failed")] string State, string? DeclineCode = null);

/// <summary>What is decided by.</summary>
public sealed record DunningFacts
{
    /// <summary>When the payment failed for the first time.</summary>
    public DateTimeOffset? FirstFailureAt { get; init; }

    /// <summary>Why, as the payment service said; null when it did not.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>IANA name of the customer's time zone; null for the tenant's.</summary>
    [TimeZoneName]
    public string? TimeZone { get; init; }

    /// <summary>The invoice.</summary>
    public Guid? InvoiceId { get; init; }

    /// <summary>Its number.</summary>
    public string? InvoiceNumber { get; init; }

    /// <summary>Where it stands.</summary>
    public InvoiceStatus? InvoiceStatus { get; init; }

    /// <summary>What is open of it.</summary>
    public decimal? Rest { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [CurrencyCode]
    public string? Currency { get; init; }

    /// <summary>Whether money was given back on it.</summary>
    public bool? IsRefunded { get; init; }

    /// <summary>Whether the customer disputes it.</summary>
    public bool? IsDisputed { get; init; }

    /// <summary>Where the subscription stands; null without one.</summary>
    public SubscriptionStatus? SubscriptionStatus { get; init; }

    /// <summary>The attempts after the first failure.</summary>
    public IReadOnlyList<DunningTry>? Tries { get; init; }

    /// <summary>Who is written to.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>ARR of the customer.</summary>
    public decimal? Arr { get; init; }
}

/// <summary>An attempt that is to come.</summary>
public sealed record DunningDate(int Number, DateTimeOffset At);

/// <summary>What is done about a payment that failed.</summary>
public sealed record DunningOutput
{
    /// <summary>The attempt it is about; 0 for the first failure.</summary>
    public int Attempt { get; init; }

    /// <summary>scheduled, asked, succeeded, failed, unknown or not_needed.</summary>
    public required string Result { get; init; }

    /// <summary>hard_decline or gateway_unknown; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>The next attempt, or the next question after this one.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The attempts to come.</summary>
    public IReadOnlyList<DunningDate> Attempts { get; init; } = [];

    /// <summary>paid, method_asked or unpaid when it is over; null while it goes on.</summary>
    public string? FinalState { get; init; }

    /// <summary>What is not known and counts as no.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Whether the people who keep customers should hear of it.</summary>
    public bool SaveTeam { get; init; }
}
