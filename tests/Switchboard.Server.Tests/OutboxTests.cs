using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>Effects on the outside as people see them, over HTTP and on the command line.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private readonly TestServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task One_of_which_nobody_knows_is_listed_shown_and_settled_by_what_was_found_out()
    {
        Guid id = await UnknownAsync();
        CommandProcess.Ended listed = await RunAsync("outbox", "list", "--status", "unknown");
        listed.Code.ShouldBe(0, listed.Error);
        listed.Output.ShouldStartWith($"{id}  unknown  ");
        (await RunAsync("outbox", "list", "--status", "sent")).Output.ShouldBe("Nothing.\n");
        (await RunAsync("outbox", "list", "--status", "lost")).Code.ShouldBe(1);
        (await RunAsync("outbox", "show", $"{id}")).Output.ShouldContain("unknown after 1 attempt,");
        (await RunAsync("outbox", "resolve", $"{id}", "--note", "seen")).Code.ShouldBe(2, "neither --performed nor --not-performed");

        CommandProcess.Ended settled = await RunAsync("outbox", "resolve", $"{id}", "--performed", "--note", "It is in the other side's log.");
        settled.Code.ShouldBe(0, settled.Error);
        settled.Output.ShouldContain("sent after 1 attempt,");
        (await server.Owner().GetJsonAsync($"/api/v1/outbox/{id}")).Text("status").ShouldBe("sent");
        CommandProcess.Ended again = await RunAsync("outbox", "resolve", $"{id}", "--not-performed", "--note", "It is not.");
        (again.Code, again.Output).ShouldBe((1, ""));
        (await server.Owner().GetJsonAsync($"/api/v1/outbox/{id}")).Text("status").ShouldBe("sent");
    }

    [Fact]
    public async Task One_is_shown_to_its_tenants_readers_of_agents_alone()
    {
        Guid id = await UnknownAsync();
        using HttpClient reader = server.WithKey(await server.KeyAsync("read:agents")), other = server.WithKey(await server.KeyAsync("read:audit"));
        (await reader.GetJsonAsync($"/api/v1/outbox/{id}")).Text("port").ShouldBe("smtp");
        await (await other.GetAsync($"/api/v1/outbox/{id}")).ProblemAsync(403, "missing_scope");
        await (await reader.GetAsync($"/api/v1/outbox/{Guid.NewGuid()}")).ProblemAsync(404, "not_found");
        (_, HttpClient stranger) = await server.TenantAsync("harbour");
        await (await stranger.GetAsync($"/api/v1/outbox/{id}")).ProblemAsync(404, "not_found");
    }

    private Task<CommandProcess.Ended> RunAsync(params string[] arguments) => CommandProcess.RunAsync(server.DataPath, arguments);

    /// <summary>An effect whose only attempt was never answered, as a process leaves it that ended meanwhile.</summary>
    private async Task<Guid> UnknownAsync()
    {
        Data data = server.Services.GetRequiredService<Data>();
        DateTimeOffset now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var entry = new OutboxEntry
        {
            TenantId = server.TenantId,
            Id = Guid.CreateVersion7(now),
            Port = "smtp",
            Key = "mail-1",
            Request = Core.Json.Write(new MailRequest { To = ["ada@example.com"], Subject = "Your invoice", Text = "It is on its way to you." }),
            CreatedAt = now,
        };
        entry.Begin();
        entry.LoseTrack("The answer did not come.", now);
        await data.WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Add(entry), default);
        return entry.Id;
    }
}
