using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Switchboard.Server.Auth.OAuth;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>What is tried at the browser, at the way back, and at the provider's description.</summary>
[Collection(OAuthGroup.Name)]
public sealed class OAuthAttackTests(OAuthServer server)
{
    private const string callback = "/api/v1/auth/oauth/oidc/callback";

    [Fact]
    public async Task The_verifier_never_leaves_but_to_the_provider_and_each_sign_in_has_its_own()
    {
        Browser browser = server.Browser();
        string first = await browser.StartAsync("oidc"), second = await browser.StartAsync("oidc");
        foreach (string name in new[] { "state", "nonce", "code_challenge" }) Browser.In(first, name).Length.ShouldBe(43);
        foreach (string name in new[] { "state", "nonce", "code_challenge" }) Browser.In(first, name).ShouldNotBe(Browser.In(second, name));
        Browser.In(first, "code_challenge_method").ShouldBe("S256");
        Browser.In(first, "redirect_uri").ShouldBe(Browser.Desk + callback);
        first.ShouldNotContain("verifier");
    }

    [Fact]
    public async Task A_code_of_another_sign_in_is_not_taken_since_its_verifier_is_another()
    {
        ProviderUser victim = server.Honest.User((await server.PersonAsync()).Email);
        Browser theirs = server.Browser(), mine = server.Browser();
        string stolen = await theirs.BeAsync(await theirs.StartAsync("oidc"), victim.Login);
        string own = await mine.BeAsync(await mine.StartAsync("oidc"), victim.Login);
        // The thief has the code and a sign-in of their own, in a browser of their own.
        await (await mine.GoAsync(Browser.With(own, "code", Browser.In(stolen, "code")))).ProblemAsync(401, "provider_answer_invalid");
    }

