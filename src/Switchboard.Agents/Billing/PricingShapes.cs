using Switchboard.Core.Actions.Billing;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>A question about prices.</summary>
public sealed record PricingInput
{
    /// <summary>The customer whose subscription is the ground, when there is one.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>Seats.</summary>
    public int? Seats { get; init; }

    /// <summary>The plan that is meant; null for all.</summary>
    public string? Plan { get; init; }

    /// <summary>The cycle that is meant; null for both.</summary>
    public BillingCycle? Cycle { get; init; }

    /// <summary>Keys of add-ons.</summary>
    public IReadOnlyList<string> AddOns { get; init; } = [];

    /// <summary>ISO 4217 code in which the price is asked for; null for the tenant's.</summary>
    public string? Currency { get; init; }

    /// <summary>What the plan must allow.</summary>
    public PlanNeeds? Needs { get; init; }

    /// <summary>The programme that is claimed.</summary>
    public string? Programme { get; init; }

    /// <summary>Whether terms are wanted that no published plan has, such as several years at once.</summary>
    public bool CustomTerms { get; init; }
}

/// <summary>What is sold, and what the customer has.</summary>
public sealed record PricingFacts
{
    /// <summary>The plans, the lowest first.</summary>
    public IReadOnlyList<PlanPolicy>? Plans { get; init; }

    /// <summary>The add-ons.</summary>
    public IReadOnlyList<AddOnPolicy>? AddOns { get; init; }

    /// <summary>The customer's subscription; null for a visitor.</summary>
    public SubscriptionView? Subscription { get; init; }
}

/// <summary>What an add-on costs by itself.</summary>
/// <param name="Key">The add-on.</param>
/// <param name="Name">Its name.</param>
/// <param name="Price">Its price in its own unit; of a share of the subscription the rate.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Plans">The plans it is sold with.</param>
/// <param name="IncludedIn">The plans that have it.</param>
public sealed record AddOnPrice(string Key, string Name, decimal Price, AddOnUnit Unit, IReadOnlyList<string> Plans, IReadOnlyList<string> IncludedIn);

/// <summary>What a programme gives and asks for.</summary>
/// <param name="Key">The programme.</param>
/// <param name="Rate">The share of the price, 0..1.</param>
/// <param name="Proof">What must be shown.</param>
public sealed record ProgrammeOffer(string Key, decimal Rate, string Proof);

/// <summary>The price of one plan in one cycle.</summary>
public sealed record PlanPrice(string Plan, BillingCycle Cycle, decimal Unit, decimal Discount, decimal PerMonth, decimal PerYear, decimal Once, bool LimitsOk, string Why)
{
    internal static PlanPrice Of(PlanOffer o) => new(o.Plan, o.Cycle, o.Unit.Rounded().Amount, o.Discount, o.PerMonth.Amount, o.PerYear.Amount, o.Once.Amount, o.LimitsOk, o.Why);
}

/// <summary>Prices as facts.</summary>
/// <param name="Currency">ISO 4217 code of all amounts.</param>
/// <param name="Seats">The seats that are priced.</param>
/// <param name="Prices">A line for each plan and cycle; one whose limits are too small is there with the reason.</param>
/// <param name="AnnualSaves">What paying a year saves in it on the cheapest plan that is enough.</param>
/// <param name="Cheapest">The cheapest plan that is enough.</param>
/// <param name="Decides">The need that rules the cheaper plans out.</param>
/// <param name="Plans">The plans with their limits.</param>
/// <param name="AddOns">The add-ons that were asked about.</param>
/// <param name="Programmes">The programmes that were asked about.</param>
/// <param name="Tax">What is said of tax.</param>
public sealed record PricingFinding(
    string Currency, int Seats, IReadOnlyList<PlanPrice> Prices, decimal? AnnualSaves, string? Cheapest, string? Decides, IReadOnlyList<PlanPolicy> Plans, IReadOnlyList<AddOnPrice> AddOns, IReadOnlyList<ProgrammeOffer> Programmes, string Tax)
{
    /// <summary>An amount of this finding as it is read.</summary>
    internal string Show(decimal amount) => BillingTalk.Show(new Money(amount, Currency));
}
