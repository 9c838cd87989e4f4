using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Server.Tests.Agents;

public sealed class AgentSettingTests(TestServer server) : IClassFixture<TestServer>
{
    private const string cohorts = "/api/v1/agents/analytics/cohort-analyzer";

    private static readonly object ten = new
    {
        input = new { cohortBy = "month", retainedMeans = "paid", maxPeriods = 1, asOf = "2026-06-01" },
        facts = new { units = Enumerable.Range(1, 10).Select(_ => new { start = "2026-01-10", active = new[] { 0 } }) },
    };

    [Fact]
    public async Task A_disabled_agent_does_not_work_for_its_tenant_until_it_is_enabled_again()
    {
        (_, HttpClient tenant) = await server.TenantAsync("quiet");
        (_, HttpClient other) = await server.TenantAsync("busy");
        (await PatchAsync(tenant, new { enabled = false })).GetProperty("enabled").GetBoolean().ShouldBeFalse();

        (await (await tenant.PostAsJsonAsync($"{cohorts}/execute", ten)).ProblemAsync(409, "agent_disabled")).Text("detail").ShouldContain("PATCH");
        (await tenant.GetJsonAsync("/api/v1/agents?q=cohort")).Items().ShouldHaveSingleItem().GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await other.PostAsJsonAsync($"{cohorts}/execute", ten)).EnsureSuccessStatusCode();

        await PatchAsync(tenant, new { enabled = true });
        (await tenant.PostAsJsonAsync($"{cohorts}/execute", ten)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_disabled_specialist_gets_no_message_and_the_decision_says_so()
    {
        const string refunds = "/api/v1/agents/billing/refund-processor";
        HttpClient customer = await server.ContactAsync("devika@kestrelmoor-cycles.example");
        (await server.Owner().PatchAsJsonAsync(refunds, new { enabled = false })).EnsureSuccessStatusCode();

        Guid id = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        JsonElement why = (await server.Owner().DecisionsAsync(id))[0].GetProperty("decision");
        why.Items("hops").ShouldNotContain(h => h.Text("agentId") == "billing/refund-processor");
        why.GetProperty("route").Items("considered").Single(c => c.Text("agentId") == "billing/refund-processor").Text("rejectedBecause").ShouldBe("it is disabled for this tenant");

        (await server.Owner().PatchAsJsonAsync(refunds, new { enabled = true })).EnsureSuccessStatusCode();
        (await customer.BeginAsync("I want my money back")).GetProperty("reply").Text("agentId").ShouldBe("billing/refund-processor");
    }

    [Fact]
    public async Task A_setting_changes_what_comes_out_and_null_gives_the_cards_own_back()
    {
        (_, HttpClient tenant) = await server.TenantAsync("tuned");
        (await WarningsAsync(tenant)).ShouldContain("small");

        (await PatchAsync(tenant, new { settings = new { small = 5 } })).GetProperty("settings").GetProperty("small").GetProperty("value").GetDecimal().ShouldBe(5);
        (await WarningsAsync(tenant)).ShouldNotContain("small");

        (await PatchAsync(tenant, new { settings = new { small = (int?)null } })).GetProperty("settings").GetProperty("small").GetProperty("value").GetDecimal().ShouldBe(20);
        (await WarningsAsync(tenant)).ShouldContain("small");
    }

    [Fact]
    public async Task What_is_set_is_a_version_of_the_policies_that_names_the_figures()
    {
        (_, HttpClient tenant) = await server.TenantAsync("traced");
        await PatchAsync(tenant, new { enabled = false, instructions = "Be brief." });
        JsonElement version = (await tenant.GetJsonAsync("/api/v1/policies/versions")).Items()[0];
        version.Items("changes").Select(c => c.Text("path")).ShouldContain("agents.analytics/cohort-analyzer.enabled");
        (await tenant.GetJsonAsync(cohorts)).Text("instructions").ShouldBe("Be brief.");
    }

    [Fact]
    public async Task What_no_card_has_is_refused_by_name()
    {
        (_, HttpClient tenant) = await server.TenantAsync("wrong");
        (await (await tenant.PatchAsJsonAsync(cohorts, new { settings = new { size = 3 } })).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("its settings are small, fewest_events");
        (await (await tenant.PatchAsJsonAsync(cohorts, new { settings = new { small = 0 } })).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("from 1 to 1000");
        (await (await tenant.PatchAsJsonAsync("/api/v1/agents/analytics/no-such", new { enabled = false })).ProblemAsync(404, "not_found")).ShouldNotBe(default);

        using var put = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = JsonContent.Create(new { agents = new[] { new { id = "analytics/no-such" } } }) };
        put.Headers.TryAddWithoutValidation("If-Match", "*");
        (await (await tenant.SendAsync(put)).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("analytics/no-such");
    }

    [Fact]
    public async Task Only_who_may_set_agents_up_changes_them()
    {
        HttpClient narrow = server.WithKey(await server.KeyAsync("read:agents", "admin:config"));
        (await (await narrow.PatchAsJsonAsync(cohorts, new { enabled = false })).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain("admin:agents");
    }

    private static async Task<JsonElement> PatchAsync(HttpClient tenant, object change) => await (await tenant.PatchAsJsonAsync(cohorts, change)).JsonAsync(200);

    private static async Task<IEnumerable<string?>> WarningsAsync(HttpClient tenant) =>
        (await (await tenant.PostAsJsonAsync($"{cohorts}/execute", ten)).JsonAsync(200)).GetProperty("output").GetProperty("warnings").EnumerateArray().Select(w => w.GetString());
}
