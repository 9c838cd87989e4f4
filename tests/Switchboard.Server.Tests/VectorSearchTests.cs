using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Vectors;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>A server whose passages get vectors from a server beside it, searched in its own memory.</summary>
public class VectorTestServer : TestServer
{
    private readonly EmbeddingSite embeddings = new("key-1");

    internal EmbeddingSite Embeddings => embeddings;

    internal virtual VectorServer? Qdrant => null;

    public override async ValueTask InitializeAsync()
    {
        await embeddings.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await embeddings.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override ServerOptions Alter(ServerOptions options) => options with
    {
        Outbound = OutboundSettings.Parse("127.0.0.1"),
        Vectors = new VectorSettings { Source = EmbeddingSource.Api, Api = new VectorServer(embeddings.Address, "key-1"), Model = EmbeddingSite.Model, Qdrant = Qdrant },
    };
}

/// <summary>The same with a Qdrant.</summary>
public sealed class QdrantTestServer : VectorTestServer
{
    private readonly QdrantServer qdrant = new();

    internal QdrantServer Qdrants => qdrant;

    internal override VectorServer? Qdrant => new(qdrant.Address, null);

    public override async ValueTask InitializeAsync()
    {
        await qdrant.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await qdrant.DisposeAsync();
    }
}

public sealed class VectorSearchTests(VectorTestServer server) : IClassFixture<VectorTestServer>
{
    [Fact]
    public async Task Vectors_are_made_behind_the_import_found_after_a_restart_and_missed_by_nobody_while_the_server_is_down()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("matters");
        await owner.ImportAsync("/docs", VectorSearch.Articles);
        await VectorSearch.UntilAsync(async () => await VectorSearch.FoundAsync(owner, "how do I ditch it") == "Cancel the plan");
        (await VectorSearch.RunAsync(server, tenant)).Result.ShouldNotBeNull().ShouldSatisfyAllConditions(r => r.ShouldContain("\"added\":2"), r => r.ShouldNotContain("key-1"));

        server.Embeddings.Failing = int.MaxValue;
        (await VectorSearch.FoundAsync(owner, "ferry")).ShouldBe("Ferry times");
        (await VectorSearch.FoundAsync(owner, "how do I ditch it")).ShouldBeNull();
        server.Embeddings.Failing = 0;

        // The other tenant's passages say the same and are not found here.
        (_, HttpClient others) = await server.TenantAsync("others");
        (await VectorSearch.FoundAsync(others, "how do I ditch it")).ShouldBeNull();

        await server.RestartAsync();
        HttpClient again = server.Local("matters");
        await VectorSearch.UntilAsync(async () => await VectorSearch.FoundAsync(again, "how do I ditch it") == "Cancel the plan");
    }
}

public sealed class QdrantSearchTests(QdrantTestServer server) : IClassFixture<QdrantTestServer>
{
    [Fact]
    public async Task Vectors_are_searched_in_Qdrant_and_one_that_was_emptied_is_filled_again()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("matters");
        await owner.ImportAsync("/docs", VectorSearch.Articles);
        await VectorSearch.UntilAsync(async () => await VectorSearch.FoundAsync(owner, "how do I ditch it") == "Cancel the plan");
        server.Qdrants.PointsOf(tenant).ShouldBe(2);

        server.Qdrants.Empty();
        await owner.ImportAsync("/docs", [.. VectorSearch.Articles, ("hours.md", "# Opening hours\n\nThe counter opens at nine.\n")]);
        await VectorSearch.UntilAsync(() => Task.FromResult(server.Qdrants.PointsOf(tenant) == 3));
    }
}

internal static class VectorSearch
{
    public static (string, string)[] Articles { get; } = [("cancel.md", "# Cancel the plan\n\nOwners end the plan under billing.\n"), ("ferry.md", "# Ferry times\n\nThe ferry leaves at noon.\n")];

    public static async Task<string?> FoundAsync(HttpClient caller, string question)
    {
        JsonElement found = await (await caller.GetAsync($"/api/v1/knowledge/search?q={Uri.EscapeDataString(question)}")).JsonAsync(200);
        return found.Items() is [{ } first, ..] ? first.Text("title") : null;
    }

    public static async Task<Run> RunAsync(TestServer server, Guid tenant)
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
        return await db.Set<Run>().Where(r => r.Handler == EmbedPassages.HandlerName).OrderBy(r => r.CreatedAt).FirstAsync();
    }

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(100, limit.Token);
    }
}
