using System.IO.Compression;
using System.Text;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Agents;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage.Tests.Transfer;

public abstract class TenantArchiveSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(Specimens.Make(db.Model, Desk.TenantId, Desk.NewId));
                return 0;
            },
            default);
    }

    [Fact]
    public async Task A_tenant_exported_and_imported_exports_to_the_same_bytes()
    {
        // A conversation may continue an older one whose id sorts behind its own.
        Guid later = Desk.NewId();
        Guid sooner = new(later.ToByteArray(bigEndian: true) is var bytes && (bytes[0] = 0) == 0 ? bytes : [], bigEndian: true);
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(Desk.NewConversation(later)), default);
        await Desk.Data.WriteAsync(Desk.Actor, db =>
        {
            Conversation follows = Desk.NewConversation(sooner);
            db.Add(follows);
            db.Entry(follows).Property(c => c.ContinuesId).CurrentValue = later;
            return 0;
        }, default);

        byte[] export = await ExportAsync(Desk.TenantId);
        (await ExportAsync(Desk.TenantId)).ShouldBe(export);
        Guid copy = await Desk.AddTenantAsync("copy");
        await Desk.Data.WriteAsync(new SystemActor(copy, "test"), db => db.Add(new User { TenantId = copy, Id = Desk.NewId(), Email = "owner@copy.invalid", Name = "Owner", Role = Role.Owner, CreatedAt = Desk.Start }), default);
        string original = await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId);

        ArchiveReport dry = await ImportAsync(copy, export, dryRun: true);
        ArchiveReport report = await ImportAsync(copy, export);

        (dry with { DryRun = false, Applied = true, Entities = report.Entities, LeftOut = report.LeftOut }).ShouldBe(report);
        // The specimen of a user is no active owner, so the tenant keeps the owner it was made with; without that one the bytes are the same.
        await Desk.Data.WriteAsync(new SystemActor(copy, "test"), db => db.Users.Remove(db.Users.Single(u => u.Email == "owner@copy.invalid")), default);
        byte[] second = await ExportAsync(copy);
        foreach ((string name, string text) in Texts(export)) Texts(second)[name].ShouldBe(text, name);
        second.ShouldBe(export);
        (await DatabaseHash.OfAsync(Desk.Data, Desk.TenantId)).ShouldBe(original);
    }

    [Fact]
    public async Task Every_entity_is_exported_but_those_that_are_named_with_their_reason()
    {
        byte[] export = await ExportAsync(Desk.TenantId);
        Dictionary<string, string> files = Texts(export);
        ArchiveManifest manifest = Core.Json.Read<ArchiveManifest>(files["manifest.json"]);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        string[] all = [.. db.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).Select(e => EntityAccess.Of(e.ClrType).Name)];
        manifest.Entities.Select(e => e.Entity).Concat(manifest.LeftOut.Select(l => l.Entity)).ShouldBe(all, ignoreOrder: true);
        manifest.LeftOut.Select(l => l.Entity).ShouldBe(
            [
                "account_token", "answered_call", "api_key", "audit_entry", "embedding_model", "external_identity", "intent_model_version", "passage_vector", "proof_code", "refresh_token", "signing_key", "spent_sign_in", "user_credential", "user_session",
                "webhook_delivery", "webhook_endpoint", "widget_key",
            ],
            ignoreOrder: true);
        manifest.Entities.ShouldAllBe(e => e.Rows >= 1);
        string everything = string.Concat(files.Values);
        everything.ShouldNotContain(Desk.TenantId.ToString());
        foreach (UserCredential credential in db.Set<UserCredential>()) everything.ShouldNotContain(credential.PasswordHash!);
        foreach (ApiKey key in db.ApiKeys) everything.ShouldNotContain(Convert.ToBase64String(key.Hash));
    }

    [Fact]
    public async Task An_owner_of_the_archive_takes_the_place_of_the_one_the_tenant_was_made_with()
    {
        Guid source = await Desk.AddTenantAsync("source");
        await AddOwnerAsync(source, "olga@example.com");
        byte[] export = await ExportAsync(source);
        Guid copy = await Desk.AddTenantAsync("copy");
        await AddOwnerAsync(copy, "owner@copy.invalid");
        await ImportAsync(copy, export);
        await using SwitchboardDb db = Desk.Data.For(copy);
        db.Users.Single().Email.ShouldBe("olga@example.com");
        (await Desk.Tenants.FindAsync(copy, default))!.Name.ShouldBe("source");
    }

    [Theory]
    [InlineData("customer.jsonl", "hash differs")]
    [InlineData("manifest.json", "no manifest.json")]
    public async Task A_broken_archive_changes_nothing(string file, string because)
    {
        byte[] export = await ExportAsync(Desk.TenantId);
        Guid copy = await Desk.AddTenantAsync("copy");
        string before = await DatabaseHash.OfAsync(Desk.Data, copy);
        byte[] broken = Repacked(export, (name, text) => name != file ? text : file == "manifest.json" ? null : text.Replace("text", "test"));
        (await Should.ThrowAsync<ArchiveException>(() => ImportAsync(copy, broken))).Message.ShouldContain(because);
        (await DatabaseHash.OfAsync(Desk.Data, copy)).ShouldBe(before);
    }

    [Fact]
    public async Task A_tenant_that_is_not_empty_takes_no_archive_and_a_wrong_row_takes_all_back()
    {
        byte[] export = await ExportAsync(Desk.TenantId);
        (await Should.ThrowAsync<ArchiveException>(() => ImportAsync(Desk.TenantId, export))).Message.ShouldContain("not empty");

        // A row that is well written but wrong, under a manifest that fits it: it is found when half of the rows are written.
        byte[] wrong = Repacked(export, (name, text) => name == "message.jsonl" ? text.Replace("\"sequence\":", "\"place\":") : text);
        Dictionary<string, string> files = Texts(wrong);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(files["message.jsonl"])));
        ArchiveManifest manifest = Core.Json.Read<ArchiveManifest>(files["manifest.json"]);
        string fitting = Core.Json.Write(manifest with { Entities = [.. manifest.Entities.Select(e => e.File == "message.jsonl" ? e with { Sha256 = hash } : e)] });
        wrong = Repacked(wrong, (name, text) => name == "manifest.json" ? fitting : text);
        Guid copy = await Desk.AddTenantAsync("copy");
        string before = await DatabaseHash.OfAsync(Desk.Data, copy);
        (await Should.ThrowAsync<ArchiveException>(() => ImportAsync(copy, wrong))).Message.ShouldContain("message.jsonl, line 1: sequence is missing");
        (await DatabaseHash.OfAsync(Desk.Data, copy)).ShouldBe(before);
    }

    private Task<User> AddOwnerAsync(Guid tenant, string email) => Desk.Data.WriteAsync(
        new SystemActor(tenant, "test"),
        db => db.Add(new User { TenantId = tenant, Id = Desk.NewId(), Email = email, Name = "Owner", Role = Role.Owner, CreatedAt = Desk.Start }).Entity,
        default);

    private async Task<byte[]> ExportAsync(Guid tenant)
    {
        using var to = new MemoryStream();
        await Desk.Get<TenantExport>().WriteAsync(tenant, to, null, default);
        return to.ToArray();
    }

    private Task<ArchiveReport> ImportAsync(Guid tenant, byte[] archive, bool dryRun = false) => Desk.Get<TenantImport>().ImportAsync(new SystemActor(tenant, "test"), new MemoryStream(archive), dryRun, default);

    private static Dictionary<string, string> Texts(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive), ZipArchiveMode.Read);
        return zip.Entries.ToDictionary(e => e.FullName, e => new StreamReader(e.Open()).ReadToEnd());
    }

    private static byte[] Repacked(byte[] archive, Func<string, string, string?> change)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in Texts(archive))
            {
                if (change(name, text) is not { } changed) continue;
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(changed));
            }
        }

        return packed.ToArray();
    }
}

public sealed class SqliteTenantArchiveTests() : TenantArchiveSuite(SqliteHome.CreateAsync);

public sealed class PostgresTenantArchiveTests(PostgresServer server) : TenantArchiveSuite(server.NewHomeAsync);
