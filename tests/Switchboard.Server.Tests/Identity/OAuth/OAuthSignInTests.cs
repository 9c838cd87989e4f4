using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>Who comes in through a provider, and as whom.</summary>
[Collection(OAuthGroup.Name)]
public sealed class OAuthSignInTests(OAuthServer server)
{
    private const string auth = "/api/v1/auth";

    [Fact]
    public async Task Who_is_here_already_comes_in_through_the_provider_and_lands_where_they_wanted()
    {
        Person robin = await server.PersonAsync(Role.Lead);
        ProviderUser there = server.Honest.User(robin.Email);
        Browser browser = server.Browser();
        HttpResponseMessage back = await browser.ThroughAsync(there, "&returnTo=%2Finbox%3Fq%3D1%23top");

        ((int)back.StatusCode).ShouldBe(302);
        back.Headers.Location!.OriginalString.ShouldBe("/inbox?q=1#top");
        back.Headers.CacheControl!.NoStore.ShouldBeTrue();
        JsonElement me = await browser.MeAsync();
        me.Id("id").ShouldBe(robin.Id);
        me.Text("role").ShouldBe("lead");
        browser.Cookies.Keys.ShouldBe([SignedSessions.Cookie]);
        string session = browser.SetCookies[SignedSessions.Cookie], trip = browser.SetCookies["__Host-swb_oauth"];
        foreach (string word in new[] { "httponly", "secure", "samesite=strict" }) session.ShouldContain(word);
        foreach (string word in new[] { "httponly", "secure", "samesite=lax", "path=/" }) trip.ShouldContain(word);

        // The subject is who they are from now on, whatever the address there becomes.
        server.Honest.Change(there, "renamed@example.com");
        Browser again = server.Browser();
        await again.ThroughAsync(there);
        (await again.MeAsync()).Id("id").ShouldBe(robin.Id);
        (await robin.Client.GetJsonAsync($"{auth}/sessions")).Items().Length.ShouldBe(3);
    }

    [Fact]
    public async Task An_address_that_the_provider_tells_only_when_asked_counts_as_well()
    {
        Person robin = await server.PersonAsync();
        Browser browser = server.Browser();
        (await browser.ThroughAsync(server.Honest.User(robin.Email, isEmailInToken: false))).Headers.Location!.OriginalString.ShouldBe("/");
        (await browser.MeAsync()).Id("id").ShouldBe(robin.Id);
    }

