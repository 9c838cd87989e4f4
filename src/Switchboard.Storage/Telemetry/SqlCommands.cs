using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Switchboard.Storage.Telemetry;

/// <summary>Adds the spans of the statements of the model. A statement that has ended is added with its times, so nothing is kept between its begin and its end.</summary>
internal sealed class SqlCommands(string system) : DbCommandInterceptor
{
    /// <summary>Those of SQLite.</summary>
    public static readonly SqlCommands Sqlite = new(SqlSpans.Sqlite);

    /// <summary>Those of PostgreSQL.</summary>
    public static readonly SqlCommands Postgres = new(SqlSpans.Postgres);

    /// <inheritdoc />
    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        SqlSpans.Executed(system, command, eventData.StartTime);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
        new(ReaderExecuted(command, eventData, result));

    /// <inheritdoc />
    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        SqlSpans.Executed(system, command, eventData.StartTime);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(NonQueryExecuted(command, eventData, result));

    /// <inheritdoc />
    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        SqlSpans.Executed(system, command, eventData.StartTime);
        return result;
    }

    /// <inheritdoc />
    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) =>
        new(ScalarExecuted(command, eventData, result));

    /// <inheritdoc />
    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        SqlSpans.Executed(system, command, eventData.StartTime, eventData.Exception, isAlone: eventData.Context is SwitchboardDb { OnlyReads: true });

    /// <inheritdoc />
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }
}
