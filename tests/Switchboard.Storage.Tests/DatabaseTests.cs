using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Tests;

public sealed class DatabaseTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task The_migrations_make_the_schema_of_the_model()
    {
        using DataFolder folder = DataFolder.Open(temp["data"]);
        var database = new SqliteDatabase(folder);
        database.Status().Applied.ShouldBeEmpty();
        database.Status().Pending.ShouldNotBeEmpty();
        await database.MigrateAsync(TestContext.Current.CancellationToken);
        database.Status().Pending.ShouldBeEmpty();

        await using var model = new SqliteDb(new DbContextOptionsBuilder<SqliteDb>().UseSqlite($"Data Source={temp["created.db"]};Pooling=false").Options, Guid.Empty);
        model.Database.HasPendingModelChanges().ShouldBeFalse();
        await model.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);

        Schema(folder.DatabasePath).ShouldBe(Schema(temp["created.db"]));
        Schema(folder.DatabasePath).Count.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_not_a_byte_of_it_is_changed()
    {
        await MakeAsync();
        Change("insert into __EFMigrationsHistory values ('29990101000000_Future', '99.0')");
        byte[] before = await File.ReadAllBytesAsync(Database);

        using DataFolder folder = DataFolder.Open(temp["data"]);
        var database = new SqliteDatabase(folder);
        database.Status().IsNewer.ShouldBeTrue();
        (await Should.ThrowAsync<DatabaseException>(() => database.MigrateAsync(default))).Message.ShouldContain("29990101000000_Future");

        (await File.ReadAllBytesAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_is_no_database_or_another_programs_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(temp["data"]);
        await File.WriteAllTextAsync(Database, new string('x', 5000));
        await RefusedAsync("is not a SQLite database");

        File.Delete(Database);
        Change("create table photos (id integer)");
        await RefusedAsync("is a database of another program");
    }

    [Fact]
    public async Task The_copy_before_a_migration_holds_all_rows()
    {
        await MakeAsync();
        using DataFolder folder = DataFolder.Open(temp["data"]);
        new SqliteDatabase(folder).CopyBefore("20990101000000_Next");

        string copy = Database + ".before-20990101000000_Next";
        Schema(copy).ShouldBe(Schema(Database));
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Database).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(copy).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(temp["data"], "*.new").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_migration_whose_process_died_does_not_hold_up_the_next()
    {
        Directory.CreateDirectory(temp["data"]);
        Change("""create table "__EFMigrationsLock" ("Id" integer primary key, "Timestamp" text); create table "__EFMigrationsHistory" ("MigrationId" text primary key, "ProductVersion" text); insert into "__EFMigrationsLock" values (1, '2026-01-01')""");
        await MakeAsync();
    }

    [Fact]
    public async Task All_rows_are_there_after_the_process_ends_and_begins_again()
    {
        AcceptResult accepted;
        Guid tenantId;
        await using (Desk desk = await Desk.OpenAsync(temp["data"]))
        {
            tenantId = await desk.UseTenantAsync("acme");
            accepted = await desk.AcceptAsync(await desk.AddConversationAsync());
        }

        await using Desk again = await Desk.OpenAsync(temp["data"]);
        (await again.Tenants.ListAsync(default)).ShouldHaveSingleItem().Id.ShouldBe(tenantId);
        RunRef run = (await again.Store.UnfinishedAsync(default)).ShouldHaveSingleItem();
        run.RunId.ShouldBe(accepted.RunId);
        (await again.Store.LoadAsync(run, default))!.Trigger.Id.ShouldBe(accepted.MessageId);
    }

    [Fact]
    public async Task What_was_answered_survives_a_process_that_is_killed()
    {
        await using Desk desk = await Desk.OpenAsync();
        AcceptResult accepted = await desk.AcceptAsync(await desk.AddConversationAsync());

        // The files as a killed process leaves them: nothing closed, the log not yet in the database.
        Directory.CreateDirectory(temp["data"]);
        foreach (string file in Directory.GetFiles(desk.Folder.Path, "switchboard.db*")) File.Copy(file, Path.Combine(temp["data"], Path.GetFileName(file)));
        File.Exists(Database + "-wal").ShouldBeTrue();

        await using Desk again = await Desk.OpenAsync(temp["data"]);
        (await again.Store.UnfinishedAsync(default)).ShouldBe([desk.Ref(accepted)]);
        (await again.FinishAsync(desk.TenantId, accepted)).Finished.ShouldBeTrue();
    }

    [Fact]
    public async Task Instants_keep_their_microseconds_and_are_compared_by_the_database()
    {
        await using Desk desk = await Desk.OpenAsync();
        DateTimeOffset[] instants = [DateTimeOffset.UnixEpoch.AddTicks(-10), Desk.Start.AddTicks(12_345_670), new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero), new(2026, 3, 2, 9, 30, 0, TimeSpan.FromHours(2))];
        await desk.Data.WriteAsync(desk.Actor,
            db =>
            {
                foreach (DateTimeOffset at in instants) db.Add(new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = "C", Plan = "free", Since = at });
                return 0;
            },
            default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.OrderBy(c => c.Since).Select(c => c.Since).ToListAsync()).ShouldBe(instants.Order());
        (await db.Customers.CountAsync(c => c.Since > Desk.Start)).ShouldBe(2);
        SqliteTypes.Instant(SqliteTypes.Instant(Desk.Start.AddTicks(9))).ShouldBe(Desk.Start, "what is finer is cut off");
    }

    [Fact]
    public async Task The_order_of_ids_in_the_database_is_the_order_of_their_time()
    {
        await using Desk desk = await Desk.OpenAsync();
        Guid[] ids = [.. Enumerable.Range(0, 300).Select(i => Guid.CreateVersion7(Desk.Start.AddMilliseconds(i * 997)))];
        await desk.Data.WriteAsync(desk.Actor,
            db =>
            {
                foreach (Guid id in ids.Reverse()) db.Add(new Customer { TenantId = desk.TenantId, Id = id, Name = "C", Plan = "free", Since = Desk.Start });
                return 0;
            },
            default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Customers.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync()).ShouldBe(ids);
        (await desk.Writer.RunAsync(item => item.Command("select min(typeof(id) || length(id)) from customers").Text(), default)).ShouldBe("blob16");
    }

    private string Database => Path.Combine(temp["data"], "switchboard.db");

    private async Task MakeAsync()
    {
        using DataFolder folder = DataFolder.Open(temp["data"]);
        await new SqliteDatabase(folder).MigrateAsync(TestContext.Current.CancellationToken);
    }

    private async Task RefusedAsync(string message)
    {
        byte[] before = await File.ReadAllBytesAsync(Database);
        using DataFolder folder = DataFolder.Open(temp["data"]);
        (await Should.ThrowAsync<DatabaseException>(() => new SqliteDatabase(folder).MigrateAsync(default))).Message.ShouldContain(message);
        (await File.ReadAllBytesAsync(Database)).ShouldBe(before);
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<string> Schema(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') from sqlite_master where tbl_name not like '\\_\\_EF%' escape '\\' order by type, name";
        var lines = new List<string>();
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read()) lines.Add(Sorted(string.Join(' ', rows.GetString(0).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        return lines;

        // A column that came with a later migration stands behind the others: the order of columns is no part of the schema.
        static string Sorted(string line) => line.StartsWith("table ", StringComparison.Ordinal) && line.IndexOf("( ", StringComparison.Ordinal) is > 0 and var open
            ? line[..open] + string.Join(", ", line[(open + 2)..^2].Split(", \"").SelectMany(c => c.Split(", CONSTRAINT")).Order(StringComparer.Ordinal))
            : line;
    }
}
