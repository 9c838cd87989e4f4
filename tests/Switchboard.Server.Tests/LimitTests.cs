using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Compliance.Redis;
using Switchboard.Core.Limits;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Tests;

/// <summary>A server that allows little.</summary>
public sealed class LimitedServer : TestServer
{
    protected override ServerOptions Alter(ServerOptions options) => options with
    {
        Limits = LimitRules.None.With([
            ((RouteClass.Turn, LimitedBy.Visitor), new LimitRate(2, TimeSpan.FromHours(1))),
            ((RouteClass.Session, LimitedBy.Ip), new LimitRate(4, TimeSpan.FromHours(1))),
            ((RouteClass.Proof, LimitedBy.Visitor), new LimitRate(2, TimeSpan.FromHours(1))),
        ]),
        TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
    };
}

public sealed class LimitTests(LimitedServer server) : IClassFixture<LimitedServer>
{
    [Fact]
    public void What_the_shared_counters_were_told_is_owed_no_more_and_what_came_in_between_still_is()
    {
        var limiter = new MemoryLimiter(new NodeCount(), TimeProvider.System);
        LimitCharge[] charges = [new LimitCharge("owed", new LimitRate(60, TimeSpan.FromDays(60)))];
        limiter.Owe(charges);
        (TimeSpan Used, TimeSpan Owed)[] told = limiter.Known(charges);
        limiter.Owe(charges);
        limiter.Settle(charges, told);
        limiter.Known(charges)[0].Owed.ShouldBe(TimeSpan.FromDays(1));
        limiter.Settle(charges, told);
        limiter.Known(charges)[0].Owed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_visitor_who_writes_too_often_is_refused_and_nobody_else_is()
    {
        HttpClient visitor = From("192.0.2.1", server.WithToken(await TokenAsync("192.0.2.1")));
        for (int n = 0; n < 2; n++) await visitor.BeginAsync(Questions.Good);
        using HttpResponseMessage refused = await visitor.PostAsync("/api/v1/conversations", new { message = Questions.Good }, "third");
        (await refused.ProblemAsync(429, "rate_limited")).Text("detail").ShouldContain("turn-visitor");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30));

        (await visitor.GetAsync("/api/v1/info")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.Owner().BeginAsync(Questions.Good);
        for (int n = 0; n < 3; n++) await server.Local().BeginAsync(Questions.Good);
    }

    [Fact]
    public async Task A_visitor_who_asks_for_proofs_too_often_is_refused_whatever_address_is_said()
    {
        HttpClient visitor = From("192.0.2.9", server.WithToken(await TokenAsync("192.0.2.9")));
        // Asking and trying are counted together. This desk sends no mails.
        await (await visitor.PostAsync("/api/v1/widget/proof", new { email = "ada@birch.example" }, null)).ProblemAsync(409, "proof_unavailable");
        await (await visitor.PostAsync("/api/v1/widget/proof/confirm", new { code = "12345678" }, null)).ProblemAsync(400, "code_invalid");
        (await (await visitor.PostAsync("/api/v1/widget/proof/confirm", new { code = "12345678" }, null)).ProblemAsync(429, "rate_limited")).Text("detail").ShouldContain("proof-visitor");
        await (await visitor.PostAsync("/api/v1/widget/proof", new { email = "ada@birch.example" }, null)).ProblemAsync(429, "rate_limited");
        foreach (LimitedBy by in new[] { LimitedBy.Ip, LimitedBy.Visitor, LimitedBy.Tenant }) LimitRules.Usual.Charge(RouteClass.Proof, by, "w").ShouldNotBeNull();
    }

