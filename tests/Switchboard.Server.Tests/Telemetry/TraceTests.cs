using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Compliance.Postgres;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Telemetry;

/// <summary>What a collector gets of the server's work.</summary>
public sealed class TraceTests(MeasuredServer server, PostgresServer postgres) : IClassFixture<MeasuredServer>
{
    private static readonly string[] asked = ["http.request.method", "http.route", "http.response.status_code"];

    [Fact]
    public async Task A_turn_is_one_trace_from_the_call_to_the_commit()
    {
        HttpClient visitor = await server.VisitorAsync();
        (string trace, string caller) = await CalledAsync(visitor, "/api/v1/conversations", new { message = Questions.Good });
        IReadOnlyList<Received> spans = await server.Collector.TraceAsync(trace, s => s.Any(x => x.Name.StartsWith("run ", StringComparison.Ordinal)) && s.Any(x => x.Kind == 2), server.Server);

        Received call = spans.Single(s => s.Kind == 2);
        (call.Name, call.Parent).ShouldBe(("POST /api/v1/conversations", caller));
        asked.Select(a => call[a]).ShouldBe(["POST", "/api/v1/conversations", "201"]);
        Received accept = Named(spans, "commit accept");
        (accept.Parent, accept["db.system.name"], accept["db.operation.name"]).ShouldBe((call.Id, "sqlite", "COMMIT"));
        Received run = Named(spans, "run turn");
        (run.Parent, run["switchboard.run.kind"], run["switchboard.outcome"], run["gen_ai.operation.name"]).ShouldBe((call.Id, "turn", "succeeded", "invoke_workflow"));
        Named(spans, "understand").Parent.ShouldBe(run.Id);
        Received route = Named(spans, "route");
        route.Parent.ShouldBe(run.Id);
        Received search = Named(spans, "retrieval articles");
        (search.Parent, search["gen_ai.operation.name"], search["gen_ai.data_source.id"], search["switchboard.outcome"]).ShouldBe((route.Id, "retrieval", "articles", "answered"));
        Received agent = Named(spans, "invoke_agent desk/knowledge-answerer");
        (agent.Parent, agent["gen_ai.operation.name"], agent["gen_ai.agent.id"], agent["gen_ai.provider.name"]).ShouldBe((run.Id, "invoke_agent", "desk/knowledge-answerer", "switchboard"));
        agent["gen_ai.agent.name"].ShouldNotBeEmpty();
        Named(spans, "guard").Parent.ShouldBe(run.Id);
        Named(spans, "commit finish").Parent.ShouldBe(run.Id);
        server.Collector.Headers.ShouldBe("open-sesame");
    }

    [Fact]
    public async Task What_an_agent_reads_and_does_stands_below_it()
    {
        HttpClient customer = await server.ContactAsync("joao@pampa-clara.example");
        Guid conversation = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        (string trace, _) = await CalledAsync(customer, $"/api/v1/conversations/{conversation}/messages", new { text = "yes" });
        IReadOnlyList<Received> spans = await server.Collector.TraceAsync(trace, s => s.Any(x => x.Name == "run turn"), server.Server);

        Received agent = Named(spans, "invoke_agent billing/refund-processor"), tool = Named(spans, "execute_tool refund.issue");
        agent.Parent.ShouldBe(Named(spans, "run turn").Id);
        (tool.Parent, tool["gen_ai.operation.name"], tool["gen_ai.tool.name"], tool["gen_ai.tool.type"], tool["switchboard.outcome"]).ShouldBe((agent.Id, "execute_tool", "refund.issue", "function", "performed"));
        Received commit = spans.Single(s => s.Name == "commit save" && s.Parent == tool.Id);
        spans.ShouldContain(s => s.Parent == commit.Id && s["db.query.summary"] == "INSERT refunds", "the statements of the model are told by verb and table");
        spans.ShouldAllBe(s => !s.Attributes.Keys.Any(k => k.Contains("text", StringComparison.Ordinal) || k.Contains("statement", StringComparison.Ordinal) || k.StartsWith("url.p", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_that_another_node_carries_out_goes_on_in_the_trace_of_the_call_that_asked_for_it()
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        using var temp = new TempFolder();
        await using Collector collector = await Collector.OpenAsync();
        await using SwitchboardServer web = await NodeAsync(NodeRole.Web);
        await using SwitchboardServer worker = await NodeAsync(NodeRole.Worker);
        using var visitor = new HttpClient { BaseAddress = new Uri(web.Address) };
        JsonElement session = await (await visitor.PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201);
        visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Text("token"));

        (string trace, string caller) = await CalledAsync(visitor, "/api/v1/conversations", new { message = Questions.Good });
        IReadOnlyList<Received> spans = await collector.TraceAsync(trace, s => s.Any(x => x.Name == "run turn") && s.Any(x => x.Kind == 2), web, worker);
        Received call = spans.Single(s => s.Kind == 2);
        call.Parent.ShouldBe(caller);
        Named(spans, "run turn").Parent.ShouldBe(call.Id);
        Named(spans, "commit accept")["db.system.name"].ShouldBe("postgresql");
        spans.ShouldContain(s => s["db.query.summary"].StartsWith("SELECT ", StringComparison.Ordinal) && s.Kind == 3);

        // What is asked for now and begins when nobody waits any more has a trace of its own, which is linked to that of the call.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var later = new Run { TenantId = Guid.NewGuid(), Id = Guid.NewGuid(), Kind = RunKind.Job, Subject = "test:later", Ordinal = 1, Status = RunStatus.Running, Input = "{}", Handler = "test.later", Version = 1, Attempts = 0, Trace = $"00-{trace}-{call.Id}-01", CreatedAt = now.AddSeconds(-11) };
        string own;
        using (Activity? span = Core.Telemetry.Spans.Run(later, now)) own = $"{span.ShouldNotBeNull().TraceId}";
        own.ShouldNotBe(trace);
        Received begun = (await collector.TraceAsync(own, s => s.Count > 0, web)).Single();
        (begun.Parent, begun.Links.ShouldHaveSingleItem()).ShouldBe(("", (trace, call.Id)));

        Task<SwitchboardServer> NodeAsync(NodeRole role) => SwitchboardServer.StartAsync(
            new ServerOptions(temp[$"{role}"]) { Database = home.Database, Role = role, Urls = "http://127.0.0.1:0", Telemetry = new TelemetrySettings { Endpoint = collector.Endpoint } }, null, default);
    }

    private static Received Named(IReadOnlyList<Received> spans, string name) =>
        spans.Where(s => s.Name == name).ShouldHaveSingleItem($"{name} in {string.Join(", ", spans.Select(s => s.Name))}");

    /// <summary>Posts as a part of a trace, and gives that and the span of whoever called.</summary>
    private static async Task<(string Trace, string Caller)> CalledAsync(HttpClient client, string path, object body)
    {
        (string trace, string caller) = ($"{ActivityTraceId.CreateRandom()}", $"{ActivitySpanId.CreateRandom()}");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("traceparent", $"00-{trace}-{caller}-01");
        await (await client.SendAsync(request)).JsonAsync(201);
        return (trace, caller);
    }
}
