using System.Data.Common;
using Microsoft.Data.Sqlite;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Faults;

/// <summary>The disk of the database is full, really, and then has room again.</summary>
public sealed class FullDiskTests(PostgresServer postgres)
{
    private static readonly TimeSpan recovery = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task While_the_disk_of_the_data_folder_is_full_callers_are_told_when_to_come_back_and_nothing_is_half_stored()
    {
        using SmallDisk disk = SmallDisk.Mount(megabytes: 64);
        await using var home = new FolderHome(Path.Combine(disk.Path, "data"));
        await using var fleet = new Fleet();
        HttpClient visitor = await fleet.StartAsync(DatabaseOptions.Embedded, home.Folder);

        await SurvivesAsync(disk, home, fleet, [visitor]);

        (await home.TextsAsync("pragma integrity_check")).ShouldBe(["ok"]);
    }

    [Fact]
    public async Task While_the_disk_of_the_tables_is_full_callers_are_told_when_to_come_back_and_nothing_is_half_stored()
    {
        await using PostgresHome home = await postgres.NewHomeAsync(isEmpty: true);
        using SmallDisk disk = SmallDisk.Mount(megabytes: 128, owner: Environment.UserName == "root" ? "postgres" : null);
        string space = $"small_{Guid.NewGuid():N}";
        await postgres.AdministerAsync($"create tablespace {space} location '{disk.Path}'");
        try
        {
            await postgres.AdministerAsync($"alter database {home.Name} set tablespace {space}");
            await using var fleet = new Fleet();
            HttpClient[] visitors = [await fleet.StartAsync(home.Database), await fleet.StartAsync(home.Database)];

            await SurvivesAsync(disk, home, fleet, visitors);
        }
        finally
        {
            disk.Empty();
            await postgres.AdministerAsync($"alter database {home.Name} allow_connections false");
            await postgres.AdministerAsync($"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{home.Name}'");
            await postgres.AdministerAsync($"alter database {home.Name} set tablespace pg_default");
            await postgres.AdministerAsync($"drop tablespace {space}");
        }
    }

    private static async Task SurvivesAsync(SmallDisk disk, StorageHome home, Fleet fleet, IReadOnlyList<HttpClient> visitors)
    {
        var load = Load.Begin(visitors, conversations: 4);
        await load.AnsweredAsync(20);

        disk.Fill();
        // Those who talked already may wait for an answer that was accepted in the last free page, and so may others; more come until there is room for none.
        var others = new List<Load> { Load.Begin(visitors, conversations: 24) };
        while (!await Load.IsSoonAsync(() => others.Sum(o => o.Refused.GetValueOrDefault("database_full")) >= 20))
        {
            others.Count.ShouldBeLessThan(8, "the disk is full");
            others.Add(Load.Begin(visitors, conversations: 6));
        }

        foreach (HttpClient visitor in visitors) (await visitor.GetAsync("/health/live")).IsSuccessStatusCode.ShouldBeTrue();
        disk.Empty();
        TimeSpan took = (await Task.WhenAll(others.Prepend(load).Select(l => l.RecoveredAsync(recovery)))).Max();
        await load.EndAsync(home, others: (await Task.WhenAll(others.Select(o => o.StopAsync()))).Sum());

        TestContext.Current.TestOutputHelper?.WriteLine($"{home.Database.Provider}: recovered after {took.TotalSeconds:0.0} s");
        for (int i = 0; i < visitors.Count; i++) (await fleet.AuditAsync(i)).Items("faults").ShouldBeEmpty();
    }

    /// <summary>SQLite in a folder that is somebody else's.</summary>
    private sealed class FolderHome(string folder) : StorageHome
    {
        public string Folder => folder;

        public override DatabaseOptions Database => DatabaseOptions.Embedded;

        public override DbConnection Connect() => new SqliteConnection($"Data Source={Path.Combine(folder, "switchboard.db")};Pooling=false");
    }
}
