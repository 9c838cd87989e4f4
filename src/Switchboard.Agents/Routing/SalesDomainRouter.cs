using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>Picks the sales specialist by objection, progression, qualification or education.</summary>
[Agent("routing/sales-domain-router")]
public sealed class SalesDomainRouter : RoutingAgent<SalesFacts, SalesFacts, AgentChoice>
{
    /// <inheritdoc />
    protected override Task<Finding<SalesFacts>> LoadAsync(SalesFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) =>
        Task.FromResult<Finding<SalesFacts>>(input with { Agents = input.Agents ?? Given.Specialists(basis) });

    /// <inheritdoc />
    protected override Finding<AgentChoice> Compute(SalesFacts input, SalesFacts facts, AgentBasis basis)
    {
        SalesFacts all = Given.Over(facts, input);
        if (all is { Intents: null, Text: null }) return new Stop("invalid_input", "Say what is wanted: intents or text.");
        AgentChoice choice = SalesRouter.Decide(all);
        return choice.AgentId is null ? new Stop(choice.Code!, string.Join("; ", choice.Rejected.Select(r => $"{r.AgentId}: {r.Why}"))) : choice;
    }
}
