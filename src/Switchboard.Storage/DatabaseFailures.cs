using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Switchboard.Storage;

/// <summary>Tells a database that is away or full for a while from a fault of ours.</summary>
public static class DatabaseFailures
{
    // Classes and codes of the SQL standard and of PostgreSQL: the connection broke, the server ends or starts, it has no room for another connection, or it ended
    // a transaction that stood still because its process did.
    private static readonly string[] states =
    [
        "08", PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.TooManyConnections,
        "25P03",
    ];

    // A full disk is told at a write, or where the file that the readers share is made larger; a quota is told as a write that failed.
    private static readonly int[] unwritable = [raw.SQLITE_IOERR_WRITE, raw.SQLITE_IOERR_FSYNC, raw.SQLITE_IOERR_TRUNCATE, raw.SQLITE_IOERR_SHMSIZE];

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

    /// <summary>Whether the connection is dead: the server ended it, or it broke. A server that only takes long to answer has not.</summary>
    public static bool IsBroken(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException answered) return answered.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;
            if (cause is NpgsqlException { InnerException: SocketException or IOException }) return true;
        }

        return false;
    }

    /// <summary>Whether the failure says that the database could not be written for want of room; nothing of the commit was written, and the same may succeed when there is room again.</summary>
    public static bool IsFull(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { SqlState: PostgresErrorCodes.DiskFull }) return true;
            if (cause is SqliteException sqlite) return sqlite.SqliteErrorCode == raw.SQLITE_FULL || unwritable.Contains(sqlite.SqliteExtendedErrorCode);
        }

        return false;
    }

    /// <summary>Whether the server undid a transaction whole for the sake of others; the same may succeed when it is begun again.</summary>
    internal static bool IsUndoneForOthers(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }) return true;
            // A place, a number or a key that was free when the transaction began was taken by one that was faster; the next attempt sees it.
            if (cause is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "runs", ConstraintName: not "PK_runs" }) return true;
            if (cause is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "run_events" }) return true;
            // Two calls with one key: the second finds the answer of the first.
            if (cause is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "answered_calls" }) return true;
        }

        return false;
    }
}
