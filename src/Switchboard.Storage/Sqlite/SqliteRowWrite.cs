using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Sqlite;

/// <summary>
/// A statement of the engine that writes rows, prepared once for a connection. The driver looks each value up by its name and makes a reader at each execution; the
/// writer's thread, on which all wait, does this a few times for each commit, so here the places are known.
/// </summary>
internal sealed class SqliteRowWrite : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly string[] names;

    /// <summary>Prepares the statement.</summary>
    /// <exception cref="SqliteException">SQLite does not take it.</exception>
    public SqliteRowWrite(sqlite3 connection, string sql)
    {
        this.connection = connection;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection, sql, out statement), connection);
        names = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(statement)).Select(place => raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string())];
    }

    /// <summary>Executes it with the values and gives the number of rows written.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public int Execute(IReadOnlyList<EngineValue> values)
    {
        try
        {
            for (int i = 0; i < names.Length; i++) SqliteException.ThrowExceptionForRC(Bind(i + 1, Find(values, names[i])), connection);
            int result;
            do result = raw.sqlite3_step(statement);
            while (result == raw.SQLITE_ROW);
            if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, connection);
            return raw.sqlite3_changes(connection);
        }
        finally
        {
            // It must not be open when a model registers its functions. Its values are all set anew the next time.
            raw.sqlite3_reset(statement);
        }
    }

    /// <inheritdoc />
    public void Dispose() => statement.Dispose();

    private int Bind(int place, EngineValue value) => (value.Type, value.Value) switch
    {
        (_, null) => raw.sqlite3_bind_null(statement, place),
        (EngineType.Id, Guid id) => raw.sqlite3_bind_blob(statement, place, SqliteTypes.Id(id)),
        (EngineType.Instant, DateTimeOffset at) => raw.sqlite3_bind_int64(statement, place, SqliteTypes.Instant(at)),
        (EngineType.Number, long number) => raw.sqlite3_bind_int64(statement, place, number),
        (EngineType.Real, double number) => raw.sqlite3_bind_double(statement, place, number),
        (EngineType.Truth, bool truth) => raw.sqlite3_bind_int64(statement, place, truth ? 1 : 0),
        (EngineType.Day, DateOnly day) => raw.sqlite3_bind_text(statement, place, SqliteTypes.Date(day)),
        (EngineType.Text, string text) => raw.sqlite3_bind_text(statement, place, text),
        (EngineType.Bytes, byte[] bytes) => raw.sqlite3_bind_blob(statement, place, bytes),
        _ => throw new InvalidOperationException($"{value.Value.GetType().Name} is no {value.Type}."),
    };

    private static EngineValue Find(IReadOnlyList<EngineValue> values, string name)
    {
        for (int i = 0; i < values.Count; i++)
            if (values[i].Name == name) return values[i];
        throw new InvalidOperationException($"The value {name} of a statement was not set.");
    }
}
