using System.Net.Sockets;
using Npgsql;

namespace Switchboard.Storage;

/// <summary>Tells a database that is away for a while from a fault of ours.</summary>
public static class DatabaseFailures
{
    // Classes and codes of the SQL standard and of PostgreSQL: the connection broke, the server ends or starts, it has no room for another connection.
    private static readonly string[] states = ["08", PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.TooManyConnections];

    /// <summary>Whether the failure says that the database could not be reached, or went away meanwhile; the same may succeed later.</summary>
    public static bool IsUnavailable(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException answered) return states.Any(s => answered.SqlState.StartsWith(s, StringComparison.Ordinal));
            if (cause is NpgsqlException { InnerException: SocketException or IOException or TimeoutException or null } or NpgsqlException { IsTransient: true }) return true;
        }

        return false;
    }
}
