using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Actions;

/// <summary>On what terms a run performs an action.</summary>
public sealed record ActionTerms
{
    /// <summary>The run's actor asks, and what was done is undone when the run does not come to its end.</summary>
    public static readonly ActionTerms Default = new();

    /// <summary>The agent that asks; null when none does.</summary>
    public string? AgentId { get; init; }

    /// <summary>What the agent's card declares; null when no agent asks.</summary>
    public IReadOnlyCollection<string>? Capabilities { get; init; }

    /// <summary>Whether what was done stays when the run fails later or is cancelled.</summary>
    public bool Stays { get; init; }
}

/// <summary>
/// What the runs of handlers do to the world. The steps are those of a dialogue, without the customer's yes: an exact preview, an approval where a policy asks for
/// one, and the performance, which does exactly that or nothing, once.
/// </summary>
/// <param name="actions">Where actions are previewed and performed.</param>
/// <param name="approvals">Where approvals are decided.</param>
public sealed class RunActions(IActionStore actions, IApprovalStore approvals)
{
    /// <summary>Performs an action in a run, as <see cref="RunContext"/> promises it.</summary>
    internal async Task<Outcome<TResult>> PerformAsync<TResult>(RunContext run, string key, DeskAction<TResult> action, ActionTerms terms, CancellationToken cancellationToken) where TResult : class
    {
        var caller = new ActionCaller(run.Actor, terms.AgentId, terms.Capabilities, null, null);
        ActionPreview offered = await run.OwnStepAsync("propose", key, token => actions.PreviewAsync(caller, action, run.Clock, token), cancellationToken);
        if (!offered.Allowed) return new Outcome<TResult>(OutcomeKind.Refused, null, offered.Clause);

        ApprovalDecided? decided = null;
        if (offered.NeededScope is { } scope)
        {
            decided = await run.ApprovedAsync(
                key, step => Ask(offered, scope, caller, run.Run.Id, step, conversationId: null, run.Clock, run.ApprovalLife), (id, token) => approvals.DecisionAsync(run.Run.TenantId, id, token), cancellationToken);
            if (decided.Status != ApprovalStatus.Approved) return Outcome<TResult>.Of(decided, offered.Clause);
        }

        var grant = new ActionGrant(offered.Digest, decided?.ApprovalId);
        Performance done = await CommitAsync(run, "perform", key, caller, action, grant, terms.Stays, cancellationToken);
        return Outcome<TResult>.Of(done, decided?.Note);
    }

    /// <summary>Undoes what a step did, by the action it named then and that action's rules as they are now.</summary>
    /// <param name="run">The run, on its way to its end.</param>
    /// <param name="step">The step that did it.</param>
    /// <param name="undo">The action that undoes it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal Task<Performance> UndoAsync(RunContext run, string step, DeskAction undo, CancellationToken cancellationToken) =>
        // What an agent's card lets it do it may also take back, so the card is not asked again; the actor's rights are.
        CommitAsync(run, "undo", step, new ActionCaller(run.Actor, null, null, null, null), undo, new ActionGrant(null, null), stays: true, cancellationToken);

    /// <summary>The approval that is asked for.</summary>
    internal static Approval Ask(ActionPreview offered, string scope, ActionCaller caller, Guid runId, string stepName, Guid? conversationId, DateTimeOffset at, TimeSpan life) => new()
    {
        TenantId = caller.Actor.TenantId,
        Id = Guid.CreateVersion7(at),
        CustomerId = caller.CustomerId,
        Action = offered.Action,
        Arguments = offered.Arguments,
        Preview = Json.Write(offered.Changes),
        Digest = offered.Digest,
        RequestedBy = caller.Actor.Key,
        RequestedByUserId = caller.Actor.PersonId,
        AgentId = caller.AgentId,
        RunId = runId,
        StepName = stepName,
        ConversationId = conversationId,
        NeededScope = scope,
        ExpiresAt = at + life,
        CreatedAt = at,
    };

    private Task<Performance> CommitAsync(RunContext run, string kind, string key, ActionCaller caller, DeskAction action, ActionGrant grant, bool stays, CancellationToken cancellationToken) =>
        run.OwnCommitAsync<Performance>(
            kind,
            key,
            async (fence, step, token) =>
            {
                ActionDone done = await actions.PerformAsync(caller, action, grant, new ActionPlace(fence, null, [], step) { Stays = stays }, run.Clock, token);
                return (done.Performance, done.Next);
            },
            RetryRule.Default,
            cancellationToken);
}
