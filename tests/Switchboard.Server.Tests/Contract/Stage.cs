using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Tests.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Contract;

/// <summary>One object of every kind a route can name, each with words that nobody but its tenant may ever read.</summary>
public sealed class Stage
{
    /// <summary>Stands in everything that belongs to the tenant.</summary>
    public const string Canary = "zx81canaryword";

    /// <summary>Stands beside it, so that it can be searched for without being sent.</summary>
    public const string Beside = "Quillfeather";

    private Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private string schedule = "";

    private Stage(IdentityServer server, Person owner, HttpClient key, HttpClient contact)
    {
        (Server, Owner, Key, Contact) = (server, owner, key, contact);
    }

    public IdentityServer Server { get; }

    public Person Owner { get; }

    public HttpClient Key { get; }

    public HttpClient Contact { get; }

    /// <summary>Makes the objects through the API wherever it makes them.</summary>
    public static async Task<Stage> SetAsync(IdentityServer server, string email)
    {
        Person owner = await server.PersonAsync(Role.Owner);
        JsonElement made = await (await owner.Client.PostAsJsonAsync("/api/v1/api-keys", new { name = Canary })).JsonAsync(201);
        var stage = new Stage(server, owner, server.WithKey(made.Text("key")), await server.ContactAsync(email));
        // Another key than the one that calls, which would be gone with it.
        stage.ids["api-keys"] = $"{(await (await owner.Client.PostAsJsonAsync("/api/v1/api-keys", new { name = Canary })).JsonAsync(201)).Id("id")}";
        await stage.FillAsync(email);
        return stage;
    }

    private async Task FillAsync(string email)
    {
        Contact person = await Server.ContactRowAsync(email);
        ids["customers"] = $"{person.CustomerId}";
        ids["contactId"] = $"{person.Id}";
        await (await Key.PostAsJsonAsync($"/api/v1/customers/{person.CustomerId}/notes", new { text = $"{Beside} {Canary}" })).JsonAsync(201);
        await ChangeCustomerAsync(person.CustomerId!.Value);
        JsonElement begun = await Contact.BeginAsync($"Where are my keys? {Beside} {Canary}");
        ids["conversations"] = $"{begun.Id("conversationId")}";
        ids["messageId"] = $"{begun.Id("messageId")}";
        ids["runs"] = $"{begun.Id("runId")}";
        ids["into"] = $"{(await Contact.BeginAsync($"Another thing: {Canary}")).Id("conversationId")}";
        JsonElement article = await (await Key.PostAsJsonAsync("/api/v1/articles", new { title = $"{Beside} {Canary}", text = $"{Beside} {Canary}" })).JsonAsync(201);
        ids["articles"] = $"{article.Id("id")}";
        JsonElement user = await (await Key.PostAsJsonAsync("/api/v1/users", new { email = $"{Canary}{Guid.CreateVersion7():N}@example.com", name = $"{Beside} {Canary}", role = "support" })).JsonAsync(201);
        ids["users"] = ids["assigneeId"] = ids["csmId"] = $"{user.Id("id")}";
        JsonElement job = await (await Key.PostAsJsonAsync("/api/v1/agents/knowledge/gap-detector/execute-async", new { input = new { } })).JsonAsync(202);
        ids["jobs"] = $"{job.Id("jobId")}";
        ids["sessions"] = $"{(await Server.SignInAsync(Owner.Email)).Tokens.Id("sessionId")}";
        await RowsAsync();
        ids["subscriptionId"] = $"{(await Key.GetJsonAsync($"/api/v1/customers/{person.CustomerId}/subscriptions")).Items()[0].Id("id")}";
        schedule = (await Key.GetJsonAsync("/api/v1/schedules")).Items()[0].Text("name");
        await ClockServer.UntilAsync(async () => (await Key.GetJsonAsync($"/api/v1/jobs/{ids["jobs"]}")).Text("status") is "succeeded" or "failed");
    }

    private async Task ChangeCustomerAsync(Guid id)
    {
        using var change = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/customers/{id}") { Content = JsonContent.Create(new { industry = Canary }) };
        change.Headers.TryAddWithoutValidation("If-Match", "*");
        await (await Key.SendAsync(change)).JsonAsync(200);
    }

    /// <summary>What comes of agents' work alone, put in as they would.</summary>
    private async Task RowsAsync()
    {
        DateTimeOffset now = Server.Now;
        var entry = new OutboxEntry
        {
            TenantId = Server.TenantId,
            Id = Guid.CreateVersion7(now),
            Port = "smtp",
            Key = $"mail-{Guid.CreateVersion7():N}",
            Request = Core.Json.Write(new MailRequest { To = ["ada@example.com"], Subject = Canary, Text = Canary }),
            CreatedAt = now,
        };
        entry.Begin();
        entry.LoseTrack("The answer did not come.", now);
        var approval = new Approval
        {
            TenantId = Server.TenantId,
            Id = Guid.CreateVersion7(now),
            Action = "refund.issue",
            Arguments = $"{{\"note\":\"{Canary}\"}}",
            Preview = "[]",
            Digest = "test",
            RequestedBy = "system:test",
            NeededScope = "approve:refunds",
            CreatedAt = now,
            ExpiresAt = now.AddDays(3),
        };
        var receiver = new WebhookEndpoint { TenantId = Server.TenantId, Id = Guid.CreateVersion7(now), Url = $"https://hooks.invalid/{Canary}", Events = [WebhookEvents.SlaBreached], Secret = [1, 2, 3], CreatedAt = now };
        // A call of the test is to send nothing anywhere.
        receiver.Tell(active: false);
        var delivery = new WebhookDelivery { TenantId = Server.TenantId, Id = Guid.CreateVersion7(now), EndpointId = receiver.Id, OutboxId = entry.Id, EventId = Guid.CreateVersion7(now), Type = WebhookEvents.Test, Body = Canary, CreatedAt = now };
        var identity = new ExternalIdentity { TenantId = Server.TenantId, Id = Guid.CreateVersion7(now), UserId = Owner.Id, Provider = "github", Issuer = "https://github.com", Subject = $"{Canary}{Guid.CreateVersion7():N}", CreatedAt = now };
        await Server.Services.GetRequiredService<Data>().WriteAsync(
            new SystemActor(Server.TenantId, "test"),
            db =>
            {
                db.Add(identity);
                db.Add(entry);
                db.Add(approval);
                db.Add(receiver);
                db.Add(delivery);
                return 0;
            },
            default);
        (ids["outbox"], ids["approvals"], ids["webhooks"], ids["deliveries"], ids["identities"]) = ($"{entry.Id}", $"{approval.Id}", $"{receiver.Id}", $"{delivery.Id}", $"{identity.Id}");
    }

