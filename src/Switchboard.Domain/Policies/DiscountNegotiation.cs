using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Policies;

/// <summary>A subscription as a discount on it is talked about.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How often it is paid.</param>
/// <param name="Seats">Seats.</param>
/// <param name="AddOnsMonthly">What recurring add-ons cost a month; no discount touches them.</param>
/// <param name="Programme">The programme whose proof was checked; null when none.</param>
/// <param name="LastConcession">Day of the last concession; null when there was none.</param>
/// <param name="Concession">Points of concession in force, 0..1.</param>
/// <param name="UnitPrice">Price of a seat for a month that was agreed for this plan and cycle; null for the price list's.</param>
public sealed record DiscountGround(string Plan, BillingCycle Cycle, int Seats, decimal AddOnsMonthly = 0, string? Programme = null, DateOnly? LastConcession = null, decimal Concession = 0, decimal? UnitPrice = null)
{
    /// <summary>The same paid by the year, at the price list's price.</summary>
    public DiscountGround Yearly => Cycle == BillingCycle.Annual ? this : this with { Cycle = BillingCycle.Annual, UnitPrice = null };
}

/// <summary>A counter-offer: what can be given at once.</summary>
/// <param name="Concession">Points, 0..1.</param>
/// <param name="Total">All discounts together.</param>
/// <param name="Months">Months it holds.</param>
/// <param name="MrrAfter">A month in all.</param>
public sealed record CounterOffer(decimal Concession, decimal Total, int Months, Money MrrAfter);

/// <summary>What can be said to a wish for less.</summary>
/// <param name="Wanted">Points wanted, 0..1.</param>
/// <param name="Decision">What the policy says of them.</param>
/// <param name="MrrBefore">A month in all with what is due without asking and what is in force.</param>
/// <param name="MrrAfter">A month in all with what is wanted; as before when it is refused.</param>
/// <param name="Until">Last day on which the concession holds; null when there is none.</param>
/// <param name="Counter">What can be given at once beside it; null when nothing can.</param>
/// <param name="Once">Whether a concession was given too lately for another one by itself.</param>
public sealed record DiscountAnswer(decimal Wanted, DiscountDecision Decision, Money MrrBefore, Money MrrAfter, DateOnly? Until, CounterOffer? Counter, bool Once);

/// <summary>How a wish for less becomes points, and what is said to it.</summary>
public static class DiscountNegotiation
{
    private const decimal tenth = 0.001m;

    /// <summary>
    /// Points of the list price that bring the price wanted: (current net − wanted) ÷ list, rounded up to a tenth of a point. Zero when what is wanted is not below what is paid.
    /// </summary>
    /// <exception cref="ArgumentException">The price is negative, or nothing is paid.</exception>
    public static decimal PointsFor(decimal list, decimal net, decimal wanted)
    {
        if (list <= 0 || wanted < 0) throw new ArgumentException("A price wanted is not negative, and there is a list price to take points of.", nameof(wanted));
        return wanted >= net ? 0 : Math.Ceiling((net - wanted) / list / tenth) * tenth;
    }

    /// <summary>The list price of a month: seats × unit price of the cycle, as it was agreed.</summary>
    public static Money ListMonth(this PriceList prices, DiscountGround ground) => (ground.UnitPrice is { } agreed ? new Money(agreed, prices.Currency) : prices.UnitPrice(ground.Plan, ground.Cycle)) * ground.Seats;

    /// <summary>What the seats cost a month with a discount, add-ons beside, rounded once.</summary>
    public static Money Month(this PriceList prices, DiscountGround ground, decimal discount) => (prices.ListMonth(ground) * (1 - discount) + new Money(ground.AddOnsMonthly, prices.Currency)).Rounded();

    /// <summary>Answers a wish. A counter-offer stands beside whatever cannot be given at once.</summary>
    /// <param name="prices">What the tenant sells.</param>
    /// <param name="ground">The subscription.</param>
    /// <param name="points">Points wanted, 0..1.</param>
    /// <param name="months">Months wanted; null for the most that needs no approval.</param>
    /// <param name="today">The tenant's calendar day.</param>
    public static DiscountAnswer Answer(this PriceList prices, DiscountGround ground, decimal points, int? months, DateOnly today)
    {
        DiscountPolicy policy = prices.Discounts;
        ProgrammeFacts? proven = ground.Programme is null ? null : new ProgrammeFacts(today, 0, ProofChecked: true);
        DiscountDecision decision = policy.Decide(new DiscountRequest(ground.Seats, today, ground.Programme, proven, points, months, ground.LastConcession));
        bool once = ground.LastConcession is { } last && last > today.AddMonths(-policy.Concessions.OncePerMonths);
        decimal inForce = Math.Min(policy.Ceiling, decision.Base + ground.Concession);
        CounterOffer? counter = null;
        // Never more than was asked for: who wants a little for longer is offered that little for the months that need nobody.
        decimal most = Math.Min(points, Math.Min(policy.Concessions.AutomaticUpTo, policy.Ceiling - decision.Base));
        if (!once && most > 0 && (!decision.Allowed || decision.NeededScope is not null))
            counter = new CounterOffer(most, decision.Base + most, policy.Concessions.AutomaticMonths, prices.Month(ground, decision.Base + most));
        return new DiscountAnswer(
            points, decision, prices.Month(ground, inForce), prices.Month(ground, decision.Allowed ? decision.Total : inForce),
            decision is { Allowed: true, Months: { } held } ? today.AddMonths(held).AddDays(-1) : null, counter, once);
    }
}
