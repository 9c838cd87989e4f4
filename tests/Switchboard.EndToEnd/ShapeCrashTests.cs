using System.Data.Common;
using System.Text.Json.Nodes;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Server.Hosting;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Switchboard.EndToEnd;

/// <summary>Runs of every shape are killed at every place they pass, which the shape itself tells, and at random: nothing is lost, doubled or out of order.</summary>
public abstract class ShapeCrashTests(FirstStart first, Func<Task<StorageHome>> newHome, int nodes = 1) : IAsyncLifetime
{
    /// <summary>How many times as often as it was recorded a place may be passed, since a life that is taken up passes some again.</summary>
    private const int MostPasses = 4;

    private StorageHome home = null!;
    private OtherSide otherSide = null!;
    private TempFolder others = null!;
    private List<MortalServer> servers = [];
    private Shapes shapes = null!;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        home = await newHome();
        otherSide = await OtherSide.StartAsync();
        string ownerKey = await FirstStartAsync();
        string[] always = ["--outside", otherSide.Address, .. home.Database.ConnectionString is { } connection ? ["--postgres", connection] : Array.Empty<string>()];
        others = new TempFolder();
        servers = [.. Enumerable.Range(0, nodes).Select(n => new MortalServer(n == 0 ? home.DataPath : NodeFolder(n)) { Always = always })];
        shapes = new Shapes(servers, ownerKey, otherSide);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MortalServer server in servers) await server.DisposeAsync();
        others?.Dispose();
        if (otherSide is not null) await otherSide.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Kills a shape at each place it passes.</summary>
    protected async Task KilledAnywhereAsync(string shape)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        using var tester = Visitor.Of(servers[0]);
        await tester.ArmAsync(null, 0, Limit);
        await shapes.WalkAsync(shape, Limit);
        await tester.RestAsync(Limit);
        // Seals come by the clock, not by what is done; they have tests of their own.
        Dictionary<string, int> passed = (await tester.ArmAsync(null, 0, Limit)).Where(p => !p.Key.StartsWith("seal:", StringComparison.Ordinal)).ToDictionary();
        passed.Count.ShouldBeGreaterThan(2, "the places come from the program; without any there is nothing to kill at");
        var kills = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach ((string site, int times) in passed.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!KillSettings.EveryPassing && Shapes.IsKilledInAnother(shape, site)) continue;
            // What is undone is performed as well: it comes behind what was done.
            bool all = KillSettings.EveryPassing || (shape == Shapes.Undoing && site.StartsWith("perform:", StringComparison.Ordinal));
            int n = 0;
            while (await DiesAsync(tester, shape, site, n + 1))
            {
                kills[site] = ++n;
                if (!all) break;
                // A place that is passed at each turn of a clock would be passed for ever.
                n.ShouldBeLessThanOrEqualTo(MostPasses * times, $"{shape} passed {site} {times} times when it was recorded, and there is no end of it now");
            }

            n.ShouldBeGreaterThan(0, $"{shape} passed {site} when it was recorded and did not when it should die there");
        }

        await ShouldBeSoundAsync(tester);
        KillSettings.Tell($"{home.Database.Provider}, {shape}: {kills.Values.Sum()} kills at {kills.Count} places ({string.Join(", ", kills.Select(k => k.Value == 1 ? k.Key : $"{k.Key} × {k.Value}"))}); {shapes.Walked} walks, {shapes.Unknown} unknown outcomes, {otherSide.Repeats} keys sent again, {servers.Sum(s => s.Postponed)} calls put off, 0 lost, 0 doubled, 0 out of order, {started.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>Walks the shape with a server that is to die at the n-th passing of the place; says whether it did.</summary>
    private async Task<bool> DiesAsync(Visitor tester, string shape, string site, int n)
    {
        int lives = servers[0].Lives;
        await tester.ArmAsync(site, n, Limit);
        try
        {
            await shapes.WalkAsync(shape, Limit);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{shape}, killed at {site}, pass {n}.", error);
        }

        await tester.RestAsync(Limit);
        await tester.ArmAsync(null, 0, Limit);
        return servers[0].Lives > lives;
    }

    /// <summary>Kills the server again and again while many walk all shapes at once.</summary>
    protected async Task KilledUnderLoadAsync()
    {
        const int Walkers = 6;
        int seed = KillSettings.Seed, kills = 0;
        var random = new Random(seed);
        var started = System.Diagnostics.Stopwatch.StartNew();
        Task killer = KillAsync();
        await Task.WhenAll(Enumerable.Range(0, Walkers).Select(WalkAsync));
        await killer;

        using var tester = Visitor.Of(servers[0]);
        await ShouldBeSoundAsync(tester);
        KillSettings.Tell($"{home.Database.Provider}, {servers.Count} node(s), random: seed {seed}, {kills} kills, {shapes.Walked} walks, {shapes.Unknown} unknown outcomes, {otherSide.Repeats} keys sent again, {servers.Sum(s => s.Postponed)} calls put off, 0 lost, 0 doubled, 0 out of order, {started.Elapsed.TotalSeconds:0} s");

        async Task KillAsync()
        {
            for (; kills < KillSettings.Kills; kills++)
            {
                HostProcess host = await servers[random.Next(servers.Count)].AliveAsync(Limit);
                // Every third dies wherever it is in its first moments; the others are let come into their stride first.
                int before = shapes.Walked;
                while (kills % 3 != 0 && shapes.Walked == before) await Task.Delay(10, Limit);
                await Task.Delay(random.Next(kills % 3 == 0 ? 1000 : 300), Limit);
                await host.KillAsync();
            }
        }

        async Task WalkAsync(int walker)
        {
            for (int n = walker; !killer.IsCompleted; n++)
            {
                string shape = Shapes.All[n % Shapes.All.Count];
                try
                {
                    await shapes.WalkAsync(shape, Limit);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    throw new InvalidOperationException($"{shape}, seed {seed}, after {kills} kills.", error);
                }
            }
        }
    }

    /// <summary>A data folder of another node, with the secrets of the first.</summary>
    private string NodeFolder(int n)
    {
        string secrets = Path.Combine(others[$"node{n}"], "secrets");
        foreach (string folder in (string[])[others[$"node{n}"], secrets])
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (string file in Directory.GetFiles(Path.Combine(home.DataPath, "secrets"))) File.Copy(file, Path.Combine(secrets, Path.GetFileName(file)));
        return others[$"node{n}"];
    }

    /// <summary>Makes the demonstration in the home, and gives its owner's key.</summary>
    private async Task<string> FirstStartAsync()
    {
        if (home.Database.ConnectionString is null)
        {
            Begun begun = await first.LeftAsync();
            TempFolder.CopyTo(begun.Data, home.DataPath);
            return begun.OwnerKey;
        }

        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(home.DataPath) { Urls = "http://127.0.0.1:0", Database = home.Database }, null, Limit);
        return server.Seeded!.ApiKey;
    }

    private async Task ShouldBeSoundAsync(Visitor tester)
    {
        await tester.RestAsync(Limit);
        JsonNode audit = await tester.AskAsync(HttpMethod.Get, "test/audit", null, Limit);
        foreach (MortalServer server in servers) await server.KillAsync(Limit);
        await using DbConnection rows = home.Connect();
        (await Laws.BrokenAsync(rows, failed: shapes.Undone)).ShouldBeEmpty();
        foreach ((string question, long answer) in shapes.Expected()) (await Laws.NumberAsync(rows, question)).ShouldBe(answer, question);
        // A key goes out a second time only after an outcome that nobody could store.
        (await Laws.NumberAsync(rows, "select count(*) from run_steps where name like 'outbox:outcome%' and result like '%interrupted%'")).ShouldBeGreaterThanOrEqualTo(otherSide.Repeats + shapes.Unknown);
        audit["faults"]!.AsArray().Select(f => (string?)f).ShouldBeEmpty();
        ((int)audit["waiting"]!).ShouldBe(0);
    }
}

