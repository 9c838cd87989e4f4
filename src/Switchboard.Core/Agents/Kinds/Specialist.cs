using Switchboard.Core.Conversations;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>
/// An agent that speaks with the customer and whose decision can also be called by name. Both load the same facts and compute by the same function, so what is said
/// in a talk is what a program gets.
/// </summary>
/// <typeparam name="TInput">What the decision is about.</typeparam>
/// <typeparam name="TFacts">What it is computed from.</typeparam>
/// <typeparam name="TOutput">The decision.</typeparam>
public abstract class Specialist<TInput, TFacts, TOutput> : AnsweringAgent<TInput, TFacts, TOutput>, ISpecialist
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Specialist;

    /// <summary>The talk, from the wish to the reply. It is called again from the start at each trigger; recorded steps give their recorded results.</summary>
    protected abstract Dialogue<Reply> Handle(Turn turn);

    /// <inheritdoc />
    Dialogue<Reply> ISpecialist.Begin(Turn turn) => Handle(turn);

    /// <summary>The facts of the turn, as the decision loads them when it is called by name; limited to the proven customer.</summary>
    protected Step<Found<TFacts>> Facts(Turn turn, TInput input, string key = "facts") =>
        turn.Read(key, async (rows, basis) => Found<TFacts>.Of(await LoadAsync(input, rows, basis, CancellationToken.None)));

    /// <summary>The decision on the facts.</summary>
    protected Step<Found<TOutput>> Finding(Turn turn, TInput input, TFacts facts, string key = "finding") => turn.Decide(key, (AgentBasis basis) => Found<TOutput>.Of(Compute(input, facts, basis)));
}
