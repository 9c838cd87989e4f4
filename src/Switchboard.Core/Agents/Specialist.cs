using Switchboard.Core.Conversations;

namespace Switchboard.Core.Agents;

/// <summary>An agent that speaks with the customer.</summary>
public abstract class Specialist : Agent, ISpecialist
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Specialist;

    /// <summary>The talk, from the wish to the reply. It is called again from the start at each trigger; recorded steps give their recorded results.</summary>
    protected abstract Dialogue<Reply> Handle(Turn turn);

    /// <inheritdoc />
    Dialogue<Reply> ISpecialist.Begin(Turn turn) => Handle(turn);
}
