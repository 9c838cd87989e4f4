using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Rules = Switchboard.Core.Routing.EscalationDecider;

namespace Switchboard.Agents.Routing;

/// <summary>Decides whether a human must take over, why, how urgently and in which team.</summary>
[Agent("routing/escalation-decider")]
public sealed class EscalationDecider : RoutingAgent<EscalationSeen, EscalationSeen, EscalationVerdict>
{
    /// <inheritdoc />
    protected override Task<Finding<EscalationSeen>> LoadAsync(EscalationSeen input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => Task.FromResult<Finding<EscalationSeen>>(input);

    /// <inheritdoc />
    protected override Finding<EscalationVerdict> Compute(EscalationSeen input, EscalationSeen facts, AgentBasis basis)
    {
        EscalationSeen all = Given.Over(facts, input);
        if (all.Pass is not (null or "pre" or "post")) return new Stop("invalid_input", "The pass is pre or post.");
        return all is { Text: null, Mood: null, Intents: null, Confidence: null, Guards: null, Approvals: null, Forbidden: null }
            ? new Stop("invalid_input", "Say what is to be judged: the text, the mood, the intents, or what came of the draft.")
            : Rules.Decide(all, basis.Policies.Escalation, basis.Policies.Plans);
    }
}
