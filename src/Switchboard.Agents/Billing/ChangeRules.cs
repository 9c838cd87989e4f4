using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Works out what a wish to change a subscription comes to. Pure: the talk and a call by name use the same.</summary>
internal static class ChangeRules
{
    /// <summary>The reasons at which an offer to stay is made.</summary>
    private static readonly string[] offeredAt = ["price", "low_use"];

    /// <summary>What the wish comes to, or why it cannot be.</summary>
    public static Finding<ChangeFinding> Work(ChangeInput input, ChangeFacts facts, AgentBasis basis) => Decide(input, facts, basis).With(change => change with { ContractUntil = facts.ContractUntil });

    private static Finding<ChangeFinding> Decide(ChangeInput input, ChangeFacts facts, AgentBasis basis)
    {
        if (facts.Subscription is not { } s) return new Stop("no_evidence", "The customer has no subscription that runs.");
        TenantPolicies policies = basis.Policies;
        PriceList prices = policies.Prices();
        facts = facts with { Grants = (facts.Grants ?? new()).Known(prices.Discounts) };
        if (prices.FindPlan(s.Plan) is null) return new Stop("no_evidence", $"The plan {s.Plan} is not on the price list.");
        if (s.PeriodEnd <= s.PeriodStart) return new Stop("no_evidence", "The period that is paid for must be known: its first day, and the day on which the next one begins.");
        SubscriptionState state = s.State(prices, facts.Grants);
        PlanUsage usage = (facts.Usage ?? new PlanUsage()) with { Seats = s.SeatsUsed, AddOns = [.. s.AddOns.Select(a => a.Key).Where(k => prices.AddOns.Any(a => a.Key == k))] };
        var from = new Terms(s.Plan, s.Cycle, s.SeatsTotal);
        bool bound = facts.ContractUntil is { } until && until >= s.PeriodEnd;
        Money now = prices.Month(s.Ground(facts.Grants), state.Discount);

        if (input.Change == MoveKind.Resume)
        {
            if (!s.CancelAtPeriodEnd && !s.ChangesAtPeriodEnd) return new Stop("policy_forbids", "The subscription goes on anyway; there is nothing to take back.");
            return new ChangeFinding(MoveKind.Resume, from, from, AtOnce: true, basis.Today, 0, PeriodAmount(now, s.Cycle), prices.Currency, [], null, "A cancellation is taken back free of charge until the period ends.");
        }

        if (input.Change == MoveKind.Cancel)
        {
            if (bound) return new Stop("contract_term", $"A contract runs until {facts.ContractUntil:yyyy-MM-dd}; people decide that.");
            if (s.CancelAtPeriodEnd) return new Stop("policy_forbids", "The subscription ends with its period already.");
            IReadOnlyList<PlanLoss> gone = policies.LossesOfEnding(usage, state.Period);
            return new ChangeFinding(MoveKind.Cancel, from, from, AtOnce: false, s.PeriodEnd, 0, 0, prices.Currency, [.. gone.Select(Tell)], Offer(input, facts, basis, prices), "A cancellation takes effect at the end of the period that is paid for.");
        }

        int seats = input.Seats ?? s.SeatsTotal + (input.SeatsBy ?? 0);
        string plan = input.Plan ?? input.Change switch { MoveKind.Upgrade => Beside(prices, s.Plan, 1), MoveKind.Downgrade => Beside(prices, s.Plan, -1), _ => s.Plan } ?? s.Plan;
        if (prices.FindPlan(plan) is null) return new Stop("slot_not_given", $"There is no plan {plan}.");
        if (seats < 1) return new Stop("slot_not_given", "A subscription has at least one seat.");
        var target = new MoveTarget(plan, input.Cycle ?? s.Cycle, seats);
        if (target == new MoveTarget(s.Plan, s.Cycle, s.SeatsTotal)) return new Stop("slot_not_given", "The subscription is like that already; say the plan, the seats or the cycle.");
        SubscriptionMove move = policies.Move(state, target, usage, basis.Today);
        if (!move.Allowed) return new Stop("seats_over_limit", move.Clause.Text);
        // Nothing is left of a period that is over, so what is added would be given away until the next one begins.
        if (move.AtOnce && s.PeriodEnd <= basis.Today) return new Stop("no_evidence", $"The period ended on {s.PeriodEnd:yyyy-MM-dd}, and the next one has not begun yet; ask again once it has.");
        if (move.AtOnce && s.IsPastDue) return new Stop("past_due", "What is open is paid first; then the plan can grow.");
        if (s.CancelAtPeriodEnd) return new Stop("policy_forbids", "The subscription ends with its period; let it go on first.");
        if (!move.AtOnce && bound) return new Stop("contract_term", $"A contract runs until {facts.ContractUntil:yyyy-MM-dd}; people decide that.");
        MoveKind kind = plan == s.Plan ? target.Cycle == s.Cycle ? MoveKind.Seats : MoveKind.Cycle : move.AtOnce ? MoveKind.Upgrade : MoveKind.Downgrade;
        return new ChangeFinding(
            kind, from, new Terms(plan, target.Cycle, seats), move.AtOnce, move.EffectiveOn, move.ChargeNow.Amount, move.NextAmount.Amount, prices.Currency,
            [.. move.Losses.Select(Tell)], kind == MoveKind.Downgrade ? Offer(input, facts, basis, prices) : null, move.Clause.Text);
    }

    private static string? Beside(PriceList prices, string plan, int step)
    {
        int at = prices.Plans.ToList().FindIndex(p => p.Key == plan) + step;
        return at >= 0 && at < prices.Plans.Count ? prices.Plans[at].Key : null;
    }

    private static ChangeLoss Tell(PlanLoss loss) => new(loss.Item, loss.Used, loss.Limit);

    private static decimal PeriodAmount(Money month, BillingCycle cycle) => (month * (cycle == BillingCycle.Annual ? 12 : 1)).Rounded().Amount;

    /// <summary>The one offer to who leaves for the price or for low use; null when none is made. A "no" in the last twelve months is kept to.</summary>
    private static RetentionOffer? Offer(ChangeInput input, ChangeFacts facts, AgentBasis basis, PriceList prices)
    {
        ConcessionPolicy c = prices.Discounts.Concessions;
        SubscriptionView s = facts.Subscription!;
        if (!offeredAt.Contains(input.Reason) || s.IsPastDue || s.OfferDeclinedOn > basis.Today.AddMonths(-c.OncePerMonths)) return null;
        GrantView grants = facts.Grants!;
        DiscountGround ground = s.Ground(grants);
        if (s.SeatsUsed > 0 && s.SeatsUsed < s.SeatsTotal && input.Reason == "low_use")
            return new RetentionOffer("unused_seats", null, null, s.SeatsUsed, prices.Month(ground with { Seats = s.SeatsUsed }, prices.Discounts.Total(s.SeatsUsed, grants.Programme, grants.Concession)).Amount);
        DiscountAnswer answer = prices.Answer(ground, c.AutomaticUpTo, c.AutomaticMonths, basis.Today);
        if (answer.Decision is { Allowed: true, NeededScope: null }) return new RetentionOffer("concession", c.AutomaticUpTo, c.AutomaticMonths, null, answer.MrrAfter.Amount);
        return s.Cycle == BillingCycle.Monthly ? new RetentionOffer("annual", null, null, null, prices.Month(ground.Yearly, answer.Decision.Base).Amount) : null;
    }
}
