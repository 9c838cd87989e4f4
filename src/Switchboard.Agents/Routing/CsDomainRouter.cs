using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>Picks the success specialist; a stated wish comes before account state.</summary>
[Agent("routing/cs-domain-router")]
public sealed class CsDomainRouter : RoutingAgent<SuccessFacts, SuccessFacts, AgentChoice>
{
    /// <inheritdoc />
    protected override Task<Finding<SuccessFacts>> LoadAsync(SuccessFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) =>
        Task.FromResult<Finding<SuccessFacts>>(input with { Agents = input.Agents ?? Given.Specialists(basis) });

    /// <inheritdoc />
    protected override Finding<AgentChoice> Compute(SuccessFacts input, SuccessFacts facts, AgentBasis basis)
    {
        SuccessFacts all = Given.Over(facts, input);
        if (all is { Intents: null, Text: null, Categories: null }) return new Stop("invalid_input", "Say what is wanted: intents, categories or text.");
        AgentChoice choice = SuccessRouter.Decide(all);
        return choice.AgentId is null ? new Stop(choice.Code!, string.Join("; ", choice.Rejected.Select(r => $"{r.AgentId}: {r.Why}"))) : choice;
    }
}
