using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Auditing;

/// <summary>
/// What the audit is signed with: a key that is in the data folder and never in the database, so that who can write the database alone can make
/// neither an entry nor a seal. Every text and number is written with its length, so that no two entries have the same bytes.
/// </summary>
/// <param name="key">32 random bytes.</param>
internal sealed class AuditKey(byte[] key)
{
    private const string markOf = "switchboard audit mark 1";
    private const string erasedOf = "switchboard audit erased 1";
    private const string sealOf = "switchboard audit seal 1";
    private const string anchorOf = "switchboard audit anchor 1";

    /// <summary>The mark of an entry: over all of it but its place in the chain.</summary>
    public byte[] Mark(AuditEntry entry)
    {
        var bytes = new Bytes(markOf);
        bytes.Add(entry.TenantId);
        bytes.Add(entry.Id);
        bytes.Add(entry.Actor);
        bytes.Add(entry.Action);
        bytes.Add(entry.Entity);
        bytes.Add(entry.EntityId);
        bytes.Add(entry.Before);
        bytes.Add(entry.After);
        bytes.Add(Instant(entry.At));
        return Sign(bytes);
    }

    /// <summary>
    /// What vouches for an entry whose fields were erased: over all that is left of it and its first mark, to which its seal is tied. The chain stays as it was, and
    /// nobody without the key can empty an entry, or alter what is left of one.
    /// </summary>
    public byte[] Erased(AuditEntry entry)
    {
        var bytes = new Bytes(erasedOf);
        bytes.Add(entry.TenantId);
        bytes.Add(entry.Id);
        bytes.Add(entry.Actor);
        bytes.Add(entry.Action);
        bytes.Add(entry.Entity);
        bytes.Add(entry.EntityId);
        bytes.Add(Instant(entry.At));
        bytes.Add(entry.Mark);
        return Sign(bytes);
    }

    /// <summary>Whether the entry says what it said when it was made; one that was erased says nothing more of rows, and its own mark vouches for that.</summary>
    public bool IsMarked(AuditEntry entry) => entry.Erased is { } erased
        ? entry is { Before: null, After: null } && CryptographicOperations.FixedTimeEquals(erased, Erased(entry))
        : CryptographicOperations.FixedTimeEquals(entry.Mark, Mark(entry));

    /// <summary>The seal of an entry at its place, which ties it to the one before.</summary>
    /// <param name="entry">The entry with its mark.</param>
    /// <param name="position">Its place, from 1 on.</param>
    /// <param name="previous">The seal of the entry before; empty for the first.</param>
    public byte[] Seal(AuditEntry entry, long position, byte[] previous)
    {
        var bytes = new Bytes(sealOf);
        bytes.Add(entry.TenantId);
        bytes.Add(entry.Mark);
        bytes.Add(position);
        bytes.Add(previous);
        return Sign(bytes);
    }

    /// <summary>Signs the heads of the chains.</summary>
    public byte[] Anchor(IReadOnlyList<AuditHead> heads)
    {
        var bytes = new Bytes(anchorOf);
        bytes.Add(heads.Count);
        foreach (AuditHead head in heads)
        {
            bytes.Add(head.TenantId);
            bytes.Add(head.Position);
            bytes.Add(head.Seal);
            bytes.Add(Instant(head.At));
        }

        return Sign(bytes);
    }

    /// <summary>Microseconds, as both databases keep an instant.</summary>
    private static long Instant(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private byte[] Sign(Bytes bytes) => HMACSHA256.HashData(key, bytes.Written);

    /// <summary>Bytes that can be read in one way only.</summary>
    private readonly struct Bytes
    {
        private readonly ArrayBufferWriter<byte> buffer = new(512);

        public Bytes(string purpose) => Add(purpose);

        public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

        public void Add(long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(sizeof(long)), value);
            buffer.Advance(sizeof(long));
        }

        public void Add(Guid value)
        {
            const int Size = 16;
            value.TryWriteBytes(buffer.GetSpan(Size), bigEndian: true, out _);
            buffer.Advance(Size);
        }

        public void Add(Guid? value)
        {
            Add(value is null ? 0L : 1L);
            if (value is { } id) Add(id);
        }

        public void Add(ReadOnlySpan<byte> value)
        {
            Add(value.Length);
            buffer.Write(value);
        }

        /// <summary>A missing text is another one than an empty one.</summary>
        public void Add(string? value)
        {
            if (value is null)
            {
                Add(-1L);
                return;
            }

            int length = Encoding.UTF8.GetByteCount(value);
            Add(length);
            Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
            buffer.Advance(length);
        }
    }
}

/// <summary>Where a tenant's chain ends.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Position">Place of the last sealed entry; 0 when there is none.</param>
/// <param name="Seal">Its seal; empty when there is none.</param>
/// <param name="At">When it was sealed.</param>
public sealed record AuditHead(Guid TenantId, long Position, byte[] Seal, DateTimeOffset At)
{
    /// <summary>The head of a chain without an entry.</summary>
    public static AuditHead None(Guid tenantId) => new(tenantId, 0, [], DateTimeOffset.UnixEpoch);
}
