using System.Text.Json;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>What an agent found, and what is to be done about it.</summary>
/// <param name="Output">What it found; null when there is a stop.</param>
/// <param name="Stop">Why it found nothing.</param>
public sealed record AgentWork(JsonElement? Output, Stop? Stop)
{
    /// <summary>What is to be done, in order.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init; } = [];
}

/// <summary>What a kind makes of the facts: the output, and what is to be done about it.</summary>
internal sealed record Work<TOutput>(TOutput Output, IReadOnlyList<PlanStep> Steps) where TOutput : class;

/// <summary>A step of a plan. Its key is the same each time the same facts are planned from: with the run it is the key of the effect.</summary>
/// <param name="Key">The key.</param>
public abstract record PlanStep(string Key);

/// <summary>An action that is done now: at once, or when it is approved where policy asks for that.</summary>
/// <param name="Key">The key.</param>
/// <param name="Action">The action.</param>
public abstract record PlanNow(string Key, DeskAction Action) : PlanStep(Key)
{
    /// <summary>Whether what was done stays when a later step of the run fails.</summary>
    public bool Stays { get; init; }

    /// <summary>Whether the steps behind it are taken also when this one is refused.</summary>
    public bool IsOptional { get; init; }

    internal abstract Task<AgentAct> PerformAsync(RunContext run, ActionTerms terms, CancellationToken cancellationToken);
}

/// <summary>An action with a result that is done now.</summary>
public sealed record PlanNow<TResult>(string Key, DeskAction<TResult> Typed) : PlanNow(Key, Typed) where TResult : class
{
    internal override async Task<AgentAct> PerformAsync(RunContext run, ActionTerms terms, CancellationToken cancellationToken)
    {
        Outcome<TResult> outcome = await run.PerformAsync(Key, Typed, terms with { Stays = Stays }, cancellationToken);
        return new AgentAct(Key, Action.Name, Of(outcome.Kind), outcome.Clause.Rule, outcome.Clause.Text) { Result = outcome.Value is { } value ? AgentJson.Write(value) : null };
    }

    private static ActStatus Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Performed => ActStatus.Performed,
        OutcomeKind.Stale => ActStatus.Stale,
        OutcomeKind.Rejected => ActStatus.Rejected,
        OutcomeKind.Expired => ActStatus.Expired,
        _ => ActStatus.Refused,
    };
}

/// <summary>The agent is executed again at an instant: a run that waits as a row until then and survives restarts.</summary>
/// <param name="Key">The key.</param>
/// <param name="At">When.</param>
/// <param name="Input">With what.</param>
/// <param name="Why">What it is for, in words.</param>
public sealed record PlanLater(string Key, DateTimeOffset At, JsonElement Input, string Why) : PlanStep(Key);

/// <summary>Something that is left, and why.</summary>
/// <param name="Key">What.</param>
/// <param name="Reason">Why, as a code.</param>
/// <param name="Why">The same in words.</param>
public sealed record PlanSkipped(string Key, string Reason, string Why) : PlanStep(Key);

/// <summary>Makes the steps of a plan.</summary>
public static class Plan
{
    /// <summary>An action that is done now.</summary>
    public static PlanNow<TResult> Now<TResult>(string key, DeskAction<TResult> action) where TResult : class => new(key, action);

    /// <summary>The agent again at an instant, with an input of its own type.</summary>
    public static PlanLater Later<TInput>(string key, DateTimeOffset at, TInput input, string why) where TInput : class => new(key, at, AgentJson.Write(input), why);

    /// <summary>Something that is left, and why.</summary>
    public static PlanSkipped Skipped(string key, string reason, string why) => new(key, reason, why);
}

/// <summary>How a step of a plan ended.</summary>
public enum ActStatus
{
    /// <summary>It would be done; nothing was.</summary>
    Planned,

    /// <summary>It was done.</summary>
    Performed,

    /// <summary>It waits as a row until its instant.</summary>
    Scheduled,

    /// <summary>It was left, by the plan.</summary>
    Skipped,

    /// <summary>A rule or a missing right forbids it.</summary>
    Refused,

    /// <summary>Whoever had to approve it said no.</summary>
    Rejected,

    /// <summary>Nobody approved it in time.</summary>
    Expired,

    /// <summary>It would do something else by now; nothing was done.</summary>
    Stale,

    /// <summary>A step before it was not done, so neither was this one.</summary>
    LeftOut,
}

/// <summary>A step of a plan and what came of it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Action">The action's name; null for what is later or left.</param>
/// <param name="Status">What came of it.</param>
/// <param name="Rule">The rule or the reason, as a code.</param>
/// <param name="Detail">The same in words.</param>
public sealed record AgentAct(string Key, string? Action, ActStatus Status, string? Rule, string? Detail)
{
    /// <summary>What the action ended with; null unless it was performed.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The rows it would change; none once it is performed, the audit tells then.</summary>
    public IReadOnlyList<RowChange> Changes { get; init; } = [];

    /// <summary>The scope of who would have to approve it; null when nobody must.</summary>
    public string? NeededScope { get; init; }

    /// <summary>When it is due; null for what is done now.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The run that waits until then.</summary>
    public Guid? RunId { get; init; }
}
