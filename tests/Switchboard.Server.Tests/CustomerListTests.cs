using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class CustomerListTests(CustomerListTests.Seeded server) : IClassFixture<CustomerListTests.Seeded>
{
    private static readonly string[] lists = ["contacts", "notes", "subscriptions", "invoices", "payments", "usage", "health", "consents", "timeline"];

    [Theory]
    [InlineData("/api/v1/customers", 150)]
    [InlineData("/api/v1/customers?sort=name", 150)]
    [InlineData("/api/v1/customers?sort=-name", 150)]
    [InlineData("/api/v1/customers?sort=since", 150)]
    [InlineData("/api/v1/customers?plan=premium", 50)]
    [InlineData("/api/v1/customers?lifecycle=at_risk&sort=name", 30)]
    [InlineData("/api/v1/customers/{id}/contacts", 40)]
    [InlineData("/api/v1/customers/{id}/notes", 40)]
    [InlineData("/api/v1/customers/{id}/subscriptions", 40)]
    [InlineData("/api/v1/customers/{id}/invoices", 40)]
    [InlineData("/api/v1/customers/{id}/payments", 40)]
    [InlineData("/api/v1/customers/{id}/usage", 40)]
    [InlineData("/api/v1/customers/{id}/health", 40)]
    [InlineData("/api/v1/customers/{id}/consents", 40)]
    [InlineData("/api/v1/customers/{id}/timeline", 160)]
    public async Task Pages_hold_every_row_once_in_one_order_also_where_rows_have_the_same_instant(string path, int expected)
    {
        HttpClient owner = server.Owner();
        string asked = path.Replace("{id}", server.CustomerId.ToString("D")) + (path.Contains('?') ? "&" : "?");
        string[] whole = await RowsAsync(owner, asked, 100);
        string[] paged = await RowsAsync(owner, asked, 7);
        paged.ShouldBe(whole);
        paged.Distinct().Count().ShouldBe(paged.Length);
        paged.Length.ShouldBe(expected);
    }

    [Fact]
    public async Task A_list_takes_the_same_few_statements_for_one_row_as_for_a_hundred()
    {
        using var statements = new Statements();
        HttpClient owner = server.Owner();
        foreach (string path in lists.Select(l => $"/api/v1/customers/{server.CustomerId:D}/{l}").Append("/api/v1/customers").Append("/api/v1/conversations").Append($"/api/v1/customers/{server.CustomerId:D}"))
        {
            await statements.OfAsync(owner, path);
            IReadOnlyList<string> one = await statements.OfAsync(owner, path + "?limit=1"), hundred = await statements.OfAsync(owner, path + "?limit=100");
            hundred.Count.ShouldBe(one.Count, path);
            // The key, the customer, the rows; the timeline reads eight tables.
            hundred.Count.ShouldBeInRange(2, path.EndsWith("timeline", StringComparison.Ordinal) ? 10 : 3, path);
        }
    }

    [Fact]
    public async Task A_customer_is_found_by_name_domain_and_its_peoples_address()
    {
        HttpClient owner = server.Owner();
        (await FoundAsync(owner, "Customer 07")).ShouldBe(["Customer 070", "Customer 071", "Customer 072", "Customer 073", "Customer 074", "Customer 075", "Customer 076", "Customer 077", "Customer 078", "Customer 079"]);
        (await FoundAsync(owner, "C5.EXAMPLE")).ShouldBe(["Customer 005"]);
        (await FoundAsync(owner, "person3@c0.example")).ShouldBe(["Customer 000"]);
        (await FoundAsync(owner, "nobody@c0.example")).ShouldBeEmpty();
        JsonElement one = await (await owner.GetAsync($"/api/v1/customers/{server.CustomerId:D}")).JsonAsync(200);
        one.Text("name").ShouldBe("Customer 000");
        (await owner.GetAsync($"/api/v1/customers/{server.CustomerId:D}")).Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Customers_of_another_tenant_are_not_found()
    {
        (_, HttpClient stranger) = await server.TenantAsync("stranger");
        await (await stranger.GetAsync($"/api/v1/customers/{server.CustomerId:D}")).ProblemAsync(404, "not_found");
        foreach (string list in lists) await (await stranger.GetAsync($"/api/v1/customers/{server.CustomerId:D}/{list}")).ProblemAsync(404, "not_found");
        (await (await stranger.GetAsync("/api/v1/customers")).JsonAsync(200)).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_people_are_is_told_only_to_those_who_may_read_personal_data()
    {
        HttpClient narrow = server.WithKey(await server.KeyAsync("read:customers"));
        JsonElement hidden = (await (await narrow.GetAsync($"/api/v1/customers/{server.CustomerId:D}/contacts")).JsonAsync(200)).Items()[0];
        (hidden.IsNull("email"), hidden.IsNull("name"), hidden.IsNull("phone"), hidden.Text("role")).ShouldBe((true, true, true, "user"));
        (await FoundAsync(narrow, "person3@c0.example")).ShouldBeEmpty();
        HttpClient wide = server.WithKey(await server.KeyAsync("read:customers", "read:customers:pii"));
        (await (await wide.GetAsync($"/api/v1/customers/{server.CustomerId:D}/contacts")).JsonAsync(200)).Items()[0].Text("email").ShouldEndWith("@c0.example");
        HttpClient none = server.WithKey(await server.KeyAsync("read:conversations"));
        foreach (string list in lists) await (await none.GetAsync($"/api/v1/customers/{server.CustomerId:D}/{list}")).ProblemAsync(403, "missing_scope");
        HttpClient visitor = await server.VisitorAsync();
        (await visitor.GetAsync("/api/v1/customers")).IsSuccessStatusCode.ShouldBeFalse();
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("sort=mood", "sort")]
    [InlineData("lifecycle=asleep", "lifecycle")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("sort=name&cursor=eyJvcmRlciI6Ii1zaW5jZSJ9", "cursor")]
    public async Task What_is_asked_wrongly_is_told_with_the_way_to_mend_it(string query, string field)
    {
        JsonElement problem = await (await server.Owner().GetAsync($"/api/v1/customers?{query}")).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").GetProperty(field)[0].GetString()!.Length.ShouldBeGreaterThan(5);
    }

    private static async Task<string[]> FoundAsync(HttpClient client, string q) =>
        [.. (await (await client.GetAsync($"/api/v1/customers?sort=name&q={Uri.EscapeDataString(q)}")).JsonAsync(200)).Items().Select(i => i.Text("name"))];

    private static async Task<string[]> RowsAsync(HttpClient client, string path, int limit)
    {
        var rows = new List<string>();
        string? cursor = null;
        do
        {
            JsonElement page = await (await client.GetAsync($"{path}limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}")).JsonAsync(200);
            rows.AddRange(page.Items().Select(i => i.GetRawText()));
            cursor = page.IsNull("nextCursor") ? null : page.Text("nextCursor");
            if (cursor is not null) page.Items().Length.ShouldBe(limit);
        }
        while (cursor is not null);
        return [.. rows];
    }

    /// <summary>A tenant with 150 customers; the first has forty rows in every list, four by four at the same instant.</summary>
    public sealed class Seeded : TestServer
    {
        private static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private Guid tenantId;
        private string key = "";

        public Guid CustomerId { get; private set; }

        protected override async ValueTask FilledAsync()
        {
            (tenantId, HttpClient owner) = await TenantAsync("lists");
            key = owner.DefaultRequestHeaders.GetValues("X-Api-Key").Single();
            await Services.GetRequiredService<Data>().LoadAsync(new SystemActor(tenantId, "test"), Load, default);
        }

        public new HttpClient Owner() => WithKey(key);

        public new async Task<string> KeyAsync(params string[] scopes) =>
            (await (await Owner().PostAsJsonAsync("/api/v1/api-keys", new { name = "narrow", scopes })).JsonAsync(201)).Text("key");

        private int Load(IBulkLoad load)
        {
            Customer[] customers = [.. Enumerable.Range(0, 150).Select(i => new Customer { TenantId = tenantId, Id = Id(), Name = $"Customer {i:D3}", Plan = i % 3 == 0 ? "premium" : "basic", Domain = $"c{i}.example", Lifecycle = i % 5 == 0 ? CustomerLifecycle.AtRisk : CustomerLifecycle.Active, Since = At(i) })];
            CustomerId = customers[0].Id;
            load.Add(customers);
            Contact[] contacts = [.. Forty(i => new Contact { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Email = $"person{i}@c0.example", Name = $"Person {i}", Phone = "+1", Role = ContactRole.User })];
            load.Add(contacts);
            load.Add(Forty(i => new CustomerNote { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Kind = NoteKind.General, Visibility = NoteVisibility.Team, Text = $"note {i}", CreatedAt = At(i) }));
            load.Add(Forty(i => new Subscription { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = 10, Mrr = 50.5m, Currency = "USD", StartedAt = At(i), PeriodStart = At(i), PeriodEnd = At(i + 30) }.WithSeats(5, 3)));
            Invoice[] invoices = [.. Forty(i => new Invoice { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Currency = "USD", CreatedAt = At(i) }.WithLines([new InvoiceLine("Seats", 5, 10.1m, 50.5m)], 0).Issue(new InvoiceNumber(2026, i + 1), At(i), At(i + 30)))];
            load.Add(invoices);
            load.Add(Forty(i => new Payment { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, InvoiceId = invoices[i].Id, Amount = 50.5m, Currency = "USD", Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = At(i) }));
            load.Add(Forty(i => new UsageEvent { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Meter = Meter.ApiCalls, Quantity = i, At = At(i), IdempotencyKey = $"u{i}" }));
            load.Add(Forty(i => new HealthSnapshot { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, Day = new DateOnly(2026, 1, 1).AddDays(i), Score = 50, Usage = 10, Engagement = 10, Finance = 10, Support = 10, Relationship = 10 }));
            load.Add(Forty(i => new Consent { TenantId = tenantId, Id = Id(), CustomerId = CustomerId, ContactId = contacts[i].Id, Purpose = "marketing", Granted = true, TextVersion = "1", At = At(i) }));
            return (int)load.Add(Forty(i => new Conversation { TenantId = tenantId, Id = Id(), Channel = Channel.Web, CustomerId = CustomerId, ContactId = contacts[i].Id, Subject = $"talk {i}", CreatedAt = At(i), LastActivityAt = At(i) }));
        }

        private static IEnumerable<T> Forty<T>(Func<int, T> make) => Enumerable.Range(0, 40).Select(make);

        private static Guid Id() => Guid.CreateVersion7(start);

        private static DateTimeOffset At(int i) => start.AddDays(i / 4);
    }
}
