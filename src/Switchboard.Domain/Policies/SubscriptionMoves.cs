using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Policies;

/// <summary>What a customer wants of a subscription.</summary>
public enum MoveKind { Upgrade, Downgrade, Cancel, Resume, Seats, Cycle }

/// <summary>A subscription as it stands.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How often it is paid.</param>
/// <param name="SeatsTotal">Seats paid for.</param>
/// <param name="SeatsUsed">Seats in use.</param>
/// <param name="UnitPrice">Price of a seat for a month before discounts, as it was agreed.</param>
/// <param name="Discount">Discounts in force, 0..1.</param>
/// <param name="Period">The period that is paid for.</param>
/// <param name="AddOns">Add-ons that are booked.</param>
/// <param name="Concession">Points of concession in force.</param>
/// <param name="Programme">The programme whose proof was checked.</param>
public sealed record SubscriptionState(
    string Plan, BillingCycle Cycle, int SeatsTotal, int SeatsUsed, Money UnitPrice, decimal Discount, BillingPeriod Period, IReadOnlyList<SubscribedAddOn> AddOns, decimal Concession = 0, string? Programme = null);

/// <summary>The terms that a subscription moves to.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How often it is paid.</param>
/// <param name="Seats">Seats.</param>
public sealed record MoveTarget(string Plan, BillingCycle Cycle, int Seats);

/// <summary>What a move comes to.</summary>
/// <param name="Allowed">Whether it can be done.</param>
/// <param name="AtOnce">Whether it holds at once, or from the next period on.</param>
/// <param name="EffectiveOn">The day from which it holds.</param>
/// <param name="ChargeNow">What is charged at once; zero when nothing is.</param>
/// <param name="Lines">What that is for.</param>
/// <param name="NextAmount">What the next period costs, rounded once.</param>
/// <param name="Discount">Discounts of the new terms.</param>
/// <param name="UnitPrice">Price of a seat for a month of the new terms, before discounts.</param>
/// <param name="Mrr">A month of the new terms in all.</param>
/// <param name="Losses">What stops working.</param>
/// <param name="Clause">The rule.</param>
public sealed record SubscriptionMove(bool Allowed, bool AtOnce, DateOnly EffectiveOn, Money ChargeNow, IReadOnlyList<PriceLine> Lines, Money NextAmount, decimal Discount, Money UnitPrice, Money Mrr, IReadOnlyList<PlanLoss> Losses, Clause Clause);

/// <summary>Works out what a change of plan, cycle or seats comes to: the one computation behind the offer and the action.</summary>
public static class SubscriptionMoves
{
    private const int monthsOfYear = 12;