    [Fact]
    public async Task A_provider_that_gets_no_challenge_gives_nothing_and_one_that_gets_another_verifier_neither()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string address = await browser.StartAsync("oidc");
        HttpResponseMessage none = await browser.GoAsync(Browser.With(Browser.With(address, "code_challenge", null), "code_challenge_method", null) + $"&login_hint={user.Login}");
        (none.Headers.Location?.OriginalString ?? "").ShouldNotContain("code=");
        string back = await browser.BeAsync(Browser.With(address, "code_challenge", new string('A', 43)), user.Login);
        await (await browser.GoAsync(back)).ProblemAsync(401, "provider_answer_invalid");
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("wrong")]
    [InlineData("of an earlier sign-in of this browser")]
    [InlineData("twice")]
    public async Task A_state_that_is_not_this_sign_ins_opens_nothing(string kind)
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string earlier = Browser.In(await browser.StartAsync("oidc"), "state");
        string back = await browser.BeAsync(await browser.StartAsync("oidc"), user.Login);
        string tried = kind switch
        {
            "missing" => Browser.With(back, "state", null),
            "wrong" => Browser.With(back, "state", "A" + Browser.In(back, "state")[1..]),
            "twice" => back + "&state=another",
            _ => Browser.With(back, "state", earlier),
        };
        await (await browser.GoAsync(tried)).ProblemAsync(400, "sign_in_lost");
        browser.Cookies.ShouldBeEmpty();
        // The cookie is gone with the first try, so there is no second one.
        await (await browser.GoAsync(back)).ProblemAsync(400, "sign_in_lost");
    }

    [Fact]
    public async Task A_way_back_works_once_though_the_browser_keeps_its_cookie()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string back = await browser.BeAsync(await browser.StartAsync("oidc"), user.Login);
        Browser copy = browser.Copy(), late = browser.Copy();
        ((int)(await browser.GoAsync(back)).StatusCode).ShouldBe(302);
        await (await copy.GoAsync(back)).ProblemAsync(400, "sign_in_lost");
        copy.Cookies.ShouldBeEmpty();
        server.Pass(OAuthTrips.Longest);
        await (await late.GoAsync(back)).ProblemAsync(400, "sign_in_lost");
    }

    [Fact]
    public async Task A_code_works_once_whatever_state_comes_with_it_and_whatever_the_provider_says_to_it()
    {
        Browser first = server.Browser(), second = server.Browser();
        string one = await first.StartAsync("google"), two = await second.StartAsync("google");
        string code = server.Hostile.CodeFor(() => Answer(one));
        ((int)(await first.GoAsync(Back(one))).StatusCode).ShouldBe(302);
        // This provider takes its code again, and binds its token to the other sign-in.
        string again = server.Hostile.CodeFor(() => Answer(two));
        again.ShouldNotBe(code);
        await (await second.GoAsync(Back(two))).ProblemAsync(400, "sign_in_lost");

        string Back(string address) => $"/api/v1/auth/oauth/google/callback?code={code}&state={Browser.In(address, "state")}";
        JsonObject Answer(string address) => HostileProvider.Answer(server.Hostile.Sign(HostileProvider.Header(), server.Hostile.Claims("twice", Browser.In(address, "nonce"), "twice@gmail.com")));
    }

    [Fact]
    public async Task A_sign_in_takes_ten_minutes_at_most()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string address = await browser.StartAsync("oidc");
        server.Pass(OAuthTrips.Longest);
        await (await browser.GoAsync(await browser.BeAsync(address, user.Login))).ProblemAsync(400, "sign_in_lost");
    }

    [Fact]
    public async Task Nobody_is_signed_in_to_a_strangers_account_by_a_link_that_the_stranger_made()
    {
        ProviderUser stranger = server.Honest.User((await server.PersonAsync()).Email);
        Browser attacker = server.Browser(), victim = server.Browser();
        string link = await attacker.BeAsync(await attacker.StartAsync("oidc"), stranger.Login);
        await (await victim.GoAsync(link)).ProblemAsync(400, "sign_in_lost");
        // Nor when the victim is on the way as well.
        await victim.StartAsync("oidc");
        await (await victim.GoAsync(link)).ProblemAsync(400, "sign_in_lost");
        victim.Cookies.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cookie_that_was_changed_or_made_up_is_none()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        foreach (Func<string, string> change in new Func<string, string>[] { c => c[..^4] + (c.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"), _ => "", _ => "!", c => c[..20], _ => new string('A', 400) })
        {
            Browser browser = server.Browser();
            string back = await browser.BeAsync(await browser.StartAsync("oidc"), user.Login);
            browser.Cookies["__Host-swb_oauth"] = change(browser.Cookies["__Host-swb_oauth"]);
            await (await browser.GoAsync(back)).ProblemAsync(400, "sign_in_lost");
        }
    }

    [Fact]
    public async Task An_answer_of_one_provider_is_not_taken_for_one_of_another()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string back = await browser.BeAsync(await browser.StartAsync("oidc"), user.Login);
        Browser.In(back, "iss").ShouldBe(server.Honest.Issuer);
        Browser[] copies = [browser.Copy(), browser.Copy(), browser.Copy()];
        // The honest one says whose answer it is, so one without is not its own (RFC 9207).
        await (await copies[0].GoAsync(Browser.With(back, "iss", null))).ProblemAsync(401, "provider_answer_invalid");
        await (await copies[1].GoAsync(Browser.With(back, "iss", server.Hostile.Issuer))).ProblemAsync(401, "provider_answer_invalid");
        await (await copies[2].GoAsync(back.Replace("/oidc/", "/google/", StringComparison.Ordinal))).ProblemAsync(400, "sign_in_lost");
        // Nothing of that has used the code up, or shown it to anybody.
        ((int)(await browser.GoAsync(back)).StatusCode).ShouldBe(302);
    }

    [Fact]
    public async Task A_browser_that_was_sent_to_the_hostile_provider_does_not_hand_it_the_honest_ones_code()
    {
        ProviderUser user = server.Honest.User((await server.PersonAsync()).Email);
        Browser browser = server.Browser();
        string hostile = await browser.StartAsync("google");
        // The hostile one sends the browser on to the honest one, with its own state, and the client's address for the honest one.
        string honest = QueryHelpers.AddQueryString($"{server.Honest.Issuer}connect/authorize", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = OpenIdServer.Client,
            ["response_type"] = "code",
            ["scope"] = "openid email",
            ["redirect_uri"] = Browser.In(hostile, "redirect_uri"),
            ["state"] = Browser.In(hostile, "state"),
            ["nonce"] = Browser.In(hostile, "nonce"),
            ["code_challenge"] = Browser.In(hostile, "code_challenge"),
            ["code_challenge_method"] = "S256",
        });
        string back = await browser.BeAsync(honest, user.Login);
        await (await browser.GoAsync(back)).ProblemAsync(401, "provider_answer_invalid");
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_proven_opens_nothing()
    {
        Person victim = await server.PersonAsync();
        await (await server.Browser().ThroughAsync(server.Honest.User(victim.Email, isVerified: false))).ProblemAsync(403, "provider_email_unverified");
        await (await server.Browser().ThroughAsync(server.Honest.User(victim.Email, isVerified: false, isEmailInToken: false))).ProblemAsync(403, "provider_email_unverified");
        (await victim.Client.GetJsonAsync("/api/v1/auth/me/identities")).Items().ShouldBeEmpty();

        // An account that is linked is shut as well while its owner's address there is in doubt.
        ProviderUser linked = server.Honest.User(victim.Email);
        ((int)(await server.Browser().ThroughAsync(linked)).StatusCode).ShouldBe(302);
    }

    [Fact]
    public async Task The_same_address_at_another_provider_is_not_the_same_person()
    {
        Person victim = await server.PersonAsync();
        ((int)(await server.Browser().ThroughAsync(server.Honest.User(victim.Email))).StatusCode).ShouldBe(302);
        server.GitHub.Person("666", (victim.Email, true, true));
        Browser attacker = server.Browser();
        await (await attacker.GoAsync(await attacker.BeAsync(await attacker.StartAsync("github"), "666"))).ProblemAsync(409, "link_needed");
        // Nor is another account with it at the same provider, which gave the address to somebody new.
        await (await server.Browser().ThroughAsync(server.Honest.User(victim.Email))).ProblemAsync(409, "link_needed");
        (await victim.Client.GetJsonAsync("/api/v1/auth/me/identities")).Items().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_account_that_somebody_made_with_an_address_they_never_proved_is_not_given_to_its_owner_with_their_password_in_it()
    {
        // Whoever made it knows its password; if the owner of the address were let in, both would be.
        string email = $"hijacked{Guid.NewGuid():N}@example.com";
        JsonElement made = await (await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(server.Owner(), "/api/v1/users", new { email, name = "Sam", role = "support" })).JsonAsync(201);
        made.GetProperty("isVerified").GetBoolean().ShouldBeFalse();
        await (await server.Browser().ThroughAsync(server.Honest.User(email))).ProblemAsync(409, "link_needed");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/\n/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("@evil.example")]
    [InlineData("/\u00a0x")]
    public async Task Nobody_is_sent_to_another_place_in_the_end(string place) =>
        await (await server.Browser().GoAsync($"/api/v1/auth/oauth/oidc/start?tenant=demo&returnTo={Uri.EscapeDataString(place)}")).ProblemAsync(400, "invalid_request");

    [Theory]
    [InlineData("token_endpoint", "http://169.254.169.254/latest/meta-data/")]
    [InlineData("token_endpoint", "https://127.0.0.2:PORT/token")]
    [InlineData("jwks_uri", "https://127.0.0.2:PORT/keys")]
    [InlineData("jwks_uri", "http://127.0.0.2:PORT/keys")]
    [InlineData("jwks_uri", "https://[::1]:PORT/keys")]
    [InlineData("userinfo_endpoint", "https://127.0.0.2:PORT/userinfo")]
    [InlineData("userinfo_endpoint", "file:///etc/passwd")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    public async Task A_description_that_leads_inside_is_not_followed(string field, string address)
    {
        using var inside = new TcpListener(IPAddress.IPv6Any, 0);
        inside.Server.DualMode = true;
        inside.Start();
        server.Pass(TimeSpan.FromHours(2));
        server.Hostile.Description[field] = address.Replace("PORT", $"{((IPEndPoint)inside.LocalEndpoint).Port}", StringComparison.Ordinal);
        try
        {
            Browser browser = server.Browser();
            HttpResponseMessage begun = await browser.GoAsync("/api/v1/auth/oauth/google/start?tenant=demo");
            if ((int)begun.StatusCode == 302)
            {
                string state = Browser.In(begun.Headers.Location!.OriginalString, "state"), nonce = Browser.In(begun.Headers.Location!.OriginalString, "nonce");
                JsonObject claims = server.Hostile.Claims("inside", nonce, "inside@gmail.com");
                claims.Remove("email");
                string code = server.Hostile.CodeFor(() => HostileProvider.Answer(server.Hostile.Sign(HostileProvider.Header(), claims)));
                begun = await browser.GoAsync($"/api/v1/auth/oauth/google/callback?code={code}&state={state}");
            }

            await begun.ProblemAsync(502, "provider_unavailable");
            inside.Pending().ShouldBeFalse("nobody called inside");
        }
        finally
        {
            server.Hostile.Reset();
            server.Pass(TimeSpan.FromHours(2));
        }
    }

    [Fact]
    public async Task A_description_of_another_issuer_is_not_taken()
    {
        server.Pass(TimeSpan.FromHours(2));
        server.Hostile.Description["issuer"] = server.Honest.Issuer;
        try
        {
            await (await server.Browser().GoAsync("/api/v1/auth/oauth/google/start?tenant=demo")).ProblemAsync(502, "provider_unavailable");
        }
        finally
        {
            server.Hostile.Reset();
            server.Pass(TimeSpan.FromHours(2));
        }
    }
}
