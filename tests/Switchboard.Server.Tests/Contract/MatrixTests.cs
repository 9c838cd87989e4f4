using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Tests.Identity;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Everybody who comes to the routes of a desk in these tests.</summary>
public sealed class MatrixServer : IdentityServer
{
    public const string Victim = "maya@kestrelmoor-cycles.example", Neighbour = "joao@pampa-clara.example";

    public ApiDocument Document { get; private set; } = null!;

    public Stage Stage { get; private set; } = null!;

    public Stage Elsewhere { get; private set; } = null!;

    public RowWatch Watch { get; private set; } = null!;

    public Person OtherOwner { get; private set; } = null!;

    public HttpClient OtherKey { get; private set; } = null!;

    /// <summary>Who was somebody once: by name, how they call, and whether only contacts' routes are worth trying.</summary>
    public IReadOnlyList<(string Who, HttpClient Client)> Former { get; private set; } = [];

    public IReadOnlyList<(Role Role, HttpClient Client, string[] Scopes)> Roles { get; private set; } = [];

    /// <summary>What is done where a name is looked up. None is known, so that nothing is called outside.</summary>
    public Func<CancellationToken, Task> Lookup { get; set; } = _ => Task.CompletedTask;

    protected override void Configure(IServiceCollection services)
    {
        base.Configure(services);
        services.AddSingleton<HostLookup>(async (_, cancellationToken) =>
        {
            await Lookup(cancellationToken);
            throw new SocketException((int)SocketError.HostNotFound);
        });
    }

    /// <summary>A provider that needs no call to begin with.</summary>
    protected override ServerOptions Alter(ServerOptions options)
    {
        ServerOptions altered = base.Alter(options);
        return altered with { Identity = altered.Identity with { Providers = [new OAuthProvider(OAuthProvider.GitHub, "GitHub", new Uri("https://github.com"), "client", "secret")] } };
    }

    protected override async ValueTask FilledAsync()
    {
        Document = await ApiDocument.ReadAsync(Anonymous());
        HttpClient overToken = (await PersonAsync(Role.Owner)).Client;
        HttpClient overKey = WithKey(await KeyOfAsync(Role.Owner, key: k => k.ExpiresAt = Now.AddHours(1)));
        HttpClient overVisitor = await ContactAsync(Victim);
        Pass(VisitorTokens.Lifetime + TimeSpan.FromHours(1));
        Person ended = await PersonAsync(Role.Owner);
        await (await ended.Client.DeleteAsync("/api/v1/auth/sessions")).JsonAsync(200);
        Person suspended = await PersonAsync(Role.Owner);
        await (await Local().PatchAsJsonAsync($"/api/v1/users/{suspended.Id}", new { status = "suspended" })).JsonAsync(200);
        HttpClient revoked = WithKey(await KeyOfAsync(Role.Owner, key: k => k.RevokedAt = Now));
        HttpClient orphaned = WithKey(await KeyOfAsync(Role.Owner, user: u => u.Status = UserStatus.Suspended));
        Former =
        [
            ("nobody", Anonymous()), ("an expired token", overToken), ("an expired key", overKey), ("an expired visitor", overVisitor), ("an ended session", ended.Client),
            ("a suspended user", suspended.Client), ("a revoked key", revoked), ("a key of a suspended owner", orphaned), ("a forged token", WithToken("eyJhbGciOiJub25lIn0.e30.")),
        ];

        // A role can be emptied by the tenant, so there is one below every route.
        await (await Owner().PutAsJsonAsync("/api/v1/roles/read_only", new { scopes = Array.Empty<string>() })).JsonAsync(200);
        var roles = new List<(Role, HttpClient, string[])>();
        foreach (Role role in new[] { Role.Admin, Role.Lead, Role.Support, Role.Analyst, Role.ReadOnly })
        {
            HttpClient client = (await PersonAsync(role)).Client;
            roles.Add((role, client, [.. (await client.GetJsonAsync("/api/v1/auth/me")).Items("scopes").Select(s => s.GetString()!)]));
        }

        Roles = roles;
        (_, OtherKey) = await TenantAsync("elsewhere");
        OtherOwner = await PersonAsync(Role.Owner, "elsewhere");
        Stage = await Stage.SetAsync(this, Victim);
        Watch = new RowWatch(DataPath);
    }

