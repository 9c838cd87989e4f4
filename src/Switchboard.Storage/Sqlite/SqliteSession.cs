using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Sqlite;

/// <summary>One open connection with the statements prepared on it. It is used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>The memory in which the writer keeps pages, in KiB.</summary>
    public const string WriterCache = "pragma cache_size=-16000;";

    /// <summary>The same while many rows are loaded: they touch more pages of the indexes than a turn, and a page that does not fit is written more than once.</summary>
    public const string BulkCache = "pragma cache_size=-64000;";

    /// <summary>The bounds of transactions, which are executed for every commit and every item of one; parsing them each time cost as much as executing them.</summary>
    private static readonly FrozenSet<string> bounds = FrozenSet.Create(StringComparer.Ordinal, "begin", "begin immediate", "savepoint item", "release item", "commit", "rollback");

    private readonly Dictionary<string, SqlitePrepared> engine = new(StringComparer.Ordinal);
    private readonly Dictionary<string, sqlite3_stmt> prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SqliteCommand Command, SqliteStatement Statement)> statements = new(StringComparer.Ordinal);
    private readonly Lazy<DbContextOptions<SqliteDb>> options;

    private readonly bool isWriter;

    private SqliteSession(SqliteConnection connection, QueryTrackingBehavior tracking)
    {
        Connection = connection;
        isWriter = tracking == QueryTrackingBehavior.TrackAll;
        options = new(() => ModelOptions.New<SqliteDb>().UseSqlite(connection).UseQueryTrackingBehavior(tracking).AddInterceptors(DecimalArithmeticGuard.Instance).Options);
    }

    /// <summary>The connection.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>The statements prepared so far.</summary>
    public IReadOnlyCollection<string> Statements => [.. statements.Keys, .. engine.Keys];

    /// <summary>Whether a transaction is open. A full disk or an I/O error ends one without being asked.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>How a model is opened on this connection.</summary>
    public DbContextOptions<SqliteDb> Options => options.Value;

    /// <summary>Opens the connection that writes: every commit is on the disk before it is answered.</summary>
    public static SqliteSession OpenWriter(string path) =>
        Open(path, QueryTrackingBehavior.TrackAll, "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma journal_size_limit=67108864; pragma temp_store=memory;" + WriterCache);

    /// <summary>Opens a connection that reads beside the writer.</summary>
    public static SqliteSession OpenReader(string path) =>
        Open(path, QueryTrackingBehavior.NoTracking, "pragma query_only=on; pragma cache_size=-8000; pragma temp_store=memory;");

    /// <summary>The statement, prepared once for each connection.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (statements.TryGetValue(sql, out var known)) return known.Statement;
        SqliteCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        var statement = new SqliteStatement(command);
        statements.Add(sql, (command, statement));
        return statement;
    }

    /// <summary>The engine's statement with its values, prepared once for each connection.</summary>
    public SqliteStatement Statement(EngineStatement asked)
    {
        SqliteStatement statement = Statement(asked.Sql);
        foreach (EngineValue value in asked.Values) statement.Set(value);
        return statement;
    }

    /// <summary>Executes the engine's statement, prepared once for each connection, and gives the number of rows written.</summary>
    public int Write(EngineStatement statement) => Prepared(statement.Sql).Execute(statement.Values);

    /// <summary>Asks the questions one after the other.</summary>
    public void Answer(IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken = default)
    {
        foreach (EngineQuery query in queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Beside the writer a question may come while the file is taken into use after a crash; the driver asks it again.
            if (isWriter && !query.ReadsEntities) Prepared(query.Statement.Sql).Answer(query);
            else AnswerByDriver(query);
            query.End();
        }
    }

    private void AnswerByDriver(EngineQuery query)
    {
        using SqliteDataReader rows = Statement(query.Statement).Rows();
        var row = new SqliteDriverRow(rows);
        while (rows.Read()) query.Take(row);
    }

    private SqlitePrepared Prepared(string sql)
    {
        if (engine.TryGetValue(sql, out SqlitePrepared? known)) return known;
        var made = new SqlitePrepared(Connection.Handle!, sql);
        engine.Add(sql, made);
        return made;
    }

    /// <summary>Executes a statement that gives no rows, once. Unlike the driver's it never waits when the database is busy.</summary>
    public void Execute(string sql)
    {
        int result = TryExecute(sql);
        SqliteException.ThrowExceptionForRC(result, Connection.Handle);
    }

    /// <summary>Writes the file anew without what was deleted. Its copy lies in a file meanwhile, not in memory.</summary>
    public void Rewrite()
    {
        Execute("pragma temp_store=file");
        try
        {
            Execute("vacuum");
        }
        finally
        {
            Execute("pragma temp_store=memory");
        }
    }

    /// <summary>Takes the log into the file and cuts it to nothing; false while somebody reads from it.</summary>
    public bool TryEmptyLog()
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() && row.GetInt64(0) == 0;
    }

    /// <summary>Executes like <see cref="Execute"/> and gives SQLite's result code.</summary>
    public int TryExecute(string sql)
    {
        if (!bounds.Contains(sql)) return raw.sqlite3_exec(Connection.Handle, sql);
        if (!prepared.TryGetValue(sql, out sqlite3_stmt? statement))
        {
            int made = raw.sqlite3_prepare_v2(Connection.Handle, sql, out statement);
            if (made != raw.SQLITE_OK) return made;
            prepared.Add(sql, statement);
        }

        int result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        return result == raw.SQLITE_DONE ? raw.SQLITE_OK : result;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach ((SqliteCommand command, _) in statements.Values) command.Dispose();
        statements.Clear();
        foreach (sqlite3_stmt statement in prepared.Values) statement.Dispose();
        prepared.Clear();
        foreach (SqlitePrepared statement in engine.Values) statement.Dispose();
        engine.Clear();
        Connection.Dispose();
    }

    private static SqliteSession Open(string path, QueryTrackingBehavior tracking, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            // The driver's own retries block a thread; a second is the least it can be told. There is one writer, so they do not come to pass.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection, tracking);
            session.Execute("pragma busy_timeout=0;" + pragmas);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