/// <summary>
/// On the file in the data folder, at each place. Turns and dialogues by themselves have their tests in <see cref="CrashTests"/>, a run that acts passes the places of
/// one that undoes, and what a person approves is killed on PostgreSQL, so that they come here with the long version only.
/// </summary>
public sealed class SqliteShapeCrashTests(FirstStart first) : ShapeCrashTests(first, SqliteHome.CreateAsync)
{
    public static TheoryData<string> Each => [.. KillSettings.Shapes(s => s is not (Shapes.Turn or Shapes.Dialogue or Shapes.Acting or Shapes.Approval))];

    [Theory]
    [MemberData(nameof(Each))]
    public Task A_run_killed_anywhere_ends_once_and_does_each_thing_once(string shape) => KilledAnywhereAsync(shape);
}

/// <summary>On the file in the data folder, at random.</summary>
public sealed class SqliteRandomCrashTests(FirstStart first) : ShapeCrashTests(first, SqliteHome.CreateAsync)
{
    [Fact]
    public Task Kills_at_random_moments_under_load_lose_nothing_and_double_nothing() => KilledUnderLoadAsync();
}

/// <summary>
/// On a PostgreSQL server, which lives on when ours dies: here a turn that acts and waits for a person; the other shapes are killed on SQLite by
/// <see cref="SqliteShapeCrashTests"/>, and here with the long version.
/// </summary>
public sealed class PostgresShapeCrashTests(FirstStart first, PostgresServer postgres) : ShapeCrashTests(first, () => postgres.NewHomeAsync())
{
    public static TheoryData<string> Each => [.. KillSettings.Shapes(s => s is Shapes.Approval)];

    [Theory]
    [MemberData(nameof(Each))]
    public Task A_run_killed_anywhere_ends_once_and_does_each_thing_once(string shape) => KilledAnywhereAsync(shape);
}

/// <summary>On a PostgreSQL server, with one process or several.</summary>
public sealed class PostgresRandomCrashTests(FirstStart first, PostgresServer postgres) : ShapeCrashTests(first, () => postgres.NewHomeAsync(), KillSettings.Nodes)
{
    [Fact]
    public Task Kills_at_random_moments_under_load_lose_nothing_and_double_nothing() => KilledUnderLoadAsync();
}
