using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Routing;

/// <summary>What was talked about last: a message that comes behind a specialist's words and names other figures for the same matter goes on with it, where an article would speak in general.</summary>
public sealed partial class TurnRouting
{
    private const int wordsOfACorrection = 8;
    private const double likelySame = 0.6;
    private const double asGoodAsSure = 0.9;

    private static readonly string[] whyOfOwn =
    [
        "why was i", "why were we", "why did you", "why did i", "why did we", "why am i", "why are we", "why have i", "why have we", "why have you", "why has my", "why has our", "why is my", "why is our",
        "why was my", "why was our", "why do i", "why do we", "why do you keep",
    ];

    /// <summary>What one of them is asked about by itself.</summary>
    private static readonly string[] things = [EntityTypes.Invoice, EntityTypes.Money, "plan"];

    /// <summary>What no article is written for.</summary>
    private static readonly string[] exact = [EntityTypes.Invoice, EntityTypes.Money, EntityTypes.Percent];

    /// <summary>What their answers are worked out from.</summary>
    private static readonly string[] figures = [EntityTypes.Quantity, EntityTypes.Number, EntityTypes.Percent, .. things];

    /// <summary>Whether the message is sure to mean a specialist of what was talked about last, and names a figure for it: its answer is worked out, that of the articles is none to these figures.</summary>
    private bool Follows(AgentChoice[] choices, RouteDecision desk, TurnSeen seen, ValueSeen[] entities) =>
        seen.Spoke is { } spoke && desk.Kind == RouteKind.Support && !seen.Input.IsHowTo && Names(entities, figures)
        && choices.Any(c => c.AgentId is { } id && !c.AsksFirst && seen.Input.IsHere(catalogue, id) && LeafPlaces.CategoryOf(id) == LeafPlaces.CategoryOf(spoke));

    /// <summary>
    /// Whether the message is as good as sure to mean a specialist, and names what that one's answer is worked out from: an article that shares its words speaks of other figures. Without
    /// proof it must be one who answers everybody.
    /// </summary>
    private bool WorksOut((WishSeen Wish, AgentChoice Choice)[] wished, RouteDecision desk, TurnSeen seen, ValueSeen[] entities)
    {
        if (!seen.WorksOut || desk.Kind != RouteKind.Support || seen.Input.IsHowTo) return false;
        IReadOnlySet<string> parts = FollowUp.PartsIn(seen.Text, seen.Input.Understood.Entities);
        return wished.Any(w => w is { Wish.PLeaf: >= asGoodAsSure, Choice: { AgentId: { } id, AsksFirst: false } } && seen.Input.IsHere(catalogue, id)
            && (Names(entities, exact) || catalogue.ById[id].Varies.Any(parts.Contains))
            && (seen.Input.IsProven || !catalogue.ById[id].Reasons.Contains("identity_unproven", StringComparer.Ordinal)));
    }

    /// <summary>Whether somebody asks why something befell them: that is a report, with which more can be done than to tell the rule.</summary>
    private static bool AsksWhyOfOwn(string text) => ActionVerbs.Of(text) is IntentAction.Report or IntentAction.Complain && new SaidText(text).Any(whyOfOwn);

    /// <summary>The specialist who spoke last, where nothing else fits a short message that names another thing of those it is asked about: "no, I meant INV-2026-00012".</summary>
    private (RouteDecision, TurnPath, IReadOnlyList<string>)? GoesOnWith(AgentChoice[] choices, RouteDecision desk, TurnPath path, TurnSeen seen, ValueSeen[] entities)
    {
        if (seen.Spoke is not { } spoke || seen.Asked is not null || LeafPlaces.DomainOf(spoke) is not { } domain || !seen.Input.IsHere(catalogue, spoke)) return null;
        if (!Names(entities, things) || choices.Any(c => c.AgentId is { } id && seen.Input.IsHere(catalogue, id)) || seen.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > wordsOfACorrection) return null;
        RouteDecision route = To(desk, RouteKind.Specialist, spoke, likelySame, $"Nothing else fits, and the message names another thing of those {LeafPlaces.NameOf(spoke)} was asked about.", null, "it goes on with what was talked about");
        TurnPlan plan = Coordinator.Plan(new CoordinationFacts { AgentChoice = [new ChosenAgent(spoke, null, LeafPlaces.CategoryOf(spoke), likelySame)], Complexity = seen.Complexity, Tried = false });
        return (route, path with { Way = MetaRouter.Same(domain, likelySame), Plan = plan }, [spoke]);
    }

    /// <summary>
    /// The specialist who spoke last, where the message asks nothing by itself and names what shall be other in the question that was answered. It comes before the articles, which
    /// would be asked for its few words alone, and before who does such things, since nobody is told to do anything.
    /// </summary>
    private (RouteDecision, TurnPath, IReadOnlyList<string>)? AsksAgain(RouteDecision desk, TurnPath path, TurnSeen seen)
    {
        if (seen.Again is not { } parts || seen.Spoke is not { } spoke || seen.Asked is not null || LeafPlaces.DomainOf(spoke) is not { } domain || !seen.Input.IsHere(catalogue, spoke)) return null;
        if (desk.Kind is not (RouteKind.Support or RouteKind.Specialist) || !catalogue.ById[spoke].Varies.Any(parts.Contains)) return null;
        RouteDecision route = To(desk, RouteKind.Specialist, spoke, likelySame, $"It asks {LeafPlaces.NameOf(spoke)} the same again with another {string.Join(" and ", parts.Order(StringComparer.Ordinal))}.", null, "it goes on with what was talked about");
        TurnPlan plan = Coordinator.Plan(new CoordinationFacts { AgentChoice = [new ChosenAgent(spoke, null, LeafPlaces.CategoryOf(spoke), likelySame)], Complexity = seen.Complexity, Tried = false });
        return (route, path with { Way = MetaRouter.Same(domain, likelySame), Plan = plan }, [spoke]);
    }

    private static bool Names(ValueSeen[] entities, string[] types) => entities.Any(e => !e.Negated && types.Contains(e.Type, StringComparer.Ordinal));
}
