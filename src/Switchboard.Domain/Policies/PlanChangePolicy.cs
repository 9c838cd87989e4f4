using System.Runtime.InteropServices;

namespace Switchboard.Domain.Policies;

/// <summary>A period that is paid for: from the first day to the day on which the next begins.</summary>
/// <param name="Start">First day.</param>
/// <param name="End">Day on which the next period begins.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BillingPeriod(DateOnly Start, DateOnly End)
{
    /// <summary>Calendar days of the period.</summary>
    public int Days => End.DayNumber - Start.DayNumber;

    /// <summary>Calendar days from a day to the end, that day counted; 0 after the end, all before the start.</summary>
    public int DaysFrom(DateOnly day) => Math.Clamp(End.DayNumber - day.DayNumber, 0, Days);
}

/// <summary>What is charged at once for a change within a period.</summary>
/// <param name="Amount">What is charged now: the sum of the lines.</param>
/// <param name="Lines">Line by line, each rounded once.</param>
/// <param name="UnusedDays">Days that are charged for.</param>
/// <param name="PeriodDays">Days of the period.</param>
/// <param name="Clause">The rule.</param>
public sealed record Proration(Money Amount, IReadOnlyList<PriceLine> Lines, int UnusedDays, int PeriodDays, Clause Clause);

/// <summary>What a customer uses now.</summary>
public sealed record PlanUsage
{
    /// <summary>Projects.</summary>
    [AtLeast(0)]
    public int Projects { get; init; }

    /// <summary>Seats in use.</summary>
    [AtLeast(0)]
    public int Seats { get; init; }

    /// <summary>Storage in GB.</summary>
    [AtLeast(0)]
    public decimal StorageGb { get; init; }

    /// <summary>API calls of the last month.</summary>
    [AtLeast(0)]
    public long ApiCalls { get; init; }

    /// <summary>Automations.</summary>
    [AtLeast(0)]
    public int Automations { get; init; }

    /// <summary>Keys of features used of late with the lowest plan that has each.</summary>
    public IReadOnlyList<FeatureInUse> Features { get; init; } = [];

    /// <summary>Keys of the add-ons.</summary>
    public IReadOnlyList<string> AddOns { get; init; } = [];
}

/// <summary>A feature that is used.</summary>
/// <param name="Key">The feature.</param>
/// <param name="Plan">The lowest plan that has it.</param>
public sealed record FeatureInUse(string Key, string Plan);

/// <summary>What kind of thing stops working.</summary>
public enum LossKind { Limit, Feature, AddOn }

/// <summary>Something that stops working with a lower plan.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Item">The limit, feature or add-on.</param>
/// <param name="Used">How much is used; null where nothing is counted.</param>
/// <param name="Limit">How much there would be; null where nothing is counted.</param>
public sealed record PlanLoss(LossKind Kind, string Item, decimal? Used, decimal? Limit);

/// <summary>What the policy says of a change to a lower plan.</summary>
/// <param name="Allowed">Whether it can be done; not while more seats are used than the plan has.</param>
/// <param name="EffectiveOn">The day it takes effect: the end of the period.</param>
/// <param name="Losses">All that stops working.</param>
/// <param name="Clause">The rule.</param>
public sealed record DowngradeDecision(bool Allowed, DateOnly EffectiveOn, IReadOnlyList<PlanLoss> Losses, Clause Clause);

/// <summary>What the policy says of seats that are taken away.</summary>
/// <param name="Allowed">Whether it can be done.</param>
/// <param name="EffectiveOn">The day it takes effect.</param>
/// <param name="Least">The fewest seats there can be: those in use.</param>
/// <param name="Clause">The rule.</param>
public sealed record SeatRemoval(bool Allowed, DateOnly EffectiveOn, int Least, Clause Clause);

/// <summary>How a subscription changes within its period. Net unit prices are those of a seat for the whole period, after the discounts in force.</summary>
public sealed record PlanChangePolicy
{
    /// <summary>Whether the day of a change counts as unused and is charged for.</summary>
    public bool TodayIsUnused { get; init; } = true;

    /// <summary>What an upgrade at once costs: (new − old net unit price) × seats × unused days ÷ days of the period.</summary>
    /// <exception cref="ArgumentException">There is less than one seat, the period has no day, or the new price is the lower one.</exception>
    public Proration Upgrade(Money oldNetUnit, Money newNetUnit, int seats, BillingPeriod period, DateOnly today)
    {
        if (newNetUnit < oldNetUnit) throw new ArgumentException("The new price is lower: that is a downgrade, which takes effect at the end of the period.", nameof(newNetUnit));
        (int unused, int days) = Share(seats, period, today);
        var clause = new Clause("plan_changes.upgrade", $"An upgrade takes effect at once: (new − old price) × seats × unused days ÷ days of the period = ({newNetUnit} − {oldNetUnit}) × {seats} × {unused}/{days}.");
        PriceLine line = new("upgrade", seats, ((newNetUnit - oldNetUnit) * seats * unused / days).Rounded(), clause);
        return new Proration(line.Amount, [line], unused, days, clause);
    }

