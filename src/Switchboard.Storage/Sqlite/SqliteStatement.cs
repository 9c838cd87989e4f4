using Microsoft.Data.Sqlite;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Sqlite;

/// <summary>A prepared statement of one connection. Values are set by name and kept until they are set again.</summary>
public sealed class SqliteStatement
{
    private readonly SqliteCommand command;

    internal SqliteStatement(SqliteCommand command) => this.command = command;

    /// <summary>Sets an id.</summary>
    public SqliteStatement Set(string name, Guid value) => SetValue(name, SqliteTypes.Id(value));

    /// <summary>Sets an id that may be missing.</summary>
    public SqliteStatement Set(string name, Guid? value) => SetValue(name, value is { } id ? SqliteTypes.Id(id) : null);

    /// <summary>Sets an instant.</summary>
    public SqliteStatement Set(string name, DateTimeOffset value) => SetValue(name, SqliteTypes.Instant(value));

    /// <summary>Sets an instant that may be missing.</summary>
    public SqliteStatement Set(string name, DateTimeOffset? value) => SetValue(name, value is { } instant ? SqliteTypes.Instant(instant) : null);

    /// <summary>Sets a number.</summary>
    public SqliteStatement Set(string name, long value) => SetValue(name, value);

    /// <summary>Sets a whole number that may be missing.</summary>
    public SqliteStatement Set(string name, long? value) => SetValue(name, value);

    /// <summary>Sets a number that may be missing.</summary>
    public SqliteStatement Set(string name, double? value) => SetValue(name, value);

    /// <summary>Sets a decimal.</summary>
    public SqliteStatement Set(string name, decimal value) => SetValue(name, SqliteTypes.Decimal(value));

    /// <summary>Sets a truth value.</summary>
    public SqliteStatement Set(string name, bool value) => SetValue(name, value ? 1L : 0L);

    /// <summary>Sets a text that may be missing.</summary>
    public SqliteStatement Set(string name, string? value) => SetValue(name, value);

    /// <summary>Sets bytes that may be missing.</summary>
    public SqliteStatement Set(string name, byte[]? value) => SetValue(name, value);

    /// <summary>Sets an enum's value.</summary>
    public SqliteStatement Set<T>(string name, T value) where T : struct, Enum => SetValue(name, EnumText<T>.Of(value));

    /// <summary>Sets an enum's value that may be missing.</summary>
    public SqliteStatement Set<T>(string name, T? value) where T : struct, Enum => SetValue(name, value is { } v ? EnumText<T>.Of(v) : null);

    /// <summary>Executes and gives the number of rows written.</summary>
    public int Execute() => command.ExecuteNonQuery();

    /// <summary>The first value of the first row as a number; null when there is no row or it is null.</summary>
    public long? Number() => command.ExecuteScalar() as long?;

    /// <summary>The first value of the first row as text; null when there is no row or it is null.</summary>
    public string? Text() => command.ExecuteScalar() as string;

    /// <summary>Executes and gives the rows; they must be disposed before the statement is used again.</summary>
    public SqliteDataReader Rows() => command.ExecuteReader();

    /// <summary>The rows, each made into a value.</summary>
    public List<T> List<T>(Func<SqliteDataReader, T> row)
    {
        var list = new List<T>();
        using SqliteDataReader rows = Rows();
        while (rows.Read()) list.Add(row(rows));
        return list;
    }

    /// <summary>The first row made into a value; the default when there is none.</summary>
    public T? First<T>(Func<SqliteDataReader, T> row)
    {
        using SqliteDataReader rows = Rows();
        return rows.Read() ? row(rows) : default;
    }

    /// <summary>Sets a value of the engine in the form it has in SQLite.</summary>
    internal SqliteStatement Set(EngineValue value) => SetValue(value.Name, (value.Type, value.Value) switch
    {
        (_, null) => null,
        (EngineType.Id, Guid id) => SqliteTypes.Id(id),
        (EngineType.Instant, DateTimeOffset at) => SqliteTypes.Instant(at),
        (EngineType.Truth, bool truth) => truth ? 1L : 0L,
        (EngineType.Day, DateOnly day) => SqliteTypes.Date(day),
        (_, { } other) => other,
    });

    private SqliteStatement SetValue(string name, object? value)
    {
        int place = command.Parameters.IndexOf(name);
        if (place >= 0) command.Parameters[place].Value = value ?? DBNull.Value;
        else command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return this;
    }
}

/// <summary>A row of SQLite as its driver gives it, in the house's types.</summary>
internal sealed class SqliteDriverRow(SqliteDataReader row) : DriverRow(row)
{
    public override Guid Id(int column) => SqliteTypes.Id(row.GetFieldValue<byte[]>(column));

    public override DateTimeOffset Instant(int column) => SqliteTypes.Instant(row.GetInt64(column));

    public override T Entity<T>() => SqliteModel.Rows<T>().Read(row);
}
