using System.Buffers;
using System.Data;
using System.Data.Common;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Domain;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Transfer;

/// <summary>Writes a tenant as a zip of JSON Lines: one file an entity, those that others point to first, and a manifest. The same rows give the same bytes.</summary>
/// <param name="data">Where the rows are stored.</param>
/// <param name="tenants">The tenants.</param>
public sealed class TenantExport(Data data, Tenants tenants)
{
    private const int flushedBytes = 64 << 10;

    // The zip format knows no time before it; each entry has the same, so that bytes depend on rows alone.
    private static readonly DateTimeOffset zipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MethodInfo write = typeof(TenantExport).GetMethod(nameof(WriteRowsAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Writes all rows of a tenant as they are at one instant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="to">Where the zip goes; it need not be seekable.</param>
    /// <param name="progress">Told how many entities are written.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <returns>What was written.</returns>
    public async Task<ArchiveManifest> WriteAsync(Guid tenantId, Stream to, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        Tenant tenant = (await tenants.FindAsync(tenantId, cancellationToken))!;
        await using SwitchboardDb db = data.For(tenantId);
        await using DbTransaction snapshot = await SnapshotAsync(db, cancellationToken);
        IReadOnlyList<IEntityType> entities = EntityOrder.Of(db.Model);
        var written = new List<ArchivedEntity>(entities.Count);
        var left = new List<LeftOut>();
        await using ZipArchive zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (IEntityType entity in entities)
        {
            string name = EntityAccess.Of(entity.ClrType).Name;
            if (ArchiveManifest.NotArchived.TryGetValue(entity.ClrType, out string? reason)) left.Add(new LeftOut(name, reason));
            else written.Add(await WriteEntityAsync(db, entity, name, zip, cancellationToken));
            progress?.Report((written.Count + left.Count, entities.Count));
        }

        var manifest = new ArchiveManifest(ArchiveManifest.FormatName, ArchiveManifest.CurrentVersion, new ArchivedTenant(tenant.Name, tenant.Currency, tenant.TimeZone, tenant.Locale), written, left);
        await using Stream file = await Entry(zip, ArchiveManifest.FileName).OpenAsync(cancellationToken);
        await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(manifest, Json.Options), cancellationToken);
        return manifest;
    }

    /// <summary>All reads see the database as it is at the first one.</summary>
    private static async Task<DbTransaction> SnapshotAsync(SwitchboardDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        DbConnection connection = db.Database.GetDbConnection();
        DbTransaction snapshot = connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await db.Database.UseTransactionAsync(snapshot, cancellationToken);
        if (connection is not SqliteConnection)
        {
            // Whoever takes the file may be slow; a transaction that only reads holds nobody up.
            await using DbCommand patient = connection.CreateCommand();
            patient.Transaction = snapshot;
            patient.CommandText = "set local idle_in_transaction_session_timeout to 0";
            await patient.ExecuteNonQueryAsync(cancellationToken);
        }

        return snapshot;
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = zipTime;
        return entry;
    }

    private static async Task<ArchivedEntity> WriteEntityAsync(SwitchboardDb db, IEntityType entity, string name, ZipArchive zip, CancellationToken cancellationToken)
    {
        string fileName = $"{name}.jsonl";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using Stream file = await Entry(zip, fileName).OpenAsync(cancellationToken);
        long rows = await (Task<long>)write.MakeGenericMethod(entity.ClrType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [db, new EntityJson(entity), file, hash, cancellationToken], null)!;
        return new ArchivedEntity(name, fileName, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<long> WriteRowsAsync<T>(SwitchboardDb db, EntityJson json, Stream file, IncrementalHash hash, CancellationToken cancellationToken) where T : class, ITenantOwned
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        long rows = 0;
        await foreach (T row in json.Ordered(db.Set<T>()).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            json.Write(writer, row);
            await writer.FlushAsync(cancellationToken);
            writer.Reset();
            buffer.Write("\n"u8);
            rows++;
            if (buffer.WrittenCount >= flushedBytes) await FlushAsync();
        }

        await FlushAsync();
        return rows;

        async Task FlushAsync()
        {
            hash.AppendData(buffer.WrittenSpan);
            await file.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }
}
