using Switchboard.Storage;
using Switchboard.Storage.Postgres;

namespace Switchboard.Server.Hosting;

/// <summary>Which database the installation has: Database:Provider and Database:ConnectionString.</summary>
public static class DatabaseSettings
{
    private const string providerKey = "Database:Provider";
    private const string connectionKey = "Database:ConnectionString";

    /// <summary>Reads and checks the settings; nothing is connected yet.</summary>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static DatabaseOptions Read(IConfiguration configuration)
    {
        string? provider = configuration[providerKey];
        string? connection = configuration[connectionKey];
        switch (provider?.Trim().ToLowerInvariant())
        {
            case "postgres":
                var options = new DatabaseOptions(DatabaseProvider.Postgres, connection);
                try
                {
                    PostgresDatabase.Parse(options);
                }
                catch (DatabaseException error)
                {
                    throw new SettingException(connectionKey, Settings.SourceOf(configuration, connectionKey), $"is needed with {providerKey} postgres. {error.Message}");
                }

                return options;
            case null or "" or "sqlite" when !string.IsNullOrWhiteSpace(connection):
                // A server that is named and not used would be an installation whose rows are elsewhere than its owner thinks.
                throw new SettingException(connectionKey, Settings.SourceOf(configuration, connectionKey), $"is for PostgreSQL alone: set {providerKey} to postgres, or take it out. SQLite has its file in the data folder (--data).");
            case null or "" or "sqlite":
                return DatabaseOptions.Embedded;
            default:
                throw new SettingException(providerKey, Settings.SourceOf(configuration, providerKey), $"must be sqlite or postgres, not \"{provider}\".");
        }
    }
}
