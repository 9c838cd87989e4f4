using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Transfer;

/// <summary>What the import of an archive did.</summary>
/// <param name="DryRun">Whether it was only looked at.</param>
/// <param name="Applied">Whether the rows are stored.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Entities">How many rows of which entity, without those that have none.</param>
/// <param name="LeftOut">What the archive does not hold.</param>
public sealed record ArchiveReport(bool DryRun, bool Applied, long Rows, IReadOnlyDictionary<string, long> Entities, IReadOnlyList<LeftOut> LeftOut);

/// <summary>Imports what <see cref="TenantExport"/> wrote into an empty tenant, in one transaction.</summary>
/// <param name="data">Where the rows are stored.</param>
/// <param name="tenants">Told that the tenant changed.</param>
public sealed class TenantImport(Data data, Tenants tenants)
{
    private static readonly MethodInfo load = typeof(TenantImport).GetMethod(nameof(LoadRows), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly MethodInfo count = typeof(TenantImport).GetMethod(nameof(CountRows), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Imports an archive into the actor's tenant, which has to be empty but for the owner it was made with.</summary>
    /// <param name="actor">Who imports.</param>
    /// <param name="archive">The zip; seekable.</param>
    /// <param name="dryRun">Whether it is only looked at.</param>
    /// <param name="cancellationToken">Breaks off before anything is written.</param>
    /// <exception cref="ArchiveException">The archive is broken, of another version, or the tenant is not empty.</exception>
    public async Task<ArchiveReport> ImportAsync(Actor actor, Stream archive, bool dryRun, CancellationToken cancellationToken)
    {
        using ZipArchive zip = await OpenAsync(archive, cancellationToken);
        if (UnpackLimits.Exceeded(zip, UnpackLimits.TenantBytes) is { } exceeded) throw new ArchiveException(exceeded);
        ArchiveManifest manifest = await ManifestAsync(zip, cancellationToken);
        await CheckAsync(zip, manifest, cancellationToken);
        await using (SwitchboardDb db = data.For(actor.TenantId))
        {
            IReadOnlyDictionary<string, IEntityType> known = Known(db.Model);
            foreach (ArchivedEntity entity in manifest.Entities)
            {
                if (!known.ContainsKey(entity.Entity)) throw new ArchiveException($"The archive holds {entity.Entity}, which this version does not know. Import it with the version it was exported with, or a later one.");
            }

            RequireEmpty(db);
            if (dryRun) foreach (ArchivedEntity entity in manifest.Entities) foreach (ITenantOwned _ in Rows(zip, entity, new EntityJson(known[entity.Entity]), actor.TenantId)) cancellationToken.ThrowIfCancellationRequested();
        }

        if (!dryRun)
        {
            await data.LoadAsync(actor, bulk => Write(bulk, zip, manifest), cancellationToken);
            tenants.Forget();
        }

        return new ArchiveReport(dryRun, !dryRun, manifest.Entities.Sum(e => e.Rows), manifest.Entities.Where(e => e.Rows > 0).ToDictionary(e => e.Entity, e => e.Rows, StringComparer.Ordinal), manifest.LeftOut);
    }

    private static async Task<ZipArchive> OpenAsync(Stream archive, CancellationToken cancellationToken)
    {
        try
        {
            return await ZipArchive.CreateAsync(archive, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new ArchiveException("This is no zip, or a broken one.");
        }
    }

    private static async Task<ArchiveManifest> ManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = zip.GetEntry(ArchiveManifest.FileName) ?? throw new ArchiveException($"The zip has no {ArchiveManifest.FileName}; it is no export of a tenant.");
        if (entry.Length > UnpackLimits.ManifestBytes) throw new ArchiveException($"{ArchiveManifest.FileName} is larger than {UnpackLimits.ManifestBytes >> 20} MB; it is not what an export writes.");
        try
        {
            await using Stream stream = await entry.OpenAsync(cancellationToken);
            ArchiveManifest manifest = await JsonSerializer.DeserializeAsync<ArchiveManifest>(stream, Json.Options, cancellationToken) ?? throw new JsonException("null");
            if (manifest.Format != ArchiveManifest.FormatName || manifest.Version != ArchiveManifest.CurrentVersion) throw new ArchiveException($"The archive is {manifest.Format} {manifest.Version}; this version reads {ArchiveManifest.FormatName} {ArchiveManifest.CurrentVersion}.");
            return manifest;
        }
        catch (JsonException)
        {
            throw new ArchiveException($"{ArchiveManifest.FileName} is not what an export writes.");
        }
    }

    /// <summary>Every file must be there with the bytes the manifest tells of, before any row is looked at.</summary>
    private static async Task CheckAsync(ZipArchive zip, ArchiveManifest manifest, CancellationToken cancellationToken)
    {
        byte[] chunk = new byte[64 << 10];
        foreach (ArchivedEntity entity in manifest.Entities)
        {
            ZipArchiveEntry entry = zip.GetEntry(entity.File) ?? throw new ArchiveException($"{entity.File} is missing in the archive.");
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using Stream stream = await entry.OpenAsync(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0) hash.AppendData(chunk, 0, read);

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != entity.Sha256) throw new ArchiveException($"{entity.File} is not as it was exported: its hash differs from the manifest's.");
        }
    }

    private static IReadOnlyDictionary<string, IEntityType> Known(IModel model) => EntityOrder.Of(model).Where(e => !ArchiveManifest.NotArchived.ContainsKey(e.ClrType)).ToDictionary(e => EntityAccess.Of(e.ClrType).Name, StringComparer.Ordinal);

    /// <summary>Rows of an archive keep their ids and would mix with what is there.</summary>
    private static void RequireEmpty(SwitchboardDb db)
    {
        foreach (IEntityType entity in EntityOrder.Of(db.Model))
        {
            // Who reads an archive may be signed in where it goes, and the call may have an Idempotency-Key; these are rows of that, and no archive brings any.
            if (entity.ClrType == typeof(AuditEntry) || entity.ClrType == typeof(ApiKey) || entity.ClrType == typeof(AnsweredCall) || ArchiveManifest.IsOfSignIn(entity.ClrType)) continue;
            int rows = (int)count.MakeGenericMethod(entity.ClrType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [db], null)!;
            if (rows > (entity.ClrType == typeof(User) ? 1 : 0)) throw new ArchiveException($"The tenant is not empty: it has {rows} rows of {EntityAccess.Of(entity.ClrType).Name}. Import into a new tenant: --tenant NAME makes one.");
        }
    }

    private static int CountRows<T>(SwitchboardDb db) where T : class => db.Set<T>().Count();

    private static long Write(IBulkLoad bulk, ZipArchive zip, ArchiveManifest manifest)
    {
        RequireEmpty(bulk.Db);
        Guid tenantId = bulk.Db.TenantId;
        IReadOnlyDictionary<string, IEntityType> known = Known(bulk.Db.Model);
        if (manifest.Entities.FirstOrDefault(e => e.Entity == EntityAccess.Of(typeof(User)).Name) is { } users && !bulk.Db.ApiKeys.Any() && !bulk.Db.Set<UserCredential>().Any())
        {
            // The archive brings its own owner, so the one the tenant was made with goes. With a key somebody already acts for that one, and it stays.
            bool owned = Rows(zip, users, new EntityJson(known[users.Entity]), tenantId).Cast<User>().Any(u => u is { Role: Role.Owner, Status: UserStatus.Active });
            if (owned) bulk.Db.Users.RemoveRange(bulk.Db.Users);
            bulk.Db.SaveChanges();
        }

        long rows = 0;
        foreach (IEntityType entity in EntityOrder.Of(bulk.Db.Model))
        {
            if (manifest.Entities.FirstOrDefault(e => e.Entity == EntityAccess.Of(entity.ClrType).Name) is not { } archived) continue;
            rows += (long)load.MakeGenericMethod(entity.ClrType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [bulk, zip, archived, new EntityJson(entity), tenantId], null)!;
        }

        Tenant tenant = bulk.Db.Tenants.Single(t => t.Id == tenantId);
        tenant.Name = manifest.Tenant.Name;
        tenant.Currency = manifest.Tenant.Currency;
        tenant.TimeZone = manifest.Tenant.TimeZone;
        tenant.Locale = manifest.Tenant.Locale;
        tenant.KnowledgeVersion++;
        return rows;
    }

    private static long LoadRows<T>(IBulkLoad bulk, ZipArchive zip, ArchivedEntity archived, EntityJson json, Guid tenantId) where T : class, ITenantOwned =>
        bulk.Add(json.PrincipalsFirst(Rows(zip, archived, json, tenantId).Cast<T>()));

    private static IEnumerable<ITenantOwned> Rows(ZipArchive zip, ArchivedEntity archived, EntityJson json, Guid tenantId)
    {
        using var reader = new StreamReader(zip.GetEntry(archived.File)!.Open(), Encoding.UTF8);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            ITenantOwned row;
            try
            {
                row = json.Read(line, tenantId);
            }
            catch (FormatException broken)
            {
                throw new ArchiveException($"{archived.File}, line {number}: {broken.Message}.");
            }

            yield return row;
        }

        if (number != archived.Rows) throw new ArchiveException($"{archived.File} has {number} rows; the manifest tells of {archived.Rows}.");
    }
}
