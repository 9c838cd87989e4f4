using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Switchboard.Storage.Sqlite;

/// <summary>How values stand in SQLite, for the model and for prepared statements alike.</summary>
internal static class SqliteTypes
{
    /// <summary>An instant as microseconds since 1970 in UTC: SQLite cannot order or compare instants, but integers. What is finer than a microsecond is cut off.</summary>
    public static long Instant(DateTimeOffset value) => (value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant of <see cref="Instant(DateTimeOffset)"/>, in UTC.</summary>
    public static DateTimeOffset Instant(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>An id as 16 bytes in the order it is written, so that a BLOB of a UUIDv7 sorts by time. The driver's own form is text, or bytes in the order of old Windows structures.</summary>
    public static byte[] Id(Guid value) => value.ToByteArray(bigEndian: true);

    /// <summary>Writes the id as <see cref="Id(Guid)"/> gives it.</summary>
    public static void Write(Guid value, Span<byte> bytes) => value.TryWriteBytes(bytes, bigEndian: true, out _);

    /// <summary>The id of <see cref="Id(Guid)"/>.</summary>
    public static Guid Id(byte[] value) => new(value, bigEndian: true);

    /// <summary>The same where the bytes stand.</summary>
    public static Guid Read(ReadOnlySpan<byte> value) => new(value, bigEndian: true);

    /// <summary>A decimal as a count of ten-thousandths, rounded half to even: SQLite has no decimals, and as text it could neither order nor add them.</summary>
    /// <exception cref="OverflowException">The value is beyond ±922 337 203 685 477.5807.</exception>
    public static long Decimal(decimal value) => decimal.ToInt64(decimal.Round(value * 10_000m, 0, MidpointRounding.ToEven));

    /// <summary>The decimal of <see cref="Decimal(decimal)"/>.</summary>
    public static decimal Decimal(long tenThousandths) => new decimal(tenThousandths) / 10_000m;

    /// <summary>A date as ISO 8601 text.</summary>
    public static string Date(DateOnly value) => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The date of <see cref="Date(DateOnly)"/>.</summary>
    public static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Stores instants as <see cref="SqliteTypes.Instant(DateTimeOffset)"/>.</summary>
internal sealed class SqliteInstantConverter() : ValueConverter<DateTimeOffset, long>(v => SqliteTypes.Instant(v), v => SqliteTypes.Instant(v));

/// <summary>Stores decimals as <see cref="SqliteTypes.Decimal(decimal)"/>.</summary>
internal sealed class SqliteDecimalConverter() : ValueConverter<decimal, long>(v => SqliteTypes.Decimal(v), v => SqliteTypes.Decimal(v));

/// <summary>Stores ids as <see cref="SqliteTypes.Id(Guid)"/>.</summary>
internal sealed class SqliteIdConverter() : ValueConverter<Guid, byte[]>(v => SqliteTypes.Id(v), v => SqliteTypes.Id(v));

/// <summary>Stores dates as <see cref="SqliteTypes.Date(DateOnly)"/>.</summary>
internal sealed class SqliteDateConverter() : ValueConverter<DateOnly, string>(v => SqliteTypes.Date(v), v => SqliteTypes.Date(v));
