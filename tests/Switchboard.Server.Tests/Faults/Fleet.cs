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
    private readonly List<HttpClient> clients = [], callers = [];

    /// <summary>The servers, in the order of their start.</summary>
    public IReadOnlyList<SwitchboardServer> Servers => servers;

    /// <summary>Starts another server, and gives one who calls it: the visitor whom the first one let in.</summary>
    public async Task<HttpClient> StartAsync(DatabaseOptions database, string? folder = null, Func<ServerOptions, ServerOptions>? alter = null)
    {
        string data = folder ?? temp[$"node{servers.Count}"];
        if (servers.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(data, "secrets"));
            foreach (string file in Directory.GetFiles(temp["node0/secrets"])) File.Copy(file, Path.Combine(data, "secrets", Path.GetFileName(file)));
        }

        var options = new ServerOptions(data) { Database = database, Role = NodeRole.All, Urls = "http://127.0.0.1:0" };
        SwitchboardServer server = await SwitchboardServer.StartAsync(alter?.Invoke(options) ?? options, null, default);
        servers.Add(server);
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = clients.Count > 0
            ? clients[0].DefaultRequestHeaders.Authorization
            : new AuthenticationHeaderValue("Bearer", (await (await client.PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).JsonAsync(201)).Text("token"));
        clients.Add(client);
        return client;
    }

    /// <summary>What a server finds when it verifies the audit of the demonstration.</summary>
    public Task<JsonElement> AuditAsync(int server) => Local(server).GetJsonAsync("/api/v1/audit/verify");

    /// <summary>The command line of a server, for the demonstration.</summary>
    public HttpClient Local(int server)
    {
        HttpClient local = Caller(server, token: servers[server].LocalToken);
        local.DefaultRequestHeaders.Add("X-Switchboard-Tenant", "demo");
        return local;
    }

    /// <summary>Somebody who calls a server.</summary>
    public HttpClient Caller(int server, string? token = null, string? key = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(servers[server].Address) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null) client.DefaultRequestHeaders.Add("X-Api-Key", key);
        callers.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients.Concat(callers)) client.Dispose();
        foreach (SwitchboardServer server in servers) await server.DisposeAsync();
        temp.Dispose();
    }
}