    /// <summary>Waits until nothing that earlier calls began is written any more.</summary>
    public async Task SettledAsync()
    {
        long seen = -1;
        await ClockServer.UntilAsync(async () =>
        {
            await Task.Delay(200);
            (long before, seen) = (seen, Watch.Version());
            return before == seen;
        });
    }

    public override async ValueTask DisposeAsync()
    {
        Watch?.Dispose();
        await base.DisposeAsync();
    }
}

/// <summary>Every route of the document, called by everybody who may not: the right status, no row changed, no word of the tenant's told.</summary>
public sealed class MatrixTests(MatrixServer server) : IClassFixture<MatrixServer>
{
    private readonly List<string> wrong = [];
    private (long Version, Dictionary<string, string> Rows)? known;

    [Fact]
    public async Task Nobody_and_who_is_nobody_any_more_is_told_401_by_every_route()
    {
        await server.SettledAsync();
        int calls = 0;
        foreach (ApiRoute route in server.Document.Routes.Where(r => r.Who != "anyone"))
            foreach ((string who, HttpClient client) in server.Former) calls += await RefusedAsync(route, client, who, 401);
        Judge(calls, 900);
    }

    [Fact]
    public async Task The_owner_of_another_tenant_finds_nothing_here_and_changes_nothing()
    {
        await server.SettledAsync();
        int calls = 0;
        ILookup<bool, ApiRoute> routes = server.Document.Routes.Where(r => r.Who != "anyone").ToLookup(r => r.Who == "command_line" || Stage.IsOwned(r));
        foreach (ApiRoute route in routes[true])
        {
            int status = route.Who == "command_line" ? 401 : 404;
            if (route.Who != "signed_in") calls += await RefusedAsync(route, server.OtherKey, "a key of another tenant", status);
            calls += await RefusedAsync(route, server.OtherOwner.Client, "the owner of another tenant", status);
        }

        // What is not refused works on what is their own, and may go on behind the answer.
        foreach (ApiRoute route in routes[false]) calls += await AsideAsync(route, route.Who == "signed_in" ? server.OtherOwner.Client : server.OtherKey);

        Judge(calls, 150);
    }

    [Fact]
    public async Task Another_customers_person_and_a_stranger_find_nothing_that_is_somebody_elses()
    {
        HttpClient neighbour = await server.ContactAsync(MatrixServer.Neighbour), stranger = await server.VisitorAsync();
        await server.SettledAsync();
        int calls = 0;
        ILookup<bool, ApiRoute> routes = server.Document.Routes.Where(r => r.Who != "anyone").ToLookup(r => !r.TakesContacts || Stage.IsOwned(r));
        foreach (ApiRoute route in routes[true])
        {
            int status = route.Who == "command_line" ? 401 : route.TakesContacts ? 404 : 403;
            calls += await RefusedAsync(route, neighbour, "another customer's person", status) + await RefusedAsync(route, stranger, "a stranger", status);
        }

        foreach (ApiRoute route in routes[false]) calls += await AsideAsync(route, neighbour) + await AsideAsync(route, stranger);

        Judge(calls, 200);
    }

    [Fact]
    public async Task A_lower_role_and_a_narrower_key_are_told_403_by_every_route_they_lack_the_scope_of()
    {
        var keys = new Dictionary<string, HttpClient>(StringComparer.Ordinal);
        foreach (string[] missing in server.Document.Routes.SelectMany(r => new[] { r.AnyOf, r.AllOf }).Where(s => s.Length > 0))
        {
            string name = string.Join(' ', missing);
            if (!keys.ContainsKey(name)) keys[name] = server.WithKey(await server.KeyAsync([.. Scopes.All.Except(missing)]));
        }

        await server.SettledAsync();
        int calls = 0;
        foreach (ApiRoute route in server.Document.Routes.Where(r => r.Who is "staff" or "staff_and_contacts" or "signed_in"))
        {
            if (route.Who == "signed_in")
            {
                calls += await RefusedAsync(route, server.Stage.Key, "a key, which has no account of its own", 403);
                continue;
            }

            foreach (string[] needed in new[] { route.AnyOf, route.AllOf }.Where(s => s.Length > 0))
            {
                calls += await RefusedAsync(route, keys[string.Join(' ', needed)], $"a key with all scopes but {string.Join(' ', needed)}", 403);
                (Role role, HttpClient client, _) = server.Roles.First(r => !needed.Any(r.Scopes.Contains));
                calls += await RefusedAsync(route, client, $"a user of the role {role}", 403);
            }
        }

        Judge(calls, 220);
    }

