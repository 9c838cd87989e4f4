using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What a change of plan that the staff or a program asked for came to.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Moved">What changed; null unless it was performed.</param>
/// <param name="Clause">The clause it rests on.</param>
public sealed record PlanChanged(OutcomeKind Kind, SubscriptionMoved? Moved, Clause Clause);

/// <summary>Carries a change of plan out for who asks by a route: by the one action that changes subscriptions, with its preview, its approval and its entry in the audit.</summary>
public sealed class PlanChange : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "subscriptions.change";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for the run. Those of one subscription follow each other.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="action">What is to change.</param>
    /// <param name="runId">The run.</param>
    /// <param name="key">The caller's idempotency key; null when there is none.</param>
    /// <param name="at">When.</param>
    public static RunRequest RequestFor(Actor actor, ChangeSubscription action, Guid runId, string? key, DateTimeOffset at) => new()
    {
        Actor = actor,
        Kind = RunKind.Job,
        Handler = HandlerName,
        Lane = RunLane.Interactive,
        Subject = $"subscription/{action.SubscriptionId:D}",
        Input = Json.Write(action),
        Id = runId,
        At = at,
        IdempotencyKey = key is null ? null : $"plan\n{key}",
    };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        // It stays: whoever asked for it did not ask for a run that may fail later.
        Outcome<SubscriptionMoved> outcome = await run.PerformAsync("plan", run.Input<ChangeSubscription>(), new ActionTerms { Stays = true }, cancellationToken);
        return new PlanChanged(outcome.Kind, outcome.Value, outcome.Clause);
    }
}