    /// <summary>Works it out.</summary>
    /// <param name="policies">The tenant's policies.</param>
    /// <param name="now">The subscription as it stands.</param>
    /// <param name="target">Where it moves to.</param>
    /// <param name="usage">What is used, for what stops working.</param>
    /// <param name="today">The tenant's calendar day.</param>
    /// <exception cref="ArgumentException">There is no such plan, or fewer than one seat.</exception>
    public static SubscriptionMove Move(this TenantPolicies policies, SubscriptionState now, MoveTarget target, PlanUsage usage, DateOnly today)
    {
        PriceList prices = policies.Prices();
        string[] order = [.. prices.Plans.Select(p => p.Key)];
        PlanPolicy plan = prices.Plan(target.Plan);
        int months = target.Cycle == BillingCycle.Annual ? monthsOfYear : 1;
        Money unit = target.Plan == now.Plan && target.Cycle == now.Cycle ? now.UnitPrice : prices.UnitPrice(target.Plan, target.Cycle);
        decimal discount = prices.Discounts.Total(target.Seats, now.Programme, now.Concession);
        // What stays booked is what the target plan takes; what it includes is not paid for any more.
        SubscribedAddOn[] kept = [.. now.AddOns.Where(a => prices.AddOns.FirstOrDefault(p => p.Key == a.Key) is { } p && p.Plans.Contains(target.Plan, StringComparer.Ordinal))];
        Money seats = unit * (1 - discount) * target.Seats;
        Money mrr = kept.Aggregate(seats, (sum, a) => sum + (prices.AddOns.First(p => p.Key == a.Key) is { Unit: AddOnUnit.SeatMonth or AddOnUnit.ShareOfSubscription } by ? prices.AddOnPrice(by, a.Quantity, target.Seats, seats) : new Money(a.MonthlyAmount, prices.Currency)));
        var zero = Money.Zero(prices.Currency).Rounded();
        var move = new SubscriptionMove(Allowed: true, AtOnce: false, now.Period.End, zero, [], (mrr * months).Rounded(), discount, unit, mrr.Rounded(), [], new Clause("plan_changes.period_end", "It takes effect at the end of the period that is paid for."));
        if (plan.Limits.Seats is { } most && target.Seats > most && Math.Max(now.SeatsUsed, target.Seats == now.SeatsTotal ? 0 : target.Seats) > most)
            return move with { Allowed = false, Losses = Losses(), Clause = new Clause("plan_changes.seats_over_limit", $"{target.Plan} has at most {most} seats, and {Math.Max(now.SeatsUsed, target.Seats == now.SeatsTotal ? 0 : target.Seats)} are needed: seats are freed first.") };

        int rank = Array.IndexOf(order, target.Plan) - Array.IndexOf(order, now.Plan);
        if (rank < 0) return move with { Losses = Losses(), Clause = new Clause("plan_changes.downgrade", "A downgrade takes effect at the end of the period, after it was said what stops working.") };
        if (target.Cycle != now.Cycle) return rank > 0 ? Upgraded(prices.UnitPrice(target.Plan, now.Cycle)) : move with { Clause = new Clause("plan_changes.cycle", "Another cycle begins with the next period.") };
        if (rank > 0) return Upgraded(unit);
        if (target.Seats > now.SeatsTotal) return Charged([], Added(unit));
        SeatRemoval removal = policies.PlanChanges.RemoveSeats(target.Seats, now.SeatsUsed, now.Period);
        return move with { Allowed = removal.Allowed, Clause = removal.Clause };

        // Present seats go over at the tier that holds now; new ones are priced at the tier of the new total.
        SubscriptionMove Upgraded(Money newUnit)
        {
            int whole = now.Cycle == BillingCycle.Annual ? monthsOfYear : 1;
            Money old = now.UnitPrice * (1 - now.Discount) * whole, fresh = newUnit * (1 - Math.Max(now.Discount, prices.Discounts.Total(now.SeatsTotal, now.Programme, now.Concession))) * whole;
            Proration upgrade = policies.PlanChanges.Upgrade(old, Money.Max(old, fresh), now.SeatsTotal, now.Period, today);
            return Charged(upgrade.Lines, target.Seats > now.SeatsTotal ? Added(newUnit) : null, upgrade.Clause);
        }

        Proration Added(Money newUnit)
        {
            int whole = now.Cycle == BillingCycle.Annual ? monthsOfYear : 1;
            (string, Money)[] bySeat = [.. kept.Select(a => prices.AddOn(a.Key)).Where(a => a.Unit == AddOnUnit.SeatMonth).Select(a => (a.Name, new Money(a.Price, prices.Currency) * whole))];
            return policies.PlanChanges.AddSeats(target.Seats - now.SeatsTotal, newUnit * (1 - discount) * whole, now.Period, today, bySeat);
        }

        SubscriptionMove Charged(IReadOnlyList<PriceLine> lines, Proration? added, Clause? clause = null)
        {
            PriceLine[] all = [.. lines, .. added?.Lines ?? []];
            return move with { AtOnce = true, EffectiveOn = today, ChargeNow = Money.Sum(all.Select(l => l.Amount), prices.Currency).Rounded(), Lines = all, Clause = clause ?? added!.Clause };
        }

        IReadOnlyList<PlanLoss> Losses() => policies.PlanChanges.Downgrade(prices, target.Plan, usage, now.Period).Losses;
    }

    /// <summary>What is said before a subscription ends: all that its plan gives and a plan that costs nothing does not.</summary>
    public static IReadOnlyList<PlanLoss> LossesOfEnding(this TenantPolicies policies, PlanUsage usage, BillingPeriod period) =>
        policies.Plans.FirstOrDefault(p => !p.IsPaid) is { } free ? policies.PlanChanges.Downgrade(policies.Prices(), free.Key, usage, period).Losses : [];
}
