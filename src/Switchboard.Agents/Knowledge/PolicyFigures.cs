using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Knowledge;

/// <summary>The figures of the policy that articles state: what a seat of each plan costs, by the month and by the year.</summary>
internal static class PolicyFigures
{
    /// <summary>The figures.</summary>
    public static IReadOnlyList<PolicyFigure> Of(AgentBasis basis)
    {
        TenantPolicies policies = basis.Policies;
        // Paid by the year a seat costs less by the month; both stand in price lists.
        return [.. policies.Plans.Where(p => p.UnitPrice > 0).SelectMany(p => new[] { p.UnitPrice, p.UnitPrice * 0.8m, p.UnitPrice * 12, p.UnitPrice * 12 * 0.8m }.Select(v => new PolicyFigure(p.Key, v, policies.Currency)))];
    }
}
