using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Routing;

/// <summary>What each routing agent of a turn decided; every field has one writer, the agent of its step.</summary>
public sealed record TurnPath
{
    /// <summary>Step 2, routing/complexity-assessor; null in the journals of earlier versions.</summary>
    public Complexity? Complexity { get; init; }

    /// <summary>Step 3, routing/escalation-decider before any agent.</summary>
    public required EscalationVerdict Before { get; init; }

    /// <summary>Step 4, routing/meta-router.</summary>
    public required MetaRoute Way { get; init; }

    /// <summary>Step 5, the domain routers, one choice for each intent.</summary>
    public IReadOnlyList<AgentChoice> Choices { get; init; } = [];

    /// <summary>What the turn has to do with a clarifying question; null where it has nothing to do with one.</summary>
    public Clarification? Clarify { get; init; }

    /// <summary>Step 6, routing/coordinator; null where no specialist was chosen.</summary>
    public TurnPlan? Plan { get; init; }

    /// <summary>The agents of the plan that got no part, since the customer must answer first.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Step 7, routing/escalation-decider after the draft; null where no agent spoke.</summary>
    public EscalationVerdict? After { get; init; }

    /// <summary>Step 7, routing/handoff-manager; null where people did not take over.</summary>
    public HandoffMove? Handoff { get; init; }
}

/// <summary>What a turn is routed on.</summary>
public sealed record TurnSeen
{
    /// <summary>What the desk's own rules look at.</summary>
    public required RouteInput Input { get; init; }

    /// <summary>What is wanted, by whoever reads intents.</summary>
    public required IntentReading Intents { get; init; }

    /// <summary>The message.</summary>
    public required string Text { get; init; }

    /// <summary>The account.</summary>
    public required AccountSeen Account { get; init; }

    /// <summary>How much help it needs, 1..10; null when that was not assessed.</summary>
    public int? Complexity { get; init; }

    /// <summary>When the message came.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether the desk's last words were an answer.</summary>
    public bool AfterAnswer { get; init; }

    /// <summary>Whether an order goes to the specialist who carries it out, also where an article tells how it is done.</summary>
    public bool HearsOrders { get; init; }

    /// <summary>Whether who works an answer out comes before an article that speaks of such things, also where nobody has spoken yet.</summary>
    public bool WorksOut { get; init; }

    /// <summary>Whether the customer is asked back where nothing is sure enough.</summary>
    public bool AsksBack { get; init; }

    /// <summary>The specialist whose words the message comes behind; null where it comes behind no specialist's.</summary>
    public string? Spoke { get; init; }

    /// <summary>What the message names that shall be other in the question that was answered last; null where it asks something by itself.</summary>
    public IReadOnlySet<string>? Again { get; init; }

    /// <summary>Between whom the customer was asked to choose; null where no such question waits.</summary>
    public IReadOnlyList<string>? Asked { get; init; }

    /// <summary>Clarifying questions in a row before this message.</summary>
    public int Clarifications { get; init; }

    /// <summary>Since when the dialogue waits.</summary>
    public DateTimeOffset? WaitsSince { get; init; }

    /// <summary>Whether people must take it before any agent.</summary>
    public required EscalationVerdict Before { get; init; }
}

/// <summary>Steps 4 to 6 of a turn's path, and how they become the agents that run. Pure: the same turn is routed alike when it is replayed.</summary>
public sealed partial class TurnRouting(Catalogue catalogue, Router router)
{
    private readonly IReadOnlyList<LeafEnabled> leaves = [.. catalogue.Specialists.Where(c => c.Domain != "desk").Select(c => new LeafEnabled(c.Id))];

