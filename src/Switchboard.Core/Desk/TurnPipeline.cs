using System.Collections.Frozen;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
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
    Catalogue catalogue, AgentRunner agents, Router router, MessageReader reader, KnowledgeBase knowledge, IRunStore store, IFactSource rows, IActionStore actions, IPolicySource policies, DeskPolicy policy, IFaultPoints faults, TimeProvider time)
{
    /// <summary>The reasons of a reply with which people take over, whatever else the turn came to.</summary>
    private static readonly FrozenDictionary<string, string> handovers = new Dictionary<string, string>
    {
        ["approval_refused"] = "Whoever had to approve it said no, or did not answer in time.",
        ["dialogue_changed"] = "The dialogue was changed while it waited, and something had been done by it.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every reason with which a turn gives a conversation to people.</summary>
    public static IReadOnlyCollection<string> HandoverReasons { get; } = ["customer_request", "low_confidence", "guard_block", "tool_failed", .. handovers.Keys];

    /// <summary>Carries out the turn and gives the conversation's next one; null when none waits or this one had ended.</summary>
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        if (state.Run.Attempts >= policy.MostStarts) return await GiveUpAsync(run, $"The turn was begun {state.Run.Attempts} times and never came to its end.", cancellationToken);
        faults.Reached("turn:loaded");

        bool isMessage = state.Input.Trigger == TurnTrigger.Message;
        Understood understood = isMessage ? Read(state) : new Understood(state.Conversation.Language ?? "und", [], [], null);
        IndexSnapshot articles = await knowledge.SnapshotAsync(state.Tenant, cancellationToken);
        var facts = new TurnFacts(articles.Index, state.Tenant.DayOf(state.Trigger.CreatedAt), rows, Earlier(state), Audiences.Of(state.Contact is not null, state.Plan));
        var log = new TurnLog(understood, policy, catalogue, articles.Version, TurnBasis.Of(state));
        var effects = new TurnEffects(actions, policies, state, policy.ApprovalLife, time.GetUtcNow);

        RouteDecision route = isMessage ? Route(state, understood, facts, log) : Deliver(state);
        log.Routed(route);
        faults.Reached("turn:routed");

        if (isMessage)
        {
            state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
            Note(state, understood);
        }

        if (route.AgentId is not null) await HandleAsync(state, route, facts, effects, log, cancellationToken);
        faults.Reached("turn:handled");

        DateTimeOffset now = time.GetUtcNow();
        FinishResult finished = await store.FinishAsync(log.Finish(state, facts, effects, now, time.GetElapsedTime(began)), cancellationToken);
        return finished.Next;
    }

    /// <summary>Ends a turn that cannot be carried out: the customer is told so and people take over.</summary>
    public async Task<RunRef?> GiveUpAsync(RunRef run, string error, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        if (await store.LoadAsync(run, cancellationToken) is not { } state) return null;
        bool isMessage = state.Input.Trigger == TurnTrigger.Message;
        Understood understood = isMessage ? Read(state) : new Understood(state.Conversation.Language ?? "und", [], [], null);
        var facts = new TurnFacts(KnowledgeIndex.Empty, state.Tenant.DayOf(state.Trigger.CreatedAt), rows, [], Audiences.Of(state.Contact is not null, state.Plan));
        var log = new TurnLog(understood, policy, catalogue, state.Tenant.KnowledgeVersion, TurnBasis.Of(state));
        var effects = new TurnEffects(actions, policies, state, policy.ApprovalLife, time.GetUtcNow);
        log.Routed(new RouteDecision(RouteKind.Human, DeskAgents.HumanHandoff, 1, "The turn failed, so people take over.", "tool_failed", Abstain.None, [new Considered(DeskAgents.HumanHandoff, 1, null)]));
        log.Failed(error);
        if (isMessage)
        {
            state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
            Note(state, understood);
        }

        if (state.Conversation.Owner != ConversationOwner.Human)
            await RunAgentAsync(state, Opening(state, DeskAgents.HumanHandoff, "tool_failed"), null, "The turn failed.", facts, effects, log, cancellationToken);
        FinishResult finished = await store.FinishAsync(log.Finish(state, facts, effects, time.GetUtcNow(), time.GetElapsedTime(began)), cancellationToken);
        return finished.Next;
    }

    private Understood Read(TurnState state) => reader.Read(state.Trigger.Text, state.Trigger.CreatedAt, state.Tenant, policy.IntentFloor);

    private RouteDecision Route(TurnState state, Understood understood, TurnFacts facts, TurnLog log)
    {
        double? confidence = Router.NeedsKnowledge(understood, state.Conversation.Owner) ? facts.Answer(state.Trigger.Text).Confidence : null;
        log.Weighed(confidence);
        // A dialogue that waits for an approval does not wait for the customer.
        OpenDialogue? asking = state.Dialogues.FirstOrDefault(d => d.Waits != DialogueWait.Approval);
        return router.Route(new RouteInput(understood, state.Conversation.Owner, asking, confidence, state.Contact is { CustomerId: not null }));
    }

    /// <summary>What is no message goes to the dialogue that waits for it, and to nobody when that has ended.</summary>
    private RouteDecision Deliver(TurnState state)
    {
        OpenDialogue? open = state.Dialogues.FirstOrDefault(d => d.RunId == state.Input.DialogueId);
        return open is null || !catalogue.ById.ContainsKey(open.Input.AgentId)
            ? new RouteDecision(RouteKind.None, null, 1, "The dialogue that waited for it has ended.", "dialogue_ended", Abstain.None, [])
            : new RouteDecision(RouteKind.Continue, open.Input.AgentId, 1, $"{open.Input.AgentId} waits for this {state.Input.Trigger.ToString().ToLowerInvariant()}.", open.Input.Reason, Abstain.None, [new Considered(open.Input.AgentId, 1, null)]);
    }

    private static DialogueInput Opening(TurnState state, string agentId, string reason) => new(agentId, reason, state.Trigger.Text, state.Trigger.Sequence, state.Trigger.CreatedAt);

    /// <summary>What the customer wrote before, oldest first.</summary>
    private static string[] Earlier(TurnState state) =>
        [.. state.History.Where(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence).OrderBy(m => m.Sequence).Select(m => m.Text)];

    /// <summary>Keeps language and mood with the conversation. The history is the latest messages, so in a very long talk the mean leans to them.</summary>
    private static void Note(TurnState state, Understood understood) => state.Conversation.CustomerWasUnderstood(
        understood.Language == "und" ? null : understood.Language, understood.Sentiment, state.History.Count(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence));

    private async Task HandleAsync(TurnState state, RouteDecision route, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        OpenDialogue? open = route.Kind == RouteKind.Continue ? state.Dialogues.FirstOrDefault(d => Continues(d, state, route.AgentId!)) : null;
        DialogueInput opening = open?.Input ?? Opening(state, route.AgentId!, route.Code ?? "asked");
        // A new request for a person while one waits for an address is the same request.
        if (open is null && state.Dialogues.FirstOrDefault(d => d.Input.AgentId == opening.AgentId && d.Waits == DialogueWait.Slot) is { } waiting) open = waiting;
        if (open is not null) opening = open.Input;

        Reply reply = await RunAgentAsync(state, opening, open, route.Reason, facts, effects, log, cancellationToken);

        bool unsure = IsUnsure(reply);
        int streak = unsure ? state.Conversation.LowConfidenceStreak + 1 : 0;
        bool tooOften = streak >= policy.UnsureRepliesToHandOff;
        log.Tested(new EscalationRule("customer_request", route.Kind == RouteKind.Human, route.Kind == RouteKind.Human ? route.Reason : "no sentence of the message asks for a person"));
        log.Tested(new EscalationRule("low_confidence", tooOften, $"{streak} of {policy.UnsureRepliesToHandOff} replies in a row below {policy.ConfidenceFloor:0.00}"));
        if (tooOften) await HandOverAsync("low_confidence", "The reply is unsure for the second time in a row.");
        else if (reply.Reason is { } code && handovers.TryGetValue(code, out string? why)) await HandOverAsync(code, why);

        GuardVerdict verdict = GroundingGuard.Check(log.Reply!, facts.Index);
        log.Checked(verdict);
        if (!verdict.Passed) await HandOverAsync("guard_block", $"The check \"{verdict.Name}\" stopped the reply: {verdict.Detail}.");

        Task HandOverAsync(string reason, string why)
        {
            // An open request for a person goes on with its own journal; otherwise a new one begins.
            OpenDialogue? handover = state.Dialogues.FirstOrDefault(d => d.Input.AgentId == DeskAgents.HumanHandoff);
            return RunAgentAsync(state, handover?.Input ?? Opening(state, DeskAgents.HumanHandoff, reason), handover, why, facts, effects, log, cancellationToken);
        }
    }

    /// <summary>Whether the dialogue is the one the route goes on with: of a message the newest that waits for the customer, of another trigger the one it names.</summary>
    private static bool Continues(OpenDialogue dialogue, TurnState state, string agentId) =>
        state.Input.Trigger == TurnTrigger.Message ? dialogue.Input.AgentId == agentId && dialogue.Waits != DialogueWait.Approval : dialogue.RunId == state.Input.DialogueId;

    private async Task<Reply> RunAgentAsync(TurnState state, DialogueInput opening, OpenDialogue? open, string why, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        if (log.Hops.Count >= policy.MostHops || log.Hops.Any(h => h.AgentId == opening.AgentId)) throw new InvalidOperationException($"The turn would pass through {opening.AgentId} again: {string.Join(", ", log.Hops.Select(h => h.AgentId))}.");
        try
        {
            AgentOutcome outcome = await agents.RunAsync(opening, open, state, log.Understood, facts.For(catalogue.ById[opening.AgentId], state), effects, state.Trigger.CreatedAt, cancellationToken);
            log.Ran(opening, open, outcome, why, IsUnsure(outcome.Reply));
            return outcome.Reply;
        }
        catch (JournalMismatchException mismatch) when (open is not null)
        {
            // Something was done by this dialogue already; whoever takes over sees what, and nothing is done again.
            log.Abandoned(open, mismatch.Message);
            return new Reply { Status = ReplyStatus.Declined, Sentences = [new ReplySentence("-", [])], Confidence = 1, Reason = "dialogue_changed" };
        }
    }

    private bool IsUnsure(Reply reply) => reply.Status is ReplyStatus.Answered or ReplyStatus.Declined && reply.Confidence < policy.ConfidenceFloor;
}
