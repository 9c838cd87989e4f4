using System.Text.Json.Serialization;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>How a period ended.</summary>
public enum PeriodEnding
{
    /// <summary>The subscription has ended with it.</summary>
    Canceled,

    /// <summary>The next one has begun on the terms that were announced.</summary>
    Changed,

    /// <summary>It was made longer meanwhile; the change waits for its end.</summary>
    Waits,
}

/// <summary>What the end of a period came to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Seats">The seats.</param>
/// <param name="Mrr">A month in all; 0 when it has ended.</param>
/// <param name="Billed">What is billed for the new period.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Kept">What was announced and could not come, and why, as codes: seats_in_use, seats_over_limit, plan_gone.</param>
public sealed record PeriodEnded(Guid SubscriptionId, PeriodEnding Ending, string Plan, BillingCycle Cycle, int Seats, decimal Mrr, decimal Billed, string Currency, IReadOnlyList<string> Kept);

/// <summary>
/// Lets come what was announced for the end of a subscription's period: its end, or other terms, with a new period and its bill. What was announced and taken back
/// does not come. Done by the installation when the period is over.
/// </summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PeriodEnd">The end of the period; another one means that it was done before.</param>
public sealed record RenewSubscription(Guid SubscriptionId, DateTimeOffset PeriodEnd) : DeskAction<PeriodEnded>
{
    private const int monthsOfYear = 12;

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "subscription.renew";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(PeriodEnded result) => Reversal.None("A period that is over does not come back; other terms can be had for the end of the new one.");

    /// <inheritdoc />
    protected override ActionVerdict<PeriodEnded> Apply(IActionRows rows)
    {
        if (rows.Find<Subscription>(SubscriptionId) is not { } subscription) return Refuse(new Clause("subscription_not_found", "There is no such subscription."));
        if (subscription.Status == SubscriptionStatus.Canceled) return Refuse(new Clause("subscription_canceled", "The subscription has ended already."));
        if (!subscription.HasChangeAhead) return Refuse(new Clause("nothing_ahead", "Nothing was announced for the end of the period, or it was taken back."));
        if (subscription.PeriodEnd > rows.Now)
        {
            if (subscription.PeriodEnd == PeriodEnd) return Refuse(new Clause("period_not_over", "The period is not over."));
            PeriodEndWork.Plan(rows, subscription);
            return Done(Ended(subscription, PeriodEnding.Waits, 0, []), new Clause("subscriptions.period_moved", "The period ends at another instant by now, and so does what waits for it."));
        }

        if (SubscriptionRows.IsBound(rows, subscription)) return Refuse(new Clause("contract_term", "A contract of the customer runs longer than the period; people decide that."));
        return subscription.CancelAtPeriodEnd ? End(rows, subscription) : Change(rows, subscription);
    }

    private static ActionVerdict<PeriodEnded> End(IActionRows rows, Subscription subscription)
    {
        decimal paid = SubscriptionRows.PaidBy(subscription);
        (string plan, int seats) = (subscription.Plan, subscription.SeatsTotal);
        subscription.MoveTo(SubscriptionStatus.Canceled, subscription.PeriodEnd);
        SubscriptionRows.Book(rows, subscription, "cancel", paid, plan, seats, subscription.PeriodEnd);
        bool leaves = rows.List<Subscription>(q => q.Where(s => s.CustomerId == subscription.CustomerId)).All(s => s.Id == subscription.Id || s.Status == SubscriptionStatus.Canceled);
        if (leaves && subscription.CustomerId is { } id && rows.Find<Customer>(id) is { } customer) (customer.Lifecycle, customer.ChurnedAt) = (CustomerLifecycle.Churned, subscription.PeriodEnd);
        return Done(Ended(subscription, PeriodEnding.Canceled, 0, []), new Clause("subscriptions.cancel", "A cancellation takes effect at the end of the period that is paid for."));
    }

