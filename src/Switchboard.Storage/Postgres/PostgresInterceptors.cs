using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Switchboard.Storage.Postgres;

/// <summary>Tells the server for whom a connection reads, each time the model opens it. One that is dead is replaced: nothing was asked on it yet.</summary>
/// <param name="principal">For whom.</param>
/// <param name="clear">Takes the dead connections out of the pools.</param>
internal sealed class PostgresReadingConnection(PostgresPrincipal principal, Action clear) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        try
        {
            Tell(connection);
        }
        catch (NpgsqlException error) when (DatabaseFailures.IsBroken(error))
        {
            clear();
            connection.Close();
            connection.Open();
            Tell(connection);
        }
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        try
        {
            await TellAsync(connection, cancellationToken);
        }
        catch (NpgsqlException error) when (DatabaseFailures.IsBroken(error))
        {
            clear();
            await connection.CloseAsync();
            await connection.OpenAsync(cancellationToken);
            await TellAsync(connection, cancellationToken);
        }
    }

    private void Tell(DbConnection connection)
    {
        using NpgsqlCommand command = principal.ForReading((NpgsqlConnection)connection);
        command.ExecuteNonQuery();
    }

    private async Task TellAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = principal.ForReading((NpgsqlConnection)connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Takes the one character out of texts that PostgreSQL has no place for; on SQLite it is a character like any other, so callers do not know of it.</summary>
internal sealed class PostgresTexts : DbCommandInterceptor
{
    /// <summary>It has no state, so there is one.</summary>
    public static readonly PostgresTexts Instance = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Clean(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        new(Clean(command, result));

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Clean(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(Clean(command, result));

    private static TResult Clean<TResult>(DbCommand command, TResult result)
    {
        foreach (DbParameter parameter in command.Parameters)
            if (parameter.Value is string text) parameter.Value = PostgresTypes.Text(text);
        return result;
    }
}
