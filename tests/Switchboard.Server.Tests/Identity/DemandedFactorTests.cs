using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Tests.Identity.OAuth;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A tenant that demands a second factor of its staff, asks idle sessions to end, and limits their number.</summary>
[Collection(OAuthGroup.Name)]
public sealed class DemandedFactorTests(OAuthServer server)
{
    private const string auth = "/api/v1/auth";

    [Fact]
    public async Task Who_lacks_the_factor_that_is_demanded_sets_one_up_and_can_do_nothing_else_until_then()
    {
        (Guid tenant, string slug) = await TenantAsync("factor-elm");
        Person before = await server.PersonAsync(Role.Admin, slug);
        await before.Client.GetJsonAsync("/api/v1/users");
        string key = (await (await before.Client.PostAsJsonAsync("/api/v1/api-keys", new { name = "program" })).JsonAsync(201)).Text("key");
        await DemandAsync(slug, new { secondFactor = true });

        // Sessions that are open feel it with the next call.
        await (await before.Client.GetAsync("/api/v1/users")).ProblemAsync(403, "second_factor_needed");
        JsonElement signed = await (await server.LoginAsync(before.Email, IdentityServer.Password, slug)).JsonAsync(200);
        signed.GetProperty("secondFactorNeeded").GetBoolean().ShouldBeTrue();
        new JsonWebToken(signed.Text("accessToken")).Audiences.ShouldBe([AccessTokens.SetUpAudience], "other programs that check tokens refuse it too");
        HttpClient narrow = server.WithToken(signed.Text("accessToken"));
        foreach (string path in new[] { "/api/v1/users", "/api/v1/conversations", "/api/v1/policies", "/api/v1/auth/sessions", "/api/v1/auth/me/identities" }) await (await narrow.GetAsync(path)).ProblemAsync(403, "second_factor_needed");
        await (await narrow.PutAsJsonAsync($"{auth}/me", new { name = "Another" })).ProblemAsync(403, "second_factor_needed");
        await (await narrow.PostAsJsonAsync("/api/v1/api-keys", new { name = "a way round" })).ProblemAsync(403, "second_factor_needed");
        (await narrow.GetJsonAsync($"{auth}/me")).Items("scopes").ShouldBeEmpty();
        await server.WithKey(key).GetJsonAsync("/api/v1/users");

        await SetUpAsync(narrow);
        await (await narrow.GetAsync("/api/v1/users")).ProblemAsync(403, "second_factor_needed");
        await (await before.Client.GetAsync("/api/v1/users")).ProblemAsync(401, "unauthenticated");
        JsonElement whole = await (await server.RefreshAsync(signed.Text("refreshToken"))).JsonAsync(200);
        whole.GetProperty("secondFactorNeeded").GetBoolean().ShouldBeFalse();
        await server.WithToken(whole.Text("accessToken")).GetJsonAsync("/api/v1/users");
        (await (await server.LoginAsync(before.Email, IdentityServer.Password, slug)).JsonAsync(200)).GetProperty("mfaRequired").GetBoolean().ShouldBeTrue();
        tenant.ShouldNotBe(server.TenantId);
    }

