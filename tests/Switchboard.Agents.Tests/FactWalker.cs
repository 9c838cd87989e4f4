using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Agents.Desk;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Tests;

/// <summary>Plays the cases of agents that compute as the pure functions they are.</summary>
public static class FactWalker
{
    public static Catalogue Catalogue { get; } = Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly);

    /// <summary>The agents that compute.</summary>
    public static IEnumerable<AgentCard> Computing => Catalogue.Cards.Where(c => Catalogue.Find(c.Id) is ComputingAgent);

    /// <summary>What an agent makes of an input and facts: its output, or <c>{"reason": …}</c>.</summary>
    public static JsonElement Compute(AgentCard card, JsonObject input, JsonObject facts, DateTimeOffset now)
    {
        var agent = (ComputingAgent)Catalogue.Find(card.Id)!;
        var basis = new AgentBasis(now, TimeZoneInfo.Utc, "USD", TenantPolicies.Default) { Card = card };
        (JsonElement taken, JsonElement known) = (JsonSerializer.SerializeToElement(input), JsonSerializer.SerializeToElement(facts));
        agent.Check(taken, known);
        AgentWork work = agent.Compute(taken, known, basis);
        (JsonElement? output, Stop? stop) = work;
        work.Steps.Select(s => s.Key).ShouldBeUnique($"{card.Id} plans two steps under one key");
        foreach (PlanNow planned in work.Steps.OfType<PlanNow>())
            card.Capabilities.Concat(agent.OwnActions.Select(a => $"act:{a}")).ShouldContain($"act:{planned.Action.Name}", $"{card.Id} plans an action that its card does not declare");
        if (stop is null) return work.Steps.Count == 0 ? output!.Value : Planned(output!.Value, work.Steps);
        card.Reasons.ShouldContain(stop.Reason, $"{card.Id} stops with a reason that its card does not declare");
        return JsonSerializer.SerializeToElement(new { reason = stop.Reason });
    }

    /// <summary>The output with what is to be done beside it, so that cases can name it and a fact that changes only that is seen.</summary>
    private static JsonElement Planned(JsonElement output, IReadOnlyList<PlanStep> steps)
    {
        JsonObject with = JsonObject.Create(output)!;
        with["plan"] = new JsonArray([.. steps.Select(step => (JsonNode)(step switch
        {
            PlanNow now => new JsonObject { ["kind"] = "now", ["key"] = now.Key, ["action"] = now.Action.Name, ["arguments"] = JsonNode.Parse(ActionPreview.ArgumentsOf(now.Action)) },
            PlanLater later => new JsonObject { ["kind"] = "later", ["key"] = later.Key, ["at"] = JsonSerializer.SerializeToNode(later.At, Json.Options), ["input"] = JsonNode.Parse(later.Input.GetRawText()) },
            PlanSkipped left => new JsonObject { ["kind"] = "skipped", ["key"] = left.Key, ["reason"] = left.Reason, ["why"] = left.Why },
            _ => throw new InvalidOperationException($"{step} is no step of a plan."),
        }))]);
        return JsonSerializer.SerializeToElement(with);
    }

    /// <summary>The facts of an agent by their names, in all its cases.</summary>
    public static IEnumerable<string> FactsOf(AgentCard card) => ((ComputingAgent)Catalogue.Find(card.Id)!).Schemas.Facts["properties"]!.AsObject().Select(p => p.Key);

    /// <summary>Other values than the one a fact has, of its kind.</summary>
    public static IEnumerable<JsonNode?> Others(JsonNode? value) => value switch
    {
        JsonArray list => [new JsonArray(), .. Enumerable.Range(0, Math.Min(list.Count, 3)).Select(i => Without(list, i)), .. list.Count > 0 ? Others(list[0]).Select(other => With(list, other)) : []],
        JsonObject fields => fields.SelectMany(f => Others(f.Value).Select(other => With(fields, f.Key, other))),
        JsonValue one when one.GetValueKind() == JsonValueKind.Number => new[] { 0m, 1m, one.GetValue<decimal>() + 1, one.GetValue<decimal>() * 2 + 7, one.GetValue<decimal>() / 2 }.Select(Number).Where(n => n.ToJsonString() != one.ToJsonString()),
        JsonValue one when one.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [JsonValue.Create(!one.GetValue<bool>())],
        JsonValue one when DateOnly.TryParse(one.GetValue<string>(), out DateOnly day) => [JsonValue.Create(day.AddDays(40).ToString("yyyy-MM-dd")), JsonValue.Create(day.AddDays(-40).ToString("yyyy-MM-dd"))],
        JsonValue one when DateTimeOffset.TryParse(one.GetValue<string>(), out DateTimeOffset at) => [JsonValue.Create(at.AddDays(40).ToString("O")), JsonValue.Create(at.AddDays(-40).ToString("O"))],
        JsonValue one when Guid.TryParse(one.GetValue<string>(), out _) => [JsonValue.Create("01900000-0000-7000-8000-0000000000ff")],
        // Another word, and words that kinds of status have: what is no value of a fact is passed over.
        JsonValue one => new[] { "another", "paid", "open", "active", "human", "clarify", "negotiation", "closed_lost", "urgent", "low", "none", "S1", "S4", "canceled", "JPY", "Asia/Tokyo", "America/New_York" }.Where(w => w != one.GetValue<string>()).Select(w => JsonValue.Create(w)),
        _ => [],
    };

    private static JsonValue Number(decimal value) => value == Math.Floor(value) ? JsonValue.Create((long)value) : JsonValue.Create(value);

    private static JsonArray Without(JsonArray list, int at)
    {
        var shorter = (JsonArray)list.DeepClone();
        shorter.RemoveAt(at);
        return shorter;
    }

    private static JsonArray With(JsonArray list, JsonNode? first)
    {
        var other = (JsonArray)list.DeepClone();
        other[0] = first?.DeepClone();
        return other;
    }

    private static JsonObject With(JsonObject fields, string name, JsonNode? value)
    {
        var other = (JsonObject)fields.DeepClone();
        other[name] = value?.DeepClone();
        return other;
    }
}
