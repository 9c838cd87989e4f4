using System.Collections.Concurrent;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Server.Auth;

/// <summary>Notes when keys were last used. No call waits for it: what came together in a minute is written at once, and a process that dies loses that minute.</summary>
/// <param name="keys">Where it is stored.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what cannot be written.</param>
public sealed class KeyUse(ApiKeys keys, TimeProvider time, ILogger<KeyUse> logger) : BackgroundService
{
    /// <summary>How often it is written, and how exact it is.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid TenantId, Guid KeyId), DateTimeOffset> used = new();

    /// <summary>Notes that a key is used now.</summary>
    public void Note(ApiKey key)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (key.LastUsedAt is null || now - key.LastUsedAt >= Pace) used[(key.TenantId, key.Id)] = now;
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is written when the server stops.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach ((Guid TenantId, Guid KeyId) key in used.Keys)
        {
            if (!used.TryRemove(key, out DateTimeOffset at)) continue;
            try
            {
                await keys.UsedAsync(key.TenantId, key.KeyId, at, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // When a key was used last is worth no failed call; the next use is noted again.
                if (logger.IsEnabled(LogLevel.Warning)) logger.LogWarning(error, "The last use of a key could not be written");
            }
        }
    }
}
