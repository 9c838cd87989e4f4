using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Sqlite;

/// <summary>
/// A statement of the engine, prepared once for a connection. The driver looks each value up by its name and makes a reader at each execution; the writer's thread,
/// on which all wait, does this a dozen times for each commit, so here the places are known and a row is read where it stands.
/// </summary>
internal sealed class SqlitePrepared : IDisposable
{
    /// <summary>The longest text, in characters, whose bytes need no memory of their own.</summary>
    private const int shortText = 256;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly string[] names;
    private readonly int[] places;
    private readonly SqliteRow row;

    /// <summary>Prepares the statement.</summary>
    /// <exception cref="SqliteException">SQLite does not take it.</exception>
    public SqlitePrepared(sqlite3 connection, string sql)
    {
        this.connection = connection;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection, sql, out statement), connection);
        names = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(statement)).Select(place => raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string())];
        places = new int[names.Length];
        row = new SqliteRow(statement);
    }

    /// <summary>Executes it with the values and gives the number of rows written.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public int Execute(IReadOnlyList<EngineValue> values)
    {
        Run(values, query: null);
        return raw.sqlite3_changes(connection);
    }

    /// <summary>Asks the question it is prepared for.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public void Answer(EngineQuery query) => Run(query.Statement.Values, query);

    /// <inheritdoc />
    public void Dispose() => statement.Dispose();

    private void Run(IReadOnlyList<EngineValue> values, EngineQuery? query)
    {
        try
        {
            for (int i = 0; i < names.Length; i++) SqliteException.ThrowExceptionForRC(Bind(i + 1, Find(values, i)), connection);
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) query?.Take(row);
            if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, connection);
        }
        finally
        {
            // It must not be open when a model registers its functions. Its values are all set anew the next time.
            raw.sqlite3_reset(statement);
        }
    }

    private int Bind(int place, EngineValue value) => (value.Type, value.Value) switch
    {
        (_, null) => raw.sqlite3_bind_null(statement, place),
        (EngineType.Id, Guid id) => Bind(place, id),
        (EngineType.Instant, DateTimeOffset at) => raw.sqlite3_bind_int64(statement, place, SqliteTypes.Instant(at)),
        (EngineType.Number, long number) => raw.sqlite3_bind_int64(statement, place, number),
        (EngineType.Real, double number) => raw.sqlite3_bind_double(statement, place, number),
        (EngineType.Truth, bool truth) => raw.sqlite3_bind_int64(statement, place, truth ? 1 : 0),
        (EngineType.Day, DateOnly day) => Bind(place, SqliteTypes.Date(day)),
        (EngineType.Text, string text) => Bind(place, text),
        (EngineType.Bytes, byte[] bytes) => raw.sqlite3_bind_blob(statement, place, bytes),
        _ => throw new InvalidOperationException($"{value.Value.GetType().Name} is no {value.Type}."),
    };

    private int Bind(int place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        SqliteTypes.Write(id, bytes);
        return raw.sqlite3_bind_blob(statement, place, bytes);
    }

    private int Bind(int place, string text)
    {
        // No bytes at all would be bound as a missing value.
        if (text.Length is 0 or > shortText) return raw.sqlite3_bind_text(statement, place, text);
        Span<byte> bytes = stackalloc byte[shortText * 3];
        return raw.sqlite3_bind_text(statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>The value of a place: mostly where it was the last time, for a statement's values are set in the same order each time.</summary>
    private EngineValue Find(IReadOnlyList<EngineValue> values, int index)
    {
        string name = names[index];
        int last = places[index];
        if (last < values.Count && values[last].Name == name) return values[last];
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i].Name != name) continue;
            places[index] = i;
            return values[i];
        }

        throw new InvalidOperationException($"The value {name} of a statement was not set.");
    }
}

/// <summary>The row at which a prepared statement stands, in the house's types.</summary>
/// <param name="statement">The statement.</param>
internal sealed class SqliteRow(sqlite3_stmt statement) : EngineRow
{
    public override bool IsMissing(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public override Guid Id(int column) => SqliteTypes.Read(raw.sqlite3_column_blob(statement, There(column)));

    public override DateTimeOffset Instant(int column) => SqliteTypes.Instant(Long(column));

    public override string Text(int column) => raw.sqlite3_column_text(statement, There(column)).utf8_to_string();

    public override byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, There(column)).ToArray();

    public override int Int(int column) => checked((int)Long(column));

    public override long Long(int column) => raw.sqlite3_column_int64(statement, There(column));

    public override bool Truth(int column) => Long(column) != 0;

    public override double Real(int column) => raw.sqlite3_column_double(statement, There(column));

    public override DateOnly Day(int column) => SqliteTypes.Date(Text(column));

    public override T Entity<T>() => throw new InvalidOperationException($"The question does not say that it reads whole rows of {typeof(T).Name}.");

    private int There(int column) => IsMissing(column) ? throw new InvalidOperationException($"The value of column {column} is missing.") : column;
}
