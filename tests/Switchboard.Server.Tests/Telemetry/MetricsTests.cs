using System.Net;
using System.Text.Json;
using Switchboard.Core.Limits;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Tests.Telemetry;

/// <summary>A server that is measured and traced, and allows few calls that change something.</summary>
public sealed class MeasuredServer : TestServer
{
    private Collector? collector;

    internal Collector Collector => collector!;

    public override async ValueTask InitializeAsync()
    {
        collector = await Collector.OpenAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (collector is not null) await collector.DisposeAsync();
    }

    protected override ServerOptions Alter(ServerOptions options) => options with
    {
        Telemetry = new TelemetrySettings { Networks = TelemetrySettings.Loopback, Endpoint = Collector.Endpoint, Headers = "x-collector-key=open-sesame" },
        Limits = LimitRules.None.With([((RouteClass.Bulk, LimitedBy.Ip), new LimitRate(1, TimeSpan.FromHours(1)))]),
    };
}

/// <summary>What is told at /metrics, and to whom.</summary>
public sealed class MetricsTests(MeasuredServer server) : IClassFixture<MeasuredServer>
{
    [Fact]
    public async Task A_turn_a_refund_a_handoff_a_stream_and_a_refusal_are_counted()
    {
        HttpClient visitor = await server.VisitorAsync(), customer = await server.ContactAsync("joao@pampa-clara.example");
        Scrape before = await Scrape.OfAsync(server.Anonymous());
        await visitor.BeginAsync(Questions.Good);
        Guid refund = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        await customer.SayAsync(refund, "yes");
        Guid handed = (await visitor.BeginAsync("Talk to a human. My address is ada@example.com")).Id("conversationId");
        await server.Owner().GetJsonAsync("/api/v1/knowledge/search?q=brackish%20aquarium%20fish");
        HttpResponseMessage stream = await visitor.OpenStreamAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{handed}/events"));
        for (int n = 0; n < 2; n++) await server.Owner().PostZipAsync("/kb", []);

        Scrape? found = null;
        double Grew(string name, params string[] labels) => found!.Sum(name, labels) - before.Sum(name, labels);
        await ClockServer.UntilAsync(async () =>
        {
            found = await Scrape.OfAsync(server.Anonymous());
            return Grew("switchboard_runs_total", "kind=\"turn\"", "status=\"succeeded\"") >= 4 && found.Sum("switchboard_conversations_human", "state=\"waiting\"") >= 1;
        });
        await found!.CheckAsync();
        Grew("http_server_request_duration_seconds_count", "http_route=\"/api/v1/conversations\"", "http_response_status_code=\"201\"", "switchboard_class=\"turn\"").ShouldBe(3);
        Grew("switchboard_run_duration_seconds_count", "kind=\"turn\"").ShouldBeGreaterThanOrEqualTo(4);
        Grew("switchboard_run_lag_seconds_count", "lane=\"interactive\"").ShouldBeGreaterThanOrEqualTo(4);
        Grew("switchboard_steps_total", "kind=\"understand\"").ShouldBeGreaterThanOrEqualTo(4);
        Grew("switchboard_agent_duration_seconds_count", "agent=\"billing/refund-processor\"", "outcome=\"acted\"").ShouldBeGreaterThanOrEqualTo(1);
        Grew("switchboard_actions_total", "action=\"refund.issue\"", "outcome=\"performed\"").ShouldBeGreaterThanOrEqualTo(1);
        Grew("switchboard_handoffs_total").ShouldBeGreaterThanOrEqualTo(1);
        Grew("switchboard_knowledge_searches_total", "of=\"answer\"", "outcome=\"answered\"").ShouldBeGreaterThanOrEqualTo(1);
        Grew("switchboard_limits_refused_total", "class=\"bulk\"", "by=\"ip\"").ShouldBeGreaterThanOrEqualTo(1);
        found.Sum("switchboard_streams").ShouldBeGreaterThanOrEqualTo(1);
        stream.Dispose();
        await ClockServer.UntilAsync(async () => (await Scrape.OfAsync(server.Anonymous())).Sum("http_server_request_duration_seconds_count", "/events\"") > 0);
        found.Sum("switchboard_database_up").ShouldBe(1);
        found.Series.ShouldContain(s => s.StartsWith("switchboard_outbox{", StringComparison.Ordinal));
        found.Series.ShouldContain(s => s.StartsWith("dotnet_gc_", StringComparison.Ordinal));
        found.Text.ShouldNotContain(server.TenantId.ToString());
    }

