using System.Globalization;
using Switchboard.Core.Desk;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Routing;

/// <summary>Where nothing is sure enough the customer is asked back, once; what the answer chooses goes on from there.</summary>
public sealed partial class TurnRouting
{
    /// <summary>Asks back, or gives it to people where that was done already; null where there is nothing to choose between, and the desk says what it can.</summary>
    private (RouteDecision, TurnPath, IReadOnlyList<string>)? Unsure(MetaRoute way, AgentChoice[] choices, RouteDecision desk, TurnPath path, TurnSeen seen)
    {
        if (!seen.AsksBack) return null;
        if (way is { Kind: "human", Code: "low_confidence" }) return NoProgress("nothing in it is sure enough either", desk, path, seen);
        bool byDefault = choices is [{ AsksFirst: true }];
        // Who was asked already and now names a category is served by its default: that is further than before.
        if (seen.Clarifications > 0) return byDefault ? null : NoProgress("no specialist of what it names is sure enough", desk, path, seen);
        if (!byDefault && way.Kind != "clarify" && choices is not [{ Code: "clarify" }]) return null;
        // Where nothing is likely there is nothing to choose between; the closest articles help more.
        if (way.Kind == "clarify" && seen.Intents is { Intents.Count: 0, Abstain: not IntentAbstention.Clarify }) return null;

        string? category = byDefault ? choices[0].Category : null;
        IReadOnlyList<LeafChance> options = ClarifyingQuestion.Between(
            [.. Likely(seen).Where(l => category is null || LeafPlaces.CategoryOf(l.Leaf) == category), .. byDefault ? [new LeafChance(choices[0].AgentId!, 0)] : Array.Empty<LeafChance>()],
            id => seen.Input.IsHere(catalogue, id));
        // Beside a single one its category's default is what the customer may mean.
        if (options is [var only] && LeafPlaces.SupportDefaults.GetValueOrDefault(LeafPlaces.CategoryOf(only.Leaf)) is { } beside && beside != only.Leaf && seen.Input.IsHere(catalogue, beside)) options = [only, new LeafChance(beside, 0)];
        if (options.Count < 2) return null;
        string between = string.Join(", ", options.Select(o => $"{LeafPlaces.NameOf(o.Leaf)} {o.P.ToString("0.00", CultureInfo.InvariantCulture)}"));
        string why = byDefault ? $"only the category {category} is sure, and its default asks first" : "no specialist is sure enough";
        RouteDecision route = To(desk, RouteKind.Clarify, DeskAgents.Clarifier, options[0].P, $"The customer is asked which is meant, since {why}: {between}.", "clarify", "the customer is asked first");
        return (route with { Abstain = Abstain.Clarify }, path with { Clarify = new Clarification { Options = options, Why = why, InARow = seen.Clarifications } }, [DeskAgents.Clarifier]);
    }

    /// <summary>The second time in a row that nothing is clear, people take over.</summary>
    private static (RouteDecision, TurnPath, IReadOnlyList<string>) NoProgress(string why, RouteDecision desk, TurnPath path, TurnSeen seen)
    {
        RouteDecision people = To(desk, RouteKind.Human, DeskAgents.HumanHandoff, 1, $"The customer was asked what is meant and is no further: {why}.", "low_confidence", "people must take this");
        return (people, path with { Clarify = new Clarification { InARow = seen.Clarifications, Outcome = "no_progress" } }, [DeskAgents.HumanHandoff]);
    }

    /// <summary>The specialist the customer chose; people, where it is gone in the meantime.</summary>
    private (RouteDecision, TurnPath, IReadOnlyList<string>) Chosen(ChoiceRead read, IReadOnlyList<string> options, RouteDecision desk, TurnPath path, TurnSeen seen)
    {
        string name = LeafPlaces.NameOf(read.Leaf);
        var choice = new AgentChoice
        {
            AgentId = read.Leaf,
            Category = LeafPlaces.CategoryOf(read.Leaf),
            Confidence = 1,
            Rule = "chosen",
            Rejected = [.. options.Where(o => o != read.Leaf).Select(o => new AgentNotTaken(o, "the customer chose another"))],
        };
        TurnPath chosen = path with
        {
            Way = MetaRouter.Chosen(LeafPlaces.DomainOf(read.Leaf) ?? LeafPlaces.Support),
            Clarify = new Clarification { InARow = seen.Clarifications, Outcome = "chosen", Chosen = read.Leaf, By = read.By },
        };
        if (!seen.Input.IsHere(catalogue, read.Leaf))
        {
            RouteDecision people = To(desk, RouteKind.Human, DeskAgents.HumanHandoff, 1, $"The customer chose {name}, who is not here.", "missing_capability", "people must take this");
            return (people, chosen with { Choices = [choice with { AgentId = null, Code = "missing_capability" }] }, [DeskAgents.HumanHandoff]);
        }

        RouteDecision route = To(desk, RouteKind.Continue, DeskAgents.Clarifier, 1, $"The message answers which is meant: {name}, by its {read.By}.", "chosen", "the customer chose another");
        TurnPlan plan = Coordinator.Plan(new CoordinationFacts { AgentChoice = [new ChosenAgent(read.Leaf, null, choice.Category, 1)], Complexity = seen.Complexity, Tried = false });
        return (route, chosen with { Choices = [choice], Plan = plan }, [DeskAgents.Clarifier, read.Leaf]);
    }
}
