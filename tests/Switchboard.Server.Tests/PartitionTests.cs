using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Npgsql;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>A server that reaches its database over a wire that can be cut.</summary>
public sealed class PartitionedServer(PostgresServer postgres) : TestServer
{
    private StorageHome? home;

    public TcpProxy Wire { get; private set; } = null!;

    protected override async Task<DatabaseOptions> DatabaseAsync()
    {
        home = await postgres.NewHomeAsync(isEmpty: true);
        var settings = new NpgsqlConnectionStringBuilder(home.Database.ConnectionString);
        Wire = new TcpProxy(settings.Port);
        settings.Port = Wire.Port;
        return home.Database with { ConnectionString = settings.ConnectionString };
    }

    public override async ValueTask InitializeAsync()
    {
        if (PostgresServer.Binaries is not null) await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Wire is not null) await Wire.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
    }
}

/// <summary>The network between the desk and its database falls apart and comes back.</summary>
public sealed class PartitionTests : IClassFixture<PartitionedServer>
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private readonly PartitionedServer server;

    public PartitionTests(PartitionedServer server)
    {
        PostgresServer.SkipWithout();
        this.server = server;
    }

    [Fact]
    public async Task While_the_database_cannot_be_reached_callers_are_told_when_to_come_back_and_afterwards_nothing_is_lost_or_doubled()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");

        server.Wire.Cut();
        string key = Guid.NewGuid().ToString("N");
        long since = Stopwatch.GetTimestamp();
        using (HttpResponseMessage refused = await visitor.PostAsync($"/api/v1/conversations/{id}/messages", new { text = Questions.AlsoGood }, key))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            (await refused.ProblemAsync(503, "database_unavailable")).Text("detail").ShouldNotBeEmpty();
        }

        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(patience);
        server.Wire.Heal();

        // The same request under the same key: it came in once, whether or not the first call got through.
        since = Stopwatch.GetTimestamp();
        JsonElement? answered = null;
        while (answered is null)
        {
            using HttpResponseMessage response = await visitor.PostAsync($"/api/v1/conversations/{id}/messages", new { text = Questions.AlsoGood }, key);
            if (response.StatusCode == HttpStatusCode.Created) answered = await response.JsonAsync(201);
            else Stopwatch.GetElapsedTime(since).ShouldBeLessThan(patience, $"{response.StatusCode}");
        }

        JsonElement[] messages = await visitor.MessagesAsync(id);
        messages.Select(m => m.Text("author")).ShouldBe(["customer", "agent", "customer", "agent"]);
        messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe([1, 2, 3, 4]);
    }
}
