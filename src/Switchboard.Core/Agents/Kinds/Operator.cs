using System.Text.Json;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>What an operator decides: what it says, and what is done now, later or left.</summary>
/// <param name="Output">What it says.</param>
/// <param name="Steps">The steps in order. Behind one that is not done the others are left out, unless it is optional.</param>
public sealed record OperatorPlan<TOutput>(TOutput Output, IReadOnlyList<PlanStep> Steps) where TOutput : class;

/// <summary>
/// An agent that does something. It decides by a function that reads nothing but its facts; the engine carries the plan out: each action as an exact preview, an
/// approval where policy asks, and a performance that happens once. A dry run stops at the previews.
/// </summary>
/// <typeparam name="TInput">What it is asked for.</typeparam>
/// <typeparam name="TFacts">What it decides by.</typeparam>
/// <typeparam name="TOutput">What it says.</typeparam>
public abstract class Operator<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : class
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Operator;

    /// <summary>Decides what is done. It is called again in a replay and in a run that goes on, so it reads nothing but what it is given.</summary>
    protected abstract Finding<OperatorPlan<TOutput>> Decide(TInput input, TFacts facts, AgentBasis basis);

    /// <summary>What the work is about: <c>invoice/ID</c>. Executions about the same follow each other; null when they need not.</summary>
    protected virtual string? EntityOf(TInput input) => null;

    /// <inheritdoc />
    public sealed override string? SubjectOf(JsonElement input) => EntityOf(AgentJson.Read<TInput>(input, "input"));

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis) => Decide(input, facts, basis).With(plan => new Work<TOutput>(plan.Output, plan.Steps));
}
