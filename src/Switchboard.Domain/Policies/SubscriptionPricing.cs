using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Policies;

/// <summary>An add-on of a subscription.</summary>
/// <param name="Key">The add-on.</param>
/// <param name="Quantity">Pieces; counts only for those sold by the piece.</param>
public sealed record AddOnChoice(string Key, int Quantity = 1);

/// <summary>What a subscription consists of.</summary>
/// <param name="Plan">Key of the plan.</param>
/// <param name="Cycle">How often it is paid.</param>
/// <param name="Seats">Seats, 1 or more.</param>
/// <param name="AddOns">What is bought beside the plan.</param>
/// <param name="Programme">The programme whose proof was checked.</param>
/// <param name="Concession">Points of concession in force, 0..1.</param>
public sealed record SubscriptionTerms(string Plan, BillingCycle Cycle, int Seats, IReadOnlyList<AddOnChoice> AddOns, string? Programme = null, decimal Concession = 0);

/// <summary>A line of what a period costs, rounded once.</summary>
/// <param name="Text">What it is for.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Amount">What it costs.</param>
/// <param name="Clause">The rule.</param>
public sealed record PriceLine(string Text, int Quantity, Money Amount, Clause Clause);

/// <summary>What a subscription costs.</summary>
/// <param name="Allowed">Whether it can be sold; then <see cref="Clause"/> says how the price comes about, else why not.</param>
/// <param name="UnitPrice">Price of a seat for a month before discounts, at the price of the cycle.</param>
/// <param name="NetUnitPrice">The same after discounts, unrounded.</param>
/// <param name="Discount">All discounts together, 0..1.</param>
/// <param name="Mrr">What a month is worth with the recurring add-ons, rounded once.</param>
/// <param name="Arr">Twelve months of it, rounded once.</param>
/// <param name="Lines">What the first period costs, line by line.</param>
/// <param name="Total">The sum of the lines, before tax.</param>
/// <param name="Clause">The rule.</param>
public sealed record PriceDecision(bool Allowed, Money UnitPrice, Money NetUnitPrice, decimal Discount, Money Mrr, Money Arr, IReadOnlyList<PriceLine> Lines, Money Total, Clause Clause);

/// <summary>What a tenant sells: plans, add-ons and the discounts on them.</summary>
/// <param name="Currency">The currency of all prices.</param>
/// <param name="Plans">The plans.</param>
/// <param name="AddOns">The add-ons.</param>
/// <param name="Discounts">The discounts.</param>
public sealed record PriceList(string Currency, IReadOnlyList<PlanPolicy> Plans, IReadOnlyList<AddOnPolicy> AddOns, DiscountPolicy Discounts)
{
    private const int monthsOfYear = 12;

    /// <summary>The plan; null when there is none with the key.</summary>
    public PlanPolicy? FindPlan(string key) => Plans.FirstOrDefault(p => p.Key == key);

    /// <summary>The plan.</summary>
    /// <exception cref="ArgumentException">There is none with the key.</exception>
    public PlanPolicy Plan(string key) => FindPlan(key) ?? throw new ArgumentException($"There is no plan \"{key}\"; plans are {string.Join(", ", Plans.Select(p => p.Key))}.", nameof(key));

    /// <summary>Price of a seat for a month before discounts: the list price, lower when a year is paid.</summary>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public Money UnitPrice(string plan, BillingCycle cycle) => new(Plan(plan).UnitPrice * (cycle == BillingCycle.Annual ? 1 - Discounts.AnnualReduction : 1), Currency);

