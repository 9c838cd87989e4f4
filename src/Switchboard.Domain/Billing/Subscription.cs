namespace Switchboard.Domain.Billing;

/// <summary>How often a subscription is billed.</summary>
public enum BillingCycle { Monthly, Annual }

/// <summary>Where a subscription stands.</summary>
public enum SubscriptionStatus { Trialing, Active, PastDue, Canceled, Unpaid }

/// <summary>An add-on of a subscription.</summary>
/// <param name="Key">The add-on of the policies.</param>
/// <param name="Quantity">How many.</param>
/// <param name="MonthlyAmount">What it costs a month in all, in the subscription's currency; 0 for one that is paid once.</param>
public sealed record SubscribedAddOn(string Key, [property: AtLeast(0)] int Quantity, [property: AtLeast(0)] decimal MonthlyAmount);

/// <summary>What a customer subscribes to.</summary>
public sealed class Subscription : TenantRow, ICustomerOwned, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>Key of the plan.</summary>
    public required string Plan { get; set; }

    /// <summary>How often it is billed.</summary>
    public required BillingCycle Cycle { get; set; }

    /// <summary>Seats paid for.</summary>
    public int SeatsTotal { get; private set; }

    /// <summary>Seats in use; never more than are paid for.</summary>
    public int SeatsUsed { get; private set; }

    /// <summary>Price of a seat a month before discounts.</summary>
    public required decimal UnitPrice { get; set; }

    /// <summary>Discount in force, 0..1, on seats and never on add-ons.</summary>
    public decimal Discount { get; set; }

    /// <summary>Monthly recurring revenue: seats × unit price × (1 − discount) + recurring add-ons.</summary>
    public required decimal Mrr { get; set; }

    /// <summary>ISO 4217 code of all amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>Where it stands.</summary>
    public SubscriptionStatus Status { get; private set; } = SubscriptionStatus.Active;

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>First instant of the period that is paid for.</summary>
    public required DateTimeOffset PeriodStart { get; set; }

    /// <summary>First instant after it.</summary>
    public required DateTimeOffset PeriodEnd { get; set; }

    /// <summary>When the trial ends or ended; null when there was none.</summary>
    public DateTimeOffset? TrialEnd { get; set; }

    /// <summary>Whether it ends with the period.</summary>
    public bool CancelAtPeriodEnd { get; set; }

    /// <summary>When it was cancelled.</summary>
    public DateTimeOffset? CanceledAt { get; private set; }

    /// <summary>Why, in a code: price, missing_feature, competitor, service, no_need, out_of_business …</summary>
    public string? CancelReason { get; set; }

    /// <summary>The plan from the next period on; null while it stays.</summary>
    public string? NextPlan { get; private set; }

    /// <summary>The cycle from the next period on; null while it stays.</summary>
    public BillingCycle? NextCycle { get; private set; }

    /// <summary>The seats from the next period on; null while they stay.</summary>
    public int? NextSeats { get; private set; }

    /// <summary>When the customer last turned down an offer to stay; null when never.</summary>
    public DateTimeOffset? OfferDeclinedAt { get; set; }

    /// <summary>What is booked on top.</summary>
    public IReadOnlyList<SubscribedAddOn> AddOns { get; set; } = [];

    /// <summary>Annual recurring revenue.</summary>
    public decimal Arr => 12 * Mrr;

    /// <summary>Sets both numbers of seats.</summary>
    /// <exception cref="DomainRuleException">A number is negative or more seats would be used than are paid for.</exception>
    public Subscription WithSeats(int total, int used)
    {
        DomainRuleException.Require(total >= 0 && used >= 0, "seats_negative", $"Seats cannot be negative: {used} of {total}.");
        DomainRuleException.Require(used <= total, "seats_below_used", $"{used} seats are in use; {total} seats are too few. Remove members first.");
        SeatsTotal = total;
        SeatsUsed = used;
        return this;
    }

    /// <summary>Moves the subscription to another status.</summary>
    /// <exception cref="DomainRuleException">A cancelled subscription cannot come back, and nothing returns to its trial.</exception>
    public void MoveTo(SubscriptionStatus status, DateTimeOffset at)
    {
        if (status == Status) return;
        DomainRuleException.Require(Status != SubscriptionStatus.Canceled, "subscription_canceled", "A cancelled subscription does not come back; start a new one.");
        DomainRuleException.Require(status != SubscriptionStatus.Trialing, "no_way_to_trial", $"A subscription that is {Status} does not go back to its trial.");
        Status = status;
        if (status == SubscriptionStatus.Canceled) CanceledAt = at;
    }

    /// <summary>Lets it end with the period that is paid for. Until then nothing changes.</summary>
    /// <exception cref="DomainRuleException">It has ended, or ends with its period already.</exception>
    public void EndWithPeriod(string? reason)
    {
        DomainRuleException.Require(Status != SubscriptionStatus.Canceled, "subscription_canceled", "The subscription has ended already.");
        DomainRuleException.Require(!CancelAtPeriodEnd, "already_ends", "The subscription ends with its period already.");
        CancelAtPeriodEnd = true;
        CancelReason = reason;
    }

    /// <summary>Whether it ends or changes with the period.</summary>
    public bool HasChangeAhead => CancelAtPeriodEnd || NextPlan is not null || NextCycle is not null || NextSeats is not null;

    /// <summary>Lets other terms hold from the next period on. Until then nothing changes.</summary>
    /// <exception cref="DomainRuleException">It has ended, ends with its period, or the seats are fewer than those in use.</exception>
    public void ChangeWithPeriod(string? plan, BillingCycle? cycle, int? seats)
    {
        DomainRuleException.Require(Status != SubscriptionStatus.Canceled, "subscription_canceled", "The subscription has ended already.");
        DomainRuleException.Require(!CancelAtPeriodEnd, "already_ends", "The subscription ends with its period; let it go on first.");
        DomainRuleException.Require(seats is null || seats >= Math.Max(1, SeatsUsed), "seats_below_used", $"{SeatsUsed} seats are in use; {seats} seats are too few. Remove members first.");
        NextPlan = plan;
        NextCycle = cycle;
        NextSeats = seats;
    }

    /// <summary>
    /// Begins the next period on other terms; nothing is ahead of it any more. A period ends on the day of the month on which the first one began, or on the last day of a month
    /// that lacks it.
    /// </summary>
    /// <exception cref="DomainRuleException">It has ended, ends with its period, or the seats are fewer than those in use.</exception>
    public void BeginNext(string plan, BillingCycle cycle, int seats)
    {
        DomainRuleException.Require(Status != SubscriptionStatus.Canceled, "subscription_canceled", "The subscription has ended already.");
        DomainRuleException.Require(!CancelAtPeriodEnd, "already_ends", "The subscription ends with its period; let it go on first.");
        WithSeats(seats, SeatsUsed);
        (Plan, Cycle) = (plan, cycle);
        (NextPlan, NextCycle, NextSeats) = (null, null, null);
        DateTimeOffset next = PeriodEnd.AddMonths(cycle == BillingCycle.Annual ? 12 : 1);
        // A period that was clamped to the end of a short month does not move the day for good.
        int day = PeriodEnd.Day == Math.Min(StartedAt.Day, DateTime.DaysInMonth(PeriodEnd.Year, PeriodEnd.Month)) ? StartedAt.Day : PeriodEnd.Day;
        (PeriodStart, PeriodEnd) = (PeriodEnd, next.AddDays(Math.Min(day, DateTime.DaysInMonth(next.Year, next.Month)) - next.Day));
    }

    /// <summary>Lets it go on behind its period as it is after all, free of charge.</summary>
    /// <exception cref="DomainRuleException">It has ended, its period is over, or it goes on anyway.</exception>
    public void GoOn(DateTimeOffset now)
    {
        DomainRuleException.Require(Status != SubscriptionStatus.Canceled, "subscription_canceled", "A cancelled subscription does not come back; start a new one.");
        DomainRuleException.Require(HasChangeAhead, "not_ending", "The subscription goes on anyway.");
        DomainRuleException.Require(now < PeriodEnd, "period_over", "Its last period is over; start a new subscription.");
        CancelAtPeriodEnd = false;
        CancelReason = null;
        NextPlan = null;
        NextCycle = null;
        NextSeats = null;
    }

    /// <summary>Gives a subscription that is being made the status it has where it comes from.</summary>
    public Subscription StartedAs(SubscriptionStatus status, DateTimeOffset? canceledAt = null)
    {
        Status = status;
        CanceledAt = status == SubscriptionStatus.Canceled ? canceledAt ?? PeriodEnd : null;
        return this;
    }
}

