using Switchboard.Core.Runs;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Engine;

/// <summary>Carries out a commit of the engine, whatever the home.</summary>
internal interface IEngine
{
    /// <summary>Makes the work and carries it out in one transaction; makes it anew when the home must begin again.</summary>
    Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken);
}

/// <summary>The engine on SQLite.</summary>
internal sealed class SqliteEngine(SqliteWriter writer, IFaultPoints faults) : IEngine
{
    /// <inheritdoc />
    public Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken)
    {
        EngineWork<T> work = make();
        return writer.RunAsync(item => item.Perform(work, faults), cancellationToken);
    }
}

/// <summary>The engine on PostgreSQL.</summary>
internal sealed class PostgresEngine(PostgresConnections connections) : IEngine
{
    /// <inheritdoc />
    public Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken) => connections.CommitAsync(make, cancellationToken);
}
