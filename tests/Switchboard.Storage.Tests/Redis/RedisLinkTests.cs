using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Switchboard.Compliance.Redis;
using Switchboard.Storage.Redis;

namespace Switchboard.Storage.Tests.Redis;

/// <summary>How the connection to a real Redis ends.</summary>
public sealed class RedisLinkTests : IAsyncLifetime
{
    private RedisServer redis = null!;

    public async ValueTask InitializeAsync() => redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync() => await redis.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_end_closes_every_connection_and_nothing_is_asked_afterwards(bool isAsync)
    {
        RedisLink link = Link();
        await link.ProbeAsync();
        (await ConnectedAsync()).ShouldBeGreaterThan(0);

        await EndAsync(link, isAsync);

        await UntilAsync(async () => await ConnectedAsync() == 0);
        link.IsUp.ShouldBeFalse();
        (await link.TryAsync(async server => (string?)await server.GetDatabase().StringGetAsync("x"))).ShouldBeNull();
        await Should.ThrowAsync<ObjectDisposedException>(() => link.ConnectionAsync());
        await EndAsync(link, isAsync);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_is_on_its_way_is_not_waited_for_and_closes_when_it_arrives(bool isAsync)
    {
        await redis.SignalAsync("STOP");
        RedisLink link = Link();
        Task<IConnectionMultiplexer> connecting = link.ConnectionAsync();

        await EndAsync(link, isAsync);

        connecting.IsCompleted.ShouldBeFalse("the server was frozen, and the end did not wait for it");
        await redis.SignalAsync("CONT");
        await Should.ThrowAsync<ObjectDisposedException>(() => connecting);
        await UntilAsync(async () => await ConnectedAsync() == 0);
    }

    private RedisLink Link() => new(new RedisOptions(redis.ConnectionString), TimeProvider.System, NullLogger<RedisLink>.Instance);

    private static async Task EndAsync(RedisLink link, bool isAsync)
    {
        if (isAsync) await link.DisposeAsync();
        else link.Dispose();
    }

    /// <summary>How many connections the server has beside the one that asks.</summary>
    private async Task<int> ConnectedAsync()
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(redis.ConnectionString + ",allowAdmin=true,name=watcher");
        await using ConnectionMultiplexer watcher = await ConnectionMultiplexer.ConnectAsync(options);
        return (await watcher.GetServers()[0].ClientListAsync()).Count(c => c.Name == "switchboard");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
