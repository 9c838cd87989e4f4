using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Faults;

/// <summary>Servers on one database, each with a data folder of its own and the secrets of the first.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly TempFolder temp = new();
    private readonly List<SwitchboardServer> servers = [];
    private readonly List<HttpClient> clients = [];

    /// <summary>Starts another server, and gives one who calls it: the visitor whom the first one let in.</summary>
    public async Task<HttpClient> StartAsync(DatabaseOptions database, string? folder = null)
    {
        string data = folder ?? temp[$"node{servers.Count}"];
        if (servers.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(data, "secrets"));
            foreach (string file in Directory.GetFiles(temp["node0/secrets"])) File.Copy(file, Path.Combine(data, "secrets", Path.GetFileName(file)));
        }

        SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Database = database, Role = NodeRole.All, Urls = "http://127.0.0.1:0" }, null, default);
        servers.Add(server);
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = clients.Count > 0
            ? clients[0].DefaultRequestHeaders.Authorization
            : new AuthenticationHeaderValue("Bearer", (await (await client.PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201)).Text("token"));
        clients.Add(client);
        return client;
    }

    /// <summary>What a server finds when it verifies the audit of the demonstration.</summary>
    public async Task<JsonElement> AuditAsync(int server)
    {
        using var local = new HttpClient { BaseAddress = new Uri(servers[server].Address) };
        local.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", servers[server].LocalToken);
        local.DefaultRequestHeaders.Add("X-Switchboard-Tenant", "demo");
        return await local.GetJsonAsync("/api/v1/audit/verify");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        foreach (SwitchboardServer server in servers) await server.DisposeAsync();
        temp.Dispose();
    }
}