    [Fact]
    public async Task What_another_tenant_names_of_ours_in_a_body_or_a_query_is_nothing_to_it()
    {
        await server.SettledAsync();
        int calls = 0;
        foreach (ApiRoute route in server.Document.Routes.Where(r => r.Who is "staff" or "staff_and_contacts" && !r.Path.EndsWith("/events", StringComparison.Ordinal)))
        {
            foreach (string query in route.Parameters("query").Select(QueryOf).OfType<string>())
            {
                using HttpRequestMessage request = server.Stage.Request(route);
                if (Stage.IsOwned(route)) continue;
                request.RequestUri = new Uri($"{request.RequestUri}?{query}", UriKind.Relative);
                calls += await AsideAsync(route, server.OtherKey, request);
            }
        }

        // Their own conversation and customer, and ours in the body.
        JsonElement customer = await (await server.OtherKey.PostAsJsonAsync("/api/v1/customers", new { name = "Elsewhere" })).JsonAsync(201);
        JsonElement talk = await server.OtherKey.BeginAsync("Hello there");
        Stage own = server.Stage.Moved(("customers", customer.Id("id")), ("conversations", talk.Id("conversationId")), ("messageId", talk.Id("messageId")));
        await server.SettledAsync();
        foreach (ApiRoute route in server.Document.Routes.Where(r => r.Who == "staff" && (!Stage.IsOwned(r) || r.Path.StartsWith("/api/v1/customers/", StringComparison.Ordinal) || r.Path.StartsWith("/api/v1/conversations/", StringComparison.Ordinal))))
        {
            foreach (string field in Named(route))
            {
                using HttpRequestMessage request = own.Request(route);
                request.Content = JsonContent.Create(own.BodyWith(route, field, server.Stage.Named(field)));
                calls += await AsideAsync(route, server.OtherKey, request);
            }
        }

        Judge(calls, 15);
    }

