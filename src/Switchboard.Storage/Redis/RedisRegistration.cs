using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core.Limits;
using Switchboard.Core.Runs;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Serialization.SystemTextJson;

namespace Switchboard.Storage.Redis;

/// <summary>Puts what Redis serves into the container: with Redis when there is one, in this process alone when there is none.</summary>
public static class RedisRegistration
{
    private const int mostEntries = 4096;
    private static readonly TimeSpan breakFor = TimeSpan.FromSeconds(2);

    /// <summary>Registers the cache, the limiter and the place where runs tell how far they are.</summary>
    public static IServiceCollection AddShared(this IServiceCollection services, RedisOptions? redis)
    {
        services.AddSingleton<NodeCount>();
        services.AddSingleton<MemoryLimiter>();
        services.AddSingleton<IFusionCache>(s => Cache(s.GetService<RedisLink>(), s.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        if (redis is null)
        {
            services.AddSingleton<ILimiter>(s => s.GetRequiredService<MemoryLimiter>());
            services.TryAddSingleton<IRunProgress, NoRunProgress>();
            return services;
        }

        services.AddSingleton(redis);
        services.AddSingleton(s => new RedisLink(redis, s.GetRequiredService<TimeProvider>(), s.GetService<ILogger<RedisLink>>() ?? NullLogger<RedisLink>.Instance));
        services.AddSingleton<ILimiter, RedisLimiter>();
        services.AddSingleton<IRunProgress, RedisProgress>();
        return services;
    }

    /// <summary>
    /// The cache: memory, and Redis behind it. What is kept in it is named by what never changes, so nothing has to be taken back and no message between nodes can be
    /// missed. A Redis that is slow is waited for half a second at most, and one that failed is left alone for two.
    /// </summary>
    private static FusionCache Cache(RedisLink? link, ILoggerFactory loggers)
    {
        var options = new FusionCacheOptions
        {
            CacheName = "switchboard",
            CacheKeyPrefix = "switchboard:cache:",
            DistributedCacheCircuitBreakerDuration = breakFor,
            // Of a Redis that is away the link tells once; the cache would tell with every entry.
            DistributedCacheErrorsLogLevel = LogLevel.Debug,
            DistributedCacheSyntheticTimeoutsLogLevel = LogLevel.Debug,
            DisableTagging = true,
            DefaultEntryOptions = new FusionCacheEntryOptions
            {
                Duration = TimeSpan.FromMinutes(30),
                DistributedCacheDuration = TimeSpan.FromHours(24),
                Size = 1,
                IsFailSafeEnabled = true,
                FailSafeMaxDuration = TimeSpan.FromHours(24),
                FailSafeThrottleDuration = TimeSpan.FromSeconds(5),
                FactorySoftTimeout = TimeSpan.FromSeconds(1),
                DistributedCacheSoftTimeout = TimeSpan.FromMilliseconds(100),
                DistributedCacheHardTimeout = TimeSpan.FromMilliseconds(500),
                AllowBackgroundDistributedCacheOperations = false,
            },
        };
        var cache = new FusionCache(options, new MemoryCache(new MemoryCacheOptions { SizeLimit = mostEntries }, loggers), loggers.CreateLogger<FusionCache>());
        if (link is not null)
            cache.SetupDistributedCache(new RedisCache(new RedisCacheOptions { ConnectionMultiplexerFactory = link.ConnectionAsync }), new FusionCacheSystemTextJsonSerializer(new JsonSerializerOptions { IncludeFields = true }));
        return cache;
    }
}
