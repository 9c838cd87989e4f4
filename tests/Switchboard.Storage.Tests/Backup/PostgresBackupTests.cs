using System.IO.Compression;
using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Tests.Auditing;

namespace Switchboard.Storage.Tests.Backup;

public sealed class PostgresBackupTests(PostgresServer server) : BackupSuite(server.NewHomeAsync)
{
    private const string kept = "public_before_restore";

    private PostgresHome Database => (PostgresHome)Home;

    internal override IDatabaseBackup Backup(DataFolder folder, IFaultPoints faults) => new PostgresBackup(folder, Home.Database, faults);

    protected override async Task<IReadOnlyList<TableDigest>> TablesAsync() => await DescribeAsync("public");

    protected override Task LoseAsync() => Home.ExecuteAsync("drop schema public cascade; create schema public authorization pg_database_owner");

    protected override async Task<bool> IsKeptAsync() => (await DescribeAsync(kept)).Single(t => t.Name == "customers").Rows > 0;

    protected override void Alter(string unpacked)
    {
        string path = Path.Combine(unpacked, "tables", "customers.copy");
        string[] lines = System.IO.File.ReadAllLines(path);
        string[] values = lines[1].Split('\t');
        values[Array.IndexOf(lines[0].Split('\t'), "name")] = "somebody else";
        System.IO.File.WriteAllText(path, string.Join('\n', (string[])[lines[0], string.Join('\t', values), .. lines[2..], ""]));
    }

    [Theory]
    [InlineData("restore:unpacked", false)]
    [InlineData("restore:checked", false)]
    [InlineData("restore:loaded", false)]
    [InlineData("restore:swapped", false)]
    [InlineData("restore:waiting", false)]
    [InlineData("restore:committed", true)]
    [InlineData("restore:decided", true)]
    [InlineData("restore:kept-old", true)]
    [InlineData("restore:moved", true)]
    [InlineData("restore:completed", true)]
    public async Task A_restore_broken_off_anywhere_leaves_the_old_rows_with_the_old_secrets_or_the_new_with_the_new(string site, bool isDecided)
    {
        IReadOnlyList<TableDigest> saved = (await Desk.Get<Backups>().WriteAsync(File, default)).Tables;
        byte[] savedSecret = Desk.Folder.Secret("audit");
        await Desk.DisposeAsync();
        // Another installation takes its place: rows of one under the key of the other would be found by the audit.
        Directory.Delete(Home.DataPath, recursive: true);
        await LoseAsync();
        await using (Desk another = await Desk.OpenAsync(Home, ownsHome: false))
        {
            await another.UseTenantAsync("acme");
            await another.AddCustomerAsync("of the other one");
            await another.Sealer().SealAsync(default);
        }

        IReadOnlyList<TableDigest> current = await TablesAsync();
        byte[] currentSecret = await System.IO.File.ReadAllBytesAsync(Path.Combine(Home.DataPath, "secrets", "audit"));
        (await Should.ThrowAsync<InvalidOperationException>(() => RestoreAsync(File, new Faults { At = site }))).Message.ShouldContain(site);

        await ReopenAsync();
        (await TablesAsync()).ShouldBe(isDecided ? saved : current);
        Desk.Folder.Secret("audit").ShouldBe(isDecided ? savedSecret : currentSecret);
        (await Desk.VerifyAsync()).Faults.ShouldBeEmpty();
        Directory.EnumerateDirectories(Home.DataPath).Select(Path.GetFileName).Where(n => n!.StartsWith("restore.", StringComparison.Ordinal)).ShouldBeEmpty();
        (await Home.TextsAsync("select nspname::text from pg_namespace where nspname like '%restore'")).ShouldBe(isDecided ? [kept] : []);
        await RequireSecureAsync();

        // And the next one goes through.
        await Desk.DisposeAsync();
        await RestoreAsync(File);
        await ReopenAsync();
        (await TablesAsync()).ShouldBe(saved);
    }