    [Fact]
    public async Task Addresses_are_told_apart_by_the_trusted_proxy_and_those_of_one_IPv6_network_are_one()
    {
        for (int n = 1; n <= 4; n++) await TokenAsync($"2001:db8:0:7::{n}");
        await (await SessionAsync("2001:db8:0:7:ffff::9")).ProblemAsync(429, "rate_limited");
        (await SessionAsync("2001:db8:0:8::1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        // Who is not the trusted proxy may write into the header what he likes: the last word that counts is the proxy's own.
        await (await SessionAsync("198.51.100.77, 2001:db8:0:7::5")).ProblemAsync(429, "rate_limited");
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_counter_allows_its_rate_at_once_and_no_call_more_however_many_come_together(string home)
    {
        await using RedisServer? redis = home == "redis" ? await RedisServer.StartAsync() : null;
        await using RedisLink? link = redis is null ? null : new RedisLink(new RedisOptions(redis.ConnectionString), TimeProvider.System, NullLogger<RedisLink>.Instance);
        if (link is not null) await link.ProbeAsync();
        var memory = new MemoryLimiter(new NodeCount(), TimeProvider.System);
        ILimiter limiter = link is null ? memory : new RedisLimiter(link, memory);
        var tenant = new LimitCharge("read:tenant:t", new LimitRate(100, TimeSpan.FromHours(1)));
        var key = new LimitCharge("read:key:a", new LimitRate(30, TimeSpan.FromHours(1)));

        LimitVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 90).Select(_ => limiter.TakeAsync([key, tenant], default)));

        verdicts.Count(v => v.Allowed).ShouldBe(30);
        LimitVerdict refused = await limiter.TakeAsync([key, tenant], default);
        (refused.Allowed, refused.Tightest.Charge, refused.Tightest.Remaining).ShouldBe((false, key, 0));
        refused.Tightest.Wait.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120));
        // What was refused by one counter is not charged to the other.
        (await limiter.TakeAsync([tenant], default)).Tightest.Remaining.ShouldBe(69);
    }

    [Fact]
    public async Task What_a_node_counted_by_itself_comes_on_top_of_what_is_shared_with_its_next_call()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        RedisOptions options = new(redis.ConnectionString) { Patience = TimeSpan.FromSeconds(10) };
        await using RedisLink here = new(options, TimeProvider.System, NullLogger<RedisLink>.Instance), there = new(options, TimeProvider.System, NullLogger<RedisLink>.Instance);
        ILimiter own = new RedisLimiter(here, new MemoryLimiter(new NodeCount(), TimeProvider.System)), other = new RedisLimiter(there, new MemoryLimiter(new NodeCount(), TimeProvider.System));
        var charge = new LimitCharge("session:ip:a", new LimitRate(6, TimeSpan.FromHours(1)));
        await there.ProbeAsync();
        for (int n = 5; n > 2; n--) (await other.TakeAsync([charge], default)).Tightest.Remaining.ShouldBe(n);
        // It has not found Redis yet.
        (await own.TakeAsync([charge], default)).Allowed.ShouldBeTrue();

        await here.ProbeAsync();
        (await own.TakeAsync([charge], default)).Tightest.Remaining.ShouldBe(1);
        // What is refused has nothing remaining either, so that alone would not tell that the last call was let through.
        LimitVerdict last = await own.TakeAsync([charge], default);
        (last.Allowed, last.Tightest.Remaining).ShouldBe((true, 0), "it is told once");
        (await other.TakeAsync([charge], default)).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task In_memory_a_counter_fills_evenly_and_a_node_among_four_has_a_quarter_and_one_call_at_least()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var nodes = new NodeCount();
        var limiter = new MemoryLimiter(nodes, time);
        LimitCharge charge = new("read:key:a", new LimitRate(60, TimeSpan.FromMinutes(1))), rare = new("turn:key:a", new LimitRate(2, TimeSpan.FromMinutes(1)));
        for (int n = 60; n > 0; n--) (await limiter.TakeAsync([charge], default)).Tightest.Remaining.ShouldBe(n - 1);
        (await limiter.TakeAsync([charge], default)).Allowed.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        (await limiter.TakeAsync([charge], default)).Allowed.ShouldBeTrue();
        (await limiter.TakeAsync([charge], default)).Allowed.ShouldBeFalse();

        time.Advance(TimeSpan.FromHours(1));
        nodes.Set(4);
        for (int n = 0; n < 15; n++) (await limiter.TakeAsync([charge], default)).Allowed.ShouldBeTrue();
        (await limiter.TakeAsync([charge], default)).Allowed.ShouldBeFalse();
        (await limiter.TakeAsync([rare], default)).Allowed.ShouldBeTrue();
        (await limiter.TakeAsync([rare], default)).Allowed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Limits:Turn:Visitor", "5/second", 5)]
    [InlineData("Limits:Turn:Visitor", "off", null)]
    [InlineData("Limits:Enabled", "false", null)]
    [InlineData("Limits:Enabled", "true", 30)]
    public void Limits_are_read_from_the_settings(string key, string value, int? count) =>
        (LimitSettings.Read(Settings(key, value)).Charge(RouteClass.Turn, LimitedBy.Visitor, "v")?.Rate.Count).ShouldBe(count);

    [Theory]
    [InlineData("Limits:Enabled", "perhaps", "must be true or false")]
    [InlineData("Limits:Turn:Visitor", "many", "must be like 600/minute")]
    [InlineData("Limits:Turn:Visitor", "0/minute", "must be like 600/minute")]
    [InlineData("Limits:Turn:Moon", "5/second", "must be for Ip, Key, User, Visitor or Tenant")]
    [InlineData("Limits:Free:Ip", "5/second", "is no class of calls")]
    public void A_limit_that_cannot_be_used_is_refused_by_its_name(string key, string value, string hint)
    {
        string message = Should.Throw<SettingException>(() => LimitSettings.Read(Settings(key, value))).Message;
        message.ShouldStartWith(key.StartsWith("Limits:Free", StringComparison.Ordinal) ? "Limits:Free (" : $"{key} (");
        message.ShouldContain(hint);
    }

    [Fact]
    public void Proxies_are_addresses_or_networks()
    {
        LimitSettings.Proxies(Settings("Server:TrustedProxies", "10.0.0.5, 192.168.0.0/16")).ShouldBe([IPNetwork.Parse("10.0.0.5/32"), IPNetwork.Parse("192.168.0.0/16")]);
        Should.Throw<SettingException>(() => LimitSettings.Proxies(Settings("Server:TrustedProxies", "proxy.example"))).Message.ShouldContain("not \"proxy.example\"");
    }

    [Theory]
    [InlineData("password=secret-word")]
    [InlineData("host:6379,colour=secret-word")]
    [InlineData("host:6379,connectTimeout=secret-word")]
    public void A_connection_string_of_Redis_that_cannot_be_read_is_refused_without_its_password(string text)
    {
        string message = Should.Throw<SettingException>(() => RedisSettings.Read(Settings("Redis:ConnectionString", text))).Message;
        message.ShouldStartWith("Redis:ConnectionString (");
        message.ShouldContain("it must be like 127.0.0.1:6379");
        message.ShouldNotContain("secret-word");
    }

    [Fact]
    public async Task Without_Redis_health_says_that_it_is_absent()
    {
        RedisSettings.Read(Settings("Redis:ConnectionString", " ")).ShouldBeNull();
        JsonElement ready = await server.Anonymous().GetJsonAsync("/health/ready");
        (ready.Text("redis"), ready.Text("status")).ShouldBe(("absent", "ok"));
    }

    private static IConfiguration Settings(string key, string value) => new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

    private async Task<HttpResponseMessage> SessionAsync(string address) => await From(address, server.Anonymous()).PostAsync("/api/v1/widget/session", new { tenant = "demo" }, null);

    private async Task<string> TokenAsync(string address) => (await (await SessionAsync(address)).JsonAsync(201)).Text("token");

    private static HttpClient From(string address, HttpClient client)
    {
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }
}
