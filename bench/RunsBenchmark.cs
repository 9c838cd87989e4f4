using System.Text;
using System.Text.Json;

namespace Switchboard.Bench;

/// <summary>
/// Runs of five durable steps against five bare commits on the same database, and against the same work in other programs on the same server. Every side is a process
/// that stays for the whole run; slices alternate, so that a noisy machine is noisy for all.
/// </summary>
internal static class RunsBenchmark
{
    private const double target = 3;
    private const double peerTarget = 10;
    private const string host = "switchboard";
    private static readonly TimeSpan slice = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(int seconds, IReadOnlyList<int> clients, string? database, IReadOnlyList<string> peers, bool json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-bench-");
        var sides = new List<Side>();
        OwnPostgres? postgres = null;
        OwnRedis? redis = null;
        try
        {
            if (database is null or "postgres" || peers.Count > 0) postgres = await OwnPostgres.StartAsync();
            var missing = new List<string>();
            if (database is null or "sqlite") await AddOursAsync(sides, Path.Combine(folder.FullName, "sqlite"), null);
            if (database is null or "postgres") await AddOursAsync(sides, Path.Combine(folder.FullName, "postgres"), postgres);
            foreach (string peer in peers)
            {
                try
                {
                    if (peer == "bullmq") redis = await OwnRedis.StartAsync();
                    await postgres!.CreateAsync(peer);
                    RunsSide side = await RunsPeers.StartAsync(peer, postgres, redis);
                    sides.Add(new Side(side, "runs", side.Name, peer == "bullmq" ? Home.Redis : Home.Postgres, peer));
                }
                catch (Exception error) when (error is InvalidOperationException or OperationCanceledException)
                {
                    missing.Add($"{peer}: {error.Message}");
                }
            }

            var levels = new List<Level>();
            foreach (int n in clients) levels.Add(await MeasureAsync(sides, n, seconds, postgres));
            foreach (RunsSide process in sides.Select(s => s.Process).Distinct()) await process.DisposeAsync();
            IReadOnlyDictionary<string, long> committed = await CommittedAsync(sides, postgres);
            var result = new Result(levels, committed, missing, postgres is null ? null : await postgres.VersionAsync(), Environment.ProcessorCount);
            sides.Clear();
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
            return 0;
        }
        finally
        {
            foreach (RunsSide process in sides.Select(s => s.Process).Distinct()) await process.DisposeAsync();
            if (redis is not null) await redis.DisposeAsync();
            if (postgres is not null) await postgres.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task AddOursAsync(List<Side> sides, string data, OwnPostgres? postgres)
    {
        if (postgres is not null) await postgres.CreateAsync(host);
        // Memory is collected as in the server itself.
        RunsSide side = await RunsSide.StartAsync(
            Environment.ProcessPath!, postgres is null ? ["runs-host", data] : ["runs-host", data, postgres.ConnectionString(host)], new Dictionary<string, string> { ["DOTNET_gcServer"] = "1" });
        Home home = postgres is null ? Home.Sqlite : Home.Postgres;
        string? name = postgres is null ? null : host;
        sides.Add(new Side(side, "runs", side.Name, home, name));
        sides.Add(new Side(side, "bare", $"five bare commits, {home}", home, name));
        if (postgres is null) sides.Add(new Side(side, "bare-shared", $"five bare shared commits, {home}", home, name));
    }

    private static async Task<Level> MeasureAsync(List<Side> sides, int clients, int seconds, OwnPostgres? postgres)
    {
        foreach (Side side in sides) side.Total += (await side.Process.RunAsync(side.Kind, slice.TotalSeconds, clients)).Runs;
        var machine = new Machine();
        var slices = sides.ToDictionary(s => s, _ => new List<RunsSlice>());
        var written = sides.ToDictionary(s => s, _ => 0L);
        for (int n = 0; n < Math.Max(1, seconds / (int)slice.TotalSeconds); n++)
        {
            foreach (Side side in sides)
            {
                long before = postgres is null ? 0 : await postgres.WrittenAsync();
                RunsSlice done = await side.Process.RunAsync(side.Kind, slice.TotalSeconds, clients);
                slices[side].Add(done);
                side.Total += done.Runs;
                written[side] += side.Home == Home.Postgres ? await postgres!.WrittenAsync() - before : done.Operations ?? 0;
            }
        }

        (double steal, double idle) = machine.Shares();
        return new Level(clients, [.. sides.Select(side => RowOf(side, sides, slices, written[side]))], steal, idle);
    }

    /// <summary>The ratio is to the bare commits of the same database, the faster kind where there are two; for a peer it is how many times as many runs we make on the same server.</summary>
    private static Row RowOf(Side side, List<Side> sides, Dictionary<Side, List<RunsSlice>> slices, long written)
    {
        List<RunsSlice> own = slices[side];
        bool isOurs = side.Process.Name.StartsWith("Switchboard", StringComparison.Ordinal);
        List<RunsSlice>[] others = isOurs
            ? side.Kind != "runs" ? [] : [.. sides.Where(s => s.Process == side.Process && s.Kind != "runs").Select(s => slices[s])]
            : [.. sides.Where(s => s.Home == Home.Postgres && s.Database == host && s.Kind == "runs").Select(s => slices[s])];
        double? ratio = others.Length == 0 ? null : Quantile.Of(own.Select((s, n) => others.Max(o => o[n].PerSecond) / s.PerSecond), 0.5);
        double[] ms = [.. own.SelectMany(s => s.Ms)];
        int runs = own.Sum(s => s.Runs);
        return new Row(side.Name, side.Home, isOurs, own.Sum(s => s.Runs) / own.Sum(s => s.Seconds), Quantile.Of(ms, 0.5), Quantile.Of(ms, 0.95), (double)written / runs, ratio, runs);
    }

    /// <summary>All transactions of a database over the life of the side for each of its runs; bare commits beside them are not the runs'.</summary>
    private static async Task<IReadOnlyDictionary<string, long>> CommittedAsync(List<Side> sides, OwnPostgres? postgres)
    {
        var perHundred = new Dictionary<string, long>();
        foreach (Side side in sides.Where(s => s is { Home: Home.Postgres, Kind: "runs" }))
        {
            long bare = 5L * sides.Where(s => s.Process == side.Process && s.Kind == "bare").Sum(s => s.Total);
            perHundred[side.Name] = 100 * (await postgres!.CommittedAsync(side.Database!) - bare) / Math.Max(1, side.Total);
        }

        return perHundred;
    }

    private static string Table(Result r)
    {
        var text = new StringBuilder();
        foreach (Level level in r.Levels)
        {
            text.AppendLine(Output.Culture, $"{level.Clients,2} client{(level.Clients == 1 ? " " : "s")}, runs of five steps                                              runs/s    p50, ms    p95, ms   commits a run     ratio");
            foreach (Row row in level.Rows)
            {
                string met = row.Ratio is not { } ratio ? ""
                    : row.IsOurs ? $"to bare, <= {target:0}  {(ratio <= target ? "met" : "MISSED")}"
                    : row.Home == Home.Postgres && row.Name.StartsWith("LangGraph", StringComparison.Ordinal) ? $"ours to it, >= {peerTarget:0}  {(ratio >= peerTarget ? "met" : "MISSED")}" : "ours to it";
                text.AppendLine(Output.Culture, $"  {row.Name,-75}{row.PerSecond,8:0.0}   {row.P50,8:0.0}   {row.P95,8:0.0}   {row.Written,8:0.00}{(row.Home == Home.Redis ? " cmds" : "     ")}   {row.Ratio,8:0.00}  {met}");
            }

            text.AppendLine(Output.Culture, $"  steal {level.Steal:P1}, idle {level.Idle:P1}");
        }

        foreach ((string name, long hundred) in r.CommittedPerHundred) text.AppendLine(Output.Culture, $"all transactions a run (reads, polling and the set-up too), {name}: {hundred / 100.0:0.0}");
        foreach (string missing in r.Missing) text.AppendLine(Output.Culture, $"left out: {missing}");
        text.Append(Output.Culture, $"{r.Cores} cores{(r.Postgres is null ? "" : $", PostgreSQL {r.Postgres}, fsync on")}");
        return text.ToString();
    }

    [System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<Home>))]
    private enum Home
    {
        Sqlite,
        Postgres,
        Redis,
    }

    /// <summary>Something that is measured: a kind of work of a process.</summary>
    private sealed record Side(RunsSide Process, string Kind, string Name, Home Home, string? Database)
    {
        /// <summary>All its runs so far, those that warmed it up too.</summary>
        public long Total { get; set; }

        public bool Equals(Side? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed record Row(string Name, Home Home, bool IsOurs, double PerSecond, double P50, double P95, double Written, double? Ratio, int Runs);

    private sealed record Level(int Clients, IReadOnlyList<Row> Rows, double Steal, double Idle);

    private sealed record Result(IReadOnlyList<Level> Levels, IReadOnlyDictionary<string, long> CommittedPerHundred, IReadOnlyList<string> Missing, string? Postgres, int Cores);
}
