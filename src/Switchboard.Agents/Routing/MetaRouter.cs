using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Rules = Switchboard.Core.Routing.MetaRouter;

namespace Switchboard.Agents.Routing;

/// <summary>The first decision of a turn: go on with an open dialogue, one of three domains, or no agent at all.</summary>
[Agent("routing/meta-router")]
public sealed class MetaRouter : RoutingAgent<MetaFacts, MetaFacts, MetaRoute>
{
    /// <inheritdoc />
    protected override Task<Finding<MetaFacts>> LoadAsync(MetaFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => Task.FromResult<Finding<MetaFacts>>(input);

    /// <inheritdoc />
    protected override Finding<MetaRoute> Compute(MetaFacts input, MetaFacts facts, AgentBasis basis)
    {
        MetaFacts all = Given.Over(facts, input);
        return all is { Intents: null, Abstain: null, Owner: null, Escalated: null, OpenFlow: null }
            ? new Stop("invalid_input", "Say what was understood: intents and abstain, or who owns the conversation.")
            : Rules.Decide(all, basis.Now);
    }
}