    /// <summary>Routes a turn.</summary>
    public (RouteDecision Route, TurnPath Path, IReadOnlyList<string> Agents) Route(TurnSeen seen)
    {
        RouteDecision desk = router.Route(seen.Input);
        WishSeen[] intents = [.. seen.Intents.Intents.Select(WishSeen.Of)];
        ValueSeen[] entities = [.. seen.Input.Understood.Entities.Select(ValueSeen.Of)];
        MetaRoute way = MetaRouter.Decide(Meta(seen, intents, entities), seen.Now);
        var path = new TurnPath { Before = seen.Before, Way = way };
        if (way.Kind == "none") return (desk, path, []);

        // What people must take comes before everything, except that a handoff that is under way goes on.
        if (seen.Before.Needed && !(desk.Kind == RouteKind.Continue && desk.AgentId == DeskAgents.HumanHandoff))
        {
            Reason first = seen.Before.Reasons[0];
            RouteDecision people = desk.Kind == RouteKind.Human && first.Code == "customer_request" ? desk
                : To(desk, RouteKind.Human, DeskAgents.HumanHandoff, 1, $"People must take this before any agent: {first.Code}, {first.Evidence}.", first.Code, "people must take this first");
            return (people, path, [people.AgentId!]);
        }

        if (seen.Asked is { } options && ClarifyingAnswer.Of(seen.Text, options, id => catalogue.NamesOf(id, seen.Input.Understood.Language)) is { } read) return Chosen(read, options, desk, path, seen);
        if (seen.Asked is not null && desk is { Kind: RouteKind.Smalltalk, Code: "yes" or "no" }) return NoProgress("the answer chooses nobody", desk, path, seen);
        // Courtesies are no answer, and no other wish either: the question stands.
        if (seen.Asked is not null && desk.Kind != RouteKind.Smalltalk) path = path with { Clarify = new Clarification { InARow = seen.Clarifications, Outcome = "said_anew" } };

        // An operator's own agent has no place in a domain: its utterances alone bring it the turn.
        if (desk is { Kind: RouteKind.Specialist, AgentId: { } own } && AgentCard.IsOwn(own)) return (desk, path with { Way = MetaRouter.Own(desk.Confidence, way.Parked) }, [own]);

        bool several = intents.Count(w => !w.IsMeta) > 1;
        (WishSeen Wish, AgentChoice Choice)[] wished = [.. intents.Where(i => !i.IsMeta && i.Leaf != IntentLabels.SlotAnswer && i.Place is not null).Select(i => (i, Choose(i, seen, entities, several))).Where(w => w.Item2 is not null).Select(w => (w.i, w.Item2!))];
        AgentChoice[] choices = [.. wished.Select(w => w.Choice)];
        path = path with { Choices = choices };
        bool routed = way.Kind is LeafPlaces.Support or LeafPlaces.Sales or LeafPlaces.Success;
        bool interrupted = desk.Kind == RouteKind.Continue && routed;
        bool unanswered = desk is { Kind: RouteKind.Support, Code: "no_evidence" };
        bool ordered = seen.HearsOrders && desk.Kind == RouteKind.Support && intents.Any(i => Orders(i, seen)) && choices.Any(c => c.AgentId is { } id && seen.Input.IsHere(catalogue, id) && Acts(id));
        if (AsksAgain(desk, path, seen) is { } again) return again;
        if (unanswered && GoesOnWith(choices, desk, path, seen, entities) is { } same) return same;
        bool follows = Follows(choices, desk, seen, entities) || WorksOut(wished, desk, seen, entities);
        if (seen.WorksOut && unanswered && seen.Asked is null && seen.Input.Understood.Reading is { Abstain: IntentAbstention.None, Intents: [{ Label: IntentLabels.Feedback, LabelProbability: >= asGoodAsSure and var sure }] })
            return (To(desk, RouteKind.Smalltalk, DeskAgents.SmallTalk, sure, "The message says how it went, and asks nothing.", "feedback", "the message asks nothing"), path, [DeskAgents.SmallTalk]);
        if (!routed && unanswered && Unsure(way, choices, desk, path, seen) is { } asks) return asks;
        if (!routed || !(desk.Kind == RouteKind.Specialist || interrupted || unanswered || ordered || follows)) return (desk, path, desk.AgentId is { } one ? [one] : []);

        ChosenAgent[] served = [.. wished.Where(w => w.Choice.AgentId is { } id && seen.Input.IsHere(catalogue, id))
            .Select(w => new ChosenAgent(w.Choice.AgentId!, w.Choice.Second, w.Choice.Category, w.Choice.Confidence, null, seen.AsksBack && several ? WishActions.Of(SaidOf(w.Wish, seen), Between(w.Wish, entities)) : ActionOf(entities)))];
        if (unanswered && choices is [{ AgentId: null, Code: "clarify" } or { AsksFirst: true }] && Unsure(way, choices, desk, path, seen) is { } back) return back;
        if (served.Length == 0)
        {
            if (choices.FirstOrDefault(c => c.Code == "missing_capability") is not { } missing || desk.Kind != RouteKind.Support) return (desk, path, [desk.AgentId!]);
            string named = string.Join(", ", missing.Rejected.Select(r => r.AgentId).Take(1).Select(LeafPlaces.NameOf));
            RouteDecision human = To(desk, RouteKind.Human, DeskAgents.HumanHandoff, 1, $"It is meant for {named}, who is not here; the articles do not answer it.", "missing_capability", "people must take this");
            return (human, path, [DeskAgents.HumanHandoff]);
        }

        TurnPlan plan = Coordinator.Plan(new CoordinationFacts { AgentChoice = served, Complexity = seen.Complexity, Severity = Alarms.Severity(new SaidText(seen.Text), seen.Input.Rules >= 9), Tried = seen.AsksBack ? false : null });
        path = path with { Plan = plan };
        string leading = plan.Agents[0];
        RouteDecision route = leading == desk.AgentId ? desk
            : To(desk, RouteKind.Specialist, leading, choices.First(c => c.AgentId == leading).Confidence, $"{LeafPlaces.NameOf(leading)} is meant: {choices.First(c => c.AgentId == leading).Rule}.", desk.Kind == RouteKind.Specialist ? desk.Code : null, "another is meant");
        // A pattern that is not run yet has its first agent speak.
        return (route, path, plan.Runs is "sequential" or "parallel" ? [.. plan.Agents.Where(id => seen.Input.IsHere(catalogue, id))] : [leading]);
    }

