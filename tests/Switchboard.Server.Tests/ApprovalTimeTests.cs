using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Server.Tests;

/// <summary>What becomes of an approval when time passes: the test moves it.</summary>
public sealed class ApprovalTimeTests : IAsyncLifetime
{
    private readonly ClockServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task An_approval_nobody_decides_ends_after_three_days_and_people_take_over()
    {
        HttpClient customer = await server.ContactAsync("devika@kestrelmoor-cycles.example");
        Guid id = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        (await customer.SayAsync(id, "yes")).GetProperty("reply").Text("status").ShouldBe("waiting_approval");
        Guid approval = (await server.Owner().GetJsonAsync("/api/v1/approvals")).Items().ShouldHaveSingleItem().Id("id");

        server.Clock.Advance(TimeSpan.FromHours(71));
        (await server.Owner().GetJsonAsync($"/api/v1/approvals/{approval}")).Text("status").ShouldBe("pending");
        await UntilAsync(async () =>
        {
            // The dispatcher looks for what is due by the same clock.
            server.Clock.Advance(TimeSpan.FromMinutes(20));
            return (await server.Owner().GetJsonAsync($"/api/v1/approvals/{approval}")).Text("status") == "expired";
        });

        await UntilAsync(async () => (await server.Owner().ConversationAsync(id)).Text("owner") == "human");
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("approval_refused");
        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{approval}/approve", new { })).ProblemAsync(409, "approval_decided");
        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items().ShouldNotContain(a => a.Text("entity") == "refund");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(20, limit.Token);
    }

    private sealed class ClockServer : TestServer
    {
        public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

        protected override void Configure(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);
    }
}
