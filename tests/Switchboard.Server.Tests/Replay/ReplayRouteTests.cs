using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Replay;

/// <summary>Replays over HTTP: who may, of what, and what is said.</summary>
public sealed class ReplayRouteTests(ReplayRouteTests.HandlerServer server) : IClassFixture<ReplayRouteTests.HandlerServer>
{
    private const string higherLimit = "refunds:\n  firstPaymentDays: 1\n";

    [Fact]
    public async Task A_turn_is_replayed_by_who_may_read_conversations_and_by_nobody_else()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid turn = (await visitor.BeginAsync(Questions.Good)).Id("runId");
        string path = $"/api/v1/runs/{turn}/replay";

        JsonElement replayed = await (await server.WithKey(await server.KeyAsync("read:conversations")).PostAsync(path, null)).JsonAsync(200);

        (replayed.Id("runId"), replayed.GetProperty("identical").GetBoolean(), replayed.IsNull("refusal"), replayed.Items("differences").Length).ShouldBe((turn, true, true, 0));
        await (await server.WithKey(await server.KeyAsync("read:agents")).PostAsync(path, null)).ProblemAsync(403, "missing_scope");
        await (await server.WithKey(await server.KeyAsync("read:audit")).PostAsync(path, null)).ProblemAsync(403, "missing_scope");
        ((int)(await visitor.PostAsync(path, null)).StatusCode).ShouldBe(403, "what agents recorded is the staff's");
        ((int)(await server.Anonymous().PostAsync(path, null)).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task Another_tenants_run_or_conversation_is_not_found()
    {
        JsonElement begun = await (await server.VisitorAsync()).BeginAsync(Questions.Good);
        (_, HttpClient other) = await server.TenantAsync("other");

        await (await other.PostAsync($"/api/v1/runs/{begun.Id("runId")}/replay", null)).ProblemAsync(404, "not_found");
        await (await other.PostAsync($"/api/v1/conversations/{begun.Id("conversationId")}/replay", null)).ProblemAsync(404, "not_found");
        await (await server.Owner().PostAsync($"/api/v1/runs/{Guid.NewGuid()}/replay", null)).ProblemAsync(404, "not_found");
        await (await server.Owner().PostAsync($"/api/v1/conversations/{Guid.NewGuid()}/replay", null)).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_conversation_is_replayed_against_policies_that_nobody_is_held_to()
    {
        HttpClient customer = await server.ContactAsync("joao@pampa-clara.example");
        Guid id = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        await customer.SayAsync(id, "no");
        string path = $"/api/v1/conversations/{id}/replay";

        (await (await server.Owner().PostAsync(path, null)).JsonAsync(200)).GetProperty("identical").GetBoolean().ShouldBeTrue();
        JsonElement changed = await (await server.Owner().PostAsync(path, Policies(higherLimit, "application/yaml"))).JsonAsync(200);

        JsonElement[] turns = changed.Items("turns");
        turns.Select(t => (t.GetProperty("sequence").GetInt32(), t.GetProperty("identical").GetBoolean())).ShouldBe([(1, false), (3, true)], "the second turn goes on with what was decided in the first");
        turns[0].Items("differences").Select(d => d.Text("kind")).ShouldBe(["decide:refund", "step", "step", "text", "text"]);
        (await server.Owner().GetJsonAsync("/api/v1/policies")).GetProperty("refunds").GetProperty("firstPaymentDays").GetInt32().ShouldBe(30);

        await (await server.Owner().PostAsync(path, Policies("refunds:\n  firstPaymentDays: soon\n", "application/yaml"))).ProblemAsync(400, "invalid_request");
        await (await server.Owner().PostAsync(path, Policies(higherLimit, "text/plain"))).ProblemAsync(415, "unsupported_media_type");
    }

    [Fact]
    public async Task Why_a_run_cannot_be_replayed_is_told()
    {
        HttpClient owner = server.Owner();
        Guid conversation = (await (await server.VisitorAsync()).BeginAsync("Talk to a human")).Id("conversationId");
        Guid dialogue = (await owner.GetJsonAsync($"/api/v1/runs?kind=dialogue&subject=dialogue:{conversation}")).Items().ShouldHaveSingleItem().Id("id");
        (await ReplayAsync(dialogue)).Text("refusal").ShouldBe("part_of_turns");

        Guid human = (await (await owner.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { text = "I am here.", author = "human" })).JsonAsync(201)).Id("runId");
        (await ReplayAsync(human)).Text("refusal").ShouldBe("not_recorded");

        Enqueued sleeping = await server.EnqueueAsync("{}", TimeSpan.FromDays(1));
        (await ReplayAsync(sleeping.Run.RunId)).Text("refusal").ShouldBe("not_finished");
    }

    [Fact]
    public async Task A_job_is_walked_over_its_journal_without_its_work_being_done_again()
    {
        Enqueued job = await server.EnqueueAsync("""{"fails":false}""");
        await EndedAsync(job.Run.RunId);
        int worked = server.Handler.Worked;

        (await ReplayAsync(job.Run.RunId)).GetProperty("identical").GetBoolean().ShouldBeTrue();
        server.Handler.Worked.ShouldBe(worked, "no work is done in a replay");
        await (await server.WithKey(await server.KeyAsync("read:conversations")).PostAsync($"/api/v1/runs/{job.Run.RunId}/replay", null)).ProblemAsync(403, "missing_scope");

        await ChangeAsync(job.Run.RunId, "side/do:two", "9");
        JsonElement result = (await ReplayAsync(job.Run.RunId)).Items("differences").ShouldHaveSingleItem();
        (result.Text("kind"), result.Text("name"), result.GetProperty("recorded").GetProperty("sum").GetInt32(), result.GetProperty("recomputed").GetProperty("sum").GetInt32()).ShouldBe(("step", "result", 3, 10));

        await ChangeAsync(job.Run.RunId, "do:one", null);
        (await ReplayAsync(job.Run.RunId)).Items("differences").ShouldHaveSingleItem().Text("name").ShouldBe("do:one");
        server.Handler.Worked.ShouldBe(worked);

        Enqueued failed = await server.EnqueueAsync("""{"fails":true}""");
        await EndedAsync(failed.Run.RunId);
        (await ReplayAsync(failed.Run.RunId)).GetProperty("identical").GetBoolean().ShouldBeTrue("it stops where it stopped then");
    }

    [Fact]
    public async Task When_its_time_is_over_a_journal_keeps_nothing_of_the_customer_and_the_replay_says_so()
    {
        const string Address = "erased-person@example.com";
        HttpClient visitor = await server.VisitorAsync();
        Guid conversation = (await visitor.BeginAsync("Talk to a human")).Id("conversationId");
        Guid turn = (await visitor.SayAsync(conversation, Address)).Id("runId");
        await visitor.SayAsync(conversation, "hello");
        (await StepsHoldingAsync(Address)).ShouldBeGreaterThan(2, "the basis, the slot, the case file");

        await server.Services.GetRequiredService<IRunRetention>().DeleteJournalsAsync(server.TenantId, TimeProvider.System.GetUtcNow().AddDays(1), Guid.Empty, 100_000, default);

        (await StepsHoldingAsync(Address)).ShouldBe(0);
        (await ReplayAsync(turn)).Text("refusal").ShouldBe("journal_deleted");
    }

    private async Task<int> StepsHoldingAsync(string text)
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return await db.RunSteps.CountAsync(s => s.Result.Contains(text));
    }

