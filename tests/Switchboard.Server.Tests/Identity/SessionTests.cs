using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Tests.Identity;

public sealed class SessionTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string auth = "/api/v1/auth";

    [Fact]
    public async Task A_refresh_token_works_once_and_the_second_time_ends_the_whole_family()
    {
        Person robin = await server.PersonAsync();
        JsonElement second = await (await server.RefreshAsync(robin.Refresh)).JsonAsync(200);
        JsonElement third = await (await server.RefreshAsync(second.Text("refreshToken"))).JsonAsync(200);
        await server.WithToken(third.Text("accessToken")).GetJsonAsync($"{auth}/me");

        // Somebody shows the stolen first one: nobody can tell who is who, so all are out.
        await (await server.RefreshAsync(robin.Refresh)).ProblemAsync(401, "session_over");
        await (await server.RefreshAsync(third.Text("refreshToken"))).ProblemAsync(401, "session_over");
        await (await server.WithToken(third.Text("accessToken")).GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        (await (await server.SignInAsync(robin.Email)).Client.GetJsonAsync($"{auth}/sessions")).Items().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_refreshes_with_one_token_at_once_never_both_succeed()
    {
        Person robin = await server.PersonAsync();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => server.RefreshAsync(robin.Refresh)));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task The_cookie_is_for_our_own_pages_and_no_script_reads_it()
    {
        Person robin = await server.PersonAsync();
        HttpResponseMessage signed = await server.Anonymous().PostAsJsonAsync($"{auth}/login", new { tenant = "demo", email = robin.Email, password = IdentityServer.Password, cookie = true });
        JsonElement tokens = await signed.JsonAsync(200);
        tokens.IsNull("refreshToken").ShouldBeTrue();
        string cookie = signed.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldStartWith("__Host-");
        cookie.ShouldContain("path=/;");
        cookie.ShouldContain("secure", customMessage: "browsers come over https, as the operator says");
        string pair = cookie.Split(';')[0];

        await (await SendAsync()).ProblemAsync(403, "not_from_our_page");
        await (await SendAsync((SignedSessions.Header, "1"), ("Sec-Fetch-Site", "cross-site"))).ProblemAsync(403, "not_from_our_page");
        await (await SendAsync((SignedSessions.Header, "1"), ("Sec-Fetch-Site", "same-site"))).ProblemAsync(403, "not_from_our_page");
        HttpResponseMessage refreshed = await SendAsync((SignedSessions.Header, "1"), ("Sec-Fetch-Site", "same-origin"));
        (await refreshed.JsonAsync(200)).IsNull("refreshToken").ShouldBeTrue();
        refreshed.Headers.GetValues("Set-Cookie").Single().Split(';')[0].ShouldNotBe(pair);

        async Task<HttpResponseMessage> SendAsync(params (string Name, string Value)[] headers)
        {
            using var handler = new HttpClientHandler { UseCookies = false };
            using var client = new HttpClient(handler) { BaseAddress = server.Anonymous().BaseAddress };
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{auth}/refresh") { Content = JsonContent.Create(new { }) };
            request.Headers.Add("Cookie", pair);
            foreach ((string name, string value) in headers) request.Headers.Add(name, value);
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_and_all_and_only_the_own()
    {
        Person robin = await server.PersonAsync();
        Person other = await server.PersonAsync();
        Person phone = await server.SignInAsync(robin.Email);
        JsonElement[] sessions = (await robin.Client.GetJsonAsync($"{auth}/sessions")).Items();
        sessions.Length.ShouldBe(2);
        sessions.Single(s => s.GetProperty("current").GetBoolean()).Id("id").ShouldBe(robin.Tokens.Id("sessionId"));

        await (await other.Client.DeleteAsync($"{auth}/sessions/{phone.Tokens.Id("sessionId")}")).ProblemAsync(404, "not_found");
        ((int)(await robin.Client.DeleteAsync($"{auth}/sessions/{phone.Tokens.Id("sessionId")}")).StatusCode).ShouldBe(204);
        await (await phone.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await server.SignInAsync(robin.Email);
        (await (await robin.Client.DeleteAsync($"{auth}/sessions")).JsonAsync(200)).GetProperty("ended").GetInt32().ShouldBe(2);
        await (await robin.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await other.Client.GetJsonAsync($"{auth}/me");
    }

    [Fact]
    public async Task Who_leaves_is_out_with_either_token()
    {
        Person robin = await server.PersonAsync();
        HttpResponseMessage left = await robin.Client.PostAsJsonAsync($"{auth}/logout", new { });
        ((int)left.StatusCode).ShouldBe(204);
        left.Headers.GetValues("Clear-Site-Data").ShouldBe(["\"cache\", \"storage\""]);
        await (await robin.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await (await server.RefreshAsync(robin.Refresh)).ProblemAsync(401, "session_over");

        Person again = await server.SignInAsync(robin.Email);
        ((int)(await server.Anonymous().PostAsJsonAsync($"{auth}/logout", new { refreshToken = again.Refresh })).StatusCode).ShouldBe(204);
        await (await again.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Who_is_suspended_or_loses_the_role_loses_the_access_at_once()
    {
        Person lead = await server.PersonAsync(Role.Lead);
        await lead.Client.GetJsonAsync("/api/v1/approvals");
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{lead.Id}", new { role = "read_only" })).JsonAsync(200);
        (await lead.Client.GetJsonAsync($"{auth}/me")).Items("scopes").Select(s => s.GetString()).ShouldNotContain(Scopes.WriteConversations);
        await (await lead.Client.PostAsJsonAsync("/api/v1/conversations", new { message = "Hello" })).ProblemAsync(403, "missing_scope");

        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{lead.Id}", new { status = "suspended" })).JsonAsync(200);
        await (await lead.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await (await server.RefreshAsync(lead.Refresh)).ProblemAsync(401, "session_over");
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{lead.Id}", new { status = "active" })).JsonAsync(200);
        await (await server.RefreshAsync(lead.Refresh)).ProblemAsync(401, "session_over");
        await server.SignInAsync(lead.Email);
    }

    [Fact]
    public async Task Who_is_suspended_is_told_nothing_more_by_a_stream_that_is_open()
    {
        Person lead = await server.PersonAsync(Role.Lead);
        await ToldNothingMoreAsync(lead.Client, async () => await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{lead.Id}", new { status = "suspended" })).JsonAsync(200));
    }

    [Fact]
    public async Task A_key_that_is_revoked_or_whose_owner_is_suspended_is_told_nothing_more_by_a_stream_that_is_open()
    {
        JsonElement made = await (await server.Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "stream" })).JsonAsync(201);
        await ToldNothingMoreAsync(server.WithKey(made.Text("key")), async () => (await server.Owner().DeleteAsync($"/api/v1/api-keys/{made.Id("id")}")).EnsureSuccessStatusCode());
        Person owner = await server.PersonAsync(Role.Owner);
        JsonElement own = await (await owner.Client.PostAsJsonAsync("/api/v1/api-keys", new { name = "own" })).JsonAsync(201);
        await ToldNothingMoreAsync(server.WithKey(own.Text("key")), async () => await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{owner.Id}", new { status = "suspended" })).JsonAsync(200));
    }

    private async Task ToldNothingMoreAsync(HttpClient client, Func<Task> putOut)
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid conversation = (await visitor.BeginAsync("Hello")).Id("conversationId");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{conversation}/events");
        using HttpResponseMessage response = await client.OpenStreamAsync(request);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await using IAsyncEnumerator<Told> told = Calls.EventsAsync(body).GetAsyncEnumerator();
        (await told.MoveNextAsync()).ShouldBeTrue();

        await putOut();
        server.Clock.Advance(LongCall.Pace);
        await (await visitor.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { text = "This is for who is still here" })).JsonAsync(201);
        while (await told.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))) told.Current.Data.ShouldNotContain("still here");
    }

    [Fact]
    public async Task A_key_has_no_own_account_and_a_refresh_token_of_another_tenant_opens_nothing()
    {
        await (await server.Owner().GetAsync($"{auth}/me")).ProblemAsync(403, "sign_in_needed");
        await (await server.Local().GetAsync($"{auth}/me")).ProblemAsync(403, "sign_in_needed");
        Person robin = await server.PersonAsync();
        (Guid elsewhere, _) = await server.TenantAsync("spruce");
        await (await server.RefreshAsync(robin.Refresh.Replace(server.TenantId.ToString("N"), elsewhere.ToString("N"), StringComparison.Ordinal))).ProblemAsync(401, "session_over");
        await (await server.RefreshAsync(robin.Refresh.Replace(server.TenantId.ToString("N"), Guid.CreateVersion7().ToString("N"), StringComparison.Ordinal))).ProblemAsync(401, "session_over");
        await (await server.RefreshAsync(robin.Refresh)).JsonAsync(200);
    }
}
