namespace Switchboard.Core.Agents;

/// <summary>Ties an agent's class to its card.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AgentAttribute(string id) : Attribute
{
    /// <summary>The id on the card.</summary>
    public string Id => id;
}

/// <summary>What an agent computes. It is one per process and keeps nothing between executions; who it is in words stands on its card.</summary>
public abstract class Agent
{
    /// <summary>Its kind, which its card states as well.</summary>
    public abstract AgentKind Kind { get; }
}
