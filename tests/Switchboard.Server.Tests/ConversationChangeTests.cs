using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Identity;

namespace Switchboard.Server.Tests;

public sealed class ConversationChangeTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task While_a_person_has_taken_over_the_agents_are_silent_and_after_the_return_they_answer_again()
    {
        (HttpClient visitor, Guid id) = await BegunAsync();
        JsonElement taken = await ChangeAsync(server.Owner(), id, "take-over");
        (taken.Text("owner"), taken.IsNull("assigneeId")).ShouldBe(("human", false));
        (await visitor.SayAsync(id, Questions.Good)).IsNull("reply").ShouldBeTrue();

        (await ChangeAsync(server.Owner(), id, "return-to-bot")).Text("owner").ShouldBe("bot");
        (await visitor.SayAsync(id, Questions.Good)).GetProperty("reply").Text("text").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task It_is_assigned_to_members_of_the_staff_and_teams_alone()
    {
        (_, Guid id) = await BegunAsync();
        Guid ada = (await ChangeAsync(server.Owner(), id, "take-over")).Id("assigneeId");
        JsonElement assigned = await ChangeAsync(server.Owner(), id, "assign", new { assigneeId = ada, team = "billing" });
        (assigned.Id("assigneeId"), assigned.Text("team")).ShouldBe((ada, "billing"));
        await (await PostAsync(server.Owner(), id, "assign", new { assigneeId = Guid.CreateVersion7() })).ProblemAsync(400, "invalid_request");
        await (await PostAsync(server.Owner(), id, "assign", new { })).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Escalated_it_is_with_people_as_urgent_as_was_said()
    {
        (HttpClient visitor, Guid id) = await BegunAsync();
        JsonElement seen = await ChangeAsync(server.Owner(), id, "escalate", new { team = "legal", priority = "urgent" });
        (seen.Text("owner"), seen.Text("team"), seen.Text("priority")).ShouldBe(("human", "legal", "urgent"));
        (await visitor.SayAsync(id, Questions.Good)).IsNull("reply").ShouldBeTrue();
    }

    [Fact]
    public async Task The_customer_says_that_it_is_solved_and_rates_it()
    {
        (HttpClient visitor, Guid id) = await BegunAsync();
        (await ChangeAsync(visitor, id, "resolve")).Text("status").ShouldBe("resolved");
        (await ChangeAsync(visitor, id, "csat", new { score = 5, comment = "Quick." })).GetProperty("csat").GetInt32().ShouldBe(5);
        await (await PostAsync(visitor, id, "csat", new { score = 6 })).ProblemAsync(400, "invalid_request");
        await (await PostAsync(visitor, id, "csat", new { score = 1 })).ProblemAsync(409, "already_rated");
        (await visitor.ConversationAsync(id)).GetProperty("csat").GetInt32().ShouldBe(5);
        (await ChangeAsync(server.Owner(), id, "reopen")).Text("status").ShouldBe("open");
        (await server.Owner().ConversationAsync(id)).GetProperty("reopenedCount").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_changes_a_conversation_of_another()
    {
        (_, Guid id) = await BegunAsync();
        HttpClient other = await server.VisitorAsync();
        foreach (string verb in (string[])["resolve", "csat"]) await (await PostAsync(other, id, verb, new { score = 1 }, verb == "resolve")).ProblemAsync(404, "not_found");
        (_, HttpClient elsewhere) = await server.TenantAsync("elsewhere");
        await (await PostAsync(elsewhere, id, "take-over")).ProblemAsync(404, "not_found");
        (await server.Owner().ConversationAsync(id)).Text("owner").ShouldBe("bot");
    }

    [Theory]
    [InlineData("take-over", "write:conversations")]
    [InlineData("return-to-bot", "write:conversations")]
    [InlineData("resolve", "write:conversations")]
    [InlineData("reopen", "write:conversations")]
    [InlineData("close", "write:conversations")]
    [InlineData("assign", "assign:conversations")]
    [InlineData("escalate", "escalate:conversations")]
    public async Task Each_change_needs_its_scope(string verb, string scope)
    {
        (_, Guid id) = await BegunAsync();
        HttpClient lacking = server.WithKey(await server.KeyAsync([.. Scopes.All.Where(s => s != scope)]));
        (await (await PostAsync(lacking, id, verb, new { team = "a" }, verb is not ("assign" or "escalate"))).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain(scope);
        (await server.Owner().ConversationAsync(id)).Text("status").ShouldBe("open");
        HttpClient bearing = server.WithKey(await server.KeyAsync(scope));
        (await PostAsync(bearing, id, verb, new { team = "a" }, verb is not ("assign" or "escalate"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Tags_and_priority_are_set_and_contacts_do_not_see_who_answers()
    {
        (HttpClient visitor, Guid id) = await BegunAsync();
        (await (await server.Owner().PutAsJsonAsync($"/api/v1/conversations/{id}/tags", new { tags = new[] { "vip", " VIP ", "beta" } })).JsonAsync(200)).Items("tags").Select(t => t.GetString()).ShouldBe(["vip", "beta"]);
        (await (await server.Owner().PutAsJsonAsync($"/api/v1/conversations/{id}/priority", new { priority = "low" })).JsonAsync(200)).Text("priority").ShouldBe("low");
        await ChangeAsync(server.Owner(), id, "take-over");
        JsonElement seen = await visitor.ConversationAsync(id);
        seen.Items("tags").ShouldBeEmpty();
        seen.IsNull("assigneeId").ShouldBeTrue();
        await (await server.Owner().PutAsJsonAsync($"/api/v1/conversations/{id}/tags", new { tags = new[] { new string('x', 61) } })).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_closed_one_stays_as_it_is()
    {
        (_, Guid id) = await BegunAsync();
        await ChangeAsync(server.Owner(), id, "close");
        await ChangeAsync(server.Owner(), id, "close");
        foreach (string verb in (string[])["take-over", "return-to-bot", "reopen", "resolve"]) await (await PostAsync(server.Owner(), id, verb)).ProblemAsync(409, "conversation_closed");
    }

    [Fact]
    public async Task A_deleted_one_is_gone_for_everybody_and_the_audit_keeps_who_did_it()
    {
        (HttpClient visitor, Guid id) = await BegunAsync();
        (await server.Owner().DeleteAsync($"/api/v1/conversations/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        foreach (HttpClient caller in (HttpClient[])[visitor, server.Owner()])
        {
            await (await caller.GetAsync($"/api/v1/conversations/{id}")).ProblemAsync(404, "not_found");
            await (await caller.GetAsync($"/api/v1/conversations/{id}/messages")).ProblemAsync(404, "not_found");
            await (await caller.PostAsJsonAsync($"/api/v1/conversations/{id}/messages", new { text = "Hello?" })).ProblemAsync(404, "not_found");
        }

        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=50")).Items().ShouldContain(a => a.Text("entity") == "conversation" && a.GetRawText().Contains("deletedAt"));
    }

    private async Task<(HttpClient Visitor, Guid Id)> BegunAsync()
    {
        HttpClient visitor = await server.VisitorAsync();
        return (visitor, (await visitor.BeginAsync(Questions.Good)).Id("conversationId"));
    }

    private static async Task<JsonElement> ChangeAsync(HttpClient caller, Guid id, string verb, object? body = null) => await (await PostAsync(caller, id, verb, body)).JsonAsync(200);

    private static Task<HttpResponseMessage> PostAsync(HttpClient caller, Guid id, string verb, object? body = null, bool isBare = false)
    {
        string path = $"/api/v1/conversations/{id}/{verb}";
        return body is null || isBare ? caller.PostAsync(path, null) : caller.PostAsJsonAsync(path, body);
    }
}

public sealed class SnoozeTests : IAsyncLifetime
{
    private readonly ClockServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_sleeping_conversation_wakes_at_its_time_and_not_before()
    {
        Guid id = (await (await server.VisitorAsync()).BeginAsync(Questions.Good)).Id("conversationId");
        string path = $"/api/v1/conversations/{id}/snooze";
        await (await server.Owner().PostAsJsonAsync(path, new { until = server.Clock.GetUtcNow().AddHours(-1) })).ProblemAsync(409, "not_later");
        (await (await server.Owner().PostAsJsonAsync(path, new { until = server.Clock.GetUtcNow().AddHours(1) })).JsonAsync(200)).Text("status").ShouldBe("snoozed");
        // A second one makes the sleep longer; the end of the first changes nothing then.
        (await server.Owner().PostAsJsonAsync(path, new { until = server.Clock.GetUtcNow().AddHours(3) })).EnsureSuccessStatusCode();

        server.Pass(TimeSpan.FromHours(2));
        await ClockServer.UntilAsync(async () =>
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await server.Owner().GetJsonAsync("/api/v1/jobs?limit=100")).Items().Any(j => j.Text("status") == "succeeded" && j.GetRawText().Contains("conversations.wake"));
        });
        (await server.Owner().ConversationAsync(id)).Text("status").ShouldBe("snoozed");

        server.Pass(TimeSpan.FromHours(1));
        await ClockServer.UntilAsync(async () =>
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await server.Owner().ConversationAsync(id)).Text("status") == "open";
        });
    }
}
