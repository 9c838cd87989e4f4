using Switchboard.Core.Runs;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Engine;

/// <summary>Answers the questions and carries out the commits of the engine, whatever the home.</summary>
internal interface IEngine
{
    /// <summary>The node of this process, which takes the runs that begin; null when it takes none, or is the only process.</summary>
    Guid? NodeId { get; }

    /// <summary>Asks questions, all answered at one instant of the database.</summary>
    /// <param name="tenantId">Whose rows they are about; null for whoever looks for the runs of all.</param>
    /// <param name="queries">The questions.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    Task AskAsync(Guid? tenantId, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken);

    /// <summary>Makes the work and carries it out in one transaction; makes it anew when the home must begin again.</summary>
    Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken);
}

/// <summary>The engine on SQLite.</summary>
internal sealed class SqliteEngine(SqliteWriter writer, SqliteReaders readers, IFaultPoints faults) : IEngine
{
    /// <inheritdoc />
    public Guid? NodeId => null;

    /// <inheritdoc />
    public Task AskAsync(Guid? tenantId, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        readers.Ask(queries, cancellationToken);
        return Task.CompletedTask;
    }

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
    public Guid? NodeId => connections.NodeId;

    /// <inheritdoc />
    public Task AskAsync(Guid? tenantId, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken) =>
        connections.AskAsync(tenantId is { } tenant ? PostgresPrincipal.Tenant(tenant) : PostgresPrincipal.Worker, queries, cancellationToken);

    /// <inheritdoc />
    public Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken) => connections.CommitAsync(make, cancellationToken);
}