    [Fact]
    public async Task A_folder_whose_rename_was_lost_with_the_power_follows_what_the_server_decided()
    {
        await Desk.Get<Backups>().WriteAsync(File, default);
        await Desk.AddCustomerAsync("after the backup");
        await Desk.DisposeAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => RestoreAsync(File, new Faults { At = "restore:committed" }));
        Directory.Move(Path.Combine(Home.DataPath, "restore.waiting"), Path.Combine(Home.DataPath, "restore.new"));

        await ReopenAsync();

        await Desk.Get<RestoreNotes>().EnterAsync(default);
        (await Desk.EntriesAsync())[^1].Action.ShouldBe("restored");
        (await Desk.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_restored_tables_have_the_columns_keys_indices_and_walls_that_a_migration_makes()
    {
        const string Shape = """
            select format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation, pg_get_expr(d.adbin, d.adrelid))
                from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
            union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
            union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
            union all select format('policy %s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check) from pg_policies where schemaname = 'public'
            union all select format('table %s %s %s %s %s', relname, relowner::regrole, relrowsecurity, relforcerowsecurity, (select string_agg(x::text, ' ' order by x::text) from unnest(relacl) as x)) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
            order by 1
            """;
        List<string> migrated = await Home.TextsAsync(Shape);
        migrated.Count.ShouldBeGreaterThan(500);
        await Desk.Get<Backups>().WriteAsync(File, default);
        await Desk.DisposeAsync();

        await RestoreAsync(File);
        (await Home.TextsAsync("select tablename::text from pg_tables where schemaname = 'public' and not rowsecurity")).ShouldBe([PostgresDatabase.History], "closed before the policies are there");
        await ReopenAsync();

        (await Home.TextsAsync(Shape)).ShouldBe(migrated);
        await RequireSecureAsync();
    }

    [Fact]
    public async Task A_restore_under_a_server_of_another_folder_is_refused()
    {
        await Desk.Get<Backups>().WriteAsync(File, default);
        IReadOnlyList<TableDigest> before = await TablesAsync();
        // The desk stays connected; only the folder is another one.
        using DataFolder folder = DataFolder.Open(Path.Combine(Home.DataPath, "another"), Desk.Clock);
        var restores = new Restores(folder, Backup(folder, new NoFaults()), Desk.Clock, new NoFaults());

        string message = (await Should.ThrowAsync<BackupException>(() => restores.RestoreAsync(File, default))).Message;

        message.ShouldContain("is in use: process");
        message.ShouldContain("nothing was changed");
        (await TablesAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_row_that_points_to_nothing_or_fits_no_column_is_found_by_the_server_and_nothing_is_changed()
    {
        await Desk.Get<Backups>().WriteAsync(File, default);
        IReadOnlyList<TableDigest> before = await TablesAsync();
        await Desk.DisposeAsync();
        (await Should.ThrowAsync<BackupException>(() => RestoreForgedAsync("customers", lines => lines[..1]))).Message.ShouldContain("points to one that is not in it");
        (await Should.ThrowAsync<BackupException>(() => RestoreForgedAsync("tenants", lines => [lines[0].Replace("slug", "slack", StringComparison.Ordinal), .. lines[1..]]))).Message.ShouldContain("The table tenants in the backup does not fit");
        (await Should.ThrowAsync<BackupException>(() => RestoreForgedAsync("customers", lines => [.. lines, lines[^1]]))).Message.ShouldContain("The table customers in the backup does not fit");
        (await TablesAsync()).ShouldBe(before);
        await ReopenAsync();
    }

    [Fact]
    public async Task A_database_of_another_program_and_a_schema_that_no_restore_made_are_left_alone()
    {
        await Desk.Get<Backups>().WriteAsync(File, default);
        await Desk.DisposeAsync();
        await Home.ExecuteAsync($"create schema {kept}; create table {kept}.photos (id integer)");
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(File))).Message.ShouldContain("which no restore made");
        await Home.ExecuteAsync($"drop schema {kept} cascade");
        await LoseAsync();
        await Home.ExecuteAsync("create table photos (id integer)");

        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(File))).Message.ShouldContain("of another program (it has a table photos)");

