using System.Runtime.CompilerServices;
using StackExchange.Redis;
using Switchboard.Core;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Redis;

/// <summary>Tells how far runs are: the last word under a key that goes away by itself, and each word to those who watch.</summary>
/// <param name="link">The connection.</param>
/// <param name="time">The clock.</param>
public sealed class RedisProgress(RedisLink link, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan retry = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public TimeSpan CommitEvery => link.IsUp ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async Task TellAsync(LiveProgress progress, CancellationToken cancellationToken)
    {
        string place = Place(progress.TenantId, progress.RunId), text = Json.Write(progress);
        await link.TryAsync(async redis =>
        {
            // Both go out together, so a word costs one way.
            Task set = redis.GetDatabase().StringSetAsync(place, text, kept), publish = redis.GetSubscriber().PublishAsync(RedisChannel.Literal(place), text);
            await Task.WhenAll(set, publish);
            return place;
        });
    }

    /// <inheritdoc />
    public async Task<LiveProgress?> LatestAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken) =>
        Read(await link.TryAsync(async redis => (string?)await redis.GetDatabase().StringGetAsync(Place(tenantId, runId))), tenantId, runId);

    /// <inheritdoc />
    public async IAsyncEnumerable<LiveProgress> WatchAsync(Guid tenantId, Guid runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChannelMessageQueue? queue;
        // Once it has come about the driver renews it by itself; until then it is tried again.
        while ((queue = await link.TryAsync(async redis => (ChannelMessageQueue?)await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Place(tenantId, runId))))) is null)
            await Task.Delay(retry, time, cancellationToken);
        try
        {
            // The queue ends with the connection, when the server stops.
            await foreach (ChannelMessage message in queue.WithCancellation(cancellationToken))
            {
                if (Read((string?)message.Message, tenantId, runId) is { } told) yield return told;
            }
        }
        finally
        {
            await link.TryAsync(async _ =>
            {
                await queue.UnsubscribeAsync();
                return queue;
            });
        }
    }

    /// <summary>What stands in Redis is not ours alone: what is no word about the run counts as none.</summary>
    private static LiveProgress? Read(string? text, Guid tenantId, Guid runId)
    {
        if (text is null) return null;
        try
        {
            LiveProgress told = Json.Read<LiveProgress>(text);
            return told.TenantId == tenantId && told.RunId == runId && told.Progress is >= 0 and <= 1 ? told : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string Place(Guid tenantId, Guid runId) => $"switchboard:progress:{tenantId:N}:{runId:N}";
}
