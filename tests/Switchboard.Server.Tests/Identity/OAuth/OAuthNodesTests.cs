using System.Net.Http.Json;
using Switchboard.Compliance.Postgres;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>A sign-in that begins on one node and ends on another, both on one PostgreSQL database.</summary>
public sealed class OAuthNodesTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly TempFolder temp = new();
    private readonly List<SwitchboardServer> nodes = [];
    private PostgresHome home = null!;
    private OpenIdServer provider = null!;

    public async ValueTask InitializeAsync()
    {
        home = await postgres.NewHomeAsync(isEmpty: true);
        provider = await OpenIdServer.StartAsync(TimeProvider.System);
        for (int i = 0; i < 2; i++) nodes.Add(await NodeAsync(temp[$"node-{i}"]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SwitchboardServer node in nodes) await node.DisposeAsync();
        if (provider is not null) await provider.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task What_one_node_began_another_ends_and_of_many_that_end_it_at_once_on_both_one_does()
    {
        using var local = new HttpClient { BaseAddress = new Uri(nodes[0].Address) };
        (await local.PostAsJsonAsync("/api/v1/auth/register", new { tenant = "birch", email = "ada@birch.example", name = "Ada", password = IdentityServer.Password })).EnsureSuccessStatusCode();
        local.DefaultRequestHeaders.Authorization = new("Bearer", nodes[0].LocalToken);
        local.DefaultRequestHeaders.Add(LocalToken.TenantHeader, "birch");
        ProviderUser robin = provider.User("robin@birch.example");
        await (await local.PostAsJsonAsync("/api/v1/users/invite", new { email = robin.Email, name = "Robin", role = "lead" })).JsonAsync(201);

        var browser = new Browser(nodes[0].Address);
        string back = await browser.BeAsync(await browser.StartAsync("oidc", tenant: "birch"), robin.Login);
        Browser[] copies = [.. Enumerable.Range(0, 6).Select(i => browser.Copy(nodes[i % 2 == 0 ? 1 : 0].Address))];
        HttpResponseMessage[] ended = await Task.WhenAll(copies.Select(c => c.GoAsync(back)));

        ended.Count(e => (int)e.StatusCode == 302).ShouldBe(1);
        foreach (HttpResponseMessage late in ended.Where(e => (int)e.StatusCode != 302)) await late.ProblemAsync(400, "sign_in_lost");
        Browser inside = copies.Single(c => c.Cookies.ContainsKey(SignedSessions.Cookie));
        (await inside.MeAsync()).Text("email").ShouldBe(robin.Email);
        // The other node knows the session as well.
        inside.Node = nodes[inside.Node == nodes[0].Address ? 1 : 0].Address;
        (await inside.MeAsync()).Text("role").ShouldBe("lead");
    }

    private async Task<SwitchboardServer> NodeAsync(string data)
    {
        if (nodes.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(data, "secrets"));
            foreach (string file in Directory.GetFiles(Path.Combine(temp["node-0"], "secrets"))) File.Copy(file, Path.Combine(data, "secrets", Path.GetFileName(file)));
        }

        var identity = new IdentitySettings { PasswordRounds = 1000, BaseUrl = new Uri(Browser.Desk), Providers = [new OAuthProvider(OAuthProvider.OpenId, "Company", new Uri(provider.Issuer), OpenIdServer.Client, OpenIdServer.Secret)] };
        return await SwitchboardServer.StartAsync(new ServerOptions(data) { Database = home.Database, Demo = false, Urls = "http://127.0.0.1:0", Outbound = OutboundSettings.Parse("127.0.0.1"), Identity = identity }, null, default);
    }
}
