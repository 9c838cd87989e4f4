using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Says what plans cost and allow, from the price list alone, also to visitors.</summary>
[Agent("billing/pricing-explainer")]
public sealed class PricingExplainer : Specialist<PricingInput, PricingFacts, PricingFinding>
{
    private const int mostSeats = 10_000;

    /// <inheritdoc />
    protected override async Task<Finding<PricingFacts>> LoadAsync(PricingInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        IReadOnlyList<Subscription> own = input.CustomerId is { } id
            ? await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == id && s.Status != SubscriptionStatus.Canceled).OrderByDescending(s => s.StartedAt).Take(1))
            : [];
        return new PricingFacts { Plans = basis.Policies.Plans, AddOns = basis.Policies.AddOns, Subscription = own.Count > 0 ? SubscriptionView.Of(own[0], basis.DayOf) : null };
    }

    /// <inheritdoc />
    protected override Finding<PricingFinding> Compute(PricingInput input, PricingFacts facts, AgentBasis basis)
    {
        if (facts.Plans is not { Count: > 0 } plans || facts.AddOns is not { } addOns) return new Stop("out_of_scope", "The plans and add-ons that are sold must be known.");
        string currency = basis.Policies.Currency;
        if (input.Currency is { } asked && asked != currency) return new Stop("currency_not_offered", $"Prices are in {currency}; a price in {asked} is not offered.");
        if (input.CustomTerms || input.Seats > mostSeats) return new Stop("custom_terms", "That goes beyond the published plans; the sales team makes an offer.");
        if (input.Plan is { } wanted && plans.All(p => p.Key != wanted)) return new Stop("out_of_scope", $"There is no plan {wanted}; plans are {string.Join(", ", plans.Select(p => p.Key))}.");
        if (input.AddOns.FirstOrDefault(k => addOns.All(a => a.Key != k)) is { } unknown) return new Stop("out_of_scope", $"There is no add-on {unknown}.");

        var prices = new PriceList(currency, plans, addOns, basis.Policies.Discounts);
        int seats = input.Seats ?? facts.Subscription?.SeatsTotal ?? 1;
        if (seats < 1) return new Stop("out_of_scope", "A price is for at least one seat.");
        BillingCycle? cycle = input.Cycle ?? (input.Seats is null ? facts.Subscription?.Cycle : null);
        IReadOnlyList<PlanOffer> offers = prices.Offers(seats, input.Plan, cycle, input.AddOns, input.Needs);
        (PlanOffer Offer, string Decides)? cheapest = prices.Offers(seats, null, cycle ?? BillingCycle.Monthly, input.AddOns, input.Needs).Cheapest();
        string? saved = input.Plan ?? cheapest?.Offer.Plan;
        PlanOffer? monthly = offers.FirstOrDefault(o => o.Plan == saved && o is { Cycle: BillingCycle.Monthly, LimitsOk: true }), annual = offers.FirstOrDefault(o => o.Plan == saved && o is { Cycle: BillingCycle.Annual, LimitsOk: true });
        return new PricingFinding(
            currency, seats, [.. offers.Select(PlanPrice.Of)], monthly is not null && annual is not null ? monthly.PerYear.Amount - annual.PerYear.Amount : null,
            cheapest?.Offer.Plan, cheapest?.Decides, plans,
            [.. addOns.Where(a => input.AddOns.Contains(a.Key, StringComparer.Ordinal)).Select(a => new AddOnPrice(a.Key, a.Name, a.Price, a.Unit, a.Plans, a.IncludedIn))],
            [.. basis.Policies.Discounts.Programmes.Where(p => p.Key == input.Programme).Select(p => new ProgrammeOffer(p.Key, p.Rate, PricingAnswer.ProofOf(p)))],
            "plus tax where due");
    }

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        PricingWish wish = await turn.Decide("wish", (TenantPolicies p) => PricingWords.Read(turn, p));
        PricingInput input = wish.Input with { CustomerId = turn.Contact?.CustomerId };
        if (wish.NeedsTotal && input.Seats is null && input.CustomerId is null)
        {
            Given<SeatCount> given = await turn.Need(PricingWords.Seats(turn), "how-many");
            if (given.Has) input = input with { Seats = given.Value!.Seats };
        }

        Found<PricingFacts> facts = await Facts(turn, input);
        wish = PricingWords.Grounded(wish with { Input = input }, facts.Value!);
        // A visitor has no subscription to read; the price list is everybody's.
        Found<PricingFinding> finding = await Finding(turn, wish.Input, facts.Value!);
        if (finding.Stop is { Reason: "custom_terms" } custom) return turn.HandOver("custom_terms", "custom-terms", new { custom.Detail }, team: "sales");
        if (finding.Value is not { } found) return turn.Say(ReplyStatus.Declined, "not-offered", new { finding.Stop!.Detail }, reason: finding.Stop.Reason);
        PricingFinding? before = wish.From is { } from ? (await Finding(turn, wish.Input with { Seats = from }, facts.Value!)).Value : null;
        IReadOnlyList<SeatsChange> changes = before is null ? [] : await turn.Decide("change", () => PricingAnswer.Changes(wish, found, before));
        string text = PricingAnswer.Tell(wish, found, before, changes);
        return turn.Say(ReplyStatus.Answered, "prices", new { Text = text, found.Tax });
    }
}
