using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Server.Tests;

/// <summary>A server whose time the test moves.</summary>
public sealed class ClockServer : TestServer
{
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    /// <summary>Lets time pass. What ticks by the second is not made to tick for each second of it, which would take longer than the test.</summary>
    public void Pass(TimeSpan span)
    {
        Clock.AdjustTime(Clock.GetUtcNow() + span);
        Clock.Advance(TimeSpan.FromSeconds(2));
    }

    /// <summary>Waits until something holds, at most half a minute of the real time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(20, limit.Token);
    }

    protected override void Configure(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);
}
