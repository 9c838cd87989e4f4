using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Compliance.Redis;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Tests;

/// <summary>The version of a word on how far a run is, taken away by a decorator: whoever has lost the run then speaks over the one who holds it.</summary>
public sealed class ProgressMutantTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_version_check_a_word_of_whoever_lost_the_run_is_shown(bool mutant)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        var work = new WaitingWork();
        var options = new ServerOptions(temp["data"]) { Redis = new RedisOptions(redis.ConnectionString), Urls = "http://127.0.0.1:0" };
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(
            options,
            services =>
            {
                services.AddSingleton<RunHandler>(work);
                if (mutant) services.AddSingleton<IRunProgress>(s => new AgelessProgress(new RedisProgress(s.GetRequiredService<RedisLink>(), s.GetRequiredService<TimeProvider>())));
            },
            default);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Add("X-Api-Key", server.Seeded!.ApiKey);
        (Guid tenant, Guid run) = await BeginAsync(server, work);
        IRunProgress live = server.App.Services.GetRequiredService<IRunProgress>();
        int version = await VersionAsync(server, tenant, run);
        Task Lost() => live.TellAsync(new LiveProgress(tenant, run, version - 1, 0.125), default);
        Task Holds() => live.TellAsync(new LiveProgress(tenant, run, version, 0.25), default);

        // A word may be lost, so each is told until it is known.
        await ToldAsync(Holds, async () => await ShownAsync(http, run) == 0.25);
        await ToldAsync(Lost, async () => await live.LatestAsync(tenant, run, default) is { Progress: 0.125 });
        if (mutant) await ToldAsync(Lost, async () => await ShownAsync(http, run) == 0.125);
        else (await ShownAsync(http, run)).ShouldBe(0);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{run}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using HttpResponseMessage stream = await http.OpenStreamAsync(request);
        Task<string> streamed = ReadAsync(stream, text => mutant ? text.Contains("0.125", StringComparison.Ordinal) : text.Split("0.25").Length > 10);
        // Between two words of the one who holds the run there is one of the other.
        await ToldAsync(async () =>
        {
            await Lost();
            await Holds();
        }, () => Task.FromResult(streamed.IsCompleted));
        (await streamed).Contains("0.125", StringComparison.Ordinal).ShouldBe(mutant);
        work.End.SetResult();
    }

    private static async Task<(Guid Tenant, Guid Run)> BeginAsync(SwitchboardServer server, WaitingWork work)
    {
        Guid tenant = server.Seeded!.Tenant.Id;
        Enqueued enqueued = await server.App.Services.GetRequiredService<IRunQueue>().EnqueueAsync(
            new RunRequest { Actor = new SystemActor(tenant, "test"), Kind = RunKind.Job, Handler = work.Name, Subject = "test:waiting", Input = "{}", At = TimeProvider.System.GetUtcNow() }, default);
        server.App.Services.GetRequiredService<IDispatcher>().Wake(enqueued.Run);
        await work.Begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return (tenant, enqueued.Run.RunId);
    }

    private static async Task<int> VersionAsync(SwitchboardServer server, Guid tenant, Guid run)
    {
        await using SwitchboardDb db = server.App.Services.GetRequiredService<Data>().For(tenant);
        return (await db.Runs.SingleAsync(r => r.Id == run)).Version;
    }

    private static async Task<double> ShownAsync(HttpClient http, Guid run) => (await http.GetJsonAsync($"/api/v1/jobs/{run}")).GetProperty("progress").GetDouble();

    private static async Task ToldAsync(Func<Task> tell, Func<Task<bool>> known)
    {
        var since = Stopwatch.StartNew();
        do
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await tell();
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
        while (!await known());
    }

    private static async Task<string> ReadAsync(HttpResponseMessage stream, Func<string, bool> isEnough)
    {
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        string text = "";
        while (!isEnough(text)) text += await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) + "\n";
        return text;
    }

    /// <summary>Gives every word as if it were told at the newest version.</summary>
    private sealed class AgelessProgress(IRunProgress inner) : IRunProgress
    {
        public TimeSpan CommitEvery => inner.CommitEvery;

        public Task TellAsync(LiveProgress progress, CancellationToken cancellationToken) => inner.TellAsync(progress, cancellationToken);

        public async Task<LiveProgress?> LatestAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken) =>
            await inner.LatestAsync(tenantId, runId, cancellationToken) is { } told ? told with { Version = int.MaxValue } : null;

        public async IAsyncEnumerable<LiveProgress> WatchAsync(Guid tenantId, Guid runId, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (LiveProgress told in inner.WatchAsync(tenantId, runId, cancellationToken)) yield return told with { Version = int.MaxValue };
        }
    }

    /// <summary>Work in one step that writes nothing until it may end.</summary>
    private sealed class WaitingWork : RunHandler
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Name => "test.waiting";

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken) => await run.StepAsync("work", "all", async cancel =>
        {
            Begun.SetResult();
            await End.Task.WaitAsync(cancel);
            return 0;
        }, cancellationToken);
    }
}
