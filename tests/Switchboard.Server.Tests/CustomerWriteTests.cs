using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class CustomerWriteTests(TestServer server) : IClassFixture<TestServer>
{
    private const string customers = "/api/v1/customers";

    [Fact]
    public async Task A_customer_is_made_changed_field_by_field_and_taken_away_by_who_has_seen_it()
    {
        HttpClient owner = server.Owner();
        HttpResponseMessage made = await owner.PostAsync(customers, new { name = "Kestrel Moor", externalRef = "k-1", domain = "Kestrel.Example", employees = 12, tags = new[] { "north", "North" }, attributes = new Dictionary<string, string> { ["crm"] = "77" } }, "customer-1");
        JsonElement customer = await made.JsonAsync(201);
        Guid id = customer.Id("id");
        (customer.Text("plan"), customer.Text("lifecycle"), customer.Text("domain"), customer.Items("tags").Length).ShouldBe(("free", "active", "kestrel.example", 1));
        (await (await owner.PostAsync(customers, new { name = "Kestrel Moor", externalRef = "k-1", domain = "Kestrel.Example", employees = 12, tags = new[] { "north", "North" }, attributes = new Dictionary<string, string> { ["crm"] = "77" } }, "customer-1")).JsonAsync(201)).Id("id").ShouldBe(id);
        await (await owner.PostAsJsonAsync(customers, new { name = "Another", externalRef = "k-1" })).ProblemAsync(409, "external_ref_taken");

        await (await PatchAsync(owner, id, null, new { industry = "boats" })).ProblemAsync(428, "precondition_required");
        await (await PatchAsync(owner, id, "\"7\"", new { industry = "boats" })).ProblemAsync(412, "precondition_failed");
        HttpResponseMessage changed = await PatchAsync(owner, id, made.Headers.ETag!.Tag, new { industry = "boats", employees = (int?)null });
        JsonElement now = await changed.JsonAsync(200);
        (now.Text("industry"), now.IsNull("employees"), now.Text("externalRef"), now.GetProperty("revision").GetInt32()).ShouldBe(("boats", true, "k-1", 2));
        await (await PatchAsync(owner, id, made.Headers.ETag.Tag, new { industry = "ships" })).ProblemAsync(412, "precondition_failed");
        changed.Headers.ETag!.Tag.ShouldBe((await owner.GetAsync($"{customers}/{id}")).Headers.ETag!.Tag);

        // What a plan is follows from the subscription; there is one way to change that.
        (await (await PatchAsync(owner, id, "*", new { plan = "enterprise" })).ProblemAsync(400, "invalid_request")).GetProperty("errors").TryGetProperty("plan", out _).ShouldBeTrue();
        await (await PatchAsync(owner, id, "*", new { name = (string?)null })).ProblemAsync(400, "invalid_request");
        await (await PatchAsync(owner, id, "*", new { csmId = Guid.NewGuid() })).ProblemAsync(400, "invalid_request");

        await SetAsync<Customer>(id, c => c.LegalHold = true);
        await (await SendAsync(owner, HttpMethod.Delete, $"{customers}/{id}", "*")).ProblemAsync(409, "legal_hold");
        await SetAsync<Customer>(id, c => c.LegalHold = false);
        await (await SendAsync(server.WithKey(await server.KeyAsync("read:customers", "write:customers")), HttpMethod.Delete, $"{customers}/{id}", "*")).ProblemAsync(403, "missing_scope");
        ((int)(await SendAsync(owner, HttpMethod.Delete, $"{customers}/{id}", "*")).StatusCode).ShouldBe(204);
        await (await owner.GetAsync($"{customers}/{id}")).ProblemAsync(404, "not_found");
        (await owner.GetJsonAsync($"/api/v1/audit?entity=customer&entityId={id}")).Items().Length.ShouldBe(5);
    }

    [Fact]
    public async Task A_block_has_a_reason_and_keeps_its_first_one()
    {
        HttpClient owner = server.Owner();
        Guid id = await NewAsync(owner);
        await (await owner.PostAsJsonAsync($"{customers}/{id}/block", new { reason = " " })).ProblemAsync(400, "invalid_request");
        (await (await owner.PostAsJsonAsync($"{customers}/{id}/block", new { reason = "Fraud" })).JsonAsync(200)).Text("blockedReason").ShouldBe("Fraud");
        (await (await owner.PostAsJsonAsync($"{customers}/{id}/block", new { reason = "Again" })).JsonAsync(200)).Text("blockedReason").ShouldBe("Fraud");
        (await (await owner.PostAsync($"{customers}/{id}/unblock", null)).JsonAsync(200)).IsNull("blockedAt").ShouldBeTrue();
        (await (await owner.PostAsync($"{customers}/{id}/unblock", null)).JsonAsync(200)).IsNull("blockedAt").ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_belongs_to_one_person_who_is_shown_to_who_may_know_people()
    {
        HttpClient owner = server.Owner(), narrow = server.WithKey(await server.KeyAsync("read:customers", "write:customers"));
        Guid id = await NewAsync(owner);
        JsonElement ada = await (await narrow.PostAsJsonAsync($"{customers}/{id}/contacts", new { email = " Ada@Kestrel.EXAMPLE ", name = "Ada", role = "billing", isPrimary = true })).JsonAsync(201);
        (ada.IsNull("email"), ada.IsNull("name"), ada.Text("role")).ShouldBe((true, true, "billing"));
        await (await owner.PostAsJsonAsync($"{customers}/{id}/contacts", new { email = "Ada@kestrel.example", name = "Ada again" })).ProblemAsync(409, "email_taken");
        await (await owner.PostAsJsonAsync($"{customers}/{id}/contacts", new { email = "Ada <ada@kestrel.example>", name = "Ada" })).ProblemAsync(400, "invalid_request");
        (await (await owner.PostAsJsonAsync($"{customers}/{id}/contacts", new { email = "bo@kestrel.example", name = "Bo", isPrimary = true })).JsonAsync(201)).Text("email").ShouldBe("bo@kestrel.example");
        JsonElement[] people = (await owner.GetJsonAsync($"{customers}/{id}/contacts")).Items();
        people.Where(p => p.GetProperty("isPrimary").GetBoolean()).Single().Text("name").ShouldBe("Bo");
        people.Select(p => p.Text("email")).ShouldContain("Ada@kestrel.example");

        Guid contact = ada.Id("id"), other = await NewAsync(owner);
        await (await owner.PostAsJsonAsync($"{customers}/{other}/consents", new { contactId = contact, purpose = "marketing", granted = true, textVersion = "3" })).ProblemAsync(400, "invalid_request");
        (await (await owner.PostAsJsonAsync($"{customers}/{id}/consents", new { contactId = contact, purpose = "marketing", granted = true, textVersion = "3" })).JsonAsync(201)).GetProperty("granted").GetBoolean().ShouldBeTrue();
        (await owner.GetJsonAsync($"{customers}/{id}/consents")).Items().Single().Text("purpose").ShouldBe("marketing");
    }

    [Fact]
    public async Task A_note_is_read_by_whom_its_author_meant()
    {
        HttpClient owner = server.Owner();
        HttpClient author = server.WithKey(await server.KeyOfAsync(Role.Admin, u => u.Team = "success")), mate = server.WithKey(await server.KeyOfAsync(Role.Admin, u => u.Team = "success")), stranger = server.WithKey(await server.KeyOfAsync(Role.Admin, u => u.Team = "sales"));
        Guid id = await NewAsync(owner);
        foreach (string visibility in new[] { "private", "team", "company" }) await (await author.PostAsJsonAsync($"{customers}/{id}/notes", new { text = $"for {visibility}", visibility })).JsonAsync(201);
        foreach (string place in new[] { "notes", "timeline" })
        {
            async Task<string[]> SeenAsync(HttpClient who) => [.. (await who.GetJsonAsync($"{customers}/{id}/{place}")).Items().Select(n => n.Text(place == "notes" ? "text" : "title")).Order(StringComparer.Ordinal)];
            (await SeenAsync(author)).ShouldBe(["for company", "for private", "for team"]);
            (await SeenAsync(mate)).ShouldBe(["for company", "for team"]);
            (await SeenAsync(stranger)).ShouldBe(["for company"]);
            (await SeenAsync(owner)).ShouldBe(["for company"]);
        }
    }

    [Fact]
    public async Task A_plan_is_changed_by_the_action_once_in_the_direction_that_was_asked_for()
    {
        HttpClient owner = server.Owner();
        Guid id = await NewAsync(owner), subscription = Guid.CreateVersion7();
        await (await owner.PostAsJsonAsync($"{customers}/{id}/upgrade", new { plan = "premium" })).ProblemAsync(404, "not_found");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await WriteAsync(db => db.Add(new Subscription
        {
            TenantId = db.TenantId,
            Id = subscription,
            CustomerId = id,
            Plan = "basic",
            Cycle = BillingCycle.Monthly,
            UnitPrice = 10,
            Currency = "USD",
            Mrr = 50,
            StartedAt = now.AddDays(-10),
            PeriodStart = now.AddDays(-10),
            PeriodEnd = now.AddDays(20),
        }.WithSeats(5, 3)));
        await (await owner.PostAsJsonAsync($"{customers}/{id}/upgrade", new { plan = "free" })).ProblemAsync(409, "no_upgrade");
        await (await owner.PostAsJsonAsync($"{customers}/{id}/downgrade", new { plan = "premium" })).ProblemAsync(409, "no_downgrade");
        await (await owner.PostAsJsonAsync($"{customers}/{id}/upgrade", new { plan = "gold" })).ProblemAsync(400, "invalid_request");
        JsonElement preview = await (await owner.PostAsJsonAsync($"{customers}/{id}/upgrade", new { plan = "premium", dryRun = true })).JsonAsync(200);
        preview.GetProperty("changes").GetArrayLength().ShouldBeGreaterThan(1);
        (await owner.GetJsonAsync($"{customers}/{id}/subscriptions")).Items().Single().Text("plan").ShouldBe("basic");

        JsonElement moved = await (await owner.PostAsync($"{customers}/{id}/upgrade", new { plan = "premium" }, "up-1")).JsonAsync(200);
        JsonElement change = moved.GetProperty("subscription");
        (change.Text("plan"), change.GetProperty("atOnce").GetBoolean(), change.GetProperty("charged").GetDecimal()).ShouldBe(("premium", true, change.GetProperty("charged").GetDecimal()));
        change.GetProperty("charged").GetDecimal().ShouldBeInRange(40, 60);
        await (await owner.PostAsync($"{customers}/{id}/upgrade", new { plan = "enterprise" }, "up-1")).ProblemAsync(422, "idempotency_mismatch");
        (await owner.GetJsonAsync($"{customers}/{id}/invoices")).Items().Length.ShouldBe(1);
        (await owner.GetJsonAsync($"{customers}/{id}")).Text("plan").ShouldBe("premium");
        (await (await owner.PostAsJsonAsync($"{customers}/{id}/downgrade", new { plan = "basic" })).JsonAsync(200)).GetProperty("subscription").GetProperty("atOnce").GetBoolean().ShouldBeFalse();
        (await owner.GetJsonAsync("/api/v1/audit?action=subscription.change")).Items().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Another_tenants_customer_is_not_there_for_any_change()
    {
        Guid id = await NewAsync(server.Owner());
        (_, HttpClient stranger) = await server.TenantAsync("customers-of-others");
        await (await PatchAsync(stranger, id, "*", new { name = "Mine" })).ProblemAsync(404, "not_found");
        await (await SendAsync(stranger, HttpMethod.Delete, $"{customers}/{id}", "*")).ProblemAsync(404, "not_found");
        foreach ((string path, object body) in new (string, object)[]
        {
            ("block", new { reason = "x" }), ("unblock", new { }), ("contacts", new { email = "eve@example.com", name = "Eve" }), ("notes", new { text = "x" }),
            ("consents", new { contactId = Guid.NewGuid(), purpose = "marketing", granted = true, textVersion = "1" }), ("upgrade", new { plan = "premium" }), ("downgrade", new { plan = "free" }),
        }) await (await stranger.PostAsJsonAsync($"{customers}/{id}/{path}", body)).ProblemAsync(404, "not_found");
    }

    private static async Task<Guid> NewAsync(HttpClient owner) => (await (await owner.PostAsJsonAsync(customers, new { name = "Kestrel" })).JsonAsync(201)).Id("id");

    private static Task<HttpResponseMessage> PatchAsync(HttpClient client, Guid id, string? match, object body) => SendAsync(client, HttpMethod.Patch, $"{customers}/{id}", match, body);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? match, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        return await client.SendAsync(request);
    }

    private Task SetAsync<T>(Guid id, Action<T> set) where T : Domain.TenantRow => WriteAsync(db => set(db.Set<T>().Single(r => r.Id == id)));

    private Task WriteAsync(Action<SwitchboardDb> write) => server.Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(server.TenantId, "test"),
        db =>
        {
            write(db);
            return 0;
        },
        default);
}
