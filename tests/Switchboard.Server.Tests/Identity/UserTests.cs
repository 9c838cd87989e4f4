using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Identity;

namespace Switchboard.Server.Tests.Identity;

public sealed class UserTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string users = "/api/v1/users";

    [Fact]
    public async Task An_invitation_comes_by_mail_is_accepted_once_and_shown_to_nobody_but_the_command_line()
    {
        Person admin = await server.PersonAsync(Role.Admin);
        JsonElement invited = await (await admin.Client.PostAsJsonAsync($"{users}/invite", new { email = "Nina@example.com", name = "Nina", role = "support" })).JsonAsync(201);
        invited.IsNull("token").ShouldBeTrue();
        invited.GetProperty("user").Text("status").ShouldBe("invited");
        string token = await server.MailedTokenAsync("nina@example.com", "invitation");
        await (await server.LoginAsync("nina@example.com", IdentityServer.Password)).ProblemAsync(401, "invalid_credentials");
        Guid id = invited.GetProperty("user").Id("id");
        await (await admin.Client.PatchAsJsonAsync($"{users}/{id}", new { status = "active" })).ProblemAsync(409, "invitation_open");
        await (await AcceptAsync()).JsonAsync(200);
        await (await AcceptAsync()).ProblemAsync(400, "token_over");
        Person nina = await server.SignInAsync("nina@example.com");
        (await nina.Client.GetJsonAsync("/api/v1/auth/me")).GetProperty("user").Text("name").ShouldBe("Nina");
        await (await admin.Client.PostAsJsonAsync($"{users}/invite", new { email = "nina@example.com", name = "Nina", role = "support" })).ProblemAsync(409, "email_taken");
        await (await nina.Client.PostAsJsonAsync($"{users}/invite", new { email = "x@example.com", name = "X", role = "support" })).ProblemAsync(403, "missing_scope");

        Task<HttpResponseMessage> AcceptAsync() => server.Anonymous().PostAsJsonAsync("/api/v1/auth/accept-invitation", new { token, password = IdentityServer.Password });
    }

    [Fact]
    public async Task Who_forgot_the_password_is_sent_a_link_by_who_may_and_the_old_one_works_until_it_is_used()
    {
        Person admin = await server.PersonAsync(Role.Admin);
        Person owner = await server.PersonAsync(Role.Owner);
        Person robin = await server.PersonAsync();
        await (await robin.Client.PostAsync($"{users}/{admin.Id}/reset-password", null)).ProblemAsync(403, "missing_scope");
        await (await admin.Client.PostAsync($"{users}/{owner.Id}/reset-password", null)).ProblemAsync(403, "owners_only");
        await (await admin.Client.PostAsync($"{users}/{Guid.CreateVersion7()}/reset-password", null)).ProblemAsync(404, "not_found");

        JsonElement opened = await (await admin.Client.PostAsync($"{users}/{robin.Id}/reset-password", null)).JsonAsync(200);
        opened.IsNull("token").ShouldBeTrue("a colleague who saw it could sign in as somebody else");
        opened.GetProperty("mailSent").GetBoolean().ShouldBeTrue();
        await server.SignInAsync(robin.Email);
        string token = await server.MailedTokenAsync(robin.Email, "reset");
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/reset-password", new { token, password = "quite another one, and long" })).JsonAsync(200);
        await (await server.LoginAsync(robin.Email, IdentityServer.Password)).ProblemAsync(401, "invalid_credentials");
    }

    [Fact]
    public async Task Nobody_gives_more_than_they_have_or_touches_who_has_more()
    {
        Person admin = await server.PersonAsync(Role.Admin);
        Person owner = await server.PersonAsync(Role.Owner);
        Person support = await server.PersonAsync();
        await (await admin.Client.PatchAsJsonAsync($"{users}/{admin.Id}", new { role = "owner" })).ProblemAsync(403, "owners_only");
        await (await admin.Client.PatchAsJsonAsync($"{users}/{owner.Id}", new { status = "suspended" })).ProblemAsync(403, "owners_only");
        await (await admin.Client.DeleteAsync($"{users}/{owner.Id}")).ProblemAsync(403, "owners_only");
        await (await admin.Client.PostAsJsonAsync(users, new { email = "o@example.com", name = "O", role = "owner" })).ProblemAsync(403, "owners_only");

        HttpClient narrow = server.WithKey(await server.KeyAsync(Scopes.WriteUsers, Scopes.ReadUsers, Scopes.ManageRoles));
        await (await narrow.PostAsJsonAsync(users, new { email = "a@example.com", name = "A", role = "admin" })).ProblemAsync(403, "missing_scope");
        await (await narrow.PatchAsJsonAsync($"{users}/{support.Id}", new { role = "lead" })).ProblemAsync(403, "missing_scope");
        await (await narrow.PatchAsJsonAsync($"{users}/{admin.Id}", new { status = "suspended" })).ProblemAsync(403, "missing_scope");
        await (await narrow.PutAsJsonAsync("/api/v1/roles/support", new { scopes = new[] { Scopes.AdminConfig } })).ProblemAsync(403, "missing_scope");
        await (await owner.Client.PatchAsJsonAsync($"{users}/{support.Id}", new { role = "lead" })).JsonAsync(200);
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        HttpClient local = server.Local("larch");
        await server.TenantAsync("larch");
        Guid owner = (await local.GetJsonAsync($"{users}?role=owner")).Items().ShouldHaveSingleItem().Id("id");
        await (await local.PatchAsJsonAsync($"{users}/{owner}", new { role = "admin" })).ProblemAsync(409, "last_owner");
        await (await local.PatchAsJsonAsync($"{users}/{owner}", new { status = "suspended" })).ProblemAsync(409, "last_owner");
        await (await local.DeleteAsync($"{users}/{owner}")).ProblemAsync(409, "last_owner");
        Person second = await server.PersonAsync(Role.Owner, "larch");
        ((int)(await second.Client.DeleteAsync($"{users}/{owner}")).StatusCode).ShouldBe(204);
        await (await second.Client.PatchAsJsonAsync($"{users}/{second.Id}", new { role = "support" })).ProblemAsync(409, "last_owner");
    }

    [Fact]
    public async Task A_change_is_held_to_the_state_it_was_made_from()
    {
        Person robin = await server.PersonAsync();
        HttpResponseMessage read = await server.Owner().GetAsync($"{users}/{robin.Id}");
        EntityTagHeaderValue tag = read.Headers.ETag!;
        await (await SendAsync(HttpMethod.Patch, tag, new { name = "Robin B." })).JsonAsync(200);
        HttpResponseMessage stale = await SendAsync(HttpMethod.Patch, tag, new { name = "Robin C." });
        await stale.ProblemAsync(412, "precondition_failed");
        await (await SendAsync(HttpMethod.Delete, tag, null)).ProblemAsync(412, "precondition_failed");
        ((int)(await SendAsync(HttpMethod.Delete, stale.Headers.ETag!, null)).StatusCode).ShouldBe(204);

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, EntityTagHeaderValue match, object? body)
        {
            using var request = new HttpRequestMessage(method, $"{users}/{robin.Id}") { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.IfMatch.Add(match);
            return await server.Owner().SendAsync(request);
        }
    }

    [Fact]
    public async Task Who_is_removed_is_out_with_every_key_and_the_address_is_free_again()
    {
        Person robin = await server.PersonAsync(Role.Admin);
        JsonElement made = await (await robin.Client.PostAsJsonAsync("/api/v1/api-keys", new { name = "mine" })).JsonAsync(201);
        HttpClient keyed = server.WithKey(made.Text("key"));
        await keyed.GetJsonAsync(users);
        ((int)(await server.Owner().DeleteAsync($"{users}/{robin.Id}")).StatusCode).ShouldBe(204);
        await (await keyed.GetAsync(users)).ProblemAsync(401, "unauthenticated");
        await (await robin.Client.GetAsync("/api/v1/auth/me")).ProblemAsync(401, "unauthenticated");
        await (await server.LoginAsync(robin.Email, IdentityServer.Password)).ProblemAsync(401, "invalid_credentials");
        await (await server.Owner().GetAsync($"{users}/{robin.Id}")).ProblemAsync(404, "not_found");
        await (await server.Owner().PostAsJsonAsync(users, new { email = robin.Email, name = "New", role = "support" })).JsonAsync(201);
    }

    [Fact]
    public async Task A_role_of_the_tenant_carries_what_the_tenant_says_at_once_for_people_and_keys()
    {
        Person analyst = await server.PersonAsync(Role.Analyst);
        string key = await server.KeyOfAsync(Role.Analyst);
        await analyst.Client.GetJsonAsync("/api/v1/knowledge/stats");
        await (await server.Owner().PutAsJsonAsync("/api/v1/roles/analyst", new { scopes = new[] { Scopes.ReadUsers } })).JsonAsync(200);

        await (await analyst.Client.GetAsync("/api/v1/knowledge/stats")).ProblemAsync(403, "missing_scope");
        await (await server.WithKey(key).GetAsync("/api/v1/knowledge/stats")).ProblemAsync(403, "missing_scope");
        JsonElement role = (await analyst.Client.GetJsonAsync("/api/v1/roles")).Items().Single(r => r.Text("name") == "analyst");
        role.GetProperty("isDefault").GetBoolean().ShouldBeFalse();
        await (await server.Owner().PutAsJsonAsync("/api/v1/roles/owner", new { scopes = Array.Empty<string>() })).ProblemAsync(409, "fixed_role");
        await (await server.Owner().PutAsJsonAsync("/api/v1/roles/janitor", new { scopes = Array.Empty<string>() })).ProblemAsync(404, "not_found");
        await (await server.Owner().PutAsJsonAsync("/api/v1/roles/analyst", new { scopes = new[] { "read:minds" } })).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Another_tenants_user_is_nowhere()
    {
        (_, HttpClient other) = await server.TenantAsync("yew");
        Person robin = await server.PersonAsync();
        await (await other.GetAsync($"{users}/{robin.Id}")).ProblemAsync(404, "not_found");
        await (await other.PatchAsJsonAsync($"{users}/{robin.Id}", new { status = "suspended" })).ProblemAsync(404, "not_found");
        await (await other.DeleteAsync($"{users}/{robin.Id}")).ProblemAsync(404, "not_found");
        (await other.GetJsonAsync($"{users}?q=robin")).Items().ShouldBeEmpty();
        (await server.Owner().GetJsonAsync($"{users}?q={robin.Email}")).Items().ShouldHaveSingleItem();
    }
}
