namespace Switchboard.Storage;

/// <summary>The database servers that hold the rows.</summary>
public enum DatabaseProvider
{
    /// <summary>A file in the data folder; nothing to install.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server.</summary>
    Postgres,
}

/// <summary>Which database an installation has.</summary>
/// <param name="Provider">Its home.</param>
/// <param name="ConnectionString">How the server is reached; null for the file in the data folder. It may hold a password: it is shown to nobody.</param>
public sealed record DatabaseOptions(DatabaseProvider Provider, string? ConnectionString = null)
{
    /// <summary>The file in the data folder.</summary>
    public static readonly DatabaseOptions Embedded = new(DatabaseProvider.Sqlite);

    /// <summary>The provider only: the connection string must not get into a log.</summary>
    public override string ToString() => Provider.ToString();
}
