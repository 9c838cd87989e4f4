using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Rules = Switchboard.Core.Routing.Coordinator;

namespace Switchboard.Agents.Routing;

/// <summary>Chooses one of five workflow patterns for a turn, or none, and merges typed results.</summary>
[Agent("routing/coordinator")]
public sealed class Coordinator : RoutingAgent<CoordinationFacts, CoordinationFacts, Coordination>
{
    /// <inheritdoc />
    protected override Task<Finding<CoordinationFacts>> LoadAsync(CoordinationFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => Task.FromResult<Finding<CoordinationFacts>>(input);

    /// <inheritdoc />
    protected override Finding<Coordination> Compute(CoordinationFacts input, CoordinationFacts facts, AgentBasis basis)
    {
        CoordinationFacts all = Given.Over(facts, input);
        return all is { AgentChoice: null, Candidates: null, Opinions: null, Results: null }
            ? new Stop("invalid_input", "Say which agents are meant: agentChoice; or what they came to: opinions or results.")
            : Rules.Decide(all);
    }
}