    private static ActionVerdict<PeriodEnded> Change(IActionRows rows, Subscription subscription)
    {
        if (subscription.Currency != rows.Policies.Currency) return Refuse(new Clause("currency_differs", "Changes are worked out in the currency of the policies; people do this one."));
        PriceList prices = rows.Policies.Prices();
        (string plan, int seats, IReadOnlyList<string> kept) = WhatCanCome(subscription, prices);
        if (prices.FindPlan(plan) is null) return Refuse(new Clause("plan_not_found", "There is no such plan any more; people decide that."));

        var target = new MoveTarget(plan, subscription.NextCycle ?? subscription.Cycle, seats);
        (SubscriptionView view, GrantView grants) = SubscriptionRows.Read(rows, subscription);
        // Worked out as it was when it was offered; that it is time for it is this action's to know.
        SubscriptionMove terms = rows.Policies.Move(view.State(prices, grants), target, new PlanUsage { Seats = subscription.SeatsUsed }, rows.DayOf(subscription.PeriodEnd));
        (decimal paid, string planBefore, int seatsBefore, BillingCycle cycleBefore) = (SubscriptionRows.PaidBy(subscription), subscription.Plan, subscription.SeatsTotal, subscription.Cycle);
        DateTimeOffset from = subscription.PeriodEnd;
        subscription.AddOns = [.. subscription.AddOns.Where(a => prices.AddOns.FirstOrDefault(p => p.Key == a.Key) is { } p && p.Plans.Contains(plan, StringComparer.Ordinal))];
        subscription.BeginNext(target.Plan, target.Cycle, target.Seats);
        (subscription.UnitPrice, subscription.Discount, subscription.Mrr) = (terms.UnitPrice.Amount, terms.Discount, terms.Mrr.Amount);
        if (subscription.Status == SubscriptionStatus.Trialing) subscription.MoveTo(SubscriptionStatus.Active, rows.Now);
        if (plan != planBefore && subscription.CustomerId is { } id && rows.Find<Customer>(id) is { } customer) customer.Plan = plan;
        SubscriptionRows.Book(rows, subscription, plan != planBefore ? "downgrade" : seats != seatsBefore ? "seats_removed" : target.Cycle != cycleBefore ? "price" : "discount", paid, planBefore, seatsBefore, from);
        decimal billed = subscription.Status == SubscriptionStatus.Unpaid ? 0 : Bill(rows, subscription, terms);
        return Done(Ended(subscription, PeriodEnding.Changed, billed, kept), new Clause("plan_changes.period_end", "What was announced for the end of the period holds from the next one on."));
    }

    /// <summary>Bills the new period, by what it was said to cost. Whoever is unpaid gets nothing that could be billed.</summary>
    private static decimal Bill(IActionRows rows, Subscription subscription, SubscriptionMove terms)
    {
        if (terms.NextAmount.Amount <= 0) return 0;
        int months = subscription.Cycle == BillingCycle.Annual ? monthsOfYear : 1;
        Money seat = terms.UnitPrice * (1 - terms.Discount) * months, seats = (seat * subscription.SeatsTotal).Rounded();
        decimal extras = terms.NextAmount.Amount - seats.Amount;
        InvoiceLine[] lines =
        [
            new InvoiceLine(FormattableString.Invariant($"{subscription.Plan}, {subscription.SeatsTotal} seats, {rows.DayOf(subscription.PeriodStart):yyyy-MM-dd} to {rows.DayOf(subscription.PeriodEnd):yyyy-MM-dd}"), subscription.SeatsTotal, seat.Amount, seats.Amount),
            .. extras == 0 ? Array.Empty<InvoiceLine>() : [new InvoiceLine("Add-ons", 1, extras, extras)],
        ];
        Invoice draft = new Invoice { TenantId = subscription.TenantId, Id = rows.NewId(), CustomerId = subscription.CustomerId, SubscriptionId = subscription.Id, Currency = subscription.Currency, PeriodStart = subscription.PeriodStart, PeriodEnd = subscription.PeriodEnd, CreatedAt = rows.Now }
            .WithLines(lines, 0);
        rows.Add(draft);
        rows.Later(InvoiceIssuing.WorkFor(draft));
        return draft.Total;
    }

    private static PeriodEnded Ended(Subscription s, PeriodEnding ending, decimal billed, IReadOnlyList<string> kept) =>
        new(s.Id, ending, s.Plan, s.Cycle, s.SeatsTotal, ending == PeriodEnding.Canceled ? 0 : s.Mrr, billed, s.Currency, kept);

    /// <summary>What was announced, as far as it can come: seats that are in use stay, and so does a plan when the other one is gone or too small by now.</summary>
    private static (string Plan, int Seats, IReadOnlyList<string> Kept) WhatCanCome(Subscription subscription, PriceList prices)
    {
        (string plan, int seats, var kept) = (subscription.NextPlan ?? subscription.Plan, subscription.NextSeats ?? subscription.SeatsTotal, new List<string>());
        int used = Math.Max(1, subscription.SeatsUsed);
        if (seats < used)
        {
            kept.Add("seats_in_use");
            seats = used;
        }

        if (plan != subscription.Plan && prices.FindPlan(plan) is var next && (next is null || seats > next.Limits.Seats))
        {
            kept.Add(next is null ? "plan_gone" : "seats_over_limit");
            plan = subscription.Plan;
        }

        return (plan, seats, kept);
    }
}
