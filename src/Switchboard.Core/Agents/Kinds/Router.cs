namespace Switchboard.Core.Agents.Kinds;

/// <summary>An agent that decides which way a turn goes. It stores nothing and changes nothing.</summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is decided from.</typeparam>
/// <typeparam name="TOutput">The decision.</typeparam>
public abstract class RoutingAgent<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Router;

    /// <summary>Decides. It is called again in a replay, so it reads nothing but what it is given. A fact that is not known is null, never a default.</summary>
    protected abstract Finding<TOutput> Compute(TInput input, TFacts facts, AgentBasis basis);

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis) => Compute(input, facts, basis).With(output => new Work<TOutput>(output, []));
}
