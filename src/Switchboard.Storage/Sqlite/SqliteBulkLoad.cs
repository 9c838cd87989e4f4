using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Sqlite;

/// <summary>Adds rows by one prepared statement a table, its values bound without boxing.</summary>
/// <param name="item">The item of the writer.</param>
/// <param name="actor">Who adds.</param>
/// <param name="loaded">Counts the rows for the audit.</param>
internal sealed class SqliteBulkLoad(SqliteWriteContext item, Actor actor, LoadedTables loaded) : IBulkLoad
{
    private SqliteDb? db;

    /// <inheritdoc />
    public SwitchboardDb Db => db ??= item.Context(actor);

    /// <inheritdoc />
    public long Add<T>(IEnumerable<T> rows) where T : class, ITenantOwned
    {
        LoadedRows added = loaded.Of(SqliteModel.Rows<T>());
        sqlite3 handle = item.Session.Connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, SqliteInsert<T>.Sql, out sqlite3_stmt statement), handle);
        using (statement)
        {
            long count = 0;
            foreach (T row in rows)
            {
                if (row.TenantId != actor.TenantId) throw new InvalidOperationException($"A {typeof(T).Name} of tenant {row.TenantId} cannot be added in a load of tenant {actor.TenantId}.");
                SqliteInsert<T>.Bind(statement, row);
                int result = raw.sqlite3_step(statement);
                if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, handle);
                raw.sqlite3_reset(statement);
                added.Add(row);
                count++;
            }

            return count;
        }
    }

    /// <summary>Saves what was changed through the model.</summary>
    public void Save() => db?.SaveChanges();
}

/// <summary>The insert statement of an entity and how a row is bound to it, compiled once.</summary>
internal static class SqliteInsert<T> where T : class
{
    /// <summary>The insert statement.</summary>
    public static readonly string Sql = MakeSql(SqliteModel.Rows<T>());

    /// <summary>Binds a row's values.</summary>
    public static readonly Action<sqlite3_stmt, T> Bind = CompileBind(SqliteModel.Rows<T>());

    private static string MakeSql(EntityRows<T> rows) => $"insert into {rows.Table} ({rows.ColumnList}) values ({string.Join(", ", rows.Columns.Select(_ => "?"))})";

    private static Action<sqlite3_stmt, T> CompileBind(EntityRows<T> rows)
    {
        ParameterExpression statement = Expression.Parameter(typeof(sqlite3_stmt), "statement");
        ParameterExpression row = Expression.Parameter(typeof(T), "row");
        var body = new List<Expression>();
        for (int i = 0; i < rows.Columns.Count; i++)
        {
            EntityColumn column = rows.Columns[i];
            // An id goes into the statement without the array that the driver would want; the bytes are those of SqliteTypes.Id.
            Expression value = column.Property.ClrType == typeof(Guid) || column.Property.ClrType == typeof(Guid?) ? Expression.Property(row, column.Property.PropertyInfo!) : Expression.Invoke(rows.Stored(column), row);
            MethodInfo bind = typeof(SqliteBind).GetMethod(nameof(SqliteBind.Value), [typeof(sqlite3_stmt), typeof(int), value.Type])
                ?? throw new InvalidOperationException($"{rows.Table}.{column.Name} has values of type {value.Type.Name}, which cannot be bound.");
            body.Add(Expression.Call(bind, statement, Expression.Constant(i + 1), value));
        }

        return Expression.Lambda<Action<sqlite3_stmt, T>>(Expression.Block(body), statement, row).Compile();
    }
}

/// <summary>Binds one value of each type that stands in SQLite.</summary>
internal static class SqliteBind
{
    /// <summary>Characters of a text that is made ready on the stack; no character of UTF-16 takes more than three bytes.</summary>
    private const int shortText = 170;

    public static void Value(sqlite3_stmt statement, int place, long value) => raw.sqlite3_bind_int64(statement, place, value);
    public static void Value(sqlite3_stmt statement, int place, int value) => raw.sqlite3_bind_int64(statement, place, value);
    public static void Value(sqlite3_stmt statement, int place, bool value) => raw.sqlite3_bind_int64(statement, place, value ? 1 : 0);
    public static void Value(sqlite3_stmt statement, int place, double value) => raw.sqlite3_bind_double(statement, place, value);

    public static void Value(sqlite3_stmt statement, int place, long? value)
    {
        if (value is { } v) Value(statement, place, v);
        else raw.sqlite3_bind_null(statement, place);
    }

    public static void Value(sqlite3_stmt statement, int place, int? value)
    {
        if (value is { } v) Value(statement, place, v);
        else raw.sqlite3_bind_null(statement, place);
    }

    public static void Value(sqlite3_stmt statement, int place, bool? value)
    {
        if (value is { } v) Value(statement, place, v);
        else raw.sqlite3_bind_null(statement, place);
    }

    public static void Value(sqlite3_stmt statement, int place, double? value)
    {
        if (value is { } v) Value(statement, place, v);
        else raw.sqlite3_bind_null(statement, place);
    }

    public static void Value(sqlite3_stmt statement, int place, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        raw.sqlite3_bind_blob(statement, place, bytes);
    }

    public static void Value(sqlite3_stmt statement, int place, Guid? value)
    {
        if (value is { } v) Value(statement, place, v);
        else raw.sqlite3_bind_null(statement, place);
    }

    public static void Value(sqlite3_stmt statement, int place, string? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(statement, place);
        }
        else if (value.Length is 0 or > shortText)
        {
            raw.sqlite3_bind_text(statement, place, value);
        }
        else
        {
            // SQLite copies the bytes, so most texts need no array of their own.
            Span<byte> bytes = stackalloc byte[shortText * 3];
            raw.sqlite3_bind_text(statement, place, bytes[..System.Text.Encoding.UTF8.GetBytes(value, bytes)]);
        }
    }

    public static void Value(sqlite3_stmt statement, int place, byte[]? value)
    {
        if (value is null) raw.sqlite3_bind_null(statement, place);
        else raw.sqlite3_bind_blob(statement, place, value);
    }
}
