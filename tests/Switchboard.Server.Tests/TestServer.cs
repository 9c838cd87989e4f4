using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>A server with the demonstration tenant on a port of its own and a data folder of its own; both go with it.</summary>
public class TestServer : IAsyncLifetime
{
    private readonly TempFolder temp = new();
    private readonly List<HttpClient> clients = [];
    private SwitchboardServer server = null!;

    public string DataPath => temp["data"];

    public SwitchboardServer Server => server;

    public IServiceProvider Services => server.App.Services;

    public string OwnerKey { get; private set; } = "";

    public Guid TenantId { get; private set; }

    /// <summary>Replaces services; nothing by default.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    /// <summary>Changes the settings; nothing by default.</summary>
    protected virtual ServerOptions Alter(ServerOptions options) => options;

    /// <summary>The database; a file in the data folder by default.</summary>
    protected virtual Task<DatabaseOptions> DatabaseAsync() => Task.FromResult(DatabaseOptions.Embedded);

    public virtual async ValueTask InitializeAsync()
    {
        await StartAsync();
        OwnerKey = server.Seeded!.ApiKey;
        TenantId = server.Seeded.Tenant.Id;
        await FilledAsync();
    }

    /// <summary>Puts in what the tests of a class share; nothing by default.</summary>
    protected virtual ValueTask FilledAsync() => ValueTask.CompletedTask;

    /// <summary>Ends the server and starts another one on the same data, on another port.</summary>
    public async Task RestartAsync()
    {
        await server.DisposeAsync();
        await StartAsync();
    }

    private async Task StartAsync() => server = await SwitchboardServer.StartAsync(Alter(new ServerOptions(DataPath) { Database = await DatabaseAsync(), Urls = "http://127.0.0.1:0" }), Configure, default);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        // A test that was skipped for want of a database server has none.
        if (server is not null) await server.DisposeAsync();
        temp.Dispose();
        GC.SuppressFinalize(this);
    }

    public HttpClient Anonymous()
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        lock (clients) clients.Add(client);
        return client;
    }

    public HttpClient Owner() => WithKey(OwnerKey);

    public HttpClient WithKey(string key)
    {
        HttpClient client = Anonymous();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    public HttpClient WithToken(string token)
    {
        HttpClient client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The program's own command line, for a tenant.</summary>
    public HttpClient Local(string tenant = "demo")
    {
        HttpClient client = WithToken(server.LocalToken);
        client.DefaultRequestHeaders.Add("X-Switchboard-Tenant", tenant);
        return client;
    }

    public async Task<string> VisitorTokenAsync(string tenant = "demo", Guid? contactId = null)
    {
        JsonElement session = await (await Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant, contactId })).JsonAsync(201);
        return session.Text("token");
    }

    public async Task<HttpClient> VisitorAsync(string tenant = "demo") => WithToken(await VisitorTokenAsync(tenant));

    public async Task<HttpClient> ContactAsync(string email) => WithToken(await VisitorTokenAsync("demo", (await ContactRowAsync(email)).Id));

    public async Task<Contact> ContactRowAsync(string email)
    {
        await using SwitchboardDb db = Services.GetRequiredService<Data>().For(TenantId);
        return await db.Set<Contact>().SingleAsync(c => c.Email == email);
    }

    /// <summary>Another tenant, with its owner and a key of the owner's.</summary>
    public async Task<(Guid TenantId, HttpClient Owner)> TenantAsync(string slug)
    {
        (await Local().PutAsync($"/api/v1/tenants/{slug}", null)).EnsureSuccessStatusCode();
        JsonElement made = await (await Local(slug).PostAsJsonAsync("/api/v1/api-keys", new { name = "owner" })).JsonAsync(201);
        Tenant tenant = (await Services.GetRequiredService<Tenants>().FindAsync(slug, default))!;
        return (tenant.Id, WithKey(made.Text("key")));
    }

    /// <summary>A key of the demonstration's owner with these scopes alone.</summary>
    public async Task<string> KeyAsync(params string[] scopes) =>
        (await (await Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "narrow", scopes })).JsonAsync(201)).Text("key");

    /// <summary>A key that acts for a new user; both can be altered on the way into the database.</summary>
    public async Task<string> KeyOfAsync(Role role, Action<User>? user = null, Action<ApiKey>? key = null)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var owner = new User { TenantId = TenantId, Id = Guid.CreateVersion7(now), Email = $"{Guid.CreateVersion7(now):N}@demo.example", Name = "Colleague", Role = role, CreatedAt = now };
        user?.Invoke(owner);
        KeyText text = KeyText.Create();
        var made = new ApiKey { TenantId = TenantId, Id = Guid.CreateVersion7(now), Name = "test", Prefix = text.Prefix, Hash = text.Hash, OwnerId = owner.Id, Scopes = new ScopeSet(Scopes.All), CreatedAt = now };
        key?.Invoke(made);
        await Services.GetRequiredService<Data>().WriteAsync(
            new SystemActor(TenantId, "test"),
            db =>
            {
                db.Add(owner);
                db.Add(made);
                return 0;
            },
            default);
        return text.Text;
    }

    public async Task ChangeConversationAsync(Guid id, ConversationStatus status) =>
        await Services.GetRequiredService<Data>().WriteAsync(
            new SystemActor(TenantId, "test"),
            db =>
            {
                Conversation found = db.Set<Conversation>().Single(c => c.Id == id);
                db.Entry(found).Property(c => c.Status).CurrentValue = status;
                return 0;
            },
            default);
}

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        string full = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
