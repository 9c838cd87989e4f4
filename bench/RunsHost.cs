using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>Our side of the runs, in a process of its own: the product's storage, workers and executor with a handler of five steps, and beside it bare commits on the same database.</summary>
internal static class RunsHost
{
    private const int workers = 32;
    private static readonly string[] steps = ["read", "check", "decide", "write", "tell"];

    public static async Task RunAsync(string data, string? connection)
    {
        DatabaseOptions database = connection is null ? DatabaseOptions.Embedded : new(DatabaseProvider.Postgres, connection);
        using DataFolder folder = DataFolder.Open(data);
        await using ServiceProvider services = Services(folder, database);
        await services.GetRequiredService<IDatabase>().MigrateAsync(CancellationToken.None);
        var tenant = Guid.CreateVersion7();
        var actor = new SystemActor(tenant, "bench");
        await services.GetRequiredService<Tenants>().CreateAsync(
            actor, new Tenant { Id = tenant, Slug = "bench", Name = "bench", Currency = "EUR", TimeZone = "Europe/Berlin", Locale = "en-GB", CreatedAt = DateTimeOffset.UtcNow }, CancellationToken.None);
        var client = new Client(services.GetRequiredService<IRunQueue>(), services.GetRequiredService<EmbeddedDispatcher>(), actor);
        SqliteWriter? writer = connection is null ? services.GetRequiredService<SqliteWriter>() : null;
        await using BareCommits bare = connection is null ? await BareCommits.OnSqliteAsync(Path.Combine(data, "switchboard.db"), writer!) : await BareCommits.OnPostgresAsync(connection);

        using var stop = new CancellationTokenSource();
        Task work = services.GetRequiredService<EmbeddedDispatcher>().RunAsync(resume: false, stop.Token);
        await RunsSide.ServeAsync($"Switchboard, {(connection is null ? "SQLite" : "PostgreSQL")}", (kind, seconds, clients) => kind switch
        {
            "runs" => RunsSlice.MeasureAsync(seconds, clients, _ => client.RunAsync(), () => writer?.Commits),
            "bare" => RunsSlice.MeasureAsync(seconds, clients, _ => FiveAsync(bare.CommitAsync), () => bare.Commits),
            "bare-shared" => RunsSlice.MeasureAsync(seconds, clients, _ => FiveAsync(bare.CommitSharedAsync), () => writer?.Commits),
            _ => throw new ArgumentException($"There is no side \"{kind}\".", nameof(kind)),
        });
        await stop.CancelAsync();
        await work;

        async Task FiveAsync(Func<BareRow, Task> commit)
        {
            var run = Guid.CreateVersion7();
            for (int i = 0; i < steps.Length; i++) await commit(new BareRow(tenant, run, i + 1, $"work:{steps[i]}", Core.Json.Write(Result(i, run))));
        }
    }

    private static ServiceProvider Services(DataFolder folder, DatabaseOptions database) => new ServiceCollection()
        .AddSwitchboardStorage(folder, database)
        .AddSingleton(new DeskPolicy())
        .AddSingleton<RunHandler, FiveSteps>()
        .AddSingleton<RunHandlers>()
        .AddSingleton<RetrySpread>(() => 0.5)
        .AddSingleton<PassingFailure>(_ => false)
        // A run that fails is no run: the client throws when it sees how it ended.
        .AddSingleton<RunFailed>((_, _, error) => Console.Error.WriteLine(error))
        .AddSingleton<DispatchFailed>(Console.Error.WriteLine)
        .AddSingleton<HandlerExecutor>()
        .AddSingleton<IRunExecutor>(s => s.GetRequiredService<HandlerExecutor>())
        .AddSingleton(new LaneWorkers(workers, 1))
        .AddSingleton<EmbeddedDispatcher>()
        .BuildServiceProvider();

    /// <summary>What a step gives: the same few fields on every side.</summary>
    private static StepResult Result(int index, Guid run) => new(index + 1, run, "done", "five durable steps, one small result each");

    private sealed record StepResult(int Step, Guid Run, string State, string Note);

    private sealed class FiveSteps : RunHandler
    {
        public const string Known = "bench.five";

        public override string Name => Known;

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
        {
            var results = new StepResult[steps.Length];
            for (int i = 0; i < steps.Length; i++)
            {
                int index = i;
                results[i] = await run.StepAsync("work", steps[i], _ => Task.FromResult(Result(index, run.Run.Id)), cancellationToken);
            }

            return results;
        }
    }

    /// <summary>Asks for a run and waits for its end, as whoever uses the product in its process does: by the events of its subject.</summary>
    private sealed class Client(IRunQueue queue, IDispatcher dispatcher, Actor actor)
    {
        public async Task RunAsync()
        {
            string subject = $"bench:{Guid.CreateVersion7():D}";
            await queue.EnqueueAsync(
                new RunRequest { Actor = actor, Kind = RunKind.Job, Handler = FiveSteps.Known, Subject = subject, Input = "{}", At = DateTimeOffset.UtcNow, Lane = RunLane.Interactive }, CancellationToken.None);
            await foreach (RunEvent e in dispatcher.WatchAsync(actor.TenantId, subject, 0, CancellationToken.None))
            {
                if (e.Kind != StreamEvents.RunFinished) continue;
                if (Core.Json.Read<RunFinished>(e.Data).Status != RunStatus.Succeeded) throw new InvalidOperationException(e.Data);
                return;
            }
        }
    }
}