    /// <summary>What added seats cost now: seats × net unit price × unused days ÷ days of the period, and each add-on that is paid by the seat by the same share.</summary>
    /// <param name="added">The seats that are added.</param>
    /// <param name="netUnit">Price of a seat for the whole period, after the discounts in force at the new number of seats.</param>
    /// <param name="period">The period.</param>
    /// <param name="today">The tenant's calendar day.</param>
    /// <param name="seatAddOns">Add-ons by the seat: name, and price of a seat for the whole period.</param>
    /// <exception cref="ArgumentException">There is less than one seat, or the period has no day.</exception>
    public Proration AddSeats(int added, Money netUnit, BillingPeriod period, DateOnly today, IReadOnlyList<(string Name, Money Unit)>? seatAddOns = null)
    {
        (int unused, int days) = Share(added, period, today);
        var clause = new Clause("plan_changes.seats_added", $"Added seats cost their price for the rest of the period: {added} × {netUnit} × {unused}/{days}.");
        List<PriceLine> lines = [new("seats added", added, (netUnit * added * unused / days).Rounded(), clause)];
        foreach ((string name, Money unit) in seatAddOns ?? []) lines.Add(new PriceLine(name, added, (unit * added * unused / days).Rounded(), clause));
        return new Proration(Money.Sum(lines.Select(l => l.Amount), netUnit.Currency), lines, unused, days, clause);
    }

    /// <summary>Seats go at the end of the period, never below those in use.</summary>
    public SeatRemoval RemoveSeats(int seatsAfter, int used, BillingPeriod period) => new(seatsAfter >= Math.Max(1, used), period.End, Math.Max(1, used),
        new Clause("plan_changes.seats_removed", $"Seats are removed at the end of the period, never below the {used} in use."));

    /// <summary>What stops working with a lower plan, and when.</summary>
    /// <param name="prices">What the tenant sells.</param>
    /// <param name="target">Key of the lower plan.</param>
    /// <param name="usage">What is used now.</param>
    /// <param name="period">The period.</param>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public DowngradeDecision Downgrade(PriceList prices, string target, PlanUsage usage, BillingPeriod period)
    {
        PlanPolicy plan = prices.Plan(target);
        string[] order = [.. prices.Plans.Select(p => p.Key)];
        int rank = Array.IndexOf(order, target);
        List<PlanLoss> losses = [];
        Limit("projects", usage.Projects, plan.Limits.Projects);
        Limit("seats", usage.Seats, plan.Limits.Seats);
        Limit("storageGb", usage.StorageGb, plan.Limits.StorageGb);
        Limit("apiCalls", usage.ApiCalls, plan.Limits.ApiCalls);
        Limit("automations", usage.Automations, plan.Limits.Automations);
        losses.AddRange(usage.Features.Where(f => Array.IndexOf(order, f.Plan) > rank).Select(f => new PlanLoss(LossKind.Feature, f.Key, null, null)));
        losses.AddRange(usage.AddOns.Select(prices.AddOn).Where(a => !a.Plans.Contains(target, StringComparer.Ordinal) && !a.IncludedIn.Contains(target, StringComparer.Ordinal)).Select(a => new PlanLoss(LossKind.AddOn, a.Key, null, null)));
        return plan.Limits.Seats is { } most && usage.Seats > most
            ? new DowngradeDecision(Allowed: false, period.End, losses, new Clause("plan_changes.seats_over_limit", $"{target} has {most} seats and {usage.Seats} are in use: seats are freed first."))
            : new DowngradeDecision(Allowed: true, period.End, losses, new Clause("plan_changes.downgrade", "A downgrade takes effect at the end of the period, after it was said what stops working."));

        void Limit(string item, decimal used, decimal? limit)
        {
            if (used > limit) losses.Add(new PlanLoss(LossKind.Limit, item, used, limit));
        }
    }

    private (int Unused, int Days) Share(int seats, BillingPeriod period, DateOnly today)
    {
        if (seats < 1) throw new ArgumentException("A change is about at least one seat.", nameof(seats));
        if (period.Days < 1) throw new ArgumentException("A period has at least one day.", nameof(period));
        return (period.DaysFrom(TodayIsUnused ? today : today.AddDays(1)), period.Days);
    }
}