    private async Task<JsonElement> ReplayAsync(Guid run) => await (await server.Owner().PostAsync($"/api/v1/runs/{run}/replay", null)).JsonAsync(200);

    private async Task EndedAsync(Guid run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.Owner().GetJsonAsync($"/api/v1/runs/{run}")).IsNull("finishedAt")) await Task.Delay(20, limit.Token);
    }

    /// <summary>Changes a recorded step, or takes it out.</summary>
    private Task ChangeAsync(Guid run, string name, string? value) => server.Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(server.TenantId, "test"),
        db =>
        {
            RunStep step = db.RunSteps.Single(s => s.RunId == run && s.Name == name);
            db.Remove(step);
            db.SaveChanges();
            if (value is not null) db.Add(new RunStep { TenantId = step.TenantId, RunId = run, Ordinal = step.Ordinal, Name = name, Result = $$"""{"v":1,"value":{{value}}}""" });
            return 0;
        },
        default);

    private static ByteArrayContent Policies(string text, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>A server with a handler that counts its work.</summary>
    public sealed class HandlerServer : TestServer
    {
        internal CountingHandler Handler { get; } = new();

        protected override void Configure(IServiceCollection services) => services.AddSingleton<RunHandler>(Handler);

        public Task<Enqueued> EnqueueAsync(string input, TimeSpan? later = null)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            return Services.GetRequiredService<IRunQueue>().EnqueueAsync(
                new RunRequest { Actor = new SystemActor(TenantId, "test"), Kind = RunKind.Job, Handler = CountingHandler.HandlerName, Subject = $"test:{Guid.CreateVersion7(now):N}", Input = input, At = now, Due = now + later }, default);
        }
    }

    internal sealed class CountingHandler : RunHandler
    {
        public const string HandlerName = "test.counting";

        private int worked;

        public int Worked => Volatile.Read(ref worked);

        public override string Name => HandlerName;

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
        {
            DateTimeOffset began = await run.NowAsync("begun", cancellationToken);
            int one = await run.StepAsync("do", "one", _ => WorkAsync(1), cancellationToken);
            await run.ReportAsync(0.5, "half", new { One = one }, cancellationToken);
            int two = await run.Branch("side").StepAsync("do", "two", _ => WorkAsync(2), cancellationToken);
            if (run.Input<Input>().Fails) await run.StepAsync<bool>("do", "three", _ => throw new StepFailedException("broken", "It is broken.", canRetry: false), cancellationToken);
            return new { Sum = one + two, Began = began };
        }

        private Task<int> WorkAsync(int value)
        {
            Interlocked.Increment(ref worked);
            return Task.FromResult(value);
        }

        private sealed record Input(bool Fails = false);
    }
}
