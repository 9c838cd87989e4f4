using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;
using NpgsqlTypes;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Postgres;

/// <summary>How values stand in PostgreSQL, for the model and for prepared statements alike.</summary>
internal static partial class PostgresTypes
{
    private static readonly ConcurrentDictionary<string, (string Sql, string[] Names)> translated = new(StringComparer.Ordinal);

    /// <summary>An instant in UTC, cut to the microseconds that the server keeps.</summary>
    public static DateTimeOffset Instant(DateTimeOffset value) =>
        new(value.UtcTicks - (value.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>A text without the one character that PostgreSQL has no place for; it is replaced as an unreadable one would be.</summary>
    public static string Text(string value) => value.Contains('\0', StringComparison.Ordinal) ? value.Replace('\0', '\uFFFD') : value;

    /// <summary>The statement with its values by place, the form the server prepares.</summary>
    public static NpgsqlBatchCommand Command(EngineStatement statement)
    {
        (string sql, string[] names) = translated.GetOrAdd(statement.Sql, Translate);
        var command = new NpgsqlBatchCommand(sql);
        foreach (string name in names) command.Parameters.Add(Parameter(Find(statement, name)));
        return command;
    }

    private static NpgsqlParameter Parameter(EngineValue value) => value.Type switch
    {
        EngineType.Id => Typed<Guid>(value, NpgsqlDbType.Uuid),
        EngineType.Number => Typed<long>(value, NpgsqlDbType.Bigint),
        EngineType.Real => Typed<double>(value, NpgsqlDbType.Double),
        EngineType.Truth => Typed<bool>(value, NpgsqlDbType.Boolean),
        EngineType.Day => Typed<DateOnly>(value, NpgsqlDbType.Date),
        EngineType.Instant => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = value.Value is DateTimeOffset at ? Instant(at).UtcDateTime : DBNull.Value },
        EngineType.Text => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = value.Value is string text ? Text(text) : DBNull.Value },
        EngineType.Bytes => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = value.Value ?? DBNull.Value },
        _ => throw new InvalidOperationException($"{value.Type} is no type of a value."),
    };

    private static NpgsqlParameter Typed<T>(EngineValue value, NpgsqlDbType type) where T : struct =>
        value.Value is T known ? new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = known } : new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value };

    private static EngineValue Find(EngineStatement statement, string name)
    {
        foreach (EngineValue value in statement.Values)
            if (value.Name == name) return value;
        throw new InvalidOperationException($"The value {name} of a statement was not set: {statement.Sql}");
    }

    private static (string Sql, string[] Names) Translate(string sql)
    {
        var names = new List<string>();
        string placed = Names().Replace(sql, match =>
        {
            int place = names.IndexOf(match.Value);
            if (place < 0)
            {
                names.Add(match.Value);
                place = names.Count - 1;
            }

            return $"${place + 1}";
        });
        return (placed, [.. names]);
    }

    [GeneratedRegex("@[a-z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}

/// <summary>Stores instants as <see cref="PostgresTypes.Instant"/>.</summary>
internal sealed class PostgresInstantConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(v => PostgresTypes.Instant(v), v => v);

/// <summary>Stores decimals with four decimals, rounded half to even like on SQLite; the server by itself would round half away from zero.</summary>
internal sealed class PostgresDecimalConverter() : ValueConverter<decimal, decimal>(v => decimal.Round(v, PostgresDb.MoneyDecimals, MidpointRounding.ToEven), v => v);

/// <summary>A row of PostgreSQL in the house's types.</summary>
internal sealed class PostgresRow(NpgsqlDataReader row) : DriverRow(row)
{
    public override Guid Id(int column) => row.GetGuid(column);

    public override DateTimeOffset Instant(int column) => row.GetFieldValue<DateTimeOffset>(column);

    public override T Entity<T>() => PostgresModel.Rows<T>().Read(row);
}