    [Fact]
    public async Task A_thousand_calls_of_made_up_paths_ids_methods_and_keys_make_no_new_series()
    {
        string[] places = ["/api/v1/conversations/{0}", "/api/v1/customers/{0}?q={0}", "/{0}/{0}", "/help/{0}/{0}", "/api/v1/agents/{0}", "/api/v1/runs?subject={0}", "/api/v1/jobs/{0}/events", "/API/V1/Conversations/{0}/", "/api/v1/webhooks/%2e%2e/{0}", "/js/{0}.js"];
        // All that the calls below differ in comes once in so many.
        await CallAsync(420);
        IReadOnlyCollection<string> before = Own(await Scrape.OfAsync(server.Anonymous()));
        await CallAsync(1000);
        Scrape after = await Scrape.OfAsync(server.Anonymous());
        Own(after).Except(before).ShouldBeEmpty();
        after.Text.ShouldNotContain("invented");

        async Task CallAsync(int count)
        {
            HttpClient anonymous = server.Anonymous(), owner = server.Owner();
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancel) =>
            {
                string id = i % 3 == 0 ? $"{Guid.NewGuid()}" : $"invented{i}{Guid.NewGuid():N}";
                using var request = new HttpRequestMessage(new HttpMethod(i % 4 == 3 ? $"INVENTED{i}" : "GET"), string.Format(System.Globalization.CultureInfo.InvariantCulture, places[i % places.Length], id));
                if (i % 7 == 0) request.Headers.TryAddWithoutValidation("X-Api-Key", $"swb_live_{id}");
                request.Headers.Host = $"invented{i}.example";
                request.Headers.TryAddWithoutValidation("User-Agent", id);
                using HttpResponseMessage response = await (i % 2 == 0 ? owner : anonymous).SendAsync(request, cancel);
                ((int)response.StatusCode).ShouldBeLessThan(500);
            });
        }

        // Other servers of this process have their own of these; what counts the desk's work they share.
        static IReadOnlyCollection<string> Own(Scrape scrape) => [.. scrape.Series.Where(s => s.StartsWith("http_", StringComparison.Ordinal) || s.StartsWith("kestrel_", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task From_the_machine_itself_nothing_is_asked_and_what_a_proxy_passes_on_is_not_from_there()
    {
        await Scrape.OfAsync(server.Anonymous());
        foreach ((string name, string value) in new[] { ("X-Forwarded-For", "127.0.0.1"), ("x-forwarded-for", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("Via", "1.1 proxy") })
        {
            HttpClient passed = server.Anonymous();
            passed.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
            await (await passed.GetAsync("/metrics")).ProblemAsync(401, "unauthenticated");
        }

        await (await server.Anonymous().PostAsync("/metrics", null)).ProblemAsync(405, "method_not_allowed");
    }

    [Fact]
    public async Task From_elsewhere_metrics_are_for_a_named_network_or_for_the_scope()
    {
        await using var elsewhere = new DistantServer();
        await elsewhere.InitializeAsync();
        await (await elsewhere.Anonymous().GetAsync("/metrics")).ProblemAsync(401, "unauthenticated");
        await (await (await elsewhere.VisitorAsync()).GetAsync("/metrics")).ProblemAsync(403, "missing_scope");
        await (await elsewhere.WithKey(await elsewhere.KeyAsync([.. Scopes.All.Except([Scopes.AdminConfig])])).GetAsync("/metrics")).ProblemAsync(403, "missing_scope");
        await Scrape.OfAsync(elsewhere.WithKey(await elsewhere.KeyAsync(Scopes.AdminConfig)));
        HttpClient near = elsewhere.Anonymous();
        near.DefaultRequestHeaders.Add("X-Forwarded-For", "10.1.2.3");
        await Scrape.OfAsync(near);
        HttpClient far = elsewhere.Anonymous();
        far.DefaultRequestHeaders.Add("X-Forwarded-For", "10.1.2.3, 192.0.2.7");
        await (await far.GetAsync("/metrics")).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Every_answer_says_its_request_and_its_trace_is_the_callers()
    {
        string trace = $"{System.Diagnostics.ActivityTraceId.CreateRandom()}";
        (string Path, int Status)[] calls = [("/", 200), ("/health/live", 200), ("/metrics", 200), ("/nothing", 404), ("/api/v1/conversations", 401), ("/api/v1/widget/session", 405), ("/api/v1/conversations?limit=many", 400), ("/openapi/v1.json", 200)];
        foreach ((string path, int status) in calls)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("traceparent", $"00-{trace}-{System.Diagnostics.ActivitySpanId.CreateRandom()}-01");
            using HttpResponseMessage response = await (status == 400 ? server.Owner() : server.Anonymous()).SendAsync(request);
            ((int)response.StatusCode).ShouldBe(status, path);
            response.Headers.GetValues("X-Request-Id").ShouldHaveSingleItem().ShouldNotBeNullOrWhiteSpace(path);
            if (status >= 400) JsonElement.Parse(await response.Content.ReadAsStringAsync()).Text("traceId").ShouldBe(trace, path);
        }
    }

    /// <summary>A server whose metrics are for another network, behind a proxy that it trusts.</summary>
    private sealed class DistantServer : TestServer
    {
        protected override ServerOptions Alter(ServerOptions options) => options with
        {
            Telemetry = new TelemetrySettings { Networks = [IPNetwork.Parse("10.0.0.0/8")] },
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        };
    }
}
