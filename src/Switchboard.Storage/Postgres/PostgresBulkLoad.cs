using System.Linq.Expressions;
using System.Reflection;
using Npgsql;
using NpgsqlTypes;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// Adds rows by binary copy. The server copies into no table under row security, so rows are copied into a table of the transaction and inserted from there in one
/// statement, which the row security checks like any other.
/// </summary>
/// <param name="connection">The connection, in its transaction.</param>
/// <param name="db">The model in the same transaction.</param>
/// <param name="actor">Who adds.</param>
/// <param name="loaded">Counts the rows for the audit.</param>
internal sealed class PostgresBulkLoad(NpgsqlConnection connection, PostgresDb db, Actor actor, LoadedTables loaded) : IBulkLoad
{
    /// <inheritdoc />
    public SwitchboardDb Db => db;

    /// <inheritdoc />
    public long Add<T>(IEnumerable<T> rows) where T : class, ITenantOwned
    {
        LoadedRows added = loaded.Of(PostgresModel.Rows<T>());
        string table = PostgresModel.Rows<T>().Table, columns = PostgresModel.Rows<T>().ColumnList, waiting = $"waiting_{table}";
        Execute($"create temp table if not exists \"{waiting}\" (like \"{table}\") on commit drop");
        long count = 0;
        using (NpgsqlBinaryImporter copy = connection.BeginBinaryImport($"copy \"{waiting}\" ({columns}) from stdin (format binary)"))
        {
            foreach (T row in rows)
            {
                if (row.TenantId != actor.TenantId) throw new InvalidOperationException($"A {typeof(T).Name} of tenant {row.TenantId} cannot be added in a load of tenant {actor.TenantId}.");
                copy.StartRow();
                PostgresCopy<T>.Write(copy, row);
                added.Add(row);
                count++;
            }

            copy.Complete();
        }

        Execute($"insert into \"{table}\" ({columns}) select {columns} from \"{waiting}\"");
        Execute($"truncate \"{waiting}\"");
        return count;
    }

    private void Execute(string sql)
    {
        using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>How a row of an entity is written into a binary copy, compiled once.</summary>
internal static class PostgresCopy<T> where T : class
{
    /// <summary>Writes a row's values.</summary>
    public static readonly Action<NpgsqlBinaryImporter, T> Write = Compile(PostgresModel.Rows<T>());

    private static Action<NpgsqlBinaryImporter, T> Compile(EntityRows<T> rows)
    {
        ParameterExpression copy = Expression.Parameter(typeof(NpgsqlBinaryImporter), "copy");
        ParameterExpression row = Expression.Parameter(typeof(T), "row");
        var body = new List<Expression>();
        foreach (EntityColumn column in rows.Columns)
        {
            Expression value = Expression.Invoke(rows.Stored(column), row);
            string writer = !column.StoredType.IsValueType
                ? column.StoredType == typeof(string) ? nameof(PostgresCopy.Text) : nameof(PostgresCopy.Reference)
                : value.Type == column.StoredType ? nameof(PostgresCopy.Value) : nameof(PostgresCopy.ValueOrNull);
            MethodInfo method = typeof(PostgresCopy).GetMethod(writer)!;
            if (method.IsGenericMethodDefinition) method = method.MakeGenericMethod(column.StoredType);
            body.Add(Expression.Call(method, copy, value, Expression.Constant(PostgresCopy.TypeOf(column.StoredType))));
        }

        return Expression.Lambda<Action<NpgsqlBinaryImporter, T>>(Expression.Block(body), copy, row).Compile();
    }
}

/// <summary>Writes one value into a binary copy.</summary>
internal static class PostgresCopy
{
    /// <summary>The server's type of a stored type.</summary>
    /// <exception cref="InvalidOperationException">No column stores such values.</exception>
    public static NpgsqlDbType TypeOf(Type stored) => stored switch
    {
        _ when stored == typeof(Guid) => NpgsqlDbType.Uuid,
        _ when stored == typeof(string) => NpgsqlDbType.Text,
        _ when stored == typeof(DateTimeOffset) => NpgsqlDbType.TimestampTz,
        _ when stored == typeof(DateOnly) => NpgsqlDbType.Date,
        _ when stored == typeof(decimal) => NpgsqlDbType.Numeric,
        _ when stored == typeof(int) => NpgsqlDbType.Integer,
        _ when stored == typeof(long) => NpgsqlDbType.Bigint,
        _ when stored == typeof(double) => NpgsqlDbType.Double,
        _ when stored == typeof(bool) => NpgsqlDbType.Boolean,
        _ when stored == typeof(byte[]) => NpgsqlDbType.Bytea,
        _ => throw new InvalidOperationException($"{stored.Name} is no type of a column."),
    };

    public static void Value<T>(NpgsqlBinaryImporter copy, T value, NpgsqlDbType type) where T : struct => copy.Write(value, type);

    public static void ValueOrNull<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type) where T : struct
    {
        if (value is { } known) copy.Write(known, type);
        else copy.WriteNull();
    }

    public static void Reference<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type) where T : class
    {
        if (value is null) copy.WriteNull();
        else copy.Write(value, type);
    }

    public static void Text(NpgsqlBinaryImporter copy, string? value, NpgsqlDbType type) => Reference(copy, value is null ? null : PostgresTypes.Text(value), type);
}
