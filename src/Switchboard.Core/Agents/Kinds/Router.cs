namespace Switchboard.Core.Agents.Kinds;

/// <summary>An agent that decides where a turn goes. It stores nothing and changes nothing.</summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is computed from.</typeparam>
/// <typeparam name="TOutput">The answer.</typeparam>
public abstract class RoutingAgent<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Router;
}
