using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Core.Transfer;

/// <summary>
/// Ids of imported rows: UUIDv7 of the row's own instant, whose other bits are a hash of the kind and the external reference. So a row of a
/// kind that keeps no external reference is found again by its id, and an import gives the same ids wherever it runs.
/// </summary>
public static class RowIds
{
    /// <summary>The id of a row that was born at an instant.</summary>
    public static Guid Make(DateTimeOffset born, string kind, string externalRef)
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes, kind, externalRef);
        long milliseconds = Math.Clamp(born.ToUnixTimeMilliseconds(), 0, (1L << 48) - 1);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, milliseconds);
        time[2..].CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>What the ids of a row have in common, whenever it was born: the id without its time.</summary>
    public static Guid TailOf(string kind, string externalRef)
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes, kind, externalRef);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>An id without its time.</summary>
    public static Guid TailOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[..6].Clear();
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>74 bits of SHA-256 behind 48 zero bits, with the version and the variant of UUIDv7 (RFC 9562) at their places.</summary>
    private static void Fill(Span<byte> bytes, string kind, string externalRef)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\0{externalRef}"), hash);
        bytes[..6].Clear();
        hash[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
    }
}