    /// <summary>The utterances that were matched, as a reading of intents: agents are leaves, what the desk itself is told is <c>meta</c>.</summary>
    public static IntentReading Read(Understood understood, int length)
    {
        var intents = new List<ReadIntent>();
        foreach (Intent i in understood.Intents)
        {
            var span = new Clause(0, length);
            IntentAction action = i.Label == "no" ? IntentAction.Deny : i.Label == "yes" ? IntentAction.Confirm : IntentAction.Request;
            if (i.AgentId == DeskAgents.HumanHandoff) intents.Add(new ReadIntent("meta.human", "meta", "meta", action, i.Score, i.Score, i.Score, span));
            // A courtesy beside a question is no wish.
            else if (i.AgentId == DeskAgents.SmallTalk)
            {
                if (i.IsWholeMessage) intents.Add(new ReadIntent($"meta.{i.Label}", "meta", "meta", action, i.Score, i.Score, i.Score, span));
            }
            else if (LeafPlaces.DomainOf(i.AgentId) is { } domain && !intents.Exists(o => o.Label == i.AgentId))
                intents.Add(new ReadIntent(i.AgentId, $"{domain}.{LeafPlaces.CategoryOf(i.AgentId)}", domain, action, i.Score, i.Score, i.Score, span));
        }
        return new IntentReading(intents, [.. intents.Select(i => new IntentScore(i.Label!, (float)i.LabelProbability)).Take(3)], intents.Count > 0 ? IntentAbstention.None : IntentAbstention.Unknown, null);
    }

    private MetaFacts Meta(TurnSeen seen, WishSeen[] intents, ValueSeen[] entities) => new()
    {
        Intents = intents,
        Abstain = seen.Intents.Abstain.ToString().ToLowerInvariant(),
        Clarifications = seen.AsksBack ? seen.Clarifications : null,
        Alternatives = Likely(seen),
        Entities = entities,
        Context = seen.Account,
        Owner = seen.Input.Owner == Domain.Support.ConversationOwner.Human ? "human" : "bot",
        Escalated = seen.Before.Needed,
        AfterAnswer = seen.AfterAnswer,
        // A dialogue of an agent that is gone waits for nothing.
        OpenFlow = seen.Input.Dialogue is { } open && seen.Input.IsHere(catalogue, open.Input.AgentId)
            ? new OpenFlow(open.Input.AgentId, open.Waits == Runs.DialogueWait.Confirmation ? "yes_no" : open.Slot, seen.WaitsSince) : null,
    };

