using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>
/// A turn from the accepted message to the committed reply: understand, route, handle, check, finish. It writes nothing until the
/// finish, so a process that dies on the way leaves an accepted message that the next one takes up from the start.
/// </summary>
public sealed class TurnPipeline(
    Catalogue catalogue, AgentRunner agents, Router router, MessageReader reader, KnowledgeBase knowledge, IRunStore store, IFactSource rows, DeskPolicy policy, IFaultPoints faults, TimeProvider time)
{
    /// <summary>Carries out the turn and gives the conversation's next one; null when none waits or this one had ended.</summary>
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        if (state.Run.Attempts >= policy.MostStarts) return await GiveUpAsync(run, $"The turn was begun {state.Run.Attempts} times and never came to its end.", cancellationToken);
        faults.Reached("turn:loaded");

        Understood understood = reader.Read(state.Trigger.Text, state.Trigger.CreatedAt, state.Tenant, policy.IntentFloor);
        IndexSnapshot articles = await knowledge.SnapshotAsync(state.Tenant, cancellationToken);
        var facts = new TurnFacts(articles.Index, state.Tenant.DayOf(state.Trigger.CreatedAt), rows, Earlier(state), Audiences.Of(state.Contact is not null, state.Plan));
        var log = new TurnLog(understood, policy, catalogue, articles.Version);

        double? confidence = Router.NeedsKnowledge(understood, state.Conversation.Owner) ? facts.Answer(state.Trigger.Text).Confidence : null;
        RouteDecision route = router.Route(new RouteInput(understood, state.Conversation.Owner, state.Dialogue, confidence));
        log.Routed(route);
        faults.Reached("turn:routed");

        state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
        Note(state, understood);
        if (route.AgentId is not null) await HandleAsync(state, route, facts, log, cancellationToken);
        faults.Reached("turn:handled");

        DateTimeOffset now = time.GetUtcNow();
        FinishResult finished = await store.FinishAsync(log.Finish(state, facts, now, time.GetElapsedTime(began)), cancellationToken);
        return finished.Next;
    }

    /// <summary>Ends a turn that cannot be carried out: the customer is told so and people take over.</summary>
    public async Task<RunRef?> GiveUpAsync(RunRef run, string error, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        Understood understood = reader.Read(state.Trigger.Text, state.Trigger.CreatedAt, state.Tenant, policy.IntentFloor);
        var facts = new TurnFacts(KnowledgeIndex.Empty, state.Tenant.DayOf(state.Trigger.CreatedAt), rows, [], Audiences.Of(state.Contact is not null, state.Plan));
        var log = new TurnLog(understood, policy, catalogue, state.Tenant.KnowledgeVersion);
        log.Routed(new RouteDecision(RouteKind.Human, DeskAgents.HumanHandoff, 1, "The turn failed, so people take over.", "tool_failed", Abstain.None, [new Considered(DeskAgents.HumanHandoff, 1, null)]));
        log.Failed(error);
        state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
        Note(state, understood);
        if (state.Conversation.Owner != ConversationOwner.Human)
            await RunAgentAsync(state, new DialogueInput(DeskAgents.HumanHandoff, "tool_failed", state.Trigger.Text, state.Trigger.Sequence, state.Trigger.CreatedAt), null, "The turn failed.", facts, log, cancellationToken);
        FinishResult finished = await store.FinishAsync(log.Finish(state, facts, time.GetUtcNow(), time.GetElapsedTime(began)), cancellationToken);
        return finished.Next;
    }

    /// <summary>What the customer wrote before, oldest first.</summary>
    private static string[] Earlier(TurnState state) =>
        [.. state.History.Where(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence).OrderBy(m => m.Sequence).Select(m => m.Text)];

    /// <summary>Keeps language and mood with the conversation. The history is the latest messages, so in a very long talk the mean leans to them.</summary>
    private static void Note(TurnState state, Understood understood) => state.Conversation.CustomerWasUnderstood(
        understood.Language == "und" ? null : understood.Language, understood.Sentiment, state.History.Count(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence));

    private async Task HandleAsync(TurnState state, RouteDecision route, TurnFacts facts, TurnLog log, CancellationToken cancellationToken)
    {
        OpenDialogue? open = route.Kind == RouteKind.Continue ? state.Dialogue : null;
        DialogueInput opening = open?.Input ?? new DialogueInput(route.AgentId!, route.Code ?? "asked", state.Trigger.Text, state.Trigger.Sequence, state.Trigger.CreatedAt);
        // A new request for a person while one waits for an address is the same request.
        if (open is null && state.Dialogue is { } waiting && waiting.Input.AgentId == opening.AgentId) open = waiting;
        if (open is not null) opening = open.Input;

        Reply reply = await RunAgentAsync(state, opening, open, route.Reason, facts, log, cancellationToken);

        bool unsure = IsUnsure(reply);
        int streak = unsure ? state.Conversation.LowConfidenceStreak + 1 : 0;
        bool tooOften = streak >= policy.UnsureRepliesToHandOff;
        log.Tested(new EscalationRule("customer_request", route.Kind == RouteKind.Human, route.Kind == RouteKind.Human ? route.Reason : "no sentence of the message asks for a person"));
        log.Tested(new EscalationRule("low_confidence", tooOften, $"{streak} of {policy.UnsureRepliesToHandOff} replies in a row below {policy.ConfidenceFloor:0.00}"));
        if (tooOften) await HandOverAsync("low_confidence", "The reply is unsure for the second time in a row.");

        GuardVerdict verdict = GroundingGuard.Check(log.Reply!, facts.Index);
        log.Checked(verdict);
        if (!verdict.Passed) await HandOverAsync("guard_block", $"The check \"{verdict.Name}\" stopped the reply: {verdict.Detail}.");

        Task HandOverAsync(string reason, string why)
        {
            // An open request for a person goes on with its own journal; otherwise a new one begins.
            OpenDialogue? handover = state.Dialogue?.Input.AgentId == DeskAgents.HumanHandoff ? state.Dialogue : null;
            DialogueInput wish = handover?.Input ?? new DialogueInput(DeskAgents.HumanHandoff, reason, state.Trigger.Text, state.Trigger.Sequence, state.Trigger.CreatedAt);
            return RunAgentAsync(state, wish, handover, why, facts, log, cancellationToken);
        }
    }

    private async Task<Reply> RunAgentAsync(TurnState state, DialogueInput opening, OpenDialogue? open, string why, TurnFacts facts, TurnLog log, CancellationToken cancellationToken)
    {
        if (log.Hops.Count >= policy.MostHops || log.Hops.Any(h => h.AgentId == opening.AgentId)) throw new InvalidOperationException($"The turn would pass through {opening.AgentId} again: {string.Join(", ", log.Hops.Select(h => h.AgentId))}.");
        AgentOutcome outcome = await agents.RunAsync(opening, open?.Journal ?? [], state, log.Understood, facts.For(catalogue.ById[opening.AgentId], state), state.Trigger.CreatedAt, cancellationToken);
        log.Ran(opening, open, outcome, why, IsUnsure(outcome.Reply));
        return outcome.Reply;
    }

    private bool IsUnsure(Reply reply) => reply.Status is ReplyStatus.Answered or ReplyStatus.Declined && reply.Confidence < policy.ConfidenceFloor;
}