/// <summary>What a movement of recurring revenue is.</summary>
public enum MrrMovement { New, Expansion, Contraction, Churn, Reactivation }

/// <summary>A change of a subscription's recurring revenue: the ledger that the figures of revenue are counted from.</summary>
public sealed class SubscriptionChange : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The subscription.</summary>
    public required Guid SubscriptionId { get; init; }

    /// <summary>What it is.</summary>
    public required MrrMovement Movement { get; init; }

    /// <summary>Why: signup, upgrade, downgrade, seats_added, seats_removed, price, discount, addon, cancel, unpaid, paid.</summary>
    public required string Cause { get; init; }

    /// <summary>Monthly recurring revenue before.</summary>
    public required decimal MrrBefore { get; init; }

    /// <summary>Monthly recurring revenue after.</summary>
    public required decimal MrrAfter { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Plan before; null for a new subscription.</summary>
    public string? PlanBefore { get; init; }

    /// <summary>Plan after; null when it ended.</summary>
    public string? PlanAfter { get; init; }

    /// <summary>Seats before.</summary>
    public int SeatsBefore { get; init; }

    /// <summary>Seats after.</summary>
    public int SeatsAfter { get; init; }

    /// <summary>When it took effect.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A discount somebody was given.</summary>
public sealed class DiscountGrant : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>volume, nonprofit, education, startup or concession.</summary>
    public required string Kind { get; init; }

    /// <summary>The share taken off, 0..1.</summary>
    public required decimal Share { get; init; }

    /// <summary>From when it holds.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when; null for as long as the subscription holds.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>Who approved it; null when none was needed.</summary>
    public Guid? ApprovedBy { get; init; }
}
