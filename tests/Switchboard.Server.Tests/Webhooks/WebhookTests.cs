using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Operations;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Webhooks;

/// <summary>A server that may call this machine by its name, and a receiver on it.</summary>
public sealed class WebhookServer : TestServer
{
    public Receiver Receiver { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Receiver = await Receiver.OpenAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    protected override ServerOptions Alter(ServerOptions options) => options with { Outbound = OutboundSettings.Parse("127.0.0.1") };
}

/// <summary>Webhooks from the route that makes one to the receiver that is told.</summary>
public sealed class WebhookTests(WebhookServer server) : IClassFixture<WebhookServer>
{
    private static int made;
    private readonly HttpClient owner = server.Owner();

    [Fact]
    public async Task A_receiver_is_told_of_what_happens_signed_and_as_the_route_shows_it()
    {
        Hook hook = await AddAsync("customer.created", "message.created", "conversation.created");
        HttpResponseMessage answer = await owner.PostAsJsonAsync("/api/v1/customers", new { name = "Hooked Ltd" });
        JsonElement customer = await (await owner.GetAsync($"/api/v1/customers/{(await answer.JsonAsync(201)).Id("id")}")).JsonAsync(200);
        JsonElement begun = await owner.BeginAsync("Hello, is anybody there?");

        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Count >= 4));
        hook.Got.ShouldAllBe(d => d.IsSignedWith(hook.Secret));
        Delivered told = hook.Got.Single(d => d.Type == "customer.created");
        told.Json.EnumerateObject().Select(p => p.Name).ShouldBe(["type", "timestamp", "data"]);
        JsonElement.DeepEquals(told.Json.GetProperty("data"), customer).ShouldBeTrue(told.Body);
        hook.Got.Single(d => d.Type == "conversation.created").Json.GetProperty("data").Id("id").ShouldBe(begun.Id("conversationId"));
        JsonElement[] messages = [.. hook.Got.Where(d => d.Type == "message.created").Select(d => d.Json.GetProperty("data"))];
        messages.ShouldAllBe(m => m.Id("conversationId") == begun.Id("conversationId"));
        JsonElement shown = await (await owner.GetAsync($"/api/v1/conversations/{begun.Id("conversationId")}/messages")).JsonAsync(200);
        foreach (JsonElement message in messages) shown.Items().ShouldContain(s => JsonElement.DeepEquals(s, message.GetProperty("message")));

