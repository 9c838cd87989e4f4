namespace Switchboard.Storage;

/// <summary>Where the database stands against the program.</summary>
/// <param name="Applied">Migrations that are in the database.</param>
/// <param name="Pending">Migrations that the program has and the database has not.</param>
/// <param name="Unknown">Migrations that are in the database and that the program does not know: the database is newer.</param>
public sealed record DatabaseStatus(IReadOnlyList<string> Applied, IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)
{
    /// <summary>Whether a newer program has written the database.</summary>
    public bool IsNewer => Unknown.Count > 0;

    /// <summary>Compares what the database has with what the program knows.</summary>
    public static DatabaseStatus Compare(IReadOnlyList<string> applied, IEnumerable<string> known)
    {
        string[] ordered = [.. known.Order(StringComparer.Ordinal)];
        return new DatabaseStatus(applied, [.. ordered.Except(applied, StringComparer.Ordinal)], [.. applied.Except(ordered, StringComparer.Ordinal)]);
    }
}

/// <summary>The database cannot be used as it is; the message tells an operator what to do.</summary>
public sealed class DatabaseException : Exception
{
    /// <summary>Makes the exception with its message.</summary>
    public DatabaseException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its message and what caused it.</summary>
    public DatabaseException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>The database of an installation: its state and its migrations. Each home of the storage has its own.</summary>
public interface IDatabase
{
    /// <summary>Which home it is, as the configuration spells it.</summary>
    string Provider { get; }

    /// <summary>Where it is, for people: a file, or a server with a database. It holds no password.</summary>
    string Path { get; }

    /// <summary>Compares the database with the program; reads only.</summary>
    /// <exception cref="DatabaseException">The database cannot be reached or is none of this program.</exception>
    Task<DatabaseStatus> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Creates the database's tables or brings them up to the program.</summary>
    /// <exception cref="DatabaseException">The database cannot be used, or is a newer program's; it was left as it is.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);
}
