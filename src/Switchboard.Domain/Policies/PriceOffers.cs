using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Policies;

/// <summary>What a customer needs of a plan; null where nothing is said.</summary>
/// <param name="Projects">Projects.</param>
/// <param name="StorageGb">Storage in GB.</param>
/// <param name="ApiCalls">API calls in a month.</param>
/// <param name="Automations">Automations.</param>
public sealed record PlanNeeds([property: AtLeast(0)] int? Projects = null, [property: AtLeast(0)] decimal? StorageGb = null, [property: AtLeast(0)] long? ApiCalls = null, [property: AtLeast(0)] int? Automations = null);

/// <summary>What a plan costs for a number of seats.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How often it is paid.</param>
/// <param name="Unit">Price of a seat for a month before discounts.</param>
/// <param name="Discount">The volume discount, 0..1.</param>
/// <param name="PerMonth">A month in all, rounded once.</param>
/// <param name="PerYear">Twelve months, rounded once.</param>
/// <param name="Once">What is paid once beside it.</param>
/// <param name="LimitsOk">Whether the plan's limits are enough; when not, it is not on offer.</param>
/// <param name="Why">How the price comes about, or which limit is too small.</param>
public sealed record PlanOffer(string Plan, BillingCycle Cycle, Money Unit, decimal Discount, Money PerMonth, Money PerYear, Money Once, bool LimitsOk, string Why);

/// <summary>Prices side by side.</summary>
public static class PriceOffers
{
    /// <summary>The plans for a number of seats, in their order, each in the cycles that are asked for. A plan whose limits are too small is among them with the reason.</summary>
    /// <param name="prices">What the tenant sells.</param>
    /// <param name="seats">Seats.</param>
    /// <param name="plan">The one plan that is meant; null for all.</param>
    /// <param name="cycle">The one cycle that is meant; null for both.</param>
    /// <param name="addOns">Keys of add-ons; one that a plan includes costs nothing there, one that does not fit is left out with a word.</param>
    /// <param name="needs">What the plan must allow.</param>
    public static IReadOnlyList<PlanOffer> Offers(this PriceList prices, int seats, string? plan, BillingCycle? cycle, IReadOnlyList<string> addOns, PlanNeeds? needs = null)
    {
        BillingCycle[] cycles = cycle is { } one ? [one] : [BillingCycle.Monthly, BillingCycle.Annual];
        return [.. prices.Plans.Where(p => plan is null || p.Key == plan).SelectMany(p => cycles.Where(c => p.IsPaid || c == cycles[0]).Select(c => prices.Offer(p, c, seats, addOns, needs)))];
    }

    /// <summary>The cheapest offer whose limits are enough, with the limit that rules the cheaper plans out; null when none is enough.</summary>
    public static (PlanOffer Offer, string Decides)? Cheapest(this IReadOnlyList<PlanOffer> offers)
    {
        PlanOffer? best = offers.Where(o => o.LimitsOk).MinBy(o => o.PerMonth.Amount);
        if (best is null) return null;
        PlanOffer? tooSmall = offers.Where(o => !o.LimitsOk && o.PerMonth <= best.PerMonth).LastOrDefault() ?? offers.LastOrDefault(o => !o.LimitsOk);
        return (best, tooSmall?.Why ?? "no limit rules a cheaper plan out");
    }

    private static PlanOffer Offer(this PriceList prices, PlanPolicy plan, BillingCycle cycle, int seats, IReadOnlyList<string> addOns, PlanNeeds? needs)
    {
        AddOnPolicy[] wanted = [.. addOns.Select(prices.AddOn)];
        AddOnPolicy[] included = [.. wanted.Where(a => a.IncludedIn.Contains(plan.Key, StringComparer.Ordinal))];
        AddOnPolicy[] foreign = [.. wanted.Except(included).Where(a => !plan.IsPaid || !a.Plans.Contains(plan.Key, StringComparer.Ordinal))];
        string? tooSmall = TooSmall(plan, seats, needs);
        // A plan whose seats are too few is still priced, so that it can be said what rules it out.
        PriceList open = prices with { Plans = [plan with { Limits = plan.Limits with { Seats = null } }] };
        PriceDecision price = open.Price(new SubscriptionTerms(plan.Key, cycle, seats, [.. wanted.Except(included).Except(foreign).Select(a => new AddOnChoice(a.Key))]));
        Money once = Money.Sum(wanted.Except(included).Except(foreign).Where(a => a.Unit == AddOnUnit.Once).Select(a => new Money(a.Price, prices.Currency)), prices.Currency).Rounded();
        string notes = string.Concat(included.Select(a => $" {a.Name} is included.").Concat(foreign.Select(a => $" {a.Name} is sold with {Wording.List(a.Plans)}.")));
        bool missing = foreign.Length > 0;
        return new PlanOffer(plan.Key, cycle, price.UnitPrice.Rounded(), price.Discount, price.Mrr, price.Arr, once, tooSmall is null && !missing, tooSmall ?? price.Clause.Text + notes);
    }

    private static string? TooSmall(PlanPolicy plan, int seats, PlanNeeds? needs)
    {
        PlanLimits l = plan.Limits;
        return Beyond("seats", seats, l.Seats) ?? Beyond("projects", needs?.Projects, l.Projects) ?? Beyond("GB of storage", needs?.StorageGb, l.StorageGb)
            ?? Beyond("API calls a month", needs?.ApiCalls, l.ApiCalls) ?? Beyond("automations", needs?.Automations, l.Automations);

        string? Beyond(string what, decimal? wanted, decimal? limit) => wanted > limit ? $"{plan.Key} has at most {Wording.Number(limit.Value)} {what}, {Wording.Number(wanted.Value)} are needed." : null;
    }
}
