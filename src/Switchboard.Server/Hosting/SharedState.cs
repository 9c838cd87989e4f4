using Switchboard.Core.Limits;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Hosting;

/// <summary>Probes Redis as long as the server runs.</summary>
/// <param name="link">The connection.</param>
internal sealed class RedisProbing(RedisLink link) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => link.RunAsync(stoppingToken);
}

/// <summary>Counts the nodes as long as the server runs, so that the share of each is known before it is needed.</summary>
/// <param name="nodes">The nodes.</param>
/// <param name="timing">When a node counts as gone.</param>
/// <param name="count">Told how many there are.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeCounting(PostgresNodes nodes, NodeTiming timing, NodeCount count, TimeProvider time) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(timing.Beat, time);
        try
        {
            do await CountAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            count.Set(await nodes.CountAsync(timing.Gone, cancellationToken));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // What was counted last is the best there is; that the database is away is told by the dispatcher, which asks it all the time.
        }
    }
}
