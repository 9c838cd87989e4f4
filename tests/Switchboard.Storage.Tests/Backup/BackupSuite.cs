using System.IO.Compression;
using Switchboard.Compliance;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Tests.Auditing;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage.Tests.Backup;

/// <summary>What was backed up comes back row for row; what is damaged, foreign or newer changes nothing.</summary>
/// <param name="newHome">Makes a home for one test.</param>
public abstract class BackupSuite(Func<Task<StorageHome>> newHome) : IAsyncLifetime
{
    private readonly TempFolder temp = new();
    private StorageHome home = null!;
    private Desk desk = null!;

    /// <summary>The desk whose rows are backed up.</summary>
    protected Desk Desk => desk;

    /// <summary>The home it is on.</summary>
    protected StorageHome Home => home;

    /// <summary>The backup.</summary>
    protected string File => temp["backup.zip"];

    public async ValueTask InitializeAsync()
    {
        home = await newHome();
        desk = await Desk.OpenAsync(home, ownsHome: false);
        await desk.UseTenantAsync("acme");
        // A row of every entity, and rows the engine writes.
        IReadOnlyList<ITenantOwned> rows;
        using (SwitchboardDb db = desk.Data.For(desk.TenantId)) rows = Specimens.Make(db.Model, desk.TenantId, desk.NewId);
        await desk.Data.WriteAsync(desk.Actor, db => { db.AddRange(rows.Where(r => r is not AuditEntry)); return 0; }, default);
        await desk.FinishAsync(await desk.AcceptAsync(await desk.AddConversationAsync()));
        await desk.Sealer().SealAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        // A test that was skipped for want of a server has neither.
        if (desk is not null) await desk.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        temp.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The database's part.</summary>
    internal abstract IDatabaseBackup Backup(DataFolder folder, IFaultPoints faults);

    /// <summary>All tables with the hashes of their rows, read past the program's rules.</summary>
    protected abstract Task<IReadOnlyList<TableDigest>> TablesAsync();

    /// <summary>Loses the rows, as a broken disk does.</summary>
    protected abstract Task LoseAsync();

    /// <summary>Whether the rows that a restore took the place of are kept.</summary>
    protected abstract Task<bool> IsKeptAsync();

    /// <summary>Alters a customer in an unpacked backup.</summary>
    protected abstract void Alter(string unpacked);

    [Fact]
    public async Task What_is_backed_up_and_restored_after_a_loss_of_the_folder_is_equal_in_every_row_of_every_table_and_the_audit_holds()
    {
        // More rows than one packet of the wire or page of the file holds, with what formats of text have to escape.
        const int Many = 5000;
        Customer[] customers = [.. Enumerable.Range(0, Many).Select(i => new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = $"{i}\t\\N \\. \n\r\"ж漢🜁", Plan = "free", Since = Desk.Start.AddTicks(i * 10L) })];
        await desk.Data.LoadAsync(desk.Actor, load => load.Add(customers), default);
        await desk.Sealer().SealAsync(default);
        byte[] export = await ExportAsync();
        IReadOnlyList<TableDigest> before = await TablesAsync();
        BackupManifest manifest = await desk.Get<Backups>().WriteAsync(File, default);
        manifest.Tables.ShouldBe(before);
        manifest.Tables.Count.ShouldBeGreaterThan(70);
        Rows(manifest, "customers").ShouldBeGreaterThan(Many);
        byte[] secret = desk.Folder.Secret("audit");
        await desk.AddCustomerAsync("after the backup");
        await desk.DisposeAsync();
        Directory.Delete(home.DataPath, recursive: true);
        await LoseAsync();

        await RestoreAsync(File);

        desk = await Desk.OpenAsync(home, ownsHome: false);
        desk.UseTenant(manifest.Tables.Count > 0 ? (await desk.Tenants.FindAsync("acme", default))!.Id : default);
        (await TablesAsync()).ShouldBe(before);
        (await ExportAsync()).ShouldBe(export);
        desk.Folder.Secret("audit").ShouldBe(secret);
        (await desk.VerifyAsync()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task The_cards_of_operators_own_agents_come_back_what_stood_in_their_place_is_kept_and_one_that_is_newer_stays()
    {
        string cards = Path.Combine(home.DataPath, DataFolder.AgentsName), hours = Path.Combine(cards, "opening-hours.md"), newer = Path.Combine(cards, "newer.md");
        Directory.CreateDirectory(cards);
        await System.IO.File.WriteAllTextAsync(hours, "as it was");
        await System.IO.File.WriteAllTextAsync(Path.Combine(cards, "notes.txt"), "no card");
        BackupManifest manifest = await desk.Get<Backups>().WriteAsync(File, default);
        manifest.Files.Select(f => f.Name).Where(n => n.StartsWith("agents/", StringComparison.Ordinal)).ShouldBe(["agents/opening-hours.md"]);
        await System.IO.File.WriteAllTextAsync(hours, "spoiled");
        await System.IO.File.WriteAllTextAsync(newer, "made since");
        await desk.DisposeAsync();

        await RestoreAsync(File);

        (await System.IO.File.ReadAllTextAsync(hours)).ShouldBe("as it was");
        (await System.IO.File.ReadAllTextAsync(newer)).ShouldBe("made since");
        (await System.IO.File.ReadAllTextAsync(Path.Combine(home.DataPath, "before-restore", "agents", "opening-hours.md"))).ShouldBe("spoiled");
        desk = await Desk.OpenAsync(home, ownsHome: false);
    }

    [Fact]
    public async Task A_restore_is_entered_once_into_the_audit_of_every_tenant_and_the_chain_goes_on()
    {
        Guid first = desk.TenantId;
        Guid second = await desk.UseTenantAsync("other");
        await desk.Get<Backups>().WriteAsync(File, default);
        await desk.AddCustomerAsync("after the backup");
        await desk.Sealer().SealAsync(default);
        await desk.DisposeAsync();
        await RestoreAsync(File);

        desk = await Desk.OpenAsync(home, ownsHome: false);
        await desk.Get<RestoreNotes>().EnterAsync(default);
        await desk.Get<RestoreNotes>().EnterAsync(default);

        foreach (Guid tenant in (Guid[])[first, second])
        {
            AuditEntry entry = (await desk.EntriesAsync(tenant))[^1];
            (entry.Action, entry.Actor, entry.Entity).ShouldBe(("restored", "system:restore", "installation"));
            entry.After!.ShouldContain("backup.zip");
            (await desk.EntriesAsync(tenant)).Count(e => e.Action == "restored").ShouldBe(1);
            entry.Position.ShouldNotBeNull();
            (await desk.VerifyAsync(tenant)).Faults.ShouldBeEmpty();
        }

        (await IsKeptAsync()).ShouldBeTrue("what was there is kept");
    }

    [Fact]
    public async Task A_note_of_a_restore_that_was_broken_off_after_the_entry_is_entered_once()
    {
        await desk.Get<Backups>().WriteAsync(File, default);
        await desk.DisposeAsync();
        await RestoreAsync(File);
        desk = await Desk.OpenAsync(home, ownsHome: false);
        desk.UseTenant((await desk.Tenants.FindAsync("acme", default))!.Id);
        string mark = Path.Combine(home.DataPath, "restored.json");
        byte[] kept = await System.IO.File.ReadAllBytesAsync(mark);
        await desk.Get<RestoreNotes>().EnterAsync(default);
        await System.IO.File.WriteAllBytesAsync(mark, kept);

        await desk.Get<RestoreNotes>().EnterAsync(default);

        (await desk.EntriesAsync()).Count(e => e.Action == "restored").ShouldBe(1);
        System.IO.File.Exists(mark).ShouldBeFalse();
    }

    [Fact]
    public async Task A_backup_made_while_rows_are_written_holds_one_state_and_nobody_waits_for_it()
    {
        using var stop = new CancellationTokenSource();
        Task<int> writing = WriteUntilAsync(stop.Token);
        BackupManifest manifest;
        try
        {
            manifest = await desk.Get<Backups>().WriteAsync(File, default);
            manifest = await desk.Get<Backups>().WriteAsync(File, default);
        }
        finally
        {
            await stop.CancelAsync();
        }

        int written = await writing;
        written.ShouldBeGreaterThan(0);
        long rows = Rows(manifest, "customers");
        // A customer and its contact are one transaction, so no state has one without the other.
        IReadOnlyList<TableDigest> now = await TablesAsync();
        (Rows(manifest, "contacts") - rows).ShouldBe(Rows(now, "contacts") - Rows(now, "customers"));
        await desk.DisposeAsync();
        await RestoreAsync(File);
        desk = await Desk.OpenAsync(home, ownsHome: false);
        (await TablesAsync()).ShouldBe(manifest.Tables);
        desk.UseTenant((await desk.Tenants.FindAsync("acme", default))!.Id);
        (await desk.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_is_readable_by_its_owner_only_and_leaves_nothing_beside_itself()
    {
        await desk.Get<Backups>().WriteAsync(File, default);

        if (!OperatingSystem.IsWindows()) System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName).ShouldBe(["backup.zip"]);
    }

    [Theory]
    [InlineData("backup:snapshot")]
    [InlineData("backup:written")]
    [InlineData("backup:verified")]
    public async Task A_backup_that_is_broken_off_leaves_the_one_before_under_its_name(string site)
    {
        await desk.Get<Backups>().WriteAsync(File, default);
        byte[] before = await System.IO.File.ReadAllBytesAsync(File);
        desk.Faults.At = site;
        await Should.ThrowAsync<InvalidOperationException>(() => desk.Get<Backups>().WriteAsync(File, default));
        desk.Faults.At = null;

        (await System.IO.File.ReadAllBytesAsync(File)).ShouldBe(before);
        Directory.EnumerateFileSystemEntries(temp.Path).Select(Path.GetFileName).ShouldBe(["backup.zip"]);
    }

    [Fact]
    public async Task A_file_that_is_no_backup_is_not_written_over_and_a_missing_place_is_told()
    {
        await System.IO.File.WriteAllTextAsync(File, "my thesis");
        (await Should.ThrowAsync<BackupException>(() => desk.Get<Backups>().WriteAsync(File, default))).Message.ShouldContain("is no backup");
        (await System.IO.File.ReadAllTextAsync(File)).ShouldBe("my thesis");
        (await Should.ThrowAsync<BackupException>(() => desk.Get<Backups>().WriteAsync(Path.Combine(temp["nowhere"], "b.zip"), default))).Message.ShouldContain("There is no folder");
        (await Should.ThrowAsync<BackupException>(() => desk.Get<Backups>().WriteAsync(home.DataPath, default))).Message.ShouldContain("is a folder");
    }

    [Fact]
    public async Task Every_byte_that_is_altered_in_a_backup_is_found_before_anything_is_changed()
    {
        const int Seed = 7, Rounds = 60;
        await desk.Get<Backups>().WriteAsync(File, default);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File);
        await desk.DisposeAsync();
        string before = await FingerprintAsync();
        var random = new Random(Seed);
        int refused = 0, harmless = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] altered = [.. whole];
            if (round % 3 == 0) altered = altered[..random.Next(altered.Length)];
            else altered[random.Next(altered.Length)] ^= (byte)random.Next(1, 256);
            await System.IO.File.WriteAllBytesAsync(File, altered);
            try
            {
                await RestoreAsync(File);
                harmless++;
                // A byte of the zip's own notes, such as a time, may be another one without any file being one.
                desk = await Desk.OpenAsync(home, ownsHome: false);
                await desk.DisposeAsync();
                (await FingerprintAsync()).ShouldBe(before, $"seed {Seed}, round {round}");
            }
            catch (BackupException)
            {
                refused++;
                (await FingerprintAsync()).ShouldBe(before, $"seed {Seed}, round {round}");
                Directory.Exists(Path.Combine(home.DataPath, "restore.new")).ShouldBeFalse();
            }
        }

        refused.ShouldBeGreaterThan(harmless);
        desk = await Desk.OpenAsync(home, ownsHome: false);

        async Task<string> FingerprintAsync() => string.Join('\n', await TablesAsync()) + Convert.ToHexString(await System.IO.File.ReadAllBytesAsync(Path.Combine(home.DataPath, "secrets", "audit")));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("secrets/../../evil")]
    [InlineData("switchboard.db\n")]
    public void A_name_that_leads_out_of_the_folder_is_no_name_of_a_file(string name) => BackupManifest.IsName(name).ShouldBeFalse();

