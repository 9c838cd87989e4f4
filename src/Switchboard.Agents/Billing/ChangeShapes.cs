using Switchboard.Core.Actions.Billing;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>A wish to change the own subscription.</summary>
public sealed record ChangeInput
{
    /// <summary>The customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>What is wanted.</summary>
    public MoveKind? Change { get; init; }

    /// <summary>The plan it moves to.</summary>
    public string? Plan { get; init; }

    /// <summary>The cycle it moves to.</summary>
    public BillingCycle? Cycle { get; init; }

    /// <summary>Seats in all afterwards.</summary>
    public int? Seats { get; init; }

    /// <summary>Seats more, or fewer when negative.</summary>
    public int? SeatsBy { get; init; }

    /// <summary>Why, of a downgrade or a cancellation: price, low_use or another code; null when nothing is said.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a change is worked out from.</summary>
public sealed record ChangeFacts
{
    /// <summary>The subscription.</summary>
    public SubscriptionView? Subscription { get; init; }

    /// <summary>The discounts that were given.</summary>
    public GrantView? Grants { get; init; }

    /// <summary>What is used.</summary>
    public PlanUsage? Usage { get; init; }

    /// <summary>The last day of a signed contract; null when there is none.</summary>
    public DateOnly? ContractUntil { get; init; }
}

/// <summary>The terms on one side of a change.</summary>
public sealed record Terms(string Plan, BillingCycle Cycle, int Seats);

/// <summary>Something that stops working.</summary>
public sealed record ChangeLoss(string Item, decimal? Used, decimal? Limit);

/// <summary>What is offered once to who wants to leave for the price or for low use.</summary>
/// <param name="Kind">concession, unused_seats or annual.</param>
/// <param name="Concession">Points of a concession, 0..1.</param>
/// <param name="Months">Months it holds.</param>
/// <param name="Seats">Seats that would be enough.</param>
/// <param name="MrrAfter">A month in all with it.</param>
public sealed record RetentionOffer(string Kind, decimal? Concession, int? Months, int? Seats, decimal MrrAfter);

/// <summary>What a change comes to.</summary>
/// <param name="Change">What is done.</param>
/// <param name="From">The terms before.</param>
/// <param name="To">The terms after.</param>
/// <param name="AtOnce">Whether it holds at once.</param>
/// <param name="EffectiveAt">The day from which it holds.</param>
/// <param name="ChargeNow">What is charged at once.</param>
/// <param name="NextAmount">What the next period costs.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Losses">What stops working.</param>
/// <param name="Offer">What is offered once to who wants to leave.</param>
/// <param name="Why">The rule.</param>
public sealed record ChangeFinding(MoveKind Change, Terms From, Terms To, bool AtOnce, DateOnly EffectiveAt, decimal ChargeNow, decimal NextAmount, string Currency, IReadOnlyList<ChangeLoss> Losses, RetentionOffer? Offer, string Why)
{
    /// <summary>Until when a contract runs; null when there is none.</summary>
    public DateOnly? ContractUntil { get; init; }
}
