using System.Net.Http.Json;

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

        server.Pass(TimeSpan.FromHours(71));
        (await server.Owner().GetJsonAsync($"/api/v1/approvals/{approval}")).Text("status").ShouldBe("pending");
        await ClockServer.UntilAsync(async () =>
        {
            // The dispatcher looks for what is due by the same clock.
            server.Pass(TimeSpan.FromMinutes(20));
            return (await server.Owner().GetJsonAsync($"/api/v1/approvals/{approval}")).Text("status") == "expired";
        });

        await ClockServer.UntilAsync(async () => (await server.Owner().ConversationAsync(id)).Text("owner") == "human");
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("approval_refused");
        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{approval}/approve", new { })).ProblemAsync(409, "approval_decided");
        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items().ShouldNotContain(a => a.Text("entity") == "refund");
    }
}
