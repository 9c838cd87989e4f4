using Switchboard.Storage.Redis;

namespace Switchboard.Server.Hosting;

/// <summary>Which Redis server the installation has beside its database: Redis:ConnectionString. None is needed.</summary>
public static class RedisSettings
{
    private const string connectionKey = "Redis:ConnectionString";

    /// <summary>Reads and checks the setting; nothing is connected yet.</summary>
    /// <exception cref="SettingException">It cannot be read. The message repeats none of it, for it may hold a password.</exception>
    public static RedisOptions? Read(IConfiguration configuration)
    {
        if (configuration[connectionKey] is not { } connection || string.IsNullOrWhiteSpace(connection)) return null;
        var options = new RedisOptions(connection);
        try
        {
            options.Parse();
        }
        catch (FormatException error)
        {
            throw new SettingException(connectionKey, Settings.SourceOf(configuration, connectionKey), $"cannot be used. {error.Message}");
        }

        return options;
    }
}
