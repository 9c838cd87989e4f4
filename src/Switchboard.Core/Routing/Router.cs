using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>What the router decides on.</summary>
/// <param name="Understood">What the message says.</param>
/// <param name="Owner">Who answers in this conversation.</param>
/// <param name="Dialogue">The dialogue that waits for the customer, the newest of them; null when none does.</param>
/// <param name="KnowledgeConfidence">How well the articles answer the message, 0..1; null when they were not asked.</param>
/// <param name="IsProven">Whether the one who writes is a customer's proven contact.</param>
public sealed record RouteInput(Understood Understood, ConversationOwner Owner, OpenDialogue? Dialogue, double? KnowledgeConfidence, bool IsProven = true)
{
    /// <summary>The agents that the tenant has disabled, by id.</summary>
    public IReadOnlyCollection<string> Disabled { get; init; } = [];

    /// <summary>Whether the dialogue has waited for long and the message is not what it waits for: then it is asked about before it goes on.</summary>
    public bool IsIdle { get; init; }

    /// <summary>By which rules it is routed, see <see cref="TurnState.Rules"/>.</summary>
    public int Rules { get; init; } = 9;

    /// <summary>Whether the message asks how the customer can do something.</summary>
    public bool IsHowTo { get; init; }

    /// <summary>Whether an agent can get the message: it is in the catalogue and the tenant has not disabled it.</summary>
    public bool IsHere(Catalogue catalogue, string id) => catalogue.ById.ContainsKey(id) && !Disabled.Contains(id, StringComparer.Ordinal);
}

/// <summary>Decides which agent gets a message. Pure: the same input gives the same decision.</summary>
public sealed class Router(Catalogue catalogue, DeskPolicy policy)
{
    /// <summary>Why an agent is passed over that the tenant has disabled, whatever else is said of the others.</summary>
    internal const string DisabledBecause = "it is disabled for this tenant";

    /// <summary>Whether the decision needs to know what the articles say; otherwise the search is spared.</summary>
    public static bool NeedsKnowledge(Understood understood, ConversationOwner owner, bool isHowTo = false) =>
        owner != ConversationOwner.Human && !understood.Intents.Any(i => i.AgentId == DeskAgents.HumanHandoff) && (isHowTo || !understood.Intents.Any(i => i.IsWholeMessage));

    /// <summary>Whether a message asks how the customer can do something, in which case an article that tells it helps more than somebody who does it.</summary>
    public static bool AsksHow(string text) =>
        new SaidText(text).Any("how do i", "how do we", "how can i", "how can we", "how could i", "how could we", "how would i", "how would we", "how should i", "how should we", "how to", "where do i", "where do we", "where can i", "where can we");

    /// <summary>Decides; the order of the rules is the order of their strength.</summary>
    public RouteDecision Route(RouteInput input)
    {
        if (input.Owner == ConversationOwner.Human)
            return new RouteDecision(RouteKind.None, null, 1, "A person owns this conversation, so the agents are silent.", "human_owner", Abstain.None, Rejected(null, input, "a person owns the conversation"));

        Intent? human = input.Understood.Intents.FirstOrDefault(i => i.AgentId == DeskAgents.HumanHandoff);
        double knowledge = input.KnowledgeConfidence ?? 0;
        // An agent that was taken out of the catalogue, or is disabled, cannot go on with what it began.
        if (input.Dialogue is { } open && input.IsHere(catalogue, open.Input.AgentId) && Continues(open, input, knowledge) is { } why)
            return Decide(RouteKind.Continue, open.Input.AgentId, 1, why, open.Input.Reason, Abstain.None, input, "an open dialogue waits for this answer");

        if (human is not null)
            return Decide(RouteKind.Human, human.AgentId, human.Score, $"The customer asks for a person: \"{human.Utterance}\" comes closest.", "customer_request", Abstain.None, input, "a request for a person comes first");

        Intent? talk = input.Understood.Intents.FirstOrDefault(i => i.IsWholeMessage && input.IsHere(catalogue, i.AgentId));
        if (talk is not null && talk.Score > knowledge && !IsToldByArticles(talk, input))
        {
            bool asksNothing = input.Rules < 4 ? !AgentCard.IsOwn(talk.AgentId) : talk.AgentId == DeskAgents.SmallTalk;
            return Decide(asksNothing ? RouteKind.Smalltalk : RouteKind.Specialist, talk.AgentId, talk.Score, $"The message says no more than \"{talk.Utterance}\".", talk.Label, Abstain.None, input,
                asksNothing ? "the message asks nothing" : AgentCard.IsOwn(talk.AgentId) ? "the message says what the operator's own agent is for" : "the message says what another is for");
        }

        Intent? wish = input.Understood.Intents.FirstOrDefault(i => i.AgentId is not (DeskAgents.SmallTalk or DeskAgents.HumanHandoff) && input.IsHere(catalogue, i.AgentId));
        // Without proof a specialist can do nothing with a customer's rows, so what the articles say in general helps more. An operator's own agent reads none.
        if (wish is not null && wish.Score >= knowledge && !IsToldByArticles(wish, input) && (input.IsProven || AgentCard.IsOwn(wish.AgentId) || knowledge < policy.ConfidenceFloor))
            return Decide(RouteKind.Specialist, wish.AgentId, wish.Score, $"The message comes closest to \"{wish.Utterance}\".", wish.Label, Abstain.None, input, "its utterances are further from the message");

        return knowledge >= policy.ConfidenceFloor
            ? Decide(RouteKind.Support, DeskAgents.KnowledgeAnswerer, knowledge, "The help centre has an answer to this question.", null, Abstain.None, input, "no utterance of it is close enough")
            : Decide(RouteKind.Support, DeskAgents.KnowledgeAnswerer, knowledge, $"Nothing known fits the message: the articles reach {knowledge:0.00} of the {policy.ConfidenceFloor:0.00} an answer needs.", "no_evidence", Abstain.Unknown, input, "no utterance of it is close enough");
    }

