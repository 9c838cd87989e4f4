using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Server.Tests;

public sealed class RunTests(RunTests.RunServer server) : IClassFixture<RunTests.RunServer>
{
    [Fact]
    public async Task A_job_is_carried_out_and_shown_with_its_steps_events_and_result()
    {
        using HttpClient owner = server.Owner();
        Enqueued job = await server.EnqueueAsync("""{"waits":false}""");

        List<Told> told = await owner.ReadStreamAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{job.Run.RunId}/events"), 10);
        told.Select(t => t.Kind).ShouldBe(["run.started", "run.finished"]);

        JsonElement shown = await owner.GetJsonAsync($"/api/v1/jobs/{job.Run.RunId}");
        (shown.Text("status"), shown.GetProperty("progress").GetDouble(), shown.GetProperty("result").GetProperty("done").GetBoolean()).ShouldBe(("succeeded", 1, true));
        JsonElement run = await owner.GetJsonAsync($"/api/v1/runs/{job.Run.RunId}");
        run.Items("steps").Select(s => s.Text("name")).ShouldBe(["do:one"]);
        run.Items("events").Select(e => e.Text("kind")).ShouldBe(["run.started", "run.finished"]);
        (await owner.GetJsonAsync("/api/v1/jobs?status=succeeded")).Items().Select(i => i.Id("id")).ShouldContain(job.Run.RunId);
        (await owner.GetJsonAsync($"/api/v1/runs?subject={job.Run.Subject}&kind=job&limit=1")).Items().ShouldHaveSingleItem();
        // A browser that has all of a run that ended is told not to ask again.
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{job.Run.RunId}/events");
        again.Headers.Add("Last-Event-ID", told[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await owner.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_job_that_waits_is_cancelled_by_who_may_and_ends_at_once()
    {
        Enqueued job = await server.EnqueueAsync("{}", TimeSpan.FromDays(1));
        using HttpClient reader = server.WithKey(await server.KeyAsync("read:agents")), owner = server.Owner();
        await (await reader.PostAsync($"/api/v1/jobs/{job.Run.RunId}/cancel", null)).ProblemAsync(403, "missing_scope");
        (await reader.GetJsonAsync($"/api/v1/jobs/{job.Run.RunId}")).Text("status").ShouldBe("waiting");

        (await (await owner.PostAsync($"/api/v1/jobs/{job.Run.RunId}/cancel", null)).JsonAsync(200)).Text("status").ShouldBe("cancelled");

        JsonElement shown = await reader.GetJsonAsync($"/api/v1/jobs/{job.Run.RunId}");
        (shown.Text("status"), shown.Text("errorCode")).ShouldBe(("cancelled", "cancelled"));
        shown.Text("error").ShouldStartWith("Cancelled by key:");
    }

    [Fact]
    public async Task A_turn_that_is_under_way_is_not_cancelled_and_its_message_is_answered()
    {
        await using var held = new HeldServer();
        await held.InitializeAsync();
        HttpClient owner = held.Owner();
        Task<JsonElement> asked = owner.BeginAsync("Hello!");
        JsonElement turn = default;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (turn.ValueKind == JsonValueKind.Undefined)
        {
            turn = (await owner.GetJsonAsync("/api/v1/runs?kind=turn")).Items().SingleOrDefault();
            await Task.Delay(20, limit.Token);
        }

        try
        {
            await (await owner.PostAsync($"/api/v1/runs/{turn.Id("id")}/cancel", null)).ProblemAsync(409, "turn_not_cancelled");
        }
        finally
        {
            held.Gate.Open.Set();
        }

        (await asked).GetProperty("reply").Text("text").ShouldNotBeEmpty();
    }

    private sealed class HeldServer : TestServer
    {
        public TurnGate Gate { get; } = new();

        protected override void Configure(IServiceCollection services) => services.AddSingleton<IFaultPoints>(Gate);
    }

    /// <summary>Holds a turn behind its route until it is opened.</summary>
    private sealed class TurnGate : IFaultPoints
    {
        public ManualResetEventSlim Open { get; } = new();

        public void Reached(string site)
        {
            if (site == "turn:routed") Open.Wait(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Turns_are_for_those_who_read_conversations_and_jobs_for_those_who_read_agents()
    {
        using HttpClient owner = server.Owner();
        Guid turn = (await owner.BeginAsync("Hello!")).Id("runId");
        Enqueued job = await server.EnqueueAsync("""{"waits":false}""");
        using HttpClient conversations = server.WithKey(await server.KeyAsync("read:conversations")), agents = server.WithKey(await server.KeyAsync("read:agents")), neither = server.WithKey(await server.KeyAsync("read:audit"));

        (await conversations.GetJsonAsync($"/api/v1/runs/{turn}")).Text("kind").ShouldBe("turn");
        (await agents.GetJsonAsync($"/api/v1/runs/{job.Run.RunId}")).Text("kind").ShouldBe("job");
        await (await conversations.GetAsync($"/api/v1/runs/{job.Run.RunId}")).ProblemAsync(403, "missing_scope");
        await (await agents.GetAsync($"/api/v1/runs/{turn}")).ProblemAsync(403, "missing_scope");
        await (await agents.GetAsync($"/api/v1/runs/{turn}/events")).ProblemAsync(403, "missing_scope");
        await (await neither.GetAsync($"/api/v1/runs/{turn}")).ProblemAsync(403, "missing_scope");
        await (await owner.GetAsync($"/api/v1/jobs/{turn}")).ProblemAsync(404, "not_found");
        (await conversations.GetJsonAsync("/api/v1/runs")).Items().ShouldAllBe(r => r.Text("kind") == "turn" || r.Text("kind") == "dialogue");
        (await agents.GetJsonAsync("/api/v1/runs")).Items().ShouldAllBe(r => r.Text("kind") == "job");
        await (await agents.GetAsync("/api/v1/runs?kind=turn")).ProblemAsync(403, "missing_scope");
    }

    [Fact]
    public async Task Another_tenants_run_does_not_exist()
    {
        Enqueued job = await server.EnqueueAsync("{}", TimeSpan.FromDays(1));
        using HttpClient local = server.Local();
        (await local.PutAsync("/api/v1/tenants/other", null)).EnsureSuccessStatusCode();
        using HttpClient other = server.Local("other");

        foreach (string path in (string[])["runs/{0}", "runs/{0}/events", "jobs/{0}", "jobs/{0}/events"])
            await (await other.GetAsync("/api/v1/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path, job.Run.RunId))).ProblemAsync(404, "not_found");
        await (await other.PostAsync($"/api/v1/runs/{job.Run.RunId}/cancel", null)).ProblemAsync(404, "not_found");
        (await other.GetJsonAsync("/api/v1/jobs")).Items().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("runs?cursor=yesterday")]
    [InlineData("runs?kind=walk")]
    [InlineData("jobs?kind=turn")]
    [InlineData("jobs?status=gone")]
    [InlineData("runs?limit=0")]
    public async Task A_filter_that_means_nothing_is_refused(string query) => await (await server.Owner().GetAsync($"/api/v1/{query}")).ProblemAsync(400, "invalid_request");

    /// <summary>A server with one handler of the test's own.</summary>
    public sealed class RunServer : TestServer
    {
        protected override void Configure(IServiceCollection services) => services.AddSingleton<RunHandler, Handler>();

        public Task<Enqueued> EnqueueAsync(string input, TimeSpan? later = null)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            return Services.GetRequiredService<IRunQueue>().EnqueueAsync(
                new RunRequest { Actor = new SystemActor(TenantId, "test"), Kind = RunKind.Job, Handler = "test.work", Subject = $"test:{Guid.CreateVersion7(now):N}", Input = input, At = now, Due = now + later }, default);
        }

        private sealed class Handler : RunHandler
        {
            public override string Name => "test.work";

            public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken) =>
                new { Done = await run.StepAsync("do", "one", _ => Task.FromResult(true), cancellationToken) };
        }
    }
}
