using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Conversations;

/// <summary>What the agents of a turn do to the world, and the turn's own version, which grows with each performance.</summary>
/// <param name="actions">Where actions are previewed and performed.</param>
/// <param name="policies">Where the tenant's policies are read.</param>
/// <param name="state">The turn.</param>
/// <param name="approvalLife">How long an approval waits.</param>
/// <param name="now">The clock of effects: an approval is good from now, whenever the message came.</param>
public sealed class TurnEffects(IActionStore actions, IPolicySource policies, TurnState state, TimeSpan approvalLife, Func<DateTimeOffset> now)
{
    private CurrentPolicies? current;
    private RunFence turn = new(new RunRef(state.Run.TenantId, state.Run.Id, state.Run.Subject), state.Run.Version);

    /// <summary>The version of the turn's run as it was read or last written.</summary>
    public int TurnVersion => turn.Version;

    /// <summary>The version of the tenant's policies that something was decided by; null while nothing was.</summary>
    public int? PolicyVersion => current?.Version;

    /// <summary>Checks what is proposed; null where nothing is checked: in the replay of a turn that is older than the check.</summary>
    public TurnGuard? Guard { get; init; }

    /// <summary>For whom the turn's agents act.</summary>
    public Actor Actor { get; } = new ContactActor(state.Run.TenantId, state.Conversation.VisitorId ?? Guid.Empty, state.Contact?.Id, state.Contact is null ? Proof.None : state.Conversation.Proof ?? Proof.Widget);

    internal async Task<CurrentPolicies> PoliciesAsync() =>
        current ??= state.Policies is { } mark ? await policies.MarkedAsync(state.Run.TenantId, mark, CancellationToken.None) : await policies.CurrentAsync(state.Run.TenantId, CancellationToken.None);

    internal ActionCaller Caller(AgentCard card) => new(Actor, card.Id, card.Capabilities, state.Contact?.Role, state.Contact?.CustomerId);

    internal Task<ActionPreview> PreviewAsync(AgentCard card, DeskAction action) => actions.PreviewAsync(Caller(card), action, now(), CancellationToken.None);

    internal async Task<Performance> PerformAsync(AgentCard card, DeskAction action, ActionGrant grant, OpenDialogue dialogue, int dialogueVersion, IReadOnlyList<JournalEntry> steps, string stepName)
    {
        var place = new ActionPlace(turn, new ActingDialogue(dialogue.RunId, dialogueVersion), steps, stepName);
        ActionDone done = await actions.PerformAsync(Caller(card), action, grant, place, now(), CancellationToken.None);
        turn = done.Next.Fence;
        return done.Performance;
    }

    internal Approval Approval(AgentCard card, ActionPreview offered, string scope, OpenDialogue dialogue, string stepName) =>
        RunActions.Ask(offered, scope, Caller(card), dialogue.RunId, stepName, state.Conversation.Id, now(), approvalLife);
}

/// <summary>The effects of one agent in a turn: what it proposed, performed and asked people for.</summary>
internal sealed class AgentEffects(TurnEffects turn, AgentCard card, OpenDialogue? dialogue, Journal journal)
{
    private readonly List<PendingEvent> events = [];
    private readonly List<Approval> approvals = [];

    /// <summary>What the stream is told at the end of the turn; a performance is told with itself.</summary>
    public IReadOnlyList<PendingEvent> Events => events;

    /// <summary>The approvals to be stored with the turn.</summary>
    public IReadOnlyList<Approval> Approvals => approvals;

    /// <summary>The version of the dialogue as it was read or last written; 0 for one that is not stored yet.</summary>
    public int DialogueVersion { get; private set; } = dialogue?.Version ?? 0;

    public async Task<TenantPolicies> PoliciesAsync() => (await turn.PoliciesAsync()).Policies;

    public Task<ActionPreview> PreviewAsync(DeskAction action) => turn.PreviewAsync(card, action);

    /// <summary>The preview as it may be offered: the guards see it before the customer does.</summary>
    public async Task<ActionPreview> OfferAsync(DeskAction action)
    {
        ActionPreview offered = await turn.PreviewAsync(card, action);
        return turn.Guard is { } guard && offered.Allowed ? await guard.OfferAsync(offered, (await turn.PoliciesAsync()).Policies, CancellationToken.None) : offered;
    }

    /// <summary>What comes of an agreed offer that may not be done now; null when it may. One that would be another by now is stale, and whoever offers it anew is told by the guards then.</summary>
    public async Task<Performance?> StoppedAsync(DeskAction action, ActionPreview offered)
    {
        if (turn.Guard is not { } guard || await guard.PerformingAsync(offered, (await turn.PoliciesAsync()).Policies, CancellationToken.None) is not { } clause) return null;
        bool isStale = (await PreviewAsync(action)).Digest != offered.Digest;
        if (!isStale) guard.Stopped(offered.Action, clause);
        return new Performance(isStale ? PerformanceKind.Stale : PerformanceKind.Refused, isStale ? offered.Clause : clause, null, [], string.Empty, null) { Action = offered.Action };
    }

    /// <summary>Takes note of what the journal of the turn that is replayed says was stopped.</summary>
    public void Stopped(Performance done, string action) => turn.Guard?.Stopped(action, done.Clause);

    public void Proposed(ActionPreview offered) =>
        events.Add(new PendingEvent(StreamEvents.ActionProposed, Json.Write(new { Name = offered.Action, offered.Allowed, Rule = offered.Clause.Rule, Preview = offered.Stopped is null ? offered.Changes : [] })));

    /// <summary>Performs what was agreed to. The steps up to it are stored with it.</summary>
    public async Task<Performance> PerformAsync(DeskAction action, ActionGrant grant, string stepName)
    {
        journal.BeforeWork(stepName);
        OpenDialogue stored = dialogue ?? throw new InvalidOperationException($"{card.Id} would perform {action.Name} in the turn that offers it.");
        Performance done = await turn.PerformAsync(card, action, grant, stored, DialogueVersion, journal.Unstored, stepName);
        DialogueVersion++;
        journal.Record(stepName, done);
        journal.Stored();
        return done;
    }

    public ApprovalAsked AskApproval(ActionPreview offered, string scope, string stepName)
    {
        journal.BeforeWork(stepName);
        OpenDialogue stored = dialogue ?? throw new InvalidOperationException($"{card.Id} would ask for an approval in the turn that offers {offered.Action}.");
        Approval approval = turn.Approval(card, offered, scope, stored, stepName);
        approvals.Add(approval);
        events.Add(new PendingEvent(StreamEvents.ApprovalRequired, Json.Write(new { ApprovalId = approval.Id, approval.NeededScope, approval.ExpiresAt })));
        return new ApprovalAsked(approval.Id, scope, approval.ExpiresAt);
    }
}
