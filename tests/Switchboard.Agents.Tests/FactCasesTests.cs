using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;

namespace Switchboard.Agents.Tests;

/// <summary>What holds for every agent that computes, shown on its own cases.</summary>
public sealed class FactCasesTests
{
    public static TheoryData<string> Computing => [.. FactWalker.Computing.Select(c => c.Id)];

    [Theory]
    [MemberData(nameof(Computing))]
    public void The_cases_of_an_agent_come_out_as_they_are_written(string id)
    {
        AgentCard card = FactWalker.Catalogue.ById[id];
        List<FactCase> cases = FactCase.Of(card);
        cases.ShouldContain(c => c.Expect.ContainsKey("reason"), $"{id} has no case in which it gives a reason instead of a finding");
        cases.SelectMany(c => Expected.Differences(c.Expect, FactWalker.Compute(card, c.Input, c.Facts, c.Now), c.Name)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Computing))]
    public void Every_fact_that_changes_changes_what_comes_out(string id)
    {
        AgentCard card = FactWalker.Catalogue.ById[id];
        var unseen = FactWalker.FactsOf(card).ToHashSet(StringComparer.Ordinal);
        foreach (FactCase one in FactCase.Of(card).Where(c => !c.Expect.ContainsKey("reason")))
        {
            string before = Shown(FactWalker.Compute(card, one.Input, one.Facts, one.Now));
            foreach ((string fact, JsonNode? value) in one.Facts.Where(f => unseen.Contains(f.Key)).ToList())
                if (FactWalker.Others(value).Any(other => Shown(Try(card, one, fact, other)) != before)) unseen.Remove(fact);
        }

        unseen.ShouldBeEmpty($"no case of {id} shows that these facts matter");
    }

    [Theory]
    [MemberData(nameof(Computing))]
    public void A_fact_that_is_taken_away_is_missed(string id)
    {
        AgentCard card = FactWalker.Catalogue.ById[id];
        var silent = new List<string>();
        foreach (FactCase one in FactCase.Of(card).Where(c => !c.Expect.ContainsKey("reason")))
        {
            string before = Shown(FactWalker.Compute(card, one.Input, one.Facts, one.Now));
            foreach ((string fact, JsonNode? value) in one.Facts.Where(f => f.Value is not null).ToList())
            {
                var less = (JsonObject)one.Facts.DeepClone();
                less.Remove(fact);
                if (Shown(FactWalker.Compute(card, one.Input, less, one.Now)) == before) silent.Add($"{one.Name}: {fact}");
            }
        }

        silent.ShouldBeEmpty($"{id} says the same when these are not known");
    }

    [Theory]
    [MemberData(nameof(Computing))]
    public void The_same_facts_give_the_same_output_whatever_is_not_known_besides(string id)
    {
        AgentCard card = FactWalker.Catalogue.ById[id];
        foreach (FactCase one in FactCase.Of(card))
        {
            JsonElement first = FactWalker.Compute(card, one.Input, one.Facts, one.Now);
            FactWalker.Compute(card, one.Input, one.Facts, one.Now).GetRawText().ShouldBe(first.GetRawText(), one.Name);
            Should.NotThrow(() => FactWalker.Compute(card, one.Input, [], one.Now)).TryGetProperty("reason", out _).ShouldBeTrue($"{id} finds something without a single fact");
        }
    }

    [Theory]
    [MemberData(nameof(Computing))]
    public void What_is_spelt_wrong_is_refused_by_name(string id)
    {
        var agent = (ComputingAgent)FactWalker.Catalogue.Find(id)!;
        JsonElement nothing = JsonElement.Parse("{}"), wrong = JsonElement.Parse("""{"misspelt": 1}""");
        Should.Throw<AgentInputException>(() => agent.Check(wrong, null)).Message.ShouldContain("misspelt");
        Should.Throw<AgentInputException>(() => agent.Check(nothing, wrong)).Message.ShouldContain("misspelt");
        Should.Throw<AgentInputException>(() => agent.Check(JsonElement.Parse("[]"), null)).Place.ShouldBe("input");
    }

    [Theory]
    [MemberData(nameof(Computing))]
    public void The_cases_hold_what_their_fields_take(string id)
    {
        var agent = (ComputingAgent)FactWalker.Catalogue.Find(id)!;
        foreach (FactCase one in FactCase.Of(FactWalker.Catalogue.ById[id])) Should.NotThrow(() => agent.Check(JsonSerializer.SerializeToElement(one.Input), JsonSerializer.SerializeToElement(one.Facts)), one.Name);
    }

    [Theory]
    [InlineData("routing/escalation-decider", """{"mood": {"scores": [0.1, -1.2]}}""", "facts.mood.scores[1]", "must be -1 to 1")]
    [InlineData("routing/handoff-manager", """{"priority": "pressing"}""", "facts.priority", "must be one of urgent, high, normal, low")]
    [InlineData("routing/handoff-manager", """{"staff": [null]}""", "facts.staff[0]", "must not be null")]
    [InlineData("routing/meta-router", """{"openFlow": {}}""", "facts.openFlow.agentId", "must be given")]
    [InlineData("routing/cs-domain-router", """{"categories": {"adoption": 60}}""", "facts.categories.adoption", "must be 0 to 1")]
    [InlineData("routing/context-injector", """{"seatsUsed": {"value": -1, "asOf": "2026-11-22T10:00:00Z"}}""", "facts.seatsUsed.value", "must be 0 or more")]
    [InlineData("knowledge/updater", """{"articles": [{"articleId": "a"}, {"articleId": "b", "helpful": -1}]}""", "facts.articles[1].helpful", "must be 0 or more")]
    [InlineData("knowledge/suggester", """{"sources": [{"kind": "wish", "id": "a"}]}""", "facts.sources[0].kind", "must be one of gap, demand, feature")]
    public void What_a_field_does_not_take_is_refused_with_its_place(string id, string facts, string place, string message)
    {
        var agent = (ComputingAgent)FactWalker.Catalogue.Find(id)!;
        AgentInputException refused = Should.Throw<AgentInputException>(() => agent.Check(JsonElement.Parse("{}"), JsonElement.Parse(facts)));
        (refused.Place, refused.Message).ShouldBe((place, message));
    }

    [Fact]
    public void The_schema_says_what_a_field_takes()
    {
        JsonNode fields = ((ComputingAgent)FactWalker.Catalogue.Find("routing/handoff-manager")!).Schemas.Facts["properties"]!;
        fields["queued"]!["minimum"]!.GetValue<double>().ShouldBe(0);
        fields["priority"]!["enum"]!.AsArray().Select(w => (string?)w).ShouldBe(["urgent", "high", "normal", "low", null]);
    }

    [Fact]
    public void A_case_that_expects_something_else_fails_in_each_of_its_expectations()
    {
        AgentCard card = FactWalker.Catalogue.ById["success/health-score"];
        FactCase canary = FactCase.Parse("""
            - name: canary
              facts: {dau: 12, seats: 50, adopted: 9, planFeatures: 15, automations: 6}
              expect: {score: 99.9, band: poor, trend: 3, risks: [], defaulted: [nps], components: {usage: 18.01, other: 1}}
            """).Single();

        Expected.Differences(canary.Expect, FactWalker.Compute(card, canary.Input, canary.Facts, canary.Now), "canary").Count().ShouldBe(7);
    }

    /// <summary>What a caller sees besides the facts themselves, which an agent may show again.</summary>
    private static string Shown(JsonElement output)
    {
        JsonObject shown = JsonObject.Create(output)!;
        shown.Remove("inputs");
        return shown.ToJsonString();
    }

    private static JsonElement Try(AgentCard card, FactCase one, string fact, JsonNode? value)
    {
        var other = (JsonObject)one.Facts.DeepClone();
        other[fact] = value?.DeepClone();
        try
        {
            return FactWalker.Compute(card, one.Input, other, one.Now);
        }
        catch (AgentInputException)
        {
            // Not a value of this fact; another one is tried.
            return FactWalker.Compute(card, one.Input, one.Facts, one.Now);
        }
    }
}