    [Fact]
    public async Task The_providers_of_a_tenant_are_listed_with_where_to_begin_and_without_what_is_secret()
    {
        (await server.TenantAsync("elm")).TenantId.ShouldNotBe(server.TenantId);
        HttpResponseMessage response = await server.Anonymous().GetAsync($"{auth}/providers?tenant=demo");
        JsonElement[] all = (await response.JsonAsync(200)).Items();
        all.Select(p => p.Text("name")).ShouldBe(["oidc", "google", "github"]);
        all[0].Text("label").ShouldBe("Company");
        all[0].Text("start").ShouldBe("/api/v1/auth/oauth/oidc/start?tenant=demo");
        string text = await response.Content.ReadAsStringAsync();
        foreach (string secret in new[] { OpenIdServer.Secret, GitHubSite.Secret, OpenIdServer.Client }) text.ShouldNotContain(secret);
        (await server.Anonymous().GetJsonAsync($"{auth}/providers?tenant=elm")).Items().Select(p => p.Text("name")).ShouldBe(["oidc", "github"], "one is for the demonstration alone");
        (await server.Anonymous().GetJsonAsync($"{auth}/providers?tenant=nobody")).Items().ShouldBeEmpty();
        await (await server.Browser().GoAsync($"{auth}/oauth/google/start?tenant=elm")).ProblemAsync(404, "not_found");
        await (await server.Browser().GoAsync($"{auth}/oauth/facebook/start?tenant=demo")).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Nobody_joins_uninvited_and_the_invited_one_does_by_the_address_that_was_invited()
    {
        ProviderUser stranger = server.Honest.User("stranger@example.com");
        await (await server.Browser().ThroughAsync(stranger)).ProblemAsync(403, "invitation_needed");
        JsonElement invited = await (await server.Local().PostAsJsonAsync("/api/v1/users/invite", new { email = stranger.Email, name = "Sam", role = "analyst" })).JsonAsync(201);

        Browser browser = server.Browser();
        await browser.ThroughAsync(stranger);
        JsonElement me = await browser.MeAsync();
        (me.Id("id"), me.Text("status"), me.Text("role")).ShouldBe((invited.GetProperty("user").Id("id"), "active", "analyst"));
        // The link of the mail is void: who finds it sets no password.
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/accept-invitation", new { token = invited.Text("token"), password = IdentityServer.Password })).ProblemAsync(400, "token_over");
    }

    [Fact]
    public async Task Where_people_join_by_themselves_they_do_with_the_role_that_is_set_and_from_the_domains_that_are_set()
    {
        Browser browser = server.Browser();
        await browser.ThroughAsync(server.Hostile, nonce => server.Hostile.Sign(HostileProvider.Header(), Joining("new-1", nonce, "New@Join.example")));
        JsonElement me = await browser.MeAsync();
        (me.Text("email"), me.Text("role"), me.Text("name"), me.GetProperty("isVerified").GetBoolean()).ShouldBe(("new@join.example", "support", "Robin Elsewhere", true));
        await (await server.Browser().ThroughAsync(server.Hostile, nonce => server.Hostile.Sign(HostileProvider.Header(), Joining("new-2", nonce, "new@join.example.evil.example")))).ProblemAsync(403, "domain_not_allowed");

        // Who was removed does not come in again as somebody new, unless they are asked to.
        await server.Local().DeleteAsync($"/api/v1/users/{me.Id("id")}");
        await (await BackAsync()).ProblemAsync(403, "account_blocked");
        await (await server.Local().PostAsJsonAsync("/api/v1/users/invite", new { email = "new@join.example", name = "New", role = "read_only" })).JsonAsync(201);
        ((int)(await BackAsync()).StatusCode).ShouldBe(302);

        Task<HttpResponseMessage> BackAsync() => server.Browser().ThroughAsync(server.Hostile, nonce => server.Hostile.Sign(HostileProvider.Header(), Joining("new-1", nonce, "new@join.example")));
    }

    [Fact]
    public async Task Who_has_a_second_factor_is_asked_for_it_after_the_provider_too()
    {
        Person robin = await server.PersonAsync();
        string secret = (await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa", new { password = IdentityServer.Password })).JsonAsync(200)).Text("secret");
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa/confirm", new { code = CodeOf(secret) })).JsonAsync(200);
        server.Pass(TimeSpan.FromMinutes(1));

        Browser browser = server.Browser();
        string place = (await browser.ThroughAsync(server.Honest.User(robin.Email), "&returnTo=%2Finbox")).Headers.Location!.OriginalString;
        place.ShouldStartWith("/account.html#code=swa1.");
        place.ShouldEndWith("&to=%2Finbox");
        browser.Cookies.ShouldBeEmpty("nobody is in before the code");
        string mfaToken = place.Split('=', '&')[1];
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/login/totp", new { mfaToken, code = "000000" })).ProblemAsync(401, "invalid_code");
        (await (await server.Anonymous().PostAsJsonAsync($"{auth}/login/totp", new { mfaToken, code = CodeOf(secret) })).JsonAsync(200)).Id("userId").ShouldBe(robin.Id);

        string CodeOf(string base32) => Totp.Code(AuthenticatorProgram.SecretOf(base32), Totp.StepOf(server.Now));
    }

    [Fact]
    public async Task A_locked_account_and_a_suspended_one_stay_shut()
    {
        Person robin = await server.PersonAsync();
        ProviderUser there = server.Honest.User(robin.Email);
        await server.Browser().ThroughAsync(there);
        for (int i = 0; i < UserCredential.MostFailures; i++) await (await server.LoginAsync(robin.Email, "wrong")).ProblemAsync(401, "invalid_credentials");
        await (await server.Browser().ThroughAsync(there)).ProblemAsync(403, "account_blocked");
        server.Pass(UserCredential.LockTime + TimeSpan.FromSeconds(1));
        ((int)(await server.Browser().ThroughAsync(there)).StatusCode).ShouldBe(302);

        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{robin.Id}", new { status = "suspended" })).JsonAsync(200);
        await (await server.Browser().ThroughAsync(there)).ProblemAsync(403, "account_blocked");
        Person other = await server.PersonAsync();
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{other.Id}", new { status = "suspended" })).JsonAsync(200);
        await (await server.Browser().ThroughAsync(server.Honest.User(other.Email))).ProblemAsync(403, "account_blocked");
    }

    [Fact]
    public async Task GitHub_is_asked_for_the_primary_address_and_believed_only_when_it_is_proven()
    {
        Person robin = await server.PersonAsync();
        server.GitHub.Person("4711", ("old@example.com", false, true), (robin.Email, true, true));
        Browser browser = server.Browser();
        string back = await browser.BeAsync(await browser.StartAsync("github"), "4711");
        ((int)(await browser.GoAsync(back)).StatusCode).ShouldBe(302);
        (await browser.MeAsync()).Id("id").ShouldBe(robin.Id);

        Person other = await server.PersonAsync();
        server.GitHub.Person("4712", (other.Email, true, false), ("proven@example.com", false, true));
        Browser second = server.Browser();
        await (await second.GoAsync(await second.BeAsync(await second.StartAsync("github"), "4712"))).ProblemAsync(403, "provider_email_unverified");

        // A code that is not taken is answered with status 200 there.
        Browser third = server.Browser();
        string wrong = Browser.With(await third.BeAsync(await third.StartAsync("github"), "4711"), "code", "made-up");
        await (await third.GoAsync(wrong)).ProblemAsync(401, "provider_answer_invalid");
    }

    [Fact]
    public async Task Who_is_signed_in_links_a_provider_lists_it_and_removes_it_but_not_the_last_way_in()
    {
        Person robin = await server.PersonAsync();
        ProviderUser there = server.Honest.User("quite-another@example.com");
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/identities", new { provider = "oidc", returnTo = "/account" })).ProblemAsync(400, "wrong_password");
        ((int)(await LinkAsync(robin, there)).StatusCode).ShouldBe(302);
        JsonElement linked = (await robin.Client.GetJsonAsync($"{auth}/me/identities")).Items().ShouldHaveSingleItem();
        (linked.Text("provider"), linked.Text("subject")).ShouldBe(("oidc", there.Login));
        Browser browser = server.Browser();
        await browser.ThroughAsync(there);
        (await browser.MeAsync()).Id("id").ShouldBe(robin.Id);

        Person other = await server.PersonAsync();
        await (await LinkAsync(other, there)).ProblemAsync(409, "identity_taken");
        await (await other.Client.DeleteAsync($"{auth}/me/identities/{linked.Id("id")}")).ProblemAsync(404, "not_found");
        ((int)(await robin.Client.DeleteAsync($"{auth}/me/identities/{linked.Id("id")}")).StatusCode).ShouldBe(204);
        await (await server.Browser().ThroughAsync(there)).ProblemAsync(403, "invitation_needed");

        // Who came in through a provider has no password to come back by.
        Browser joined = server.Browser();
        await joined.ThroughAsync(server.Hostile, nonce => server.Hostile.Sign(HostileProvider.Header(), Joining("only-way", nonce, "only@join.example")));
        Guid id = (await joined.MeAsync()).Id("id");
        ExternalIdentityStore store = server.Services.GetRequiredService<ExternalIdentityStore>();
        Guid link = (await store.ListAsync(server.TenantId, id, default)).ShouldHaveSingleItem().Id;
        (await store.UnlinkAsync(new UserActor(server.TenantId, id, ScopeSet.None), link, default)).ShouldBe(ExternalRefusal.LastWayIn);
    }

    [Fact]
    public async Task Who_signed_out_on_the_way_links_nothing()
    {
        Person robin = await server.PersonAsync();
        ProviderUser there = server.Honest.User("third@example.com");
        await (await LinkAsync(robin, there, () => robin.Client.PostAsJsonAsync($"{auth}/logout", new { }))).ProblemAsync(400, "sign_in_lost");
        (await (await server.SignInAsync(robin.Email)).Client.GetJsonAsync($"{auth}/me/identities")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task People_read_a_page_and_programs_a_problem_and_nothing_of_the_providers_words_gets_into_either()
    {
        Browser browser = server.Browser();
        string back = await browser.BeAsync(await browser.StartAsync("oidc"), "nobody");
        back.ShouldContain("error=access_denied");
        HttpResponseMessage page = await browser.GoAsync(back, "text/html,application/xhtml+xml");
        ((int)page.StatusCode).ShouldBe(403);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        string text = await page.Content.ReadAsStringAsync();
        text.ShouldContain("The provider did not let you in");
        text.ShouldContain("access_denied");
        text.ShouldNotContain("The person said no");
        browser.Cookies.ShouldBeEmpty();
        Browser again = server.Browser();
        string other = Browser.With(await again.BeAsync(await again.StartAsync("oidc"), "nobody"), "error", "<script>alert(1)</script>");
        (await (await again.GoAsync(other)).ProblemAsync(403, "provider_declined")).Text("detail").ShouldContain("no known error");
    }

    private async Task<HttpResponseMessage> LinkAsync(Person person, ProviderUser there, Func<Task>? onTheWay = null)
    {
        Browser browser = server.Browser();
        HttpResponseMessage asked = await person.Client.PostAsJsonAsync($"{auth}/me/identities", new { provider = "oidc", returnTo = "/account", password = IdentityServer.Password });
        browser.Keep(asked);
        string back = await browser.BeAsync((await asked.JsonAsync(200)).Text("address"), there.Login);
        if (onTheWay is not null) await onTheWay();
        return await browser.GoAsync(back);
    }

    private System.Text.Json.Nodes.JsonObject Joining(string subject, string nonce, string email)
    {
        System.Text.Json.Nodes.JsonObject claims = server.Hostile.Claims(subject, nonce, email);
        claims["hd"] = email.Split('@')[1];
        return claims;
    }
}
