using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Auditing;

/// <summary>The rows of one table that a load added, as the audit keeps them: their number and a hash of their keys in the order they came.</summary>
internal sealed class LoadedRows : IDisposable
{
    private readonly IncrementalHash keys = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Type entity;
    private readonly Func<object, byte[]> keyOf;
    private long count;

    private LoadedRows(Type entity, Func<object, byte[]> keyOf)
    {
        this.entity = entity;
        this.keyOf = keyOf;
    }

    /// <summary>Begins to count rows of an entity.</summary>
    /// <exception cref="InvalidOperationException">The entity is the audit itself, which nobody writes but who changes something.</exception>
    public static LoadedRows Of<T>(EntityRows<T> rows) where T : class
    {
        if (typeof(T) == typeof(AuditEntry)) throw new InvalidOperationException("Entries of the audit are made by what they tell of; they cannot be loaded.");
        if (typeof(TenantRow).IsAssignableFrom(typeof(T))) return new LoadedRows(typeof(T), row => ((TenantRow)row).Id.ToByteArray(bigEndian: true));
        IProperty[] key = [.. rows.Columns.Select(c => c.Property).Where(p => p.IsPrimaryKey() && p.Name != nameof(ITenantOwned.TenantId))];
        return new LoadedRows(typeof(T), row => Encoding.UTF8.GetBytes(string.Join('\n', key.Select(p => Convert.ToString(p.PropertyInfo!.GetValue(row), CultureInfo.InvariantCulture)))));
    }

    /// <summary>Counts a row.</summary>
    public void Add(object row)
    {
        byte[] key = keyOf(row);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, key.Length);
        keys.AppendData(length);
        keys.AppendData(key);
        count++;
    }

    /// <summary>What is entered; null when no row came.</summary>
    public AuditChange? Change() => count == 0
        ? null
        : new AuditChange(AuditChange.Loaded, AuditedFields.NameOf(entity), null, null, AuditedFields.Json(("count", count), ("keys", Convert.ToHexStringLower(keys.GetHashAndReset()))));

    /// <inheritdoc />
    public void Dispose() => keys.Dispose();
}

/// <summary>The tables that a load adds rows to: one entry for each.</summary>
/// <param name="actor">Who loads.</param>
/// <param name="recorder">Takes the entries.</param>
internal sealed class LoadedTables(Actor actor, IAuditRecorder recorder) : IDisposable
{
    private readonly Dictionary<Type, LoadedRows> tables = [];

    /// <summary>The rows of an entity.</summary>
    public LoadedRows Of<T>(EntityRows<T> rows) where T : class
    {
        if (!tables.TryGetValue(typeof(T), out LoadedRows? loaded)) tables.Add(typeof(T), loaded = LoadedRows.Of(rows));
        return loaded;
    }

    /// <summary>Enters what was loaded.</summary>
    public void Record()
    {
        foreach (LoadedRows rows in tables.Values)
        {
            if (rows.Change() is { } change) recorder.Record(actor.TenantId, actor.Key, change);
        }

        // A load brings many rows of many customers: all of the tenant's are taken as changed.
        if (tables.Count > 0) recorder.Changed(actor.TenantId, null);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (LoadedRows rows in tables.Values) rows.Dispose();
    }
}
