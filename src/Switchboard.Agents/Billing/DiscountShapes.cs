using Switchboard.Core.Actions.Billing;
using Switchboard.Domain;

namespace Switchboard.Agents.Billing;

/// <summary>A wish for less.</summary>
public sealed record DiscountInput
{
    /// <summary>The customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>Points of the list price that are wanted, 0..1.</summary>
    [Between(0, 1)]
    public decimal? Wanted { get; init; }

    /// <summary>The price a month that is wanted instead.</summary>
    [AtLeast(0)]
    public decimal? PriceWanted { get; init; }

    /// <summary>Months for which it is wanted; null for the most that needs no approval.</summary>
    [Between(1, 1200)]
    public int? Months { get; init; }

    /// <summary>volume, annual, nonprofit, education, startup or concession.</summary>
    public string? Basis { get; init; }

    /// <summary>The day on which the company was founded, for a programme that asks.</summary>
    public DateOnly? Founded { get; init; }

    /// <summary>Employees, for a programme that asks.</summary>
    [AtLeast(0)]
    public int? Employees { get; init; }
}

/// <summary>The subscription and what was given on it.</summary>
public sealed record DiscountFacts
{
    /// <summary>The subscription.</summary>
    public SubscriptionView? Subscription { get; init; }

    /// <summary>The discounts that were given.</summary>
    public GrantView? Grants { get; init; }
}

/// <summary>What can be given at once.</summary>
public sealed record CounterFinding(decimal Concession, decimal Total, int Months, decimal MrrAfter);

/// <summary>What is said to a wish for less.</summary>
/// <param name="Wanted">Points wanted, 0..1; null when nothing in particular is.</param>
/// <param name="Base">What is due without asking: the better of volume and programme.</param>
/// <param name="Concession">Points on top; zero when it is refused.</param>
/// <param name="Total">All discounts together.</param>
/// <param name="Months">Months it holds.</param>
/// <param name="Scope">The scope of who must approve; null when nobody must.</param>
/// <param name="MrrBefore">A month in all before.</param>
/// <param name="MrrAfter">A month in all with it.</param>
/// <param name="Until">The last day on which it holds.</param>
/// <param name="Counter">What can be given at once beside it.</param>
/// <param name="AnnualMrr">A month in all when a year is paid; null when it is already.</param>
/// <param name="Allowed">Whether what is wanted can be given, if need be after approval.</param>
/// <param name="Reason">once_per_12_months or approval_needed, when that is why it takes longer, or policy_forbids; null otherwise.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Why">The rule.</param>
public sealed record DiscountFinding(
    decimal? Wanted, decimal Base, decimal Concession, decimal Total, int? Months, string? Scope, decimal MrrBefore, decimal MrrAfter, DateOnly? Until, CounterFinding? Counter, decimal? AnnualMrr, bool Allowed, string? Reason, string Currency, string Why);