    [Fact]
    public async Task Who_has_lost_device_and_codes_is_let_in_by_who_may_and_the_last_owner_by_the_command_line()
    {
        (_, string slug) = await TenantAsync("factor-oak");
        Person owner = await server.PersonAsync(Role.Owner, slug);
        Person support = await server.PersonAsync(Role.Support, slug);
        await SetUpAsync(owner.Client);
        await (await support.Client.PostAsJsonAsync($"/api/v1/users/{owner.Id}/remove-second-factor", new { })).ProblemAsync(403, "missing_scope");
        await (await owner.Client.PostAsJsonAsync($"/api/v1/users/{support.Id}/remove-second-factor", new { })).ProblemAsync(409, "mfa_not_enabled");
        Person admin = await server.PersonAsync(Role.Admin, slug);
        await (await admin.Client.PostAsJsonAsync($"/api/v1/users/{owner.Id}/remove-second-factor", new { })).ProblemAsync(403, "owners_only");

        await (await server.Local(slug).PostAsync($"/api/v1/users/{owner.Id}/remove-second-factor", null)).JsonAsync(200);
        await (await owner.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await server.SignInAsync(owner.Email, slug);
    }

    [Fact]
    public async Task A_provider_that_says_it_asked_for_two_factors_is_believed_and_one_that_does_not_is_not()
    {
        await DemandAsync("demo", new { secondFactor = true });
        try
        {
            Browser plain = server.Browser(), twice = server.Browser();
            (await ThroughAsync(plain, "plain-1", "plain@join.example", ["pwd"])).Headers.Location!.OriginalString.ShouldBe("/account.html#factor=needed&to=%2F");
            (await ThroughAsync(twice, "twice-1", "twice@join.example", ["pwd", "mfa"])).Headers.Location!.OriginalString.ShouldBe("/");
            (await plain.RefreshAsync()).GetProperty("secondFactorNeeded").GetBoolean().ShouldBeTrue();
            (await twice.RefreshAsync()).GetProperty("secondFactorNeeded").GetBoolean().ShouldBeFalse();

            // Who has no password sets the factor up with the sign-in that was just now, and not later.
            server.Pass(ProofAgain.JustNow);
            HttpClient narrow = server.WithToken((await plain.RefreshAsync()).Text("accessToken"));
            await (await narrow.PostAsJsonAsync($"{auth}/me/mfa", new { })).ProblemAsync(403, "sign_in_again");
            Browser again = server.Browser();
            await ThroughAsync(again, "plain-1", "plain@join.example", ["pwd"]);
            await SetUpAsync(server.WithToken((await again.RefreshAsync()).Text("accessToken")));
            (await again.RefreshAsync()).GetProperty("secondFactorNeeded").GetBoolean().ShouldBeFalse();
        }
        finally
        {
            await DemandAsync("demo", new { secondFactor = false });
        }
    }

    [Fact]
    public async Task A_session_that_nobody_uses_ends_and_one_too_many_ends_the_one_that_was_used_longest_ago()
    {
        (_, string slug) = await TenantAsync("factor-ash");
        await DemandAsync(slug, new { idleHours = 2, sessions = 2 });
        Person first = await server.PersonAsync(Role.Support, slug);
        server.Pass(TimeSpan.FromMinutes(1));
        Person second = await server.SignInAsync(first.Email, slug);
        server.Pass(TimeSpan.FromMinutes(1));
        JsonElement used = await (await server.RefreshAsync(first.Refresh)).JsonAsync(200);
        Person third = await server.SignInAsync(first.Email, slug);
        await (await server.RefreshAsync(second.Refresh)).ProblemAsync(401, "session_over");
        (await third.Client.GetJsonAsync($"{auth}/sessions")).Items().Length.ShouldBe(2);

        server.Pass(TimeSpan.FromMinutes(119));
        used = await (await server.RefreshAsync(used.Text("refreshToken"))).JsonAsync(200);
        server.Pass(TimeSpan.FromMinutes(1));
        await (await server.RefreshAsync(third.Refresh)).ProblemAsync(401, "session_over");
        (await server.WithToken(used.Text("accessToken")).GetJsonAsync($"{auth}/sessions")).Items().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task However_often_it_is_used_a_session_ends_after_thirty_days()
    {
        (_, string slug) = await TenantAsync("factor-yew");
        Person robin = await server.PersonAsync(Role.Support, slug);
        string refresh = robin.Refresh;
        for (int day = 6; day < 30; day += 6)
        {
            server.Pass(TimeSpan.FromDays(6));
            refresh = (await (await server.RefreshAsync(refresh)).JsonAsync(200)).Text("refreshToken");
        }

        server.Pass(TimeSpan.FromDays(6));
        await (await server.RefreshAsync(refresh)).ProblemAsync(401, "session_over");
    }

    private async Task<(Guid Id, string Slug)> TenantAsync(string slug) => ((await server.TenantAsync(slug)).TenantId, slug);

    private async Task DemandAsync(string slug, object staff)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = JsonContent.Create(new { staff }) };
        request.Headers.Add("If-Match", "*");
        await (await server.Local(slug).SendAsync(request)).JsonAsync(200);
    }

    private async Task SetUpAsync(HttpClient client)
    {
        byte[] secret = AuthenticatorProgram.SecretOf((await (await client.PostAsJsonAsync($"{auth}/me/mfa", new { password = IdentityServer.Password })).JsonAsync(200)).Text("secret"));
        await (await client.PostAsJsonAsync($"{auth}/me/mfa/confirm", new { code = Totp.Code(secret, Totp.StepOf(server.Now)) })).JsonAsync(200);
    }

    private Task<HttpResponseMessage> ThroughAsync(Browser browser, string subject, string email, string[] methods) => browser.ThroughAsync(server.Hostile, nonce =>
    {
        JsonObject claims = server.Hostile.Claims(subject, nonce, email);
        claims["hd"] = email.Split('@')[1];
        claims["amr"] = new JsonArray([.. methods.Select(m => JsonValue.Create(m))]);
        return server.Hostile.Sign(HostileProvider.Header(), claims);
    });
}
