using System.Collections.Frozen;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Tests;

/// <summary>What holds for every agent of the catalogue, on one server. Each check goes through all of them and names those it does not hold for; each has a sign that it would see a breach.</summary>
public sealed class EveryAgentTests(SeededDesk desk) : IClassFixture<SeededDesk>
{
    private static AgentCard[] Computing => [.. FactWalker.Computing];

    [Fact]
    public async Task Rows_of_another_tenant_are_not_there_for_any_agent()
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach (AgentCard card in Computing)
        {
            JsonObject input = desk.InputOf(card);
            (int status, string body) = await SeededDesk.ExecuteAsync(desk.Stranger, card, input);
            if (status >= 500) wrong.Add($"{card.Id} fails: {body}");
            wrong.AddRange(desk.Leaks(body, [.. Said(input)]).Select(l => $"{card.Id} {l}"));
            if (desk.Leaks((await SeededDesk.ExecuteAsync(desk.Owner, card, input)).Body).Any()) seen++;
        }

        wrong.ShouldBeEmpty();
        seen.ShouldBeGreaterThan(8, "to who owns them the same rows are there, else this sees nothing");
    }

    [Fact]
    public async Task A_visitor_who_is_not_proven_gets_nothing_of_a_customer_from_any_agent()
    {
        var wrong = new List<string>();
        HttpClient visitor = await desk.VisitorAsync();
        foreach (AgentCard card in Computing)
            if ((await SeededDesk.ExecuteAsync(visitor, card, desk.InputOf(card))).Status is var status and not (401 or 403)) wrong.Add($"{card.Id} answers a visitor with {status}");

        foreach (AgentCard card in FactWalker.Catalogue.Specialists.Where(c => c.Utterances.Count > 0 && c.Domain != "desk"))
        {
            JsonElement begun = await JsonAsync(await visitor.PostAsJsonAsync("/api/v1/conversations", new { message = card.Utterances[0].Text }));
            string talk = begun.GetProperty("conversationId").GetString()!;
            string said = "[" + begun.GetProperty("reply").GetRawText() + "," + (await JsonAsync(await visitor.PostAsJsonAsync($"/api/v1/conversations/{talk}/messages", new { text = $"I am {desk.Email}, it is about the newest invoice." }))).GetProperty("reply").GetRawText() + "]";
            wrong.AddRange(desk.Leaks(said, desk.Email).Select(l => $"{card.Id} {l}"));
            foreach (JsonElement read in (await JsonAsync(await desk.Owner.GetAsync($"/api/v1/conversations/{talk}/decisions"))).GetProperty("items").EnumerateArray().SelectMany(d => d.GetProperty("decision").GetProperty("reads").EnumerateArray()))
                if (EntityAccess.Find(read.GetProperty("entity").GetString()!)?.Reach is Reach.Customer or Reach.Staff && read.GetProperty("count").GetInt32() > 0) wrong.Add($"{card.Id} reads {read.GetRawText()}");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_whose_card_lacks_a_capability_is_refused_the_rows()
    {
        IFactSource rows = desk.Services.GetRequiredService<IFactSource>();
        var wrong = new List<string>();
        int tried = 0;
        foreach (AgentCard card in Computing)
        {
            FactScope whole = FactScope.Of(card, new SystemActor(desk.TenantId, "walker"));
            IRowFacts all = rows.Open(whole);
            await LoadAsync(card, all);
            foreach (string entity in all.Reads.Select(r => r.Entity).Distinct(StringComparer.Ordinal))
            {
                tried++;
                try
                {
                    await LoadAsync(card, rows.Open(whole with { Capabilities = whole.Capabilities.Where(c => c != $"read:{entity}").ToFrozenSet(StringComparer.Ordinal) }));
                    wrong.Add($"{card.Id} reads {entity} without read:{entity}");
                }
                catch (FactsDeniedException denied) when (denied.Reason == "capability_missing")
                {
                    // As it must be.
                }
            }
        }

        wrong.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task A_dry_run_of_every_agent_changes_no_row()
    {
        SortedDictionary<string, string> before = await desk.TablesAsync();
        before.Count.ShouldBeGreaterThan(40);
        var failed = new List<string>();
        foreach (AgentCard card in Computing)
        {
            (int status, string body) = await SeededDesk.ExecuteAsync(desk.Owner, card, desk.InputOf(card));
            if (status != 200) failed.Add($"{card.Id}: {body}");
        }

        failed.ShouldBeEmpty();
        SortedDictionary<string, string> after = await desk.TablesAsync();
        after.Where(t => before[t.Key] != t.Value).Select(t => t.Key).ShouldBeEmpty();

        // A real change is seen.
        (await desk.Owner.PatchAsJsonAsync("/api/v1/agents/analytics/cohort-analyzer", new { settings = new { small = 10 } })).EnsureSuccessStatusCode();
        SortedDictionary<string, string> changed = await desk.TablesAsync();
        after.Where(t => changed[t.Key] != t.Value).Select(t => t.Key).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Every_execution_replayed_comes_to_the_same()
    {
        var wrong = new List<string>();
        foreach (AgentCard card in Computing)
        {
            FactCase? one = FactCase.Of(card).FirstOrDefault(c => !c.Expect.ContainsKey("reason"));
            foreach ((int status, string body) in new[] { await SeededDesk.ExecuteAsync(desk.Owner, card, desk.InputOf(card)), await SeededDesk.ExecuteAsync(desk.Owner, card, one?.Input ?? [], one?.Facts ?? []) })
            {
                if (status != 200)
                {
                    wrong.Add($"{card.Id}: {body}");
                    continue;
                }

                JsonElement replayed = await JsonAsync(await desk.Owner.PostAsync($"/api/v1/runs/{JsonElement.Parse(body).GetProperty("runId").GetString()}/replay", null));
                if (!replayed.GetProperty("identical").GetBoolean()) wrong.Add($"{card.Id}: {replayed.GetRawText()}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_server_computes_is_computed_from_the_facts_it_is_given()
    {
        AgentCard card = FactWalker.Catalogue.ById["success/health-score"];
        FactCase one = FactCase.Of(card).First(c => !c.Expect.ContainsKey("reason"));
        var other = (JsonObject)one.Facts.DeepClone();
        other["dau"] = 0;

        JsonElement said = JsonElement.Parse((await SeededDesk.ExecuteAsync(desk.Owner, card, one.Input, one.Facts)).Body).GetProperty("output");
        JsonElement less = JsonElement.Parse((await SeededDesk.ExecuteAsync(desk.Owner, card, one.Input, other)).Body).GetProperty("output");

        Expected.Differences(one.Expect, said, "health").ShouldBeEmpty();
        Expected.Differences(one.Expect, less, "health").ShouldNotBeEmpty("a fact that is changed must be seen through HTTP too");
        desk.Leaks($$"""{"output": "{{desk.Words.First()}}", "evidence": [{"ids": ["{{desk.Rows.First()}}"]}]}""").Count().ShouldBe(2);
    }

    private async Task LoadAsync(AgentCard card, IRowFacts rows)
    {
        var basis = new AgentBasis(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc, "USD", TenantPolicies.Default) { Card = card };
        await ((ComputingAgent)FactWalker.Catalogue.Find(card.Id)!).LoadAsync(JsonSerializer.SerializeToElement(desk.InputOf(card)), rows, basis, TestContext.Current.CancellationToken);
    }

    /// <summary>The words of an input, which an agent may say again.</summary>
    private static IEnumerable<string> Said(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Said(f.Value)),
        JsonArray list => list.SelectMany(Said),
        JsonValue value => [value.ToString()],
        _ => [],
    };

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonElement.Parse(body);
    }
}
