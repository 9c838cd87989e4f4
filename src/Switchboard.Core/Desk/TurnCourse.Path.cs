using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Policies;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>The routing agents in their places in the turn: escalation before, the way, the specialists, the plan, escalation after, the handoff.</summary>
public sealed partial class TurnCourse
{
    /// <summary>Steps 3 to 6.</summary>
    private async Task<(RouteDecision Route, IReadOnlyList<string> Agents)> WayAsync(TurnState state, TurnSight sight, TurnEffects effects, TurnFacts facts, TurnLog log)
    {
        RouteInput input = Asked(state, log.Understood, facts, log);
        EscalationSeen before = sight.Before;
        TenantPolicies policies = state.Conversation.Owner != ConversationOwner.Human && sight.MayEscalate ? (await effects.PoliciesAsync()).Policies : TenantPolicies.Default;
        EscalationVerdict verdict = EscalationDecider.Decide(before, policies.Escalation, policies.Plans);
        // Whether the tenant has disabled a specialist is looked up only where one could be chosen.
        if (sight.MayChoose) input = input with { Disabled = [.. (await effects.PoliciesAsync()).Policies.Agents.Where(a => !a.Enabled).Select(a => a.Id)] };
        (RouteDecision route, TurnPath path, IReadOnlyList<string> chosen) = routing.Route(sight.Seen(input, verdict));
        log.Went(path with { Complexity = sight.Complexity });
        state.Conversation.Complexity = sight.Complexity.Level;
        state.Conversation.PrimaryIntent ??= path.Choices.Select(c => c.AgentId).FirstOrDefault(id => id is not null) ?? chosen.FirstOrDefault(AgentCard.IsOwn);
        foreach (Reason reason in verdict.Reasons.Where(r => r.Code != "customer_request")) log.Tested(new EscalationRule(reason.Code, Fired: true, reason.Evidence));
        return (route, chosen);
    }

    /// <summary>Step 7: whether people must take over after the draft.</summary>
    private async Task JudgeAsync(TurnSight sight, TurnEffects effects, TurnJourney journey, Reply reply, bool unsure, TurnLog log)
    {
        string speaker = journey.Visited[^1];
        bool refuses = reply.Status == ReplyStatus.Declined && reply.Reason is not null and not "no_evidence" && speaker != DeskAgents.KnowledgeAnswerer && !Ended(reply).BreaksOff;
        EscalationSeen after = sight.After(new DraftSeen(reply.Confidence, unsure, reply.Reason, null, speaker, refuses), policy.ConfidenceFloor);
        TenantPolicies policies = sight.MayEscalate || unsure ? (await effects.PoliciesAsync()).Policies : TenantPolicies.Default;
        log.Went(log.Path! with { After = EscalationDecider.Decide(after, policies.Escalation, policies.Plans), Left = journey.Left });
    }

    /// <summary>Where people get it, how soon, what they need to know, and what the customer is told of the time. The words of the agent that hands over stay as they are.</summary>
    private async Task CompleteAsync(TurnState state, TurnSight sight, TurnEffects effects, TurnSeams seams, TurnLog log, CancellationToken cancellationToken)
    {
        Reply reply = log.Reply!;
        HandoffRequest request = reply.Handoff!;
        CurrentPolicies current = await effects.PoliciesAsync();
        EscalationSeen seen = sight.Before;
        EscalationVerdict verdict = EscalationDecider.Decide(seen, current.Policies.Escalation, current.Policies.Plans);
        // An operator's own agent names the team on its card.
        string team = catalogue.ById[log.Hops[^1].AgentId].Own?.Team ?? EscalationDecider.TeamOf(request.Reason, seen.Intents);
        StaffSeen? staff = state.Conversation.Owner == ConversationOwner.Human ? null : await seams.Staff(state, team, cancellationToken);
        HandoffFacts handing = sight.Handing(log.Hops[^1].AgentId, team, request.Reason, verdict, staff);
        HandoffMove move = sight.Move(handing, current.Policies, state.Trigger.CreatedAt);
        log.HandsOver(handing, staff);
        CaseFile file = request.CaseFile with
        {
            Intents = [.. seen.Intents!.Where(i => !i.IsMeta).Select(i => i.Leaf ?? i.Category).OfType<string>()],
            Slots = SlotsOf(state),
            Reasons = [$"{request.Reason}: {log.Hops[^1].Reason}", .. verdict.Reasons.Where(r => r.Code != request.Reason).Select(r => $"{r.Code}: {r.Evidence}")],
            Moods = seen.Mood?.Series,
            Verdicts = [.. log.Guards.Select(g => $"{g.Name}: {(g.Passed ? "passed" : "blocked")}, {g.Detail}")],
            DueAt = move.DueAt,
        };
        if (log.Path is { } path) log.Went(path with { Handoff = move });
        bool quiet = request.Reason is "self_harm" or "threat";
        log.Revised(reply with { Handoff = request with { Team = team, Priority = verdict.Priority, CaseFile = file } });
        if (!quiet && move.CustomerText is { } time)
            await JoinAsync(time, [catalogue.ById[DeskAgents.HumanHandoff]], [Journal.EntryOf("decide:handoff", move)], state.ChecksTimes, "what is told of the time", effects, log, cancellationToken);
    }

    /// <summary>What the customer gave in the dialogues that wait, as it was recorded.</summary>
    private static Dictionary<string, string> SlotsOf(TurnState state)
    {
        var slots = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JournalEntry step in state.Dialogues.SelectMany(d => d.Journal).Where(s => Journal.KindOf(s.Name) == "need"))
            slots.TryAdd(step.Name[(step.Name.LastIndexOf(':') + 1)..], Journal.ValueOf(step).GetRawText());
        return slots;
    }

    private static bool Asks(Reply reply) => Ended(reply).Asks;
}
