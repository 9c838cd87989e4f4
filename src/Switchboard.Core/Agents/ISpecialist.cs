using Switchboard.Core.Conversations;

namespace Switchboard.Core.Agents;

/// <summary>What speaks with the customer: an agent that only talks, or one whose decision can also be called by name.</summary>
public interface ISpecialist
{
    /// <summary>Begins the talk, or takes it up again from its start: recorded steps give their recorded results.</summary>
    Dialogue<Reply> Begin(Turn turn);
}