    /// <summary>Whether an article tells how the customer can do what is asked; then whoever does it is meant only where its own utterance asks how as well.</summary>
    private bool IsToldByArticles(Intent intent, RouteInput input) =>
        input.IsHowTo && input.KnowledgeConfidence >= policy.ConfidenceFloor && !AgentCard.IsOwn(intent.AgentId) && !intent.AgentId.StartsWith(DeskAgents.Folder, StringComparison.Ordinal) && !AsksHow(intent.Utterance);

    /// <summary>Why the waiting dialogue gets the message; null when another wish interrupts it.</summary>
    private string? Continues(OpenDialogue open, RouteInput input, double knowledge)
    {
        if (open.Waits == DialogueWait.Slot && input.Understood.Entities.Any(e => e.Type == open.Slot)) return $"The message holds the {open.Slot} that {open.Input.AgentId} asked for.";
        if (input.Understood.Intents.Any(i => i.Label is "yes" or "no")) return $"The message answers the question of {open.Input.AgentId}.";
        if (knowledge >= policy.InterruptFloor || input.IsIdle) return null;
        // A message that says no more than what another agent of the operator's is for, is no answer to the question.
        if (input.Understood.Intents.Any(i => i.IsWholeMessage && AgentCard.IsOwn(i.AgentId) && i.AgentId != open.Input.AgentId && i.Score >= policy.InterruptFloor && input.IsHere(catalogue, i.AgentId))) return null;
        // Thanks or a farewell is no answer to the question, and no reason to ask it again.
        if (input.Understood.Intents.Any(i => i is { IsWholeMessage: true, Label: "thanks" or "goodbye" })) return null;
        return $"{open.Input.AgentId} waits for {(open.Waits == DialogueWait.Slot ? $"the {open.Slot}" : "a yes or no")} and nothing else is meant clearly enough.";
    }

    private RouteDecision Decide(RouteKind kind, string agentId, double score, string reason, string? code, Abstain abstain, RouteInput input, string others) =>
        new(kind, agentId, Math.Round(score, 4), reason, code, abstain, [new Considered(agentId, Math.Round(score, 4), null), .. Rejected(agentId, input, others)]);

    private IReadOnlyList<Considered> Rejected(string? chosen, RouteInput input, string because) =>
    [
        .. catalogue.Specialists.Where(c => c.Id != chosen).Select(c =>
        {
            double score = c.Id == DeskAgents.KnowledgeAnswerer ? input.KnowledgeConfidence ?? 0 : input.Understood.Intents.Where(i => i.AgentId == c.Id).Select(i => i.Score).DefaultIfEmpty(0).Max();
            if (input.Disabled.Contains(c.Id, StringComparer.Ordinal)) return new Considered(c.Id, Math.Round(score, 4), DisabledBecause);
            return new Considered(c.Id, Math.Round(score, 4), c.Id == DeskAgents.KnowledgeAnswerer && input.KnowledgeConfidence is null ? "the articles were not asked: the message asks nothing of them" : because);
        }),
    ];
}
