using Switchboard.Core;
using Switchboard.Core.Context;
using Switchboard.Core.Runs;
using Switchboard.Storage.Redis;
using ZiggyCreatures.Caching.Fusion;

namespace Switchboard.Storage.Context;

/// <summary>
/// Keeps contexts for a minute: in memory, and in Redis where there is one. A commit that changes a row of the customer makes this node forget it before the commit
/// returns, and the other nodes when they hear of it. Nothing in Redis is ever taken back: a node that knows of a change does not read there for as long as
/// something older may stand there. What is missing a part is not kept.
/// </summary>
internal sealed class ContextCache : ICustomerContext
{
    /// <summary>How long a context is kept; how old it may be where no word of a change came.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Longer than <see cref="Life"/> by more than a load and its storing take.</summary>
    private static readonly TimeSpan distrust = Life + TimeSpan.FromSeconds(10);

    // Customers share a place by their hash: one that changes makes its neighbours be read anew, which costs a read and no truth.
    private const int places = 4096;

    private readonly ContextStore store;
    private readonly IFusionCache cache;
    private readonly bool hasRedis;
    private readonly TimeProvider time;
    private readonly long[] versions = new long[places];
    private readonly long[] changedAt = new long[places];

    /// <summary>Makes the cache; it listens to what is committed.</summary>
    public ContextCache(ContextStore store, IFusionCache cache, RunSignals signals, RedisLink? redis, TimeProvider time)
    {
        (this.store, this.cache, this.time) = (store, cache, time);
        hasRedis = redis is not null;
        // What was changed before this process listened it cannot know of.
        Array.Fill(changedAt, time.GetTimestamp());
        signals.ListenChanges(Forget);
    }

    /// <inheritdoc />
    public async Task<CustomerContext?> ReadAsync(ContextAsk ask, CancellationToken cancellationToken)
    {
        int place = PlaceOf(ask.TenantId, ask.CustomerId);
        string name = $"context:{ask.TenantId:N}:{ask.CustomerId ?? Guid.Empty:N}:{ask.ContactId ?? Guid.Empty:N}:{(ask.WithDetails ? "all" : "turn")}";
        // A load that began before a change is kept under the version before it, where nobody asks again.
        string key = $"{name}:{Volatile.Read(ref versions[place])}";
        Kept kept = await cache.GetOrSetAsync<Kept>(
            key,
            async (entry, cancel) =>
            {
                Kept read = hasRedis && IsTrusted(place) ? await SharedAsync(name, ask, cancel) : await LoadAsync(ask, cancel);
                if (!read.IsWhole) entry.Options.SetSkipMemoryCacheWrite(true);
                return read;
            },
            o => Options(o).SetSkipDistributedCache(true, skipBackplaneNotifications: true),
            token: cancellationToken);
        return kept.Context is null ? null : Json.Read<CustomerContext>(kept.Context);
    }

    /// <summary>The context in Redis, else what is loaded and put there.</summary>
    private async Task<Kept> SharedAsync(string name, ContextAsk ask, CancellationToken cancellationToken) => await cache.GetOrSetAsync<Kept>(
        name,
        async (entry, cancel) =>
        {
            Kept read = await LoadAsync(ask, cancel);
            if (!read.IsWhole) entry.Options.SetSkipDistributedCacheWrite(true, skipBackplaneNotifications: true);
            return read;
        },
        o => Options(o).SetSkipMemoryCache(true),
        token: cancellationToken);

    private async Task<Kept> LoadAsync(ContextAsk ask, CancellationToken cancellationToken)
    {
        CustomerContext? context = await store.ReadAsync(ask, cancellationToken);
        return new Kept(context is null ? null : Json.Write(context), context is { Missing.Count: 0 });
    }

    private static FusionCacheEntryOptions Options(FusionCacheEntryOptions options)
    {
        options.SetDuration(Life).SetDistributedCacheDuration(Life).SetFailSafe(false).SetSize(1);
        options.SetFactoryTimeouts(Timeout.InfiniteTimeSpan);
        return options;
    }

    private bool IsTrusted(int place) => time.GetElapsedTime(Volatile.Read(ref changedAt[place])) > distrust;

    private void Forget(CustomerChange change)
    {
        // Of a tenant nobody knows the customers by heart, so all are taken as changed; that happens with loads of many rows only.
        if (change.TenantId is { } tenant && change.CustomerId is { } customer) Forget(PlaceOf(tenant, customer));
        else for (int place = 0; place < places; place++) Forget(place);
    }

    private void Forget(int place)
    {
        Volatile.Write(ref changedAt[place], time.GetTimestamp());
        Interlocked.Increment(ref versions[place]);
    }

    private static int PlaceOf(Guid tenantId, Guid? customerId) => (int)((uint)HashCode.Combine(tenantId, customerId) % places);

    /// <summary>What is kept: the context as it is written in the journal too.</summary>
    internal sealed record Kept(string? Context, bool IsWhole);
}
