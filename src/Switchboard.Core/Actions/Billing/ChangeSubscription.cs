using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What a change of a subscription came to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Plan">The plan it moves to.</param>
/// <param name="Cycle">The cycle it moves to.</param>
/// <param name="Seats">The seats it moves to.</param>
/// <param name="AtOnce">Whether it holds at once.</param>
/// <param name="EffectiveOn">The day from which it holds.</param>
/// <param name="Charged">What is charged for the rest of the period.</param>
/// <param name="NextAmount">What the next period costs.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Earlier">What was to hold from the next period on before; null when nothing was.</param>
public sealed record SubscriptionMoved(Guid SubscriptionId, string Plan, BillingCycle Cycle, int Seats, bool AtOnce, DateOnly EffectiveOn, decimal Charged, decimal NextAmount, string Currency, MoveTarget? Earlier);

/// <summary>
/// Moves a subscription to another plan or cycle: a higher plan at once, with a charge for the rest of the period, anything else from the next period on.
/// </summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Seats">The seats.</param>
public sealed record ChangeSubscription(Guid SubscriptionId, string Plan, BillingCycle Cycle, int Seats) : DeskAction<SubscriptionMoved>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "subscription.change";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(SubscriptionMoved result) => UndoOf(SubscriptionId, result);

    /// <inheritdoc />
    protected override ActionVerdict<SubscriptionMoved> Apply(IActionRows rows) => Move(rows, SubscriptionId, _ => new MoveTarget(Plan, Cycle, Seats)) is var (moved, clause) && moved is not null ? Done(moved, clause) : Refuse(clause);

    /// <summary>What waits for the next period is taken back; what was charged is not.</summary>
    internal static Reversal UndoOf(Guid subscriptionId, SubscriptionMoved result) => result switch
    {
        { AtOnce: true } => Reversal.None("It holds already and is charged for; a lower plan or fewer seats can be had for the end of the period."),
        { Earlier: { } earlier } => Reversal.By(new ChangeSubscription(subscriptionId, earlier.Plan, earlier.Cycle, earlier.Seats)),
        _ => Reversal.By(new ResumeSubscription(subscriptionId)),
    };

    /// <summary>Carries a move out, or says why not.</summary>
    internal static (SubscriptionMoved? Moved, Clause Clause) Move(IActionRows rows, Guid id, Func<Subscription, MoveTarget> to)
    {
        if (rows.Find<Subscription>(id) is not { CustomerId: { } customerId } subscription) return (null, new Clause("subscription_not_found", "There is no such subscription."));
        MoveTarget target = to(subscription);
        if (rows.Policies.Prices().FindPlan(target.Plan) is null) return (null, new Clause("plan_not_found", "There is no such plan."));
        if (target.Seats < 1) return (null, new Clause("seats_invalid", "A subscription has at least one seat."));
        if (target == new MoveTarget(subscription.Plan, subscription.Cycle, subscription.SeatsTotal)) return (null, new Clause("nothing_changes", "The subscription is like that already."));
        if (subscription.Currency != rows.Policies.Currency) return (null, new Clause("currency_differs", "Changes are worked out in the currency of the policies; people do this one."));

        (SubscriptionView view, GrantView grants) = SubscriptionRows.Read(rows, subscription);
        SubscriptionMove move = rows.Policies.Move(view.State(rows.Policies.Prices(), grants), target, new PlanUsage { Seats = subscription.SeatsUsed }, rows.DayOf(rows.Now));
        if (!move.Allowed) return (null, move.Clause);
        if (move.AtOnce && view.IsPastDue) return (null, new Clause("past_due", "What is open is paid first; then the plan can grow."));
        if (subscription.CancelAtPeriodEnd) return (null, new Clause("already_ends", "The subscription ends with its period; let it go on first."));
        if (!move.AtOnce && SubscriptionRows.IsBound(rows, subscription)) return (null, new Clause("contract_term", "A contract of the customer runs longer than the period; people decide that."));

        MoveTarget? earlier = view.ChangesAtPeriodEnd ? new MoveTarget(subscription.NextPlan ?? subscription.Plan, subscription.NextCycle ?? subscription.Cycle, subscription.NextSeats ?? subscription.SeatsTotal) : null;
        if (move.AtOnce) Grow(rows, subscription, customerId, target, move);
        else Wait(rows, subscription, target.Plan == subscription.Plan ? null : target.Plan, target.Cycle == subscription.Cycle ? null : target.Cycle, target.Seats == subscription.SeatsTotal ? null : target.Seats);
        return (new SubscriptionMoved(id, target.Plan, target.Cycle, target.Seats, move.AtOnce, move.EffectiveOn, move.ChargeNow.Amount, move.NextAmount.Amount, move.NextAmount.Currency, earlier), move.Clause);
    }

    private static void Wait(IActionRows rows, Subscription subscription, string? plan, BillingCycle? cycle, int? seats)
    {
        subscription.ChangeWithPeriod(plan, cycle, seats);
        if (subscription.HasChangeAhead) PeriodEndWork.Plan(rows, subscription);
    }

    private static void Grow(IActionRows rows, Subscription subscription, Guid customerId, MoveTarget target, SubscriptionMove move)
    {
        (decimal mrr, string plan, int seats) = (subscription.Mrr, subscription.Plan, subscription.SeatsTotal);
        subscription.Plan = target.Plan;
        subscription.UnitPrice = move.UnitPrice.Amount;
        subscription.Discount = move.Discount;
        subscription.WithSeats(target.Seats, subscription.SeatsUsed);
        subscription.Mrr = move.Mrr.Amount;
        // The cycle changes with the period: what was paid for a month or a year is used up first. What was to come of plan or seats gives way to what holds at once,
        // and seats that are in use by now are not taken.
        BillingCycle? cycle = target.Cycle != subscription.Cycle ? target.Cycle : subscription.NextCycle;
        Wait(rows, subscription, target.Plan == plan ? subscription.NextPlan : null, cycle, target.Seats == seats && subscription.NextSeats is { } fewer ? Math.Max(fewer, subscription.SeatsUsed) : null);
        if (rows.Find<Customer>(customerId) is { } customer) customer.Plan = target.Plan;
        SubscriptionRows.Enter(rows, subscription, target.Plan == plan ? "seats_added" : "upgrade", mrr, plan, seats);
        if (move.ChargeNow.Amount == 0) return;
        // A draft: it gets its number when it is issued, so that numbers stay without gaps whoever agrees to what at the same time.
        Invoice draft = new Invoice { TenantId = subscription.TenantId, Id = rows.NewId(), CustomerId = customerId, SubscriptionId = subscription.Id, Currency = subscription.Currency, PeriodStart = rows.Now, PeriodEnd = subscription.PeriodEnd, CreatedAt = rows.Now }
            .WithLines([.. move.Lines.Select(l => new InvoiceLine(l.Text, l.Quantity, l.Amount.Amount / l.Quantity, l.Amount.Amount))], 0);
        rows.Add(draft);
        rows.Later(InvoiceIssuing.WorkFor(draft));
    }
}
