using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

public sealed class ScheduleTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_schedule_is_listed_started_by_hand_once_a_key_and_its_run_succeeds()
    {
        HttpClient owner = server.Owner();
        JsonElement before = Retention(await owner.GetJsonAsync("/api/v1/schedules"));
        before.Text("cron").ShouldBe("0 15 3 * * ?");
        before.Text("misfires").ShouldBe("run_once");
        before.GetProperty("next").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());

        Guid run = (await (await owner.PostAsync("/api/v1/schedules/runs.retention/run", new { }, "tonight")).JsonAsync(202)).Id("runId");
        (await (await owner.PostAsync("/api/v1/schedules/runs.retention/run", new { }, "tonight")).JsonAsync(202)).Id("runId").ShouldBe(run);
        JsonElement after = await EndedAsync(owner, run);
        after.Text("lastRunStatus").ShouldBe("succeeded");
        after.IsNull("lastScheduled").ShouldBeTrue();

        (await (await owner.PostAsync("/api/v1/schedules/runs.retention/run", null)).JsonAsync(202)).Id("runId").ShouldNotBe(run);
    }

    [Fact]
    public async Task Only_who_may_configure_sees_and_starts_schedules_and_only_those_there_are()
    {
        HttpClient narrow = server.WithKey(await server.KeyAsync(Scopes.ReadConversations));
        await (await narrow.GetAsync("/api/v1/schedules")).ProblemAsync(403, "missing_scope");
        await (await narrow.PostAsync("/api/v1/schedules/runs.retention/run", null)).ProblemAsync(403, "missing_scope");
        await (await server.Owner().PostAsync("/api/v1/schedules/no.such/run", null)).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task An_instant_told_twice_makes_one_run_which_acts_for_the_installation()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("nights");
        var instant = new ScheduledInstant("runs.retention", tenant, new DateTimeOffset(2026, 6, 2, 1, 15, 0, TimeSpan.Zero));
        ScheduledRuns runs = server.Services.GetRequiredService<ScheduledRuns>();

        Enqueued first = (await runs.EnqueueAsync(instant, default)).ShouldNotBeNull(), second = (await runs.EnqueueAsync(instant, default)).ShouldNotBeNull();

        (second.Run, second.IsNew).ShouldBe((first.Run, false));
        JsonElement ended = await EndedAsync(owner, first.Run.RunId);
        ended.Text("lastRunStatus").ShouldBe("succeeded");
        ended.GetProperty("lastScheduled").GetDateTimeOffset().ShouldBe(instant.At);
        (await runs.EnqueueAsync(instant with { Schedule = "gone" }, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, 180)]
    [InlineData("365", 365)]
    [InlineData("0", null)]
    [InlineData("for ever", null)]
    public void Days_of_retention_are_read_from_the_settings_or_refused(string? text, int? days)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Engine:Retention:JournalDays", text)]).Build();
        if (days is { } expected) RetentionSettings.Read(configuration).ShouldBe(new RetentionRule(expected));
        else Should.Throw<SettingException>(() => RetentionSettings.Read(configuration)).Message.ShouldStartWith("Engine:Retention:JournalDays");
    }

    private static JsonElement Retention(JsonElement list) => list.Items().Single(s => s.Text("name") == "runs.retention");

    private static async Task<JsonElement> EndedAsync(HttpClient owner, Guid run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            JsonElement now = Retention(await owner.GetJsonAsync("/api/v1/schedules"));
            if (now.Id("lastRunId") == run && now.Text("lastRunStatus") is not ("queued" or "running")) return now;
            await Task.Delay(50, limit.Token);
        }
    }
}
