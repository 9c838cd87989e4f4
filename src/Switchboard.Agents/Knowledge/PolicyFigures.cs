using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Knowledge;

/// <summary>The figures of the policy that articles state: what a seat of each plan costs by the month, less when it is paid by the year, and what the add-ons cost.</summary>
internal static class PolicyFigures
{
    private const int months = 12;

    /// <summary>The figures.</summary>
    public static IReadOnlyList<PolicyFigure> Of(AgentBasis basis)
    {
        TenantPolicies policies = basis.Policies;
        decimal kept = 1 - policies.Discounts.AnnualReduction;
        return
        [
            .. policies.Plans.Where(p => p.IsPaid).SelectMany(p => new PolicyFigure[]
            {
                new(p.Key, p.UnitPrice, policies.Currency),
                new(p.Key, p.UnitPrice * kept, policies.Currency, Yearly: true),
                new(p.Key, p.UnitPrice * kept * months, policies.Currency, Yearly: true),
                new(p.Key, p.UnitPrice * months, policies.Currency, Yearly: true),
            }),
            // What an add-on costs at least is as true as what it costs.
            .. policies.AddOns.Where(a => a.Name.Contains(' ')).SelectMany(a => new[] { a.Price, a.AtLeast }.Where(v => v > 0).Distinct().Select(v => new PolicyFigure(a.Name, v, a.Unit.ToString().Contains("Percent", StringComparison.Ordinal) && v == a.Price ? "%" : policies.Currency))),
        ];
    }
}