        await ClockServer.UntilAsync(async () => (await DeliveriesAsync(hook, "?status=delivered")).Length == 4);
        JsonElement logged = (await DeliveriesAsync(hook)).Single(d => d.Text("type") == "customer.created");
        (logged.Id("eventId").ToString(), logged.Text("status")).ShouldBe((told.Id, "delivered"));
        logged.Items("attempts").ShouldHaveSingleItem().GetProperty("responseStatus").GetInt32().ShouldBe(200);
        (await DeliveriesAsync(hook, "?status=failed")).ShouldBeEmpty();
        JsonElement page = await (await owner.GetAsync($"/api/v1/webhooks/{hook.Id}/deliveries?limit=1")).JsonAsync(200);
        page.Items().Length.ShouldBe(1);
        JsonElement next = await (await owner.GetAsync($"/api/v1/webhooks/{hook.Id}/deliveries?limit=100&cursor={page.Text("nextCursor")}")).JsonAsync(200);
        next.Items().Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_trial_and_a_delivery_by_hand_are_sent_and_the_latter_has_the_id_of_the_first()
    {
        Hook hook = await AddAsync("customer.updated");
        JsonElement asked = await (await owner.PostAsync($"/api/v1/webhooks/{hook.Id}/test", null)).JsonAsync(202);
        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Count == 1));
        (hook.Got[0].Type, hook.Got[0].Id, hook.Got[0].IsSignedWith(hook.Secret)).ShouldBe(("webhook.test", asked.Id("eventId").ToString(), true));

        JsonElement again = await (await owner.PostAsync($"/api/v1/deliveries/{asked.Id("id")}/redeliver", null)).JsonAsync(202);
        (again.Id("eventId"), again.Id("repeatsId")).ShouldBe((asked.Id("eventId"), asked.Id("id")));
        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Count == 2));
        (hook.Got[1].Id, hook.Got[1].Body).ShouldBe((hook.Got[0].Id, hook.Got[0].Body));

        // One that is paused can be tried, and nothing else is sent there.
        (await ChangeAsync(hook.Id, new { status = "paused" })).Text("status").ShouldBe("paused");
        await (await owner.PostAsync($"/api/v1/deliveries/{asked.Id("id")}/redeliver", null)).ProblemAsync(409, "webhook_inactive");
        await (await owner.PostAsync($"/api/v1/webhooks/{hook.Id}/test", null)).JsonAsync(202);
        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Count == 3));
        hook.Got.ShouldAllBe(d => d.Type == "webhook.test");
    }

    [Fact]
    public async Task A_secret_is_shown_once_lies_encrypted_and_the_one_before_signs_too_as_long_as_it_was_said()
    {
        Hook hook = await AddAsync("customer.updated");
        JsonElement rotated = await (await owner.PostAsJsonAsync($"/api/v1/webhooks/{hook.Id}/rotate-secret", new { keepHours = 1 })).JsonAsync(200);
        string fresh = rotated.Text("secret");
        await TestAsync(hook, 1);
        (hook.Got[0].IsSignedWith(hook.Secret), hook.Got[0].IsSignedWith(fresh), hook.Got[0].Signature.Split(' ').Length).ShouldBe((true, true, 2));
        string last = (await (await owner.PostAsJsonAsync($"/api/v1/webhooks/{hook.Id}/rotate-secret", new { keepHours = 0 })).JsonAsync(200)).Text("secret");
        await TestAsync(hook, 2);
        (hook.Got[1].IsSignedWith(fresh), hook.Got[1].IsSignedWith(last), hook.Got[1].IsSignedWith(hook.Secret)).ShouldBe((false, true, false));
        await (await owner.PostAsJsonAsync($"/api/v1/webhooks/{hook.Id}/rotate-secret", new { keepHours = 169 })).ProblemAsync(400, "invalid_request");

        string read = (await (await owner.GetAsync("/api/v1/webhooks")).JsonAsync(200)).GetRawText() + (await (await owner.GetAsync($"/api/v1/webhooks/{hook.Id}")).JsonAsync(200)).GetRawText();
        read.ShouldNotContain("whsec_");
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        WebhookEndpoint row = await db.Set<WebhookEndpoint>().SingleAsync(e => e.Id == hook.Id);
        foreach (string secret in new[] { hook.Secret, fresh, last }) Contains(row.Secret, Convert.FromBase64String(secret["whsec_".Length..])).ShouldBeFalse();
        AuditEntry[] entries = await db.Set<AuditEntry>().Where(a => a.Entity == "webhook_endpoint" && a.EntityId == hook.Id).ToArrayAsync();
        entries.Length.ShouldBe(3);
        entries.ShouldAllBe(a => a.After!.Contains("\"secret\":\"***\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receivers_are_changed_by_those_who_have_seen_them_and_refused_where_they_lead_inside()
    {
        foreach (string url in new[] { "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::1]/", "http://167772161/", "http://0/", "http://[::ffff:127.0.0.1]/", "ftp://example.com/", "http://user:pass@127.0.0.1/", "/relative", "" })
            (await (await owner.PostAsJsonAsync("/api/v1/webhooks", new { url, events = new[] { "customer.created" } })).ProblemAsync(400, "invalid_request")).GetProperty("errors").TryGetProperty("url", out _).ShouldBeTrue(url);
        foreach (string[] events in new[] { [], new[] { "customer.eaten" }, ["webhook.test"] })
            await (await owner.PostAsJsonAsync("/api/v1/webhooks", new { url = server.Receiver.At("/x"), events })).ProblemAsync(400, "invalid_request");

        Hook hook = await AddAsync("customer.created");
        await (await owner.PatchAsJsonAsync($"/api/v1/webhooks/{hook.Id}", new { description = "CRM" })).ProblemAsync(428, "precondition_required");
        await (await PatchAsync(owner, hook.Id, new { url = "http://10.0.0.1/" }, "*")).ProblemAsync(400, "invalid_request");
        await (await PatchAsync(owner, hook.Id, new { status = "disabled" }, "*")).ProblemAsync(400, "invalid_request");
        await (await PatchAsync(owner, hook.Id, new { description = "CRM" }, "\"7\"")).ProblemAsync(412, "precondition_failed");
        JsonElement changed = await ChangeAsync(hook.Id, new { description = "CRM", events = new[] { "customer.updated", "customer.updated" } });
        (changed.Text("description"), changed.GetProperty("events").GetArrayLength(), changed.GetProperty("revision").GetInt32()).ShouldBe(("CRM", 1, 2));

        using var delete = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/webhooks/{hook.Id}") { Headers = { { "If-Match", "\"2\"" } } };
        ((int)(await owner.SendAsync(delete)).StatusCode).ShouldBe(204);
        await (await owner.GetAsync($"/api/v1/webhooks/{hook.Id}")).ProblemAsync(404, "not_found");
        await (await owner.PostAsync($"/api/v1/webhooks/{hook.Id}/test", null)).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Nobody_without_the_scope_and_no_other_tenant_sees_changes_or_is_told_anything()
    {
        Hook hook = await AddAsync("customer.created");
        JsonElement sent = await (await owner.PostAsync($"/api/v1/webhooks/{hook.Id}/test", null)).JsonAsync(202);
        (Guid _, HttpClient other) = await server.TenantAsync("hooks-other");
        HttpClient reader = server.WithKey(await server.KeyAsync("read:webhooks"));
        HttpClient narrow = server.WithKey(await server.KeyAsync("read:customers"));
        (HttpMethod Method, string Path, bool Reads)[] calls =
        [
            (HttpMethod.Get, $"/api/v1/webhooks/{hook.Id}", true), (HttpMethod.Get, $"/api/v1/webhooks/{hook.Id}/deliveries", true), (HttpMethod.Patch, $"/api/v1/webhooks/{hook.Id}", false),
            (HttpMethod.Delete, $"/api/v1/webhooks/{hook.Id}", false), (HttpMethod.Post, $"/api/v1/webhooks/{hook.Id}/rotate-secret", false), (HttpMethod.Post, $"/api/v1/webhooks/{hook.Id}/test", false),
            (HttpMethod.Post, $"/api/v1/deliveries/{sent.Id("id")}/redeliver", false),
        ];
        foreach ((HttpMethod method, string path, bool reads) in calls)
        {
            ((int)(await CallAsync(narrow, method, path)).StatusCode).ShouldBe(403, path);
            ((int)(await CallAsync(reader, method, path)).StatusCode).ShouldBe(reads ? 200 : 403, path);
            ((int)(await CallAsync(other, method, path)).StatusCode).ShouldBe(404, path);
        }

        HttpClient writer = server.WithKey(await server.KeyAsync("write:webhooks", "read:customers"));
        await (await writer.PostAsJsonAsync("/api/v1/webhooks", new { url = server.Receiver.At("/mine"), events = new[] { "customer.created", "message.created" } })).ProblemAsync(403, "missing_scope");
        await (await PatchAsync(writer, hook.Id, new { events = new[] { "action.performed" } }, "*")).ProblemAsync(403, "missing_scope");
        JsonElement less = await (await writer.PostAsJsonAsync("/api/v1/webhooks", new { url = server.Receiver.At("/mine"), events = new[] { "customer.deleted" } })).JsonAsync(201);
        await (await PatchAsync(writer, less.GetProperty("webhook").Id("id"), new { url = server.Receiver.At("/theirs") }, "*")).JsonAsync(200);
        (await (await other.GetAsync("/api/v1/webhooks")).JsonAsync(200)).Items().ShouldBeEmpty();
        await (await other.PostAsJsonAsync("/api/v1/customers", new { name = "Theirs" })).JsonAsync(201);
        JsonElement own = await (await owner.PostAsJsonAsync("/api/v1/customers", new { name = "Ours" })).JsonAsync(201);
        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Any(d => d.Type == "customer.created" && d.Json.GetProperty("data").Id("id") == own.Id("id"))));
        hook.Got.ShouldAllBe(d => !d.Body.Contains("Theirs", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "If-Match", "*" } } };
        if (method != HttpMethod.Get) request.Content = JsonContent.Create(new { });
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, Guid id, object body, string match)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/webhooks/{id}") { Content = JsonContent.Create(body), Headers = { { "If-Match", match } } };
        return await client.SendAsync(request);
    }

    private async Task<JsonElement> ChangeAsync(Guid id, object body) => await (await PatchAsync(owner, id, body, "*")).JsonAsync(200);

    private async Task TestAsync(Hook hook, int count)
    {
        await (await owner.PostAsync($"/api/v1/webhooks/{hook.Id}/test", null)).JsonAsync(202);
        await ClockServer.UntilAsync(() => Task.FromResult(hook.Got.Count == count));
    }

    private async Task<JsonElement[]> DeliveriesAsync(Hook hook, string query = "") => (await (await owner.GetAsync($"/api/v1/webhooks/{hook.Id}/deliveries{query}")).JsonAsync(200)).Items();

    private async Task<Hook> AddAsync(params string[] events)
    {
        string path = $"/hook-{Interlocked.Increment(ref made)}";
        JsonElement added = await (await owner.PostAsJsonAsync("/api/v1/webhooks", new { url = server.Receiver.At(path), events })).JsonAsync(201);
        return new Hook(server.Receiver, path, added.GetProperty("webhook").Id("id"), added.Text("secret"));
    }

    private static bool Contains(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part) >= 0;

    private sealed record Hook(Receiver Receiver, string Path, Guid Id, string Secret)
    {
        public IReadOnlyList<Delivered> Got => Receiver.Got(Path);
    }
}
