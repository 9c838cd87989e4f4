using System.Data.Common;
using Switchboard.Compliance.Postgres;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

/// <summary>How many connections a server has on PostgreSQL while it is asked for more than it may have.</summary>
public sealed class PoolSizeTests(PostgresServer postgres) : IDisposable
{
    /// <summary>Connections beside the pool: those of the nodes and of the schedules.</summary>
    private const int mostBeside = 10;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(7)]
    [InlineData(20)]
    public async Task Under_load_a_server_has_no_more_connections_than_its_connection_string_says_and_a_few(int most)
    {
        PostgresServer.SkipWithout();
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        // Whoever waits for a connection waits as long as a busy machine needs.
        string connection = $"{home.Database.ConnectionString};Maximum Pool Size={most};Timeout=60";
        var options = new ServerOptions(temp["data"]) { Database = home.Database with { ConnectionString = connection }, Urls = "http://127.0.0.1:0" };
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(options, null, default);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Add("X-Api-Key", server.Seeded!.ApiKey);

        Task load = Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            if (i % 3 == 0) await http.BeginAsync(Questions.Good);
            for (int n = 0; n < 5; n++) await http.GetJsonAsync("/api/v1/conversations?limit=50");
        }));
        int seen = 0;
        await using DbConnection watcher = home.Connect();
        await watcher.OpenAsync();
        await using DbCommand count = watcher.CreateCommand();
        count.CommandText = "select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        do
        {
            seen = Math.Max(seen, (int)(await count.ExecuteScalarAsync())!);
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromMilliseconds(10)));
        }
        while (!load.IsCompleted);
        await load;

        TestContext.Current.TestOutputHelper?.WriteLine($"{seen} connections at a size of {most}");
        seen.ShouldBeInRange(most / 2, most + mostBeside);
    }
}
