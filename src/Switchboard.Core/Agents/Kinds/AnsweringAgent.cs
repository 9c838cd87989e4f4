namespace Switchboard.Core.Agents.Kinds;

/// <summary>An agent whose work is its answer: it stores nothing and changes nothing.</summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is computed from.</typeparam>
/// <typeparam name="TOutput">The answer.</typeparam>
public abstract class AnsweringAgent<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <summary>Computes. It is called again in a replay, so it reads nothing but what it is given. A fact that is not known is null, never a default.</summary>
    protected abstract Finding<TOutput> Compute(TInput input, TFacts facts, AgentBasis basis);

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis) => Compute(input, facts, basis).With(output => new Work<TOutput>(output, []));
}
