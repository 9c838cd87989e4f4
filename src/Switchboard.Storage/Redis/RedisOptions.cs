using StackExchange.Redis;

namespace Switchboard.Storage.Redis;

/// <summary>The Redis server an installation may have beside its database.</summary>
/// <param name="ConnectionString">How it is reached. It may hold a password: it is shown to nobody.</param>
public sealed record RedisOptions(string ConnectionString)
{
    private static readonly TimeSpan connectTime = TimeSpan.FromSeconds(2);

    /// <summary>How long one command may take. Whoever waits for it can do without the answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads the connection string.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says how it must be and repeats none of it.</exception>
    public ConfigurationOptions Parse()
    {
        const string Form = "it must be like 127.0.0.1:6379,user=NAME,password=SECRET,ssl=true,defaultDatabase=0, with the server first.";
        ConfigurationOptions options = Read(ConnectionString) ?? throw new FormatException($"The connection string cannot be read: {Form}");
        if (options.EndPoints.Count == 0) throw new FormatException($"The connection string names no server: {Form}");
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = (int)connectTime.TotalMilliseconds;
        options.AsyncTimeout = options.SyncTimeout = (int)Patience.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry((int)connectTime.TotalMilliseconds);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        // A command is not kept for a server that is away: whoever gives it has another way.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "switchboard";
        return options;
    }

    /// <summary>The driver's own message may repeat a part of the text, so none of it is passed on.</summary>
    private static ConfigurationOptions? Read(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Nothing of the connection string: it must not get into a log.</summary>
    public override string ToString() => "Redis";
}