    /// <summary>What a subscription costs. MRR is computed unrounded and rounded once; each line is rounded once and the total is the sum of the lines.</summary>
    /// <exception cref="ArgumentException">There is no such plan, add-on or programme, or fewer than one seat or piece.</exception>
    public PriceDecision Price(SubscriptionTerms terms)
    {
        if (terms.Seats < 1) throw new ArgumentException("A subscription has at least one seat.", nameof(terms));
        if (terms.AddOns.FirstOrDefault(a => a.Quantity < 1) is { } none) throw new ArgumentException($"At least one piece of {none.Key} is bought.", nameof(terms));
        PlanPolicy plan = Plan(terms.Plan);
        Money unit = UnitPrice(plan.Key, terms.Cycle);
        decimal discount = Discounts.Total(terms.Seats, terms.Programme, terms.Concession);
        Money net = unit * (1 - discount);
        if (Hindrance(plan, terms) is { } hindrance)
            return new PriceDecision(Allowed: false, unit, net, discount, Money.Zero(Currency), Money.Zero(Currency), [], Money.Zero(Currency), hindrance);

        int months = terms.Cycle == BillingCycle.Annual ? monthsOfYear : 1;
        Money seats = net * terms.Seats;
        var clause = new Clause("plans.price", $"{plan.Key}: {terms.Seats} seats × {unit} a month{(discount > 0 ? $", less {Wording.Percent(discount)}" : "")}{(terms.Cycle == BillingCycle.Annual ? $"; the annual price is {Wording.Percent(Discounts.AnnualReduction)} lower" : "")}.");
        List<PriceLine> lines = [new(plan.Key, terms.Seats, (seats * months).Rounded(), clause)];
        Money mrr = seats;
        foreach (AddOnChoice choice in terms.AddOns)
        {
            AddOnPolicy addOn = AddOn(choice.Key);
            Money price = AddOnPrice(addOn, choice.Quantity, terms.Seats, seats);
            bool once = addOn.Unit == AddOnUnit.Once;
            if (!once) mrr += price;
            int quantity = addOn.Unit switch { AddOnUnit.SeatMonth => terms.Seats, AddOnUnit.ShareOfSubscription => 1, _ => choice.Quantity };
            lines.Add(new PriceLine(addOn.Name, quantity, (once ? price : price * months).Rounded(), AddOnClause(addOn)));
        }
        return new PriceDecision(Allowed: true, unit, net, discount, mrr.Rounded(), (mrr * monthsOfYear).Rounded(), lines, Money.Sum(lines.Select(l => l.Amount), Currency), clause);
    }

    /// <summary>What an add-on costs, unrounded: a month of a recurring one, or the one payment. No discount touches it.</summary>
    /// <param name="addOn">The add-on.</param>
    /// <param name="quantity">Pieces.</param>
    /// <param name="seats">Seats of the subscription.</param>
    /// <param name="subscription">MRR of the subscription without add-ons.</param>
    public Money AddOnPrice(AddOnPolicy addOn, int quantity, int seats, Money subscription) => addOn.Unit switch
    {
        AddOnUnit.SeatMonth => new Money(addOn.Price * seats, Currency),
        AddOnUnit.ShareOfSubscription => Money.Max(subscription * addOn.Price, new Money(addOn.AtLeast, Currency)),
        _ => new Money(addOn.Price * quantity, Currency),
    };

    /// <summary>The add-on.</summary>
    /// <exception cref="ArgumentException">There is none with the key.</exception>
    public AddOnPolicy AddOn(string key) => AddOns.FirstOrDefault(a => a.Key == key) ?? throw new ArgumentException($"There is no add-on \"{key}\"; add-ons are {string.Join(", ", AddOns.Select(a => a.Key))}.", nameof(key));

    private Clause? Hindrance(PlanPolicy plan, SubscriptionTerms terms)
    {
        if (plan.Limits.Seats is { } most && terms.Seats > most) return new Clause("plans.seats_over_limit", $"{plan.Key} has at most {most} seats.");
        foreach (AddOnPolicy addOn in terms.AddOns.Select(a => AddOn(a.Key)))
        {
            if (addOn.IncludedIn.Contains(plan.Key, StringComparer.Ordinal)) return new Clause("add_ons.included", $"{addOn.Name} is included in {plan.Key}.");
            if (!plan.IsPaid || !addOn.Plans.Contains(plan.Key, StringComparer.Ordinal)) return new Clause("add_ons.not_for_plan", $"{addOn.Name} can be bought with {Wording.List(addOn.Plans)}.");
        }
        return null;
    }

    private Clause AddOnClause(AddOnPolicy addOn) => new($"add_ons.{addOn.Key}", addOn.Unit switch
    {
        AddOnUnit.Once => $"{addOn.Name}: {new Money(addOn.Price, Currency)} once; no discount.",
        AddOnUnit.SeatMonth => $"{addOn.Name}: {new Money(addOn.Price, Currency)} for each seat and month; no discount.",
        AddOnUnit.ShareOfSubscription => $"{addOn.Name}: {Wording.Percent(addOn.Price)} of the subscription, at least {new Money(addOn.AtLeast, Currency)} a month; no discount.",
        _ => $"{addOn.Name}: {new Money(addOn.Price, Currency)} a month; no discount.",
    });
}
