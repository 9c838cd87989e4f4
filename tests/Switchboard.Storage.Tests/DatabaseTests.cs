using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Switchboard.Compliance;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
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
    public void Only_what_turns_write_without_a_pause_has_no_reference_to_its_tenant_and_its_numbered_parts_have_one_to_it()
    {
        using var model = new SqliteDb(new DbContextOptionsBuilder<SqliteDb>().UseSqlite("Data Source=:memory:").Options, Guid.Empty);
        IEntityType[] bare = [.. model.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType) && e.GetForeignKeys().All(k => k.PrincipalEntityType.ClrType != typeof(Tenant)))];
        bare.Select(e => e.GetTableName()).Order(StringComparer.Ordinal).ShouldBe(["audit_entries", "conversations", "messages", "outbox", "outbox_attempts", "run_events", "run_steps", "runs", "webhook_deliveries"]);

        static string RequiredParents(IEntityType entity) => string.Join(' ', entity.GetForeignKeys().Where(k => k.Properties.All(p => !p.IsNullable)).Select(k => k.PrincipalEntityType.GetTableName()).Order(StringComparer.Ordinal));
        bare.Where(e => RequiredParents(e).Length > 0).ToDictionary(e => e.GetTableName()!, RequiredParents)
            .ShouldBe(
                new Dictionary<string, string> { ["messages"] = "conversations", ["run_steps"] = "runs", ["run_events"] = "runs", ["outbox_attempts"] = "outbox", ["webhook_deliveries"] = "outbox webhook_endpoints" }, ignoreOrder: true);
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
    public async Task A_database_of_the_first_version_is_brought_up_with_every_row_kept_however_often_that_is_broken_off()
    {
        Directory.CreateDirectory(temp["data"]);
        Guid tenant = Guid.CreateVersion7(), contact = Guid.CreateVersion7(), conversation = Guid.CreateVersion7(), run = Guid.CreateVersion7(), message = Guid.CreateVersion7(), customer = Guid.CreateVersion7();
        DbContextOptions<SqliteDb> options = new DbContextOptionsBuilder<SqliteDb>().UseSqlite($"Data Source={Database};Pooling=false").Options;
        await using (var old = new SqliteDb(options, Guid.Empty)) await old.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
        static string Blob(Guid id) => $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'";
        Change($"""
            insert into tenants values ({Blob(tenant)}, 'old', 'Old', 'EUR', 'UTC', 'en', 0, 7, 1);
            insert into users (tenant_id, id, email, name, role, status, created_at) values ({Blob(tenant)}, {Blob(Guid.CreateVersion7())}, 'o@old.example', 'Olga', 'owner', 'active', 2);
            insert into customers (tenant_id, id, name, "plan", country, since) values ({Blob(tenant)}, {Blob(customer)}, 'Acme', 'premium', 'DE', 3);
            insert into contacts (tenant_id, id, customer_id, email, name, role) values ({Blob(tenant)}, {Blob(contact)}, {Blob(customer)}, 'ada@acme.example', 'Ada', 'billing');
            insert into conversations (tenant_id, id, channel, contact_id, subject, status, owner, priority, low_confidence_streak, reopened_count, created_at, last_activity_at)
                values ({Blob(tenant)}, {Blob(conversation)}, 'web', {Blob(contact)}, 'Where is it?', 'open', 'bot', 'normal', 1, 2, 4, 5);
            insert into runs (tenant_id, id, kind, subject, ordinal, status, input, version, attempts, created_at) values ({Blob(tenant)}, {Blob(run)}, 'turn', 's', 1, 'succeeded', '{"{}"}', 1, 1, 6);
            insert into messages (tenant_id, id, conversation_id, sequence, author, text, citations, is_private, run_id, created_at) values ({Blob(tenant)}, {Blob(message)}, {Blob(conversation)}, 1, 'customer', 'Where? 🧾', '[]', 0, {Blob(run)}, 7);
            """);

        using DataFolder folder = DataFolder.Open(temp["data"]);
        int passed = 0;
        for (int at = 1; ; at++)
        {
            var cut = new CutAt("migrate:before-commit", at);
            try
            {
                await new SqliteDatabase(folder, cut).MigrateAsync(TestContext.Current.CancellationToken);
                break;
            }
            catch (InvalidOperationException error) when (error.Message == CutAt.Message)
            {
                passed++;
                new SqliteDatabase(folder).Status().Applied.ShouldHaveSingleItem();
            }
        }

        // The canary: EF Core commits more than once on the way, so there was something to break off between.
        passed.ShouldBeGreaterThan(1);
        File.Exists(Directory.GetFiles(temp["data"], "switchboard.db.before-*").ShouldHaveSingleItem()).ShouldBeTrue();
        await using var db = new SqliteDb(options, tenant);
        (await db.Tenants.SingleAsync()).KnowledgeVersion.ShouldBe(7);
        (await db.Users.SingleAsync()).ShouldSatisfyAllConditions(u => u.Name.ShouldBe("Olga"), u => u.Skills.ShouldBeEmpty(), u => u.Capacity.ShouldBe(10));
        (await db.Customers.SingleAsync()).ShouldSatisfyAllConditions(c => c.Country.ShouldBe("DE"), c => c.Lifecycle.ShouldBe(CustomerLifecycle.Active), c => c.Tags.ShouldBeEmpty(), c => c.Attributes.ShouldBeEmpty(), c => c.Revision.ShouldBe(1));
        (await db.Contacts.SingleAsync()).ShouldSatisfyAllConditions(c => c.CustomerId.ShouldBe(customer), c => c.Preferences.ShouldBe(new ContactPreferences()));
        (await db.Conversations.SingleAsync()).ShouldSatisfyAllConditions(c => c.ReopenedCount.ShouldBe(2), c => c.Pauses.ShouldBeEmpty(), c => c.Tags.ShouldBeEmpty());
        (await db.Messages.SingleAsync()).ShouldSatisfyAllConditions(m => m.Text.ShouldBe("Where? 🧾"), m => m.RunId.ShouldBe(run), m => m.Cost.ShouldBe(0), m => m.Attachments.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_was_answered_survives_a_process_that_is_killed()
    {
        await using Desk desk = await Desk.OpenAsync(new SqliteHome());
        AcceptResult accepted = await desk.AcceptAsync(await desk.AddConversationAsync());

        // The files as a killed process leaves them: nothing closed, the log not yet in the database.
        await using var copy = new SqliteHome();
        Directory.CreateDirectory(copy.DataPath);
        foreach (string file in Directory.GetFiles(desk.Folder.Path, "switchboard.db*")) File.Copy(file, Path.Combine(copy.DataPath, Path.GetFileName(file)));
        File.Exists(Path.Combine(copy.DataPath, "switchboard.db-wal")).ShouldBeTrue();

        await using Desk again = await Desk.OpenAsync(copy, ownsHome: false);
        (await again.Store.UnfinishedAsync(default)).ShouldBe([desk.Ref(accepted)]);
        (await again.FinishAsync(desk.TenantId, accepted)).Finished.ShouldBeTrue();
    }

    [Fact]
    public async Task Ids_are_stored_as_sixteen_bytes_and_instants_as_whole_numbers()
    {
        await using Desk desk = await Desk.OpenAsync(new SqliteHome());
        await desk.AddConversationAsync();
        (await desk.Home.TextsAsync("select typeof(id) || length(id) || typeof(created_at) from conversations")).ShouldBe(["blob16integer"]);
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
            ? line[..open] + string.Join(", ", line[(open + 2)..^1].Split(", \"").SelectMany(c => c.Split(", CONSTRAINT")).Select(c => c.Trim()).Order(StringComparer.Ordinal))
            : line;
    }

    /// <summary>Breaks off at the n-th time a place is passed.</summary>
    private sealed class CutAt(string place, int at) : IFaultPoints
    {
        public const string Message = "cut";

        private int passed;

        public void Reached(string site)
        {
            if (site == place && ++passed == at) throw new InvalidOperationException(Message);
        }
    }
}
