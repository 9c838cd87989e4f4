using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>A subscription as an agent and an action reckon with it alike.</summary>
public sealed record SubscriptionView
{
    /// <summary>The subscription.</summary>
    public Guid Id { get; init; }

    /// <summary>Key of the plan.</summary>
    public required string Plan { get; init; }

    /// <summary>How often it is paid.</summary>
    public BillingCycle Cycle { get; init; }

    /// <summary>Seats paid for.</summary>
    [AtLeast(1)]
    public required int SeatsTotal { get; init; }

    /// <summary>Seats in use.</summary>
    [AtLeast(0)]
    public int SeatsUsed { get; init; }

    /// <summary>Price of a seat for a month before discounts; null for the price list's.</summary>
    [AtLeast(0)]
    public decimal? UnitPrice { get; init; }

    /// <summary>Discounts in force, 0..1; null for what follows from the seats.</summary>
    [Between(0, 1)]
    public decimal? Discount { get; init; }

    /// <summary>Where it stands.</summary>
    public SubscriptionStatus Status { get; init; } = SubscriptionStatus.Active;

    /// <summary>First day of the period that is paid for.</summary>
    public DateOnly PeriodStart { get; init; }

    /// <summary>The day on which the next one begins.</summary>
    public DateOnly PeriodEnd { get; init; }

    /// <summary>Whether it ends with the period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>Whether other terms hold from the next period on.</summary>
    public bool ChangesAtPeriodEnd { get; init; }

    /// <summary>The day on which an offer to stay was last turned down.</summary>
    public DateOnly? OfferDeclinedOn { get; init; }

    /// <summary>What is booked on top.</summary>
    public IReadOnlyList<SubscribedAddOn> AddOns { get; init; } = [];

    /// <summary>The view of a row.</summary>
    public static SubscriptionView Of(Subscription s, Func<DateTimeOffset, DateOnly> dayOf) => new()
    {
        Id = s.Id,
        Plan = s.Plan,
        Cycle = s.Cycle,
        SeatsTotal = s.SeatsTotal,
        SeatsUsed = s.SeatsUsed,
        UnitPrice = s.UnitPrice,
        Discount = s.Discount,
        Status = s.Status,
        PeriodStart = dayOf(s.PeriodStart),
        PeriodEnd = dayOf(s.PeriodEnd),
        CancelAtPeriodEnd = s.CancelAtPeriodEnd,
        ChangesAtPeriodEnd = s.HasChangeAhead && !s.CancelAtPeriodEnd,
        OfferDeclinedOn = s.OfferDeclinedAt is { } declined ? dayOf(declined) : null,
        AddOns = s.AddOns,
    };

    /// <summary>Whether it is behind with its payments.</summary>
    public bool IsPastDue => Status is SubscriptionStatus.PastDue or SubscriptionStatus.Unpaid;

    /// <summary>The same as the policies take it.</summary>
    public SubscriptionState State(PriceList prices, GrantView grants) => new(
        Plan, Cycle, SeatsTotal, SeatsUsed, UnitPrice is { } unit ? new Money(unit, prices.Currency) : prices.UnitPrice(Plan, Cycle),
        Discount ?? prices.Discounts.Total(Math.Max(1, SeatsTotal), grants.Programme, grants.Concession), new BillingPeriod(PeriodStart, PeriodEnd), AddOns, grants.Concession, grants.Programme);

    /// <summary>The same as a discount on it is talked about.</summary>
    public DiscountGround Ground(GrantView grants) => new(Plan, Cycle, Math.Max(1, SeatsTotal), AddOns.Sum(a => a.MonthlyAmount), grants.Programme, grants.LastConcession, grants.Concession, UnitPrice);
}

/// <summary>The discounts that were given to a customer.</summary>
/// <param name="Programme">The programme whose proof was checked, as long as it holds.</param>
/// <param name="Concession">Points of concession in force, 0..1.</param>
/// <param name="LastConcession">Day of the last concession.</param>
public sealed record GrantView(string? Programme = null, [property: Between(0, 1)] decimal Concession = 0, DateOnly? LastConcession = null)
{
    /// <summary>The kind of a grant that is a concession.</summary>
    public const string ConcessionKind = "concession";