        await Home.ExecuteAsync("drop table photos");
        await ReopenEmptyAsync();
    }

    [Fact]
    public async Task A_table_of_somebody_else_beside_the_installations_stays_where_it_is()
    {
        await Desk.Get<Backups>().WriteAsync(File, default);
        await Desk.DisposeAsync();
        await Home.ExecuteAsync("create table photos (id integer); insert into photos values (7)");

        await RestoreAsync(File);
        await RestoreAsync(File);

        (await Home.TextsAsync("select id::text from public.photos")).ShouldBe(["7"]);
        await ReopenAsync();
    }

    [Fact]
    public async Task Who_backs_up_reads_all_rows_and_writes_none_and_a_server_without_that_right_says_so()
    {
        await using (NpgsqlConnection connection = Database.ConnectAs(PostgresServer.Owner))
        {
            await connection.OpenAsync();
            (await PostgresTables.TextsAsync(connection, "select count(*)::text from customers", default)).ShouldBe(["0"], "the owner is bound too");
            await PostgresTables.ExecuteAsync(connection, $"set role {PostgresPrincipal.BackupRole}", default);
            (await PostgresTables.TextsAsync(connection, "select count(*)::text from customers", default)).ShouldNotBe(["0"]);
            (await Should.ThrowAsync<PostgresException>(() => PostgresTables.ExecuteAsync(connection, "delete from customers", default))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }

        string user = $"servant_without_backup_{Database.Name}";
        await server.AdministerAsync($"create role {user} login; grant switchboard_app, switchboard_lookup, switchboard_worker to {user}");
        var settings = new NpgsqlConnectionStringBuilder(Home.Database.ConnectionString) { Username = user };
        var backup = new PostgresBackup(Desk.Folder, Home.Database with { ConnectionString = settings.ConnectionString }, new NoFaults());
        string folder = Path.Combine(Home.DataPath, "snapshot");

        (await Should.ThrowAsync<BackupException>(() => backup.SnapshotAsync(folder, default))).Message.ShouldContain("grant switchboard_backup to that user");
    }

    private async Task ReopenEmptyAsync()
    {
        Directory.Delete(Home.DataPath, recursive: true);
        await (await Desk.OpenAsync(Home, ownsHome: false)).DisposeAsync();
    }

    private async Task RequireSecureAsync()
    {
        await using NpgsqlConnection connection = Database.ConnectAs(PostgresServer.Owner);
        await connection.OpenAsync();
        (await new RowSecurity(PostgresModel.Model).CheckAsync(connection, default)).ShouldBeEmpty();
    }

    /// <summary>Restores a backup with other lines of a table, and with hashes that fit them.</summary>
    private async Task RestoreForgedAsync(string table, Func<string[], string[]> change)
    {
        string unpacked = $"{File}.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await ZipFile.ExtractToDirectoryAsync(File, unpacked);
        string path = Path.Combine(unpacked, "tables", table + ".copy");
        string[] lines = (await System.IO.File.ReadAllTextAsync(path)).TrimEnd('\n').Split('\n');
        await System.IO.File.WriteAllTextAsync(path, string.Concat(change(lines).Select(line => line + "\n")));
        BackupManifest manifest = await BackupFile.ReadManifestAsync(File, default);
        TableDigest digest;
        await using (FileStream altered = System.IO.File.OpenRead(path)) digest = await PostgresTable.DigestAsync(table, altered, Stream.Null, default);
        BackupManifest Forged(IReadOnlyList<FileDigest> files) => manifest with { Files = files, Tables = [.. manifest.Tables.Select(t => t.Name == table ? digest : t)] };
        await BackupFile.PackAsync(unpacked, [.. manifest.Files.Select(f => f.Name)], Forged, unpacked + ".zip", default);
        await RestoreAsync(unpacked + ".zip");
    }

    private async Task<IReadOnlyList<TableDigest>> DescribeAsync(string schema)
    {
        await using NpgsqlConnection connection = Database.ConnectAs("postgres");
        await connection.OpenAsync();
        await PostgresTables.BeginAsync(connection, "isolation level repeatable read read only", default);
        return await PostgresTables.DescribeAsync(connection, schema, default);
    }
}
