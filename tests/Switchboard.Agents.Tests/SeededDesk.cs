using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Agents.Tests;

/// <summary>A server with a tenant that has a history and another one that has none, for checks that hold for every agent.</summary>
public sealed class SeededDesk : IAsyncLifetime
{
    /// <summary>The engine writes these for every run, whatever the agent does.</summary>
    private static readonly string[] ofTheEngine = ["runs", "run_steps", "run_events", "audit_entries", "audit_seals", "search_logs", "api_keys"];

    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-agents-").FullName;
    private readonly List<HttpClient> clients = [];
    private SwitchboardServer server = null!;

    public IServiceProvider Services => server.App.Services;

    public Guid TenantId => server.Seeded!.Tenant.Id;

    /// <summary>The owner of the tenant with the history.</summary>
    public HttpClient Owner { get; private set; } = null!;

    /// <summary>The owner of the other tenant.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    /// <summary>An address of the tenant's customers.</summary>
    public string Email { get; private set; } = "";

    /// <summary>Rows of the tenant by the names that inputs have for them.</summary>
    public Dictionary<string, Guid> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>All rows of the tenant that are about customers.</summary>
    public HashSet<Guid> Rows { get; } = [];

    /// <summary>Names and addresses of the tenant's customers.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        server = await SwitchboardServer.StartAsync(new ServerOptions(Path.Combine(folder, "data")) { Urls = "http://127.0.0.1:0" }, null, default);
        await Services.GetRequiredService<DemoGenerator>().GenerateAsync(new SeedAsk(12, 1, 7), null, default);
        await using SwitchboardDb db = Services.GetRequiredService<Data>().For(TenantId);
        Customer subject = await db.Customers.Where(c => db.Set<Payment>().Any(p => p.CustomerId == c.Id) && db.Conversations.Any(t => t.CustomerId == c.Id && t.ContactId != null)).OrderBy(c => c.Id).FirstAsync();
        Contact contact = await db.Set<Contact>().Where(c => c.CustomerId == subject.Id).OrderBy(c => c.Id).FirstAsync();
        Payment payment = await db.Set<Payment>().Where(p => p.CustomerId == subject.Id).OrderByDescending(p => p.Id).FirstAsync();
        Conversation talk = await db.Conversations.Where(c => c.CustomerId == subject.Id).OrderBy(c => c.Id).FirstAsync();
        (Email, Ids["customerId"], Ids["contactId"], Ids["paymentId"], Ids["conversationId"]) = (contact.Email, subject.Id, contact.Id, payment.Id, talk.Id);
        Ids["invoiceId"] = await db.Set<Invoice>().Where(i => i.CustomerId == subject.Id).OrderByDescending(i => i.Id).Select(i => i.Id).FirstAsync();
        Ids["messageId"] = await db.Messages.Where(m => m.ConversationId == talk.Id).OrderBy(m => m.Sequence).Select(m => m.Id).FirstAsync();
        Ids["recipientId"] = await db.Set<User>().OrderBy(u => u.Id).Select(u => u.Id).FirstAsync();
        Ids["articleId"] = await db.Set<KbArticle>().OrderBy(a => a.Id).Select(a => a.Id).FirstAsync();
        foreach (Customer one in await db.Customers.ToListAsync()) (_, _) = (Words.Add(one.Name), Rows.Add(one.Id));
        foreach (Contact one in await db.Set<Contact>().ToListAsync()) (_, _) = (Words.Add(one.Email), Rows.Add(one.Id));
        Rows.UnionWith(await db.Set<Payment>().Select(r => r.Id).ToListAsync());
        Rows.UnionWith(await db.Set<Invoice>().Select(r => r.Id).ToListAsync());
        Rows.UnionWith(await db.Conversations.Select(r => r.Id).ToListAsync());
        Rows.UnionWith(await db.Messages.Select(r => r.Id).ToListAsync());
        Rows.UnionWith(await db.Set<Domain.Billing.Subscription>().Select(r => r.Id).ToListAsync());
        Rows.UnionWith(await db.Set<User>().Select(r => r.Id).ToListAsync());

        Owner = Client("X-Api-Key", server.Seeded!.ApiKey);
        HttpClient local = Client("X-Switchboard-Tenant", "stranger");
        local.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.LocalToken);
        (await local.PutAsync("/api/v1/tenants/stranger", null)).EnsureSuccessStatusCode();
        JsonElement key = JsonElement.Parse(await (await local.PostAsJsonAsync("/api/v1/api-keys", new { name = "owner" })).Content.ReadAsStringAsync());
        Stranger = Client("X-Api-Key", key.GetProperty("key").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in clients) client.Dispose();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>An unproven visitor of the tenant.</summary>
    public async Task<HttpClient> VisitorAsync()
    {
        JsonElement session = JsonElement.Parse(await (await Client("Accept", "application/json").PostAsJsonAsync("/api/v1/widget/session", new { })).Content.ReadAsStringAsync());
        HttpClient client = Client("Accept", "application/json");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("token").GetString());
        return client;
    }

    /// <summary>An input of an agent about the tenant's own rows: that of its first case that finds something, with the ids of rows that are there.</summary>
    public JsonObject InputOf(AgentCard card)
    {
        JsonObject input = FactCase.Of(card).Where(c => !c.Expect.ContainsKey("reason")).Select(c => c.Input).FirstOrDefault() ?? [];
        JsonObject own = (JsonObject)input.DeepClone();
        foreach (string name in ((ComputingAgent)FactWalker.Catalogue.Find(card.Id)!).Schemas.Input["properties"]?.AsObject().Select(p => p.Key) ?? [])
            if (Ids.TryGetValue(name, out Guid id)) own[name] = id;
        return own;
    }

    /// <summary>Lets an agent work without changing anything.</summary>
    public static async Task<(int Status, string Body)> ExecuteAsync(HttpClient caller, AgentCard card, JsonObject input, JsonObject? facts = null)
    {
        HttpResponseMessage answer = await caller.PostAsJsonAsync($"/api/v1/agents/{card.Id}/execute", new { input, facts, dryRun = true });
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What of the tenant's customers stands in an answer: names, addresses, and rows that it rests on.</summary>
    public IEnumerable<string> Leaks(string body, params string[] said)
    {
        foreach (string word in Words.Where(w => !said.Contains(w) && body.Contains(w, StringComparison.OrdinalIgnoreCase))) yield return $"names {word}";
        if (!body.StartsWith('{') || !JsonElement.Parse(body).TryGetProperty("evidence", out JsonElement evidence)) yield break;
        foreach (Guid id in evidence.EnumerateArray().SelectMany(e => e.GetProperty("ids").EnumerateArray()).Select(i => i.GetGuid()))
            if (Rows.Contains(id)) yield return $"rests on the row {id}";
    }

    /// <summary>A digest of each table that agents could change.</summary>
    public async Task<SortedDictionary<string, string>> TablesAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "data", "switchboard.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string table in (await RowsAsync(connection, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")).Select(r => r.Trim()).Where(t => !ofTheEngine.Contains(t)))
            digests[table] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', (await RowsAsync(connection, $"select * from \"{table}\"")).Order(StringComparer.Ordinal)))));
        return digests;
    }

    private static async Task<List<string>> RowsAsync(SqliteConnection connection, string sql)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexStringLower(bytes) : reader.GetValue(i).ToString())));
        return rows;
    }

    private HttpClient Client(string header, string value)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Add(header, value);
        clients.Add(client);
        return client;
    }
}
