using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Works out what can be said to a wish for less. Pure: the talk and a call by name use the same.</summary>
internal static class DiscountRules
{
    private static readonly string[] grounds = ["volume", "annual", "concession"];

    /// <summary>The answer, or why there is none.</summary>
    public static Finding<DiscountFinding> Work(DiscountInput input, DiscountFacts facts, AgentBasis basis)
    {
        if (facts.Subscription is not { } s) return new Stop("no_evidence", "The customer has no subscription that runs.");
        PriceList prices = basis.Policies.Prices();
        if (prices.FindPlan(s.Plan) is not { IsPaid: true }) return new Stop("policy_forbids", "Nothing is paid on this plan, so there is nothing to take off.");
        if (s.IsPastDue) return new Stop("past_due", "What is open is paid first; then a discount can be talked about.");
        if (input.Basis is { } named && !grounds.Contains(named, StringComparer.Ordinal) && prices.Discounts.Programmes.All(p => p.Key != named))
            return new Stop("slot_not_given", $"There is no discount called {named}: {string.Join(", ", grounds.Concat(prices.Discounts.Programmes.Select(p => p.Key)))}.");
        if (prices.Discounts.Programmes.FirstOrDefault(p => p.Key == input.Basis) is { } programme && facts.Grants?.Programme != programme.Key) return Programme(programme, input, basis);

        GrantView grants = (facts.Grants ?? new()).Known(prices.Discounts);
        DiscountGround ground = s.Ground(grants);
        decimal? wanted = input.Wanted;
        if (wanted is null && input.PriceWanted is { } price)
        {
            decimal given = prices.Answer(ground, 0, null, basis.Today).Decision.Base;
            wanted = DiscountNegotiation.PointsFor(prices.ListMonth(ground).Amount, prices.ListMonth(ground).Amount * (1 - given), price);
        }

        if (wanted is < 0 or > 1) return new Stop("policy_forbids", "A discount is between nothing and all of the price.");
        if (input.Months is < 1) return new Stop("policy_forbids", "A discount holds at least a month.");
        DiscountAnswer answer = prices.Answer(ground, wanted ?? 0, input.Months, basis.Today);
        DiscountDecision d = answer.Decision;
        string? reason = !d.Allowed ? "policy_forbids" : d.NeededScope is null ? null : answer.Once ? "once_per_12_months" : "approval_needed";
        return new DiscountFinding(
            wanted is 0 ? null : wanted, d.Base, d.Concession, d.Total, d.Months, d.NeededScope, answer.MrrBefore.Amount, answer.MrrAfter.Amount, answer.Until,
            answer.Counter is { } c ? new CounterFinding(c.Concession, c.Total, c.Months, c.MrrAfter.Amount) : null,
            s.Cycle == BillingCycle.Monthly ? prices.Month(ground.Yearly, d.Base + (wanted is null or 0 ? ground.Concession : 0)).Amount : null,
            d.Allowed, reason, prices.Currency, d.Clause.Text);
    }

    /// <summary>The wish for what can be given at once, with its finding.</summary>
    public static (DiscountInput Input, DiscountFinding Finding) Take(DiscountInput input, DiscountFinding finding)
    {
        CounterFinding c = finding.Counter!;
        return (
            input with { Wanted = c.Concession, PriceWanted = null, Months = c.Months },
            finding with { Wanted = c.Concession, Concession = c.Concession, Total = c.Total, Months = c.Months, Scope = null, MrrAfter = c.MrrAfter, Until = null, Counter = null, Allowed = true, Reason = null });
    }

    /// <summary>A programme is given by a person who has seen the proof; what surely does not fit is said at once.</summary>
    private static Stop Programme(DiscountProgramme programme, DiscountInput input, AgentBasis basis)
    {
        bool tooOld = programme.YoungerThanYears is { } years && input.Founded is { } founded && founded.AddYears(years) <= basis.Today;
        bool tooLarge = programme.FewerThanEmployees is { } most && input.Employees >= most;
        if (tooOld) return new Stop("policy_forbids", $"The programme {programme.Key} is for companies younger than {programme.YoungerThanYears} years.");
        if (tooLarge) return new Stop("policy_forbids", $"The programme {programme.Key} is for companies with fewer than {programme.FewerThanEmployees} employees.");
        return new Stop("proof_check", $"The programme {programme.Key} gives {BillingTalk.Percent(programme.Rate)} off; it does not add to the volume discount, the better one counts. It needs {PricingAnswer.ProofOf(programme)}.");
    }
}
