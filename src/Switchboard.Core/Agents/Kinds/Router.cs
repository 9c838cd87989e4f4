namespace Switchboard.Core.Agents.Kinds;

/// <summary>An agent that decides which way a turn goes. It stores nothing and changes nothing.</summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is decided from.</typeparam>
/// <typeparam name="TOutput">The decision.</typeparam>
public abstract class RoutingAgent<TInput, TFacts, TOutput> : AnsweringAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Router;
}
