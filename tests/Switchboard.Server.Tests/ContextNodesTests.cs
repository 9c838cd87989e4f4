using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Redis;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Tests;

/// <summary>What two servers on one PostgreSQL database keep of a customer, with Redis beside it that is flushed and stopped.</summary>
public sealed class ContextNodesTests(PostgresServer postgres) : IAsyncLifetime
{
    // Far below the minute for which a context is kept: seen within it, a change was heard of and not waited for.
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(15);

    private readonly TempFolder temp = new();
    private readonly List<SwitchboardServer> servers = [];
    private readonly List<HttpClient> clients = [];
    private PostgresHome home = null!;
    private RedisServer redis = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        home = await postgres.NewHomeAsync(isEmpty: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        foreach (SwitchboardServer server in servers) await server.DisposeAsync();
        if (redis is not null) await redis.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task A_change_on_one_node_is_seen_on_the_other_and_Redis_may_be_flushed_or_stopped()
    {
        HttpClient[] nodes = [await NodeAsync(), await NodeAsync()];
        Guid tenant = servers[0].Seeded!.Tenant.Id;
        var customer = new Customer { TenantId = tenant, Id = Guid.CreateVersion7(), Name = "Acme", Plan = "basic", Since = DateTimeOffset.UtcNow };
        await WriteAsync(0, db => db.Add(customer));
        foreach (HttpClient node in nodes) (await PlanAsync(node, customer.Id)).ShouldBe("basic");
        // Past the program nobody is told: that both still say basic shows that they keep it.
        await home.ExecuteAsync($"update customers set industry = 'toys' where id = '{customer.Id}'");
        foreach (HttpClient node in nodes) (await FactAsync(node, customer.Id, "industry")).ShouldBeNull();

        await ChangeAsync(0, customer.Id, "premium");
        (await PlanAsync(nodes[0], customer.Id)).ShouldBe("premium", "the node that changes it knows at once");
        await UntilAsync(async () => await PlanAsync(nodes[1], customer.Id) == "premium");

        await redis.CommandAsync("FLUSHALL");
        (await PlanAsync(nodes[1], customer.Id)).ShouldBe("premium");
        await redis.SignalAsync("STOP");
        await ChangeAsync(1, customer.Id, "enterprise");
        (await PlanAsync(nodes[1], customer.Id)).ShouldBe("enterprise");
        await UntilAsync(async () => await PlanAsync(nodes[0], customer.Id) == "enterprise");
        await redis.SignalAsync("CONT");
        foreach (HttpClient node in nodes) (await PlanAsync(node, customer.Id)).ShouldBe("enterprise");
    }

    private Task ChangeAsync(int node, Guid customer, string plan) => WriteAsync(node, db => db.Customers.Single(c => c.Id == customer).Plan = plan);

    private Task WriteAsync(int node, Action<SwitchboardDb> change) => servers[node].App.Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(servers[0].Seeded!.Tenant.Id, "test"),
        db =>
        {
            change(db);
            return 0;
        },
        default);

    private static async Task<string?> PlanAsync(HttpClient node, Guid customer) => await FactAsync(node, customer, "plan");

    private static async Task<string?> FactAsync(HttpClient node, Guid customer, string name)
    {
        JsonElement shown = await node.GetJsonAsync($"/api/v1/customers/{customer}/context");
        return shown.Items("providers").SelectMany(p => p.Items("facts")).Where(f => f.Text("name") == name).Select(f => f.Text("value")).SingleOrDefault();
    }

    private async Task<HttpClient> NodeAsync()
    {
        var options = new ServerOptions(temp[$"node {servers.Count}"]) { Database = home.Database, Redis = new RedisOptions(redis.ConnectionString), Limits = LimitRules.None, Urls = "http://127.0.0.1:0" };
        servers.Add(await SwitchboardServer.StartAsync(options, null, default));
        var client = new HttpClient { BaseAddress = new Uri(servers[^1].Address) };
        client.DefaultRequestHeaders.Add("X-Api-Key", servers[0].Seeded!.ApiKey);
        clients.Add(client);
        return client;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(soon);
        while (!await condition()) await Task.Delay(50, limit.Token);
    }
}
