using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Redis;
using Switchboard.Core.Limits;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Server.Tests.Faults;
using Switchboard.Storage.Accounts;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Tests;

/// <summary>Two servers on one PostgreSQL database with one Redis beside it that is killed and comes back empty: who may no longer call, and who has called too often, is refused on both.</summary>
public sealed class TwoNodesTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string auth = "/api/v1/auth", conversations = "/api/v1/conversations?limit=1", password = "Correct horse battery 7";
    private const int most = 6;

    private readonly Fleet fleet = new();
    private PostgresHome home = null!;
    private RedisServer redis = null!;
    private int people;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        home = await postgres.NewHomeAsync(isEmpty: true);
    }

    public async ValueTask DisposeAsync()
    {
        await fleet.DisposeAsync();
        if (redis is not null) await redis.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
    }

    [Fact]
    public async Task Who_is_out_on_one_node_is_out_on_the_other_with_the_next_call_whether_Redis_answers_or_not()
    {
        await StartAsync(LimitRules.None);
        await RefusedOnTheOtherAsync();
        await redis.SignalAsync("KILL");
        await RedisAsync(isUp: false);
        await RefusedOnTheOtherAsync();
        await redis.RestartAsync();
        await RedisAsync(isUp: true);
        await RefusedOnTheOtherAsync();
        await RolesAsync();
    }

    [Fact]
    public async Task What_is_used_up_on_one_node_is_used_up_on_the_other_and_stays_so_when_Redis_dies_and_when_it_comes_back_empty()
    {
        LimitRate rate = new(most, TimeSpan.FromHours(1));
        await StartAsync(LimitRules.None.With([((RouteClass.Read, LimitedBy.User), rate), ((RouteClass.Session, LimitedBy.Ip), rate), ((RouteClass.Turn, LimitedBy.Visitor), rate)]));
        string[] keys = [await KeyAsync(), await KeyAsync()];
        string visitor = (await (await fleet.Caller(1).PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201)).Text("token");

        // Each limit is used up on the first node, by one who changes what can be changed. Two sessions were begun above.
        for (int n = 0; n < most; n++) (await fleet.Caller(0, key: keys[n % 2]).GetAsync(conversations)).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (int n = 2; n < most; n++) await (await SessionAsync(0)).JsonAsync(201);
        for (int n = 0; n < most; n++) await fleet.Caller(0, token: visitor).BeginAsync(Questions.Good);
        await AllRefusedAsync();

        await redis.SignalAsync("KILL");
        await RedisAsync(isUp: false);
        await AllRefusedAsync();
        // Who has not called yet has a share on each node, and no more than the limit on both.
        string fresh = Visitor();
        (await TurnsAsync(fresh, 0), await TurnsAsync(fresh, 1)).ShouldBe((most / 2, most / 2));

        await redis.RestartAsync();
        await RedisAsync(isUp: true);
        await AllRefusedAsync();
        (await TurnsAsync(fresh, 0), await TurnsAsync(fresh, 1)).ShouldBe((0, 0));
        string late = Visitor();
        (await TurnsAsync(late, 0), await TurnsAsync(late, 1)).ShouldBe((most, 0), "it is one limit for both again");

        async Task AllRefusedAsync()
        {
            foreach (int node in new[] { 1, 0 })
            {
                foreach (string key in keys) await (await fleet.Caller(node, key: key).GetAsync(conversations)).ProblemAsync(429, "rate_limited");
                await (await SessionAsync(node)).ProblemAsync(429, "rate_limited");
                await (await fleet.Caller(node, token: visitor).PostAsJsonAsync("/api/v1/conversations", new { message = Questions.Good })).ProblemAsync(429, "rate_limited");
            }
        }
    }

    /// <summary>Ends sessions, keys, users and rights on the first node, and calls the second one at once.</summary>
    private async Task RefusedOnTheOtherAsync()
    {
        string email = await PersonAsync(Role.Lead);
        HttpClient here = fleet.Local(0), there = fleet.Caller(1), anyone = fleet.Caller(0);
        JsonElement left = await SignInAsync(0, email);
        await fleet.Caller(1, token: left.Text("accessToken")).GetJsonAsync($"{auth}/me");
        (await anyone.PostAsJsonAsync($"{auth}/logout", new { refreshToken = left.Text("refreshToken") })).EnsureSuccessStatusCode();
        await (await fleet.Caller(1, token: left.Text("accessToken")).GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await (await RefreshAsync(1, left)).ProblemAsync(401, "session_over");

        // A refresh token that was used on one node is shown again on the other: the whole family is out, on both.
        JsonElement first = await SignInAsync(0, email), second = await (await RefreshAsync(1, first)).JsonAsync(200);
        await fleet.Caller(0, token: second.Text("accessToken")).GetJsonAsync($"{auth}/me");
        await (await RefreshAsync(0, first)).ProblemAsync(401, "session_over");
        await (await RefreshAsync(1, second)).ProblemAsync(401, "session_over");
        await (await fleet.Caller(1, token: second.Text("accessToken")).GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        JsonElement raced = await SignInAsync(1, email);
        HttpResponseMessage[] both = await Task.WhenAll(RefreshAsync(0, raced), RefreshAsync(1, raced));
        both.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBeLessThanOrEqualTo(1);

        JsonElement key = await (await here.PostAsJsonAsync("/api/v1/api-keys", new { name = "short" })).JsonAsync(201);
        (await fleet.Caller(1, key: key.Text("key")).GetAsync(conversations)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await here.DeleteAsync($"/api/v1/api-keys/{key.Id("id")}")).EnsureSuccessStatusCode();
        await (await fleet.Caller(1, key: key.Text("key")).GetAsync(conversations)).ProblemAsync(401, "unauthenticated");

        JsonElement lead = await SignInAsync(1, email);
        HttpClient onOther = fleet.Caller(1, token: lead.Text("accessToken"));
        (await onOther.GetAsync("/api/v1/approvals")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await here.PatchAsJsonAsync($"/api/v1/users/{lead.Id("userId")}", new { role = "read_only" })).JsonAsync(200);
        await (await onOther.PostAsJsonAsync("/api/v1/conversations", new { message = "Hello" })).ProblemAsync(403, "missing_scope");
        (await onOther.GetAsync(conversations)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await here.PatchAsJsonAsync($"/api/v1/users/{lead.Id("userId")}", new { status = "suspended" })).JsonAsync(200);
        await (await onOther.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await (await RefreshAsync(1, lead)).ProblemAsync(401, "session_over");
        ((int)(await there.PostAsJsonAsync($"{auth}/login", new { tenant = "demo", email, password })).StatusCode).ShouldBeGreaterThanOrEqualTo(400);
    }

    /// <summary>What a role carries is kept for some seconds by a node that did not change it, and no longer.</summary>
    private async Task RolesAsync()
    {
        string email = await PersonAsync(Role.ReadOnly);
        HttpClient onOther = fleet.Caller(1, token: (await SignInAsync(1, email)).Text("accessToken"));
        (await onOther.GetAsync(conversations)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await fleet.Caller(0, key: fleet.Servers[0].Seeded!.ApiKey).PutAsJsonAsync("/api/v1/roles/read_only", new { scopes = Array.Empty<string>() })).JsonAsync(200);
        var since = Stopwatch.StartNew();
        await ClockServer.UntilAsync(async () => (await onOther.GetAsync(conversations)).StatusCode == HttpStatusCode.Forbidden);
        since.Elapsed.ShouldBeLessThan(TenantRoles.Kept + TimeSpan.FromSeconds(3));
    }

    private async Task StartAsync(LimitRules limits)
    {
        for (int n = 0; n < 2; n++)
        {
            await fleet.StartAsync(home.Database, alter: options => options with
            {
                // A machine that is busy is not to be taken for a Redis that is away.
                Redis = new RedisOptions(redis.ConnectionString) { Patience = TimeSpan.FromSeconds(10) },
                Limits = limits,
                Identity = new IdentitySettings { Mailbox = true, PasswordRounds = 1000, Evenly = TimeSpan.FromMilliseconds(1), BaseUrl = new Uri("https://desk.example") },
            });
        }

        await ClockServer.UntilAsync(() => Task.FromResult(fleet.Servers.All(s => s.App.Services.GetRequiredService<NodeCount>().Value == 2)));
    }

    private async Task<string> PersonAsync(Role role)
    {
        string email = $"user{++people}@example.com";
        JsonElement made = await (await fleet.Local(0).PostAsJsonAsync("/api/v1/users/invite", new { email, name = "Robin Doe", role = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{role}") })).JsonAsync(201);
        await (await fleet.Caller(1).PostAsJsonAsync($"{auth}/accept-invitation", new { token = made.Text("token"), password })).JsonAsync(200);
        return email;
    }

    private async Task<JsonElement> SignInAsync(int node, string email) => await (await fleet.Caller(node).PostAsJsonAsync($"{auth}/login", new { tenant = "demo", email, password })).JsonAsync(200);

    private Task<HttpResponseMessage> RefreshAsync(int node, JsonElement tokens) => fleet.Caller(node).PostAsJsonAsync($"{auth}/refresh", new { refreshToken = tokens.Text("refreshToken") });

    private Task<HttpResponseMessage> SessionAsync(int node) => fleet.Caller(node).PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" });

    private async Task<string> KeyAsync() => (await (await fleet.Local(0).PostAsJsonAsync("/api/v1/api-keys", new { name = "one of many" })).JsonAsync(201)).Text("key");

    /// <summary>A visitor who was let in before: a token as the servers make it, since no more are let in.</summary>
    private string Visitor() => fleet.Servers[0].App.Services.GetRequiredService<VisitorTokens>().Issue(new ContactActor(fleet.Servers[0].Seeded!.Tenant.Id, Guid.CreateVersion7(), null, Proof.None)).Token;

    /// <summary>How many of the messages a limit has are taken.</summary>
    private async Task<int> TurnsAsync(string visitor, int node)
    {
        int taken = 0;
        for (int n = 0; n < most + 2; n++)
        {
            HttpResponseMessage answer = await fleet.Caller(node, token: visitor).PostAsJsonAsync("/api/v1/conversations", new { message = Questions.Good });
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.TooManyRequests);
            if (answer.StatusCode == HttpStatusCode.Created) taken++;
        }

        return taken;
    }

    private Task RedisAsync(bool isUp) => ClockServer.UntilAsync(() => Task.FromResult(fleet.Servers.All(s => s.App.Services.GetRequiredService<RedisLink>().IsUp == isUp)));
}