    /// <summary>Whether a wish is an order and no question. What an article says of how it is done helps who asks how, and not who wants it done.</summary>
    private static bool Orders(WishSeen wish, TurnSeen seen)
    {
        if (wish.IsMeta || wish.Leaf is null) return false;
        string text = wish.Span is { } span && span.End <= seen.Text.Length ? seen.Text[span.Start..Math.Min(span.End + 1, seen.Text.Length)] : seen.Text;
        if (text.Contains('?', StringComparison.Ordinal) || ActionVerbs.Wonders(text)) return seen.WorksOut && seen.Input.IsProven && AsksWhyOfOwn(text);
        return ActionVerbs.Of(text) switch
        {
            // What is named with a please and no question is ordered as well: "year statement 2026 please".
            IntentAction.Ask => seen.AsksBack && new SaidText(text).Any("please", "pls"),
            // Who reports a trouble of their own wants it looked at, where that can be done.
            IntentAction.Report or IntentAction.Complain => seen.Input.IsProven,
            // "No longer needed, so end it" and "okay, end it" order as well.
            _ => true,
        };
    }

    private bool Acts(string agentId) => catalogue.ById[agentId].Capabilities.Any(c => c.StartsWith("act:", StringComparison.Ordinal));

    private AgentChoice? Choose(WishSeen intent, TurnSeen seen, ValueSeen[] entities, bool several)
    {
        string text = several ? SaidOf(intent, seen) : seen.Text;
        ValueSeen[] own = several ? Between(intent, entities) : entities;
        // What else is likely was said of the first clause alone.
        IReadOnlyList<LeafChance> likely = several ? [] : Likely(seen);
        return intent.Place switch
        {
            LeafPlaces.Support => SupportRouter.Decide(new SupportFacts { Intents = [intent], Alternatives = likely, Entities = own, Text = text, Context = seen.Account, Agents = Enabled(seen) }),
            LeafPlaces.Sales => SalesRouter.Decide(new SalesFacts { Intents = [intent], Entities = own, Text = text, Context = seen.Account, Agents = Enabled(seen), HearsAll = seen.Input.Rules >= 9 }),
            LeafPlaces.Success => SuccessRouter.Decide(new SuccessFacts { Intents = [intent], Alternatives = likely, Entities = own, Text = text, Context = seen.Account, Agents = Enabled(seen), KeepsLeaf = seen.Input.Rules >= 9 }),
            _ => null,
        };
    }

    private static string SaidOf(WishSeen wish, TurnSeen seen) => wish.Span is { } span && span.End <= seen.Text.Length ? seen.Text[span.Start..span.End] : seen.Text;

    private static ValueSeen[] Between(WishSeen wish, ValueSeen[] entities) => wish.Span is { } place ? [.. entities.Where(e => e.Start >= place.Start && e.End <= place.End)] : entities;

    private IReadOnlyList<LeafEnabled> Enabled(TurnSeen seen) => seen.Input.Disabled.Count == 0 ? leaves : [.. leaves.Where(l => seen.Input.IsHere(catalogue, l.Id))];

    private static IReadOnlyList<LeafChance> Likely(TurnSeen seen) => [.. seen.Intents.Alternatives.Where(a => LeafPlaces.DomainOf(a.Label) is not null).Select(a => new LeafChance(a.Label, a.Probability))];

    private static string? ActionOf(ValueSeen[] entities) => entities.FirstOrDefault(e => e.Type == EntityTypes.Action && !e.Negated)?.Value;

    private static RouteDecision To(RouteDecision desk, RouteKind kind, string agent, double confidence, string reason, string? code, string others) => desk with
    {
        Kind = kind,
        AgentId = agent,
        Confidence = Math.Round(confidence, 4),
        Reason = reason,
        Code = code,
        Abstain = Abstain.None,
        Considered = [new Considered(agent, Math.Round(confidence, 4), null), .. desk.Considered.Where(c => c.AgentId != agent).Select(c => c.RejectedBecause == Router.DisabledBecause ? c : c with { RejectedBecause = others })],
    };
}
