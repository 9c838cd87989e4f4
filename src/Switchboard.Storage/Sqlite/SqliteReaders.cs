using System.Collections.Concurrent;
using System.Diagnostics;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Telemetry;

namespace Switchboard.Storage.Sqlite;

/// <summary>The connections that read. Those of the prepared statements and those of the model are kept apart: opening a model registers functions on its connection, which makes SQLite prepare all statements there anew.</summary>
/// <param name="database">The database.</param>
public sealed class SqliteReaders(SqliteDatabase database) : IDisposable
{
    /// <summary>Connections that are kept open while nobody uses them; more are opened when needed and closed again.</summary>
    private const int kept = 8;

    private readonly ConcurrentBag<SqliteSession> statements = [];
    private readonly ConcurrentBag<SqliteSession> models = [];
    private volatile bool disposed;

    /// <summary>A model of one tenant that only reads.</summary>
    internal SqliteDb Open(Guid tenantId)
    {
        var lease = new Lease(this, models, Take(models));
        return new SqliteDb(lease.Session.Options, tenantId, readOnly: true, lease);
    }

    /// <summary>Asks questions by prepared statements, all at one instant of the database.</summary>
    internal void Ask(IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken = default)
    {
        using var lease = new Lease(this, statements, Take(statements));
        using Activity? span = SqlSpans.Ask(SqlSpans.Sqlite, queries[0].Statement.Sql, queries.Count);
        lease.Session.Execute("begin");
        try
        {
            lease.Session.Answer(queries, cancellationToken);
        }
        catch (Exception error) when (SqlSpans.IsOfDatabase(error))
        {
            SqlSpans.Failed(span, error);
            throw;
        }
        finally
        {
            lease.Session.TryExecute("rollback");
        }
    }

    /// <summary>Asks one question and gives it back with its answer.</summary>
    internal EngineQuery<T> Ask<T>(EngineQuery<T> query)
    {
        Ask([query]);
        return query;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        disposed = true;
        while (statements.TryTake(out SqliteSession? session) || models.TryTake(out session)) session.Dispose();
    }

    private SqliteSession Take(ConcurrentBag<SqliteSession> bag)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return bag.TryTake(out SqliteSession? session) ? session : SqliteSession.OpenReader(database.Path);
    }

    private sealed class Lease(SqliteReaders readers, ConcurrentBag<SqliteSession> bag, SqliteSession session) : IDisposable
    {
        private int given;

        public SqliteSession Session => session;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 1) return;
            // A transaction that a caller left open would hold an old state of the database for the next one.
            if (session.IsInTransaction) session.TryExecute("rollback");
            if (readers.disposed || bag.Count >= kept) session.Dispose();
            else bag.Add(session);
        }
    }
}
