using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Tests.Identity.OAuth;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Who tries what they may not is entered, and nobody fills the books by it.</summary>
[Collection(OAuthGroup.Name)]
public sealed class RefusalTests(OAuthServer server)
{
    [Fact]
    public async Task Refusals_of_a_minute_are_one_entry_with_who_where_why_and_how_often()
    {
        (_, HttpClient owner) = await server.TenantAsync("refusal-elm");
        Person reader = await server.PersonAsync(Role.ReadOnly, "refusal-elm");
        for (int i = 0; i < 5; i++) await (await reader.Client.PatchAsJsonAsync($"/api/v1/users/{reader.Id}", new { role = "owner" })).ProblemAsync(403, "missing_scope");
        JsonElement entry = (await EntriesAsync(owner)).Single(e => e.Text("actor") == $"user:{reader.Id:N}");
        JsonElement after = entry.GetProperty("after");
        (after.Text("route"), after.GetProperty("status").GetInt32(), after.Text("reason"), after.GetProperty("times").GetInt32()).ShouldBe(("PATCH /api/v1/users/{id:guid}", 403, "missing_scope", 5));
        (await owner.GetJsonAsync("/api/v1/audit/verify")).GetProperty("isWhole").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Who_is_refused_in_many_ways_fills_neither_the_audit_nor_the_log()
    {
        (_, HttpClient owner) = await server.TenantAsync("refusal-oak");
        for (int i = 0; i < Refusals.MostKinds + 10; i++) await (await (await server.VisitorAsync("refusal-oak")).GetAsync("/api/v1/users")).ProblemAsync(403, "not_for_contacts");
        JsonElement[] entries = await EntriesAsync(owner);
        entries.Length.ShouldBe(Refusals.MostKinds + 1);
        entries.Single(e => e.Text("actor") == "system:refusals").GetProperty("after").GetProperty("times").GetInt32().ShouldBe(10);
    }

    [Fact]
    public async Task A_stranger_stands_in_the_log_by_address_and_nothing_they_sent_does()
    {
        const string Guess = "guess@refusal.example";
        await (await server.LoginAsync(Guess, "a password that is none")).ProblemAsync(401, "invalid_credentials");
        await (await server.WithKey("swb_a_key_that_is_none").GetAsync("/api/v1/users")).ProblemAsync(401, "unauthenticated");
        server.Clock.Advance(Refusals.Pace);
        await ClockServer.UntilAsync(() => Task.FromResult(Told("invalid_credentials", "/api/v1/auth/login") && Told("unauthenticated", "GET /api/v1/users")));
        server.Logged.Lines.ShouldNotContain(l => l.Contains(Guess, StringComparison.Ordinal) || l.Contains("swb_a_key", StringComparison.Ordinal));

        bool Told(string reason, string route) => server.Logged.Lines.Any(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains(route, StringComparison.Ordinal) && l.Contains("127.0.0.1", StringComparison.Ordinal) && l.Contains(reason, StringComparison.Ordinal));
    }

    private async Task<JsonElement[]> EntriesAsync(HttpClient owner)
    {
        server.Clock.Advance(Refusals.Pace);
        JsonElement[] entries = [];
        await ClockServer.UntilAsync(async () => (entries = (await owner.GetJsonAsync("/api/v1/audit?action=refused&limit=100")).Items()).Length > 0);
        return entries;
    }
}
