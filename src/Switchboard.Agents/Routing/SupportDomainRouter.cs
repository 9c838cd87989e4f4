using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>Picks the support specialist and explains which look-alikes were rejected.</summary>
[Agent("routing/support-domain-router")]
public sealed class SupportDomainRouter : RoutingAgent<SupportFacts, SupportFacts, AgentChoice>
{
    /// <inheritdoc />
    protected override Task<Finding<SupportFacts>> LoadAsync(SupportFacts input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) =>
        Task.FromResult<Finding<SupportFacts>>(input with { Agents = input.Agents ?? Given.Specialists(basis) });

    /// <inheritdoc />
    protected override Finding<AgentChoice> Compute(SupportFacts input, SupportFacts facts, AgentBasis basis)
    {
        SupportFacts all = Given.Over(facts, input);
        if (all is { Intents: null, Text: null, Entities: null }) return new Stop("invalid_input", "Say what is wanted: intents, entities or text.");
        AgentChoice choice = SupportRouter.Decide(all);
        return choice.AgentId is null ? new Stop(choice.Code!, string.Join("; ", choice.Rejected.Select(r => $"{r.AgentId}: {r.Why}"))) : choice;
    }
}