    /// <summary>Without this the refusals above could be those of calls that reach nothing.</summary>
    [Fact]
    public async Task The_same_calls_are_let_in_when_they_come_from_who_may_make_them()
    {
        Stage stage = await Stage.SetAsync(server, MatrixServer.Victim);
        HttpClient visitor = await server.VisitorAsync();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (ApiRoute route in server.Document.Routes.Where(r => r.Who != "anyone" && r.Path != "/api/v1/demo/seed").OrderBy(Rank).ThenByDescending(r => r.Path.Length))
        {
            HttpClient client = route.Who switch { "command_line" => server.Local(), "signed_in" => stage.Owner.Client, "contacts" => visitor, _ => stage.Key };
            using HttpRequestMessage request = stage.Request(route);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            int status = (int)response.StatusCode;
            string body = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await TextAsync(response);
            if (body.Contains(Stage.Canary, StringComparison.Ordinal)) told.Add(route.ToString());
            // The passwords, the archive, the receiver and the mailed code of the examples are nobody's.
            if (status is 400 && (body.Contains("password", StringComparison.Ordinal) || route.Path is "/api/v1/imports/tenant" or "/api/v1/webhooks" or "/api/v1/widget/proof/confirm")) continue;
            if (status is 400 or 401 or 403 or 404 or 405 or 415 or >= 500) wrong.Add($"{route}: answered {status} to who may call it: {Cut(body)}");
        }

        told.Count.ShouldBeGreaterThan(25, "the words that must not leak must be there to leak");
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static int Rank(ApiRoute route) => route.Method switch
    {
        "GET" => 0,
        _ when route.Path is "/api/v1/auth/sessions" => 9,
        "DELETE" when route.Path.Contains("/auth/", StringComparison.Ordinal) || route.Path.Contains("/api-keys/", StringComparison.Ordinal) => 8,
        "DELETE" => 7,
        _ when route.Path.EndsWith("/merge", StringComparison.Ordinal) => 6,
        _ => 1,
    };

    /// <summary>The fields of a body that hold ids.</summary>
    private IEnumerable<string> Named(ApiRoute route) => route.BodySchema is { } schema && schema.TryGetProperty("$ref", out JsonElement name) && server.Document.Schemas[name.GetString()!.Split('/')[^1]].TryGetProperty("properties", out JsonElement fields)
        ? fields.EnumerateObject().Where(f => f.Value.TryGetProperty("format", out JsonElement format) && format.GetString() == "uuid").Select(f => f.Name)
        : [];

    private string? QueryOf(JsonElement parameter) => (parameter.Text("name"), parameter.GetProperty("schema").TryGetProperty("format", out JsonElement format) ? format.GetString() : null) switch
    {
        ("q", _) => $"q={Stage.Beside}",
        ("subject", _) => $"subject={Uri.EscapeDataString(Subjects.Conversation(Guid.Parse(server.Stage.Named("conversationId"))))}",
        ("tenant", _) => "tenant=demo",
        (var name, "uuid") => $"{name}={server.Stage.Named(name)}",
        _ => null,
    };

    /// <summary>The call must be refused with the status; nothing may be committed, and nothing of the tenant told.</summary>
    private async Task<int> RefusedAsync(ApiRoute route, HttpClient client, string who, int status)
    {
        long before = server.Watch.Version();
        using HttpRequestMessage request = server.Stage.Request(route);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        string body = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "a stream" : await TextAsync(response);
        if ((int)response.StatusCode != status) wrong.Add($"{route}: told {(int)response.StatusCode} to {who}, not {status}: {Cut(body)}");
        else if (response.Content.Headers.ContentType?.MediaType != "application/problem+json") wrong.Add($"{route}: no problem document for {who}");
        if (body.Contains(Stage.Canary, StringComparison.Ordinal)) wrong.Add($"{route}: told the tenant's words to {who}: {Cut(body)}");
        if (server.Watch.Version() != before) wrong.Add($"{route}: something was written for {who}");
        return 1;
    }

    /// <summary>The call may do something, but only beside the tenant: none of its rows change, none of its words are told.</summary>
    private async Task<int> AsideAsync(ApiRoute route, HttpClient client, HttpRequestMessage? call = null)
    {
        long version = server.Watch.Version();
        if (known is null || known.Value.Version != version) known = (version, server.Watch.Rows(server.TenantId));
        Dictionary<string, string> before = known.Value.Rows;
        using HttpRequestMessage request = call ?? server.Stage.Request(route);
        using HttpResponseMessage response = await client.SendAsync(request);
        string body = await TextAsync(response);
        if ((int)response.StatusCode >= 500) wrong.Add($"{route}: answered {(int)response.StatusCode}: {Cut(body)}");
        if (body.Contains(Stage.Canary, StringComparison.Ordinal)) wrong.Add($"{route}: told the tenant's words: {Cut(body)}");
        if (server.Watch.Version() == version) return 1;
        Dictionary<string, string> after = server.Watch.Rows(server.TenantId);
        string[] changed = [.. after.Keys.Where(t => before.GetValueOrDefault(t) != after[t])];
        if (changed.Length > 0 && !route.TakesContacts) wrong.Add($"{route}: the tenant's rows changed in {string.Join(", ", changed)}");
        return 1;
    }

    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        if (response.Content.Headers.ContentType?.MediaType != "application/zip") return Encoding.UTF8.GetString(bytes);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        var text = new StringBuilder();
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    private void Judge(int calls, int least)
    {
        calls.ShouldBeGreaterThan(least);
        wrong.ShouldBeEmpty(string.Create(CultureInfo.InvariantCulture, $"{wrong.Count} of {calls} calls:\n{string.Join('\n', wrong.Take(60))}"));
    }

    private static string Cut(string text) => text.Length > 300 ? text[..300] : text;
}