    /// <summary>The same stage with other objects in the paths.</summary>
    public Stage Moved(params (string Kind, Guid Id)[] objects)
    {
        var moved = new Stage(Server, Owner, Key, Contact) { ids = new(ids, StringComparer.Ordinal), schedule = schedule };
        foreach ((string kind, Guid id) in objects) moved.ids[kind] = $"{id}";
        return moved;
    }

    /// <summary>The object that a field of a body or a query names.</summary>
    public string Named(string field) => field switch
    {
        "conversationId" => ids["conversations"],
        "customerId" => ids["customers"],
        "search" => ids["runs"],
        "entityId" or "csm" => ids["users"],
        _ => ids[field],
    };

    /// <summary>The example of a route with this stage's objects; null when it takes no JSON.</summary>
    public JsonNode? Example(ApiRoute route) => route.Example is { } example ? Filled(JsonNode.Parse(example.GetRawText())!) : null;

    /// <summary>A body in which one field names something.</summary>
    public JsonNode BodyWith(ApiRoute route, string field, string id)
    {
        JsonNode body = Filled(JsonNode.Parse(route.Example!.Value.GetRawText())!);
        body[field] = id;
        return body;
    }

    /// <summary>Whether the path names an object of the tenant.</summary>
    public static bool IsOwned(ApiRoute route) => route.PlaceNames.Any(n => n is not ("domain" or "name" or "kind" or "slug" or "tenant" or "provider"));

    /// <summary>A call of the route with these objects, as it would work for who may make it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="from">Whose ids stand in the body; null for this stage's own.</param>
    public HttpRequestMessage Request(ApiRoute route, Stage? from = null)
    {
        string[] places = route.Path.Split('/');
        for (int i = 0; i < places.Length; i++)
            if (places[i].StartsWith('{')) places[i] = Place(places[i].Trim('{', '}'), places[i - 1], route);
        string query = route.Path.EndsWith("/knowledge/search", StringComparison.Ordinal) ? "?q=keys" : "";
        var request = new HttpRequestMessage(new HttpMethod(route.Method), string.Join('/', places) + query);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        request.Content = Body(route, from ?? this);
        return request;
    }

    private string Place(string name, string before, ApiRoute route) => name switch
    {
        "domain" => "knowledge",
        "name" when before == "{domain}" || before == "knowledge" => "gap-detector",
        "name" when before == "roles" => "analyst",
        "name" => schedule,
        "kind" => "customers",
        "provider" => "oidc",
        "slug" or "tenant" => "demo",
        "id" when ids.TryGetValue(before == "demo" ? "articles" : before, out string? id) => id,
        _ when ids.TryGetValue(name, out string? id) => id,
        _ => throw new InvalidOperationException($"{route}: say in Stage which object {{{name}}} behind {before} is, so that the route is tried with one that is there."),
    };

    private static readonly byte[] table = "externalRef,name\nc-100,Birch Bikes\n"u8.ToArray();

    private static HttpContent? Body(ApiRoute route, Stage from)
    {
        if (route.Body is not { } body) return null;
        if (body.TryGetProperty("application/zip", out _)) return Typed(Calls.Zip(("a.md", Encoding.UTF8.GetBytes("# A page\n\nIts text.")), ("customers.csv", table)), "application/zip");
        if (body.TryGetProperty("text/csv", out _)) return Typed(table, "text/csv");
        return route.Example is { } example ? JsonContent.Create(from.Filled(JsonNode.Parse(example.GetRawText())!)) : null;
    }

    private JsonNode Filled(JsonNode example)
    {
        if (example is not JsonObject fields) return example;
        foreach (string name in fields.Select(f => f.Key).ToArray())
        {
            fields[name] = name switch
            {
                "until" => JsonValue.Create(Server.Now.AddDays(1)),
                "path" => JsonValue.Create(Path.Combine(Server.DataPath, $"backup-{Guid.CreateVersion7():N}.swb")),
                "currency" => JsonValue.Create("USD"),
                "email" => JsonValue.Create($"{Guid.CreateVersion7():N}@example.com"),
                "externalRef" => JsonValue.Create($"{Guid.CreateVersion7():N}"),
                _ when ids.TryGetValue(name, out string? id) => JsonValue.Create(id),
                _ => fields[name]?.DeepClone(),
            };
        }

        return fields;
    }

    private static ByteArrayContent Typed(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }
}
