using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Switchboard.Storage.Redis;

/// <summary>
/// The connection to Redis, and whether it answers. A command that fails counts the server as away at once; only a probe each second counts it as there again, so
/// that a server which hangs is waited for by the probe alone and not by every call.
/// </summary>
/// <param name="options">How it is reached.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told once when it goes away and once when it is back.</param>
public sealed class RedisLink(RedisOptions options, TimeProvider time, ILogger<RedisLink> logger) : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan probeEvery = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task<IConnectionMultiplexer>? connecting;
    private IConnectionMultiplexer? connected;
    private volatile bool isUp;
    private bool isDisposed;
    private bool told;

    /// <summary>Whether it answered last.</summary>
    public bool IsUp => isUp;

    /// <summary>The connection; made when it is first asked for, and there also while the server is not.</summary>
    public Task<IConnectionMultiplexer> ConnectionAsync()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (connecting is null or { IsFaulted: true }) connecting = ConnectAsync();
            return connecting;
        }
    }

    /// <summary>Gives a command, unless the server counts as away.</summary>
    /// <returns>The answer; null when there was none.</returns>
    public async Task<T?> TryAsync<T>(Func<IConnectionMultiplexer, Task<T?>> command) where T : class
    {
        if (!isUp) return null;
        try
        {
            return await command(await ConnectionAsync());
        }
        catch (Exception error) when (IsFailure(error))
        {
            Failed(error);
            return null;
        }
    }

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(probeEvery, time);
        try
        {
            do await ProbeAsync();
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever still asks asks without probes.
        }
    }

    /// <summary>Looks once whether the server answers.</summary>
    public async Task ProbeAsync()
    {
        try
        {
            await (await ConnectionAsync()).GetDatabase().PingAsync();
            isUp = true;
            if (told) logger.LogWarning("Redis answers again; limits are shared again");
            told = false;
        }
        catch (Exception error) when (IsFailure(error))
        {
            Failed(error);
        }
    }

    /// <summary>Whether the error says that Redis is away or refuses, rather than that the program is wrong.</summary>
    public static bool IsFailure(Exception error) => error is RedisException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException;

    /// <inheritdoc />
    public void Dispose()
    {
        IConnectionMultiplexer? open = End();
        if (open is null) return;
        // Without a farewell to the server: that would be waited for.
        open.Close(allowCommandsToComplete: false);
        open.Dispose();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        IConnectionMultiplexer? open = End();
        if (open is not null) await open.DisposeAsync();
    }

    /// <summary>Ends what can be asked, and gives what is connected. What is still on its way closes itself when it arrives.</summary>
    private IConnectionMultiplexer? End()
    {
        isUp = false;
        lock (gate)
        {
            isDisposed = true;
            IConnectionMultiplexer? open = connected;
            connected = null;
            return open;
        }
    }

    private void Failed(Exception error)
    {
        isUp = false;
        lock (gate)
        {
            if (told) return;
            told = true;
        }

        // The driver's own words are left out: they tell of its insides, and a type says enough.
        if (logger.IsEnabled(LogLevel.Warning)) logger.LogWarning("Redis does not answer ({Error}); each node limits by itself, and everything else goes on with the database alone", error.GetType().Name);
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        IConnectionMultiplexer open = await ConnectionMultiplexer.ConnectAsync(options.Parse());
        lock (gate)
        {
            if (!isDisposed) return connected = open;
        }

        await open.DisposeAsync();
        throw new ObjectDisposedException(nameof(RedisLink));
    }
}