    [Fact]
    public async Task A_file_that_unpacks_to_another_size_than_the_manifest_says_is_not_unpacked()
    {
        await desk.Get<Backups>().WriteAsync(File, default);
        BackupManifest manifest = await BackupFile.ReadManifestAsync(File, default);
        FileDigest first = manifest.Files[0];
        string unpacked = temp["unpacked"], into = temp["into"];
        await ZipFile.ExtractToDirectoryAsync(File, unpacked);
        System.IO.File.Delete(File);
        await System.IO.File.AppendAllTextAsync(Path.Combine(unpacked, first.Name), new string(' ', 1 << 20));
        await BackupFile.PackAsync(unpacked, [.. manifest.Files.Select(f => f.Name)], _ => manifest, File, default);
        (await Should.ThrowAsync<BackupException>(() => BackupFile.UnpackAsync(File, into, default))).Message.ShouldContain($"{first.Name} is another one");
        new FileInfo(Path.Combine(into, first.Name)).Length.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_the_manifest_does_not_name_and_a_row_that_was_altered_are_refused()
    {
        await desk.Get<Backups>().WriteAsync(File, default);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File);
        await using (ZipArchive zip = await ZipFile.OpenAsync(File, ZipArchiveMode.Update)) zip.CreateEntry("secrets/another");
        await desk.DisposeAsync();
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(File))).Message.ShouldContain("does not name");

        // Somebody who alters a row and writes the file's hash anew still has the table's against them.
        await System.IO.File.WriteAllBytesAsync(File, whole);
        string unpacked = temp["unpacked"];
        await ZipFile.ExtractToDirectoryAsync(File, unpacked);
        Alter(unpacked);
        BackupManifest manifest = await BackupFile.ReadManifestAsync(File, default);
        System.IO.File.Delete(File);
        await BackupFile.PackAsync(unpacked, [.. manifest.Files.Select(f => f.Name)], files => manifest with { Files = files }, File, default);
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(File))).Message.ShouldContain("The table customers");
        desk = await Desk.OpenAsync(home, ownsHome: false);
    }

    [Fact]
    public async Task A_backup_of_a_newer_program_or_of_another_database_is_refused_with_what_to_do()
    {
        await desk.Get<Backups>().WriteAsync(File, default);
        await desk.DisposeAsync();
        string unpacked = temp["unpacked"];
        await ZipFile.ExtractToDirectoryAsync(File, unpacked);
        BackupManifest manifest = await BackupFile.ReadManifestAsync(File, default);
        string[] names = [.. manifest.Files.Select(f => f.Name)];
        await BackupFile.PackAsync(unpacked, names, files => manifest with { Files = files, Provider = Other(manifest.Provider) }, temp["other.zip"], default);
        await BackupFile.PackAsync(unpacked, names, files => manifest with { Files = files, Migrations = [.. manifest.Migrations, "20990101000000_Next"] }, temp["newer.zip"], default);

        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(temp["other.zip"]))).Message.ShouldContain($"Database:Provider={Other(manifest.Provider)}");
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(temp["newer.zip"]))).Message.ShouldContain("newer version");
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(temp["nowhere.zip"]))).Message.ShouldContain("There is no file");
        desk = await Desk.OpenAsync(home, ownsHome: false);

        static string Other(string provider) => provider == "sqlite" ? "postgres" : "sqlite";
    }

    /// <summary>Opens the home again, as the next process does.</summary>
    protected async Task ReopenAsync()
    {
        desk = await Desk.OpenAsync(home, ownsHome: false);
        desk.UseTenant((await desk.Tenants.FindAsync("acme", default))!.Id);
    }

    /// <summary>Restores as a process does that does nothing else.</summary>
    protected async Task RestoreAsync(string file, IFaultPoints? faults = null)
    {
        using DataFolder folder = DataFolder.Open(home.DataPath, desk.Clock);
        await new Restores(folder, Backup(folder, faults ?? new NoFaults()), desk.Clock, faults ?? new NoFaults()).RestoreAsync(file, default);
    }

    /// <summary>The tenant's archive.</summary>
    protected async Task<byte[]> ExportAsync()
    {
        using var to = new MemoryStream();
        await desk.Get<TenantExport>().WriteAsync(desk.TenantId, to, null, default);
        return to.ToArray();
    }

    private async Task<int> WriteUntilAsync(CancellationToken stop)
    {
        int written = 0;
        while (!stop.IsCancellationRequested)
        {
            await desk.Data.WriteAsync(
                desk.Actor,
                db =>
                {
                    var customer = new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = "while it is backed up", Plan = "free", Since = Desk.Start };
                    db.Add(customer);
                    return db.Add(new Contact { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = customer.Id, Email = $"{customer.Id:N}@example.com", Name = "N", Role = ContactRole.User, Language = "en" }).Entity;
                },
                default);
            written++;
        }

        return written;
    }

    private static long Rows(BackupManifest manifest, string table) => Rows(manifest.Tables, table);

    private static long Rows(IReadOnlyList<TableDigest> tables, string table) => tables.Single(t => t.Name == table).Rows;
}
