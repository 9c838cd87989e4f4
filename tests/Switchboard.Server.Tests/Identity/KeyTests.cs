using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Tests.Identity;

public sealed class KeyTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string keys = "/api/v1/api-keys";

    [Fact]
    public async Task A_key_of_who_is_signed_in_carries_no_more_than_the_role_now_and_at_each_use()
    {
        Person admin = await server.PersonAsync(Role.Admin);
        JsonElement made = await (await admin.Client.PostAsJsonAsync(keys, new { name = "mine" })).JsonAsync(201);
        HttpClient keyed = server.WithKey(made.Text("key"));
        await keyed.GetJsonAsync("/api/v1/users");
        (await admin.Client.GetJsonAsync(keys)).Items().Single(k => k.Id("id") == made.Id("id")).Id("ownerId").ShouldBe(admin.Id);

        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{admin.Id}", new { role = "support" })).JsonAsync(200);
        await (await keyed.GetAsync("/api/v1/users")).ProblemAsync(403, "missing_scope");
        await (await admin.Client.PostAsJsonAsync(keys, new { name = "another" })).ProblemAsync(403, "missing_scope");
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{admin.Id}", new { status = "suspended" })).JsonAsync(200);
        await (await keyed.GetAsync("/api/v1/users")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task When_a_key_was_last_used_is_known_to_the_minute_and_is_no_entry_of_the_audit()
    {
        JsonElement made = await (await server.Owner().PostAsJsonAsync(keys, new { name = "watched" })).JsonAsync(201);
        DateTimeOffset at = server.Now;
        await server.WithKey(made.Text("key")).GetJsonAsync("/api/v1/users");
        await ClockServer.UntilAsync(async () =>
        {
            server.Clock.Advance(KeyUse.Pace);
            return (await server.Owner().GetJsonAsync(keys)).Items().Single(k => k.Id("id") == made.Id("id")).GetProperty("lastUsedAt") is { ValueKind: JsonValueKind.String } used && used.GetDateTimeOffset() == at;
        });
        (await server.Owner().GetJsonAsync($"/api/v1/audit?entity=api_key&entityId={made.Id("id")}")).Items().ShouldHaveSingleItem().Text("action").ShouldBe("created");
    }
}
