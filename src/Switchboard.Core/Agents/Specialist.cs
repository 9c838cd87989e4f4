using Switchboard.Core.Conversations;

namespace Switchboard.Core.Agents;

/// <summary>Ties an agent's class to its card.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AgentAttribute(string id) : Attribute
{
    /// <summary>The id on the card.</summary>
    public string Id => id;
}

/// <summary>An agent that speaks with the customer. It is one per process and keeps nothing between turns.</summary>
public abstract class Specialist
{
    /// <summary>The talk, from the wish to the reply. It is called again from the start at each trigger; recorded steps give their recorded results.</summary>
    protected abstract Dialogue<Reply> Handle(Turn turn);

    internal Dialogue<Reply> Begin(Turn turn) => Handle(turn);
}
