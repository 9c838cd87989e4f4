namespace Switchboard.Core.Agents.Kinds;

/// <summary>An agent that answers a question about figures. It stores nothing and changes nothing.</summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is computed from.</typeparam>
/// <typeparam name="TOutput">The answer.</typeparam>
public abstract class Analyst<TInput, TFacts, TOutput> : AnsweringAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Analyst;
}