    /// <summary>The same without a programme that the tenant does not have any more.</summary>
    public GrantView Known(DiscountPolicy policy) => policy.Programmes.Any(p => p.Key == Programme) ? this : this with { Programme = null };

    /// <summary>The view of the rows at an instant.</summary>
    public static GrantView Of(IReadOnlyList<DiscountGrant> grants, DiscountPolicy policy, Func<DateTimeOffset, DateOnly> dayOf, DateTimeOffset now)
    {
        DiscountGrant[] held = [.. grants.Where(g => g.From <= now && (g.Until is null || g.Until > now))];
        DiscountGrant? last = grants.Where(g => g.Kind == ConcessionKind).MaxBy(g => g.From);
        return new GrantView(
            held.Select(g => g.Kind).FirstOrDefault(k => policy.Programmes.Any(p => p.Key == k)),
            held.Where(g => g.Kind == ConcessionKind).Select(g => g.Share).DefaultIfEmpty(0).Max(), last is null ? null : dayOf(last.From));
    }
}

/// <summary>What the actions on a subscription share.</summary>
internal static class SubscriptionRows
{
    public static (SubscriptionView View, GrantView Grants) Read(IActionRows rows, Subscription subscription) => (
        SubscriptionView.Of(subscription, rows.DayOf),
        GrantView.Of(rows.List<DiscountGrant>(q => q.Where(g => g.CustomerId == subscription.CustomerId)), rows.Policies.Discounts, rows.DayOf, rows.Now));

    /// <summary>Whether a signed contract of the customer runs beyond the period.</summary>
    public static bool IsBound(IActionRows rows, Subscription subscription)
    {
        DateOnly last = rows.DayOf(subscription.PeriodEnd.AddMicroseconds(-1));
        return rows.List<Domain.Revenue.Contract>(q => q.Where(c => c.CustomerId == subscription.CustomerId && c.SignedAt != null)).Any(c => c.Until > last);
    }

    /// <summary>What a subscription pays a month as it stands: nothing in its trial, and nothing once it is cancelled or unpaid.</summary>
    public static decimal PaidBy(Subscription subscription) => subscription.Status is SubscriptionStatus.Active or SubscriptionStatus.PastDue ? subscription.Mrr : 0;

    /// <summary>Puts a movement of recurring revenue that came with other terms into the ledger; none when nothing moves.</summary>
    public static void Enter(IActionRows rows, Subscription after, string cause, decimal mrrBefore, string planBefore, int seatsBefore) =>
        Add(rows, after, after.Mrr > mrrBefore ? MrrMovement.Expansion : MrrMovement.Contraction, cause, mrrBefore, after.Mrr, planBefore, seatsBefore, rows.Now);

    /// <summary>The same where it may begin or cease to pay.</summary>
    public static void Book(IActionRows rows, Subscription after, string cause, decimal paidBefore, string planBefore, int seatsBefore, DateTimeOffset at)
    {
        decimal paid = PaidBy(after);
        MrrMovement movement = paid == 0 ? MrrMovement.Churn
            : paidBefore == 0 ? (rows.List<SubscriptionChange>(q => q.Where(c => c.SubscriptionId == after.Id)).Count == 0 ? MrrMovement.New : MrrMovement.Reactivation)
            : paid > paidBefore ? MrrMovement.Expansion : MrrMovement.Contraction;
        Add(rows, after, movement, cause, paidBefore, paid, planBefore, seatsBefore, at);
    }

    private static void Add(IActionRows rows, Subscription after, MrrMovement movement, string cause, decimal before, decimal now, string planBefore, int seatsBefore, DateTimeOffset at)
    {
        if (now == before) return;
        rows.Add(new SubscriptionChange
        {
            TenantId = after.TenantId,
            Id = rows.NewId(),
            CustomerId = after.CustomerId,
            SubscriptionId = after.Id,
            Movement = movement,
            Cause = cause,
            MrrBefore = before,
            MrrAfter = now,
            Currency = after.Currency,
            PlanBefore = before == 0 ? null : planBefore,
            PlanAfter = now == 0 ? null : after.Plan,
            SeatsBefore = before == 0 ? 0 : seatsBefore,
            SeatsAfter = now == 0 ? 0 : after.SeatsTotal,
            At = at,
        });
    }
}
