using Switchboard.Core.Conversations;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>Several talks in one conversation: wishes that are left behind others are gone on with, and what was put aside is offered again.</summary>
public sealed partial class TurnCourse
{
    /// <summary>The agent whose card holds the words with which the desk goes from one talk to another.</summary>
    public const string Usher = "routing/meta-router";

    /// <summary>The texts of that card that the desk uses.</summary>
    public static IReadOnlyList<string> UsherTexts { get; } = ["resume", "resume-idle", "left-out"];

    /// <summary>A turn as it would be if a wish that was left had been its message.</summary>
    private sealed record SaidBefore(TurnState State, Understood Understood);

    /// <summary>The wishes left behind others that this turn may go on with. What had a meaning only when something else was done ends with its refusal, and the customer is told.</summary>
    private OpenDialogue[] GoesOnWith(TurnState state, Reply reply, TurnLog log)
    {
        // A sentence that cites stands or falls by the articles; what is no citation is not mixed into such a reply.
        if (reply.Sentences.Any(s => s.Citations.Count > 0) || Ended(reply).BreaksOff) return [];
        OpenDialogue[] left = [.. state.Left];
        if (reply.Status == ReplyStatus.WaitingApproval) return [.. left.Where(l => l.Input.Reason != DialogueInput.Dependent)];
        if (reply.Status != ReplyStatus.Declined || log.Hops[^1].AgentId is DeskAgents.KnowledgeAnswerer or DeskAgents.SmallTalk) return left;
        OpenDialogue[] pointless = [.. left.Where(l => l.Input.Reason == DialogueInput.Dependent)];
        foreach (OpenDialogue one in pointless) log.Cancelled(one, "What had to be done before was not done.");
        Add(log, "left-out", pointless.Select(l => l.Input.AgentId));
        return [.. left.Except(pointless)];
    }

    /// <summary>Begins a wish that was left, or that was asked about: by the customer's words of then, and by the facts of now.</summary>
    private Task<Reply> BeginLeftAsync(TurnState state, DialogueInput input, OpenDialogue? left, TurnSeams seams, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        Message wish = state.History.FirstOrDefault(m => m.Sequence == input.WishSequence) ?? new Message
        {
            TenantId = state.Run.TenantId,
            Id = Guid.Empty,
            ConversationId = state.Conversation.Id,
            Sequence = input.WishSequence,
            Author = MessageAuthor.Customer,
            Text = input.Wish,
            RunId = state.Run.Id,
            CreatedAt = input.OpenedAt,
        };
        Understood understood = reader.Read(input.Wish, input.OpenedAt, state.Tenant, policy.IntentFloor, Around(state, seams, null));
        TurnState then = state with { Trigger = wish, Input = new TurnInput(state.Conversation.Id, wish.Id, wish.Sequence) };
        return RunAgentAsync(state, input, left, left is null ? $"Message {input.WishSequence} wants this, as the customer says." : $"Message {input.WishSequence} wanted this as well.", facts, effects, log, cancellationToken, joins: true, new SaidBefore(then, understood));
    }

    /// <summary>Keeps the wishes that got no part because the customer must answer first; each is a dialogue that waits for its turn. Where people take over they see them in the talk.</summary>
    private void LeaveForLater(TurnState state, TurnJourney journey, Reply reply, TurnLog log)
    {
        if (reply.Handoff is not null || reply.Status == ReplyStatus.HandedOff || Ended(reply).BreaksOff || log.Path?.Plan is not { } plan) return;
        bool sequential = plan.Runs == "sequential";
        string[] kept = [.. journey.Left.Where(id => plan.Agents.Contains(id) && state.Dialogues.All(d => d.Input.AgentId != id || !d.IsLeft))];
        if (sequential && reply.Status == ReplyStatus.Declined)
        {
            Add(log, "left-out", kept);
            return;
        }

        foreach (string id in kept) log.Left(Opening(state, id, sequential ? DialogueInput.Dependent : DialogueInput.SecondIntent));
    }

    /// <summary>When the customer was answered something else amid a dialogue, the dialogue asks again; one that has been silent for long asks whether to go on at all.</summary>
    private async Task OfferToResumeAsync(TurnState state, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        Reply reply = log.Reply!;
        if (state.Input.Trigger != TurnTrigger.Message || Asks(reply) || reply.Handoff is not null || reply.Resolves || state.Conversation.Owner == ConversationOwner.Human) return;
        if (state.Dialogues.FirstOrDefault(d => d.AsksCustomer && !log.Touched(d)) is not { Question: { } question } parked || !catalogue.ById.ContainsKey(parked.Input.AgentId)) return;
        bool idle = IsIdle(state, parked);
        // Thanks or a farewell is no reason to ask again, but who comes back is told what is still open.
        if (log.Hops[^1].AgentId == DeskAgents.SmallTalk && !idle) return;
        if (Words(idle ? "resume-idle" : "resume", new { Name = NameOf(parked.Input.AgentId), Question = question }) is not { } words) return;
        // What was asked then was checked by the rows of then. It is said again only where it may be said by those of now, on what its own talk read.
        await JoinAsync(words, [catalogue.ById[Usher], catalogue.ById[parked.Input.AgentId]], parked.Journal, state.FollowsOn, on: null, effects, log, cancellationToken);
    }

    /// <summary>Whether the dialogue's last word is so old that the customer may mean something else by now.</summary>
    private static bool IsIdle(TurnState state, OpenDialogue dialogue) =>
        state.Trigger.CreatedAt - (state.History.LastOrDefault(m => m.Author == MessageAuthor.Agent && m.AgentId == dialogue.Input.AgentId)?.CreatedAt ?? dialogue.Input.OpenedAt) > MetaRouter.Idle;

    private void Add(TurnLog log, string text, IEnumerable<string> agentIds)
    {
        string names = string.Join(", ", agentIds.Select(NameOf));
        if (names.Length > 0 && Words(text, new { Name = names }) is { } words) log.Revised(log.Reply! with { Sentences = [.. log.Reply!.Sentences, new ReplySentence(words, [])] });
    }

    private string? Words(string text, object finding) => catalogue.ById.TryGetValue(Usher, out var card) && card.Texts.ContainsKey(text) ? card.Say(text, finding) : null;

    private string NameOf(string agentId) => catalogue.ById.TryGetValue(agentId, out var card) ? card.Name : LeafPlaces.NameOf(agentId);
}
