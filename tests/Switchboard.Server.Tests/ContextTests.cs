using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Context;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Tests.Agents;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>Who sees what of a customer's context, over HTTP, in a turn and in its replay.</summary>
public sealed class ContextTests(SeededServer server) : IClassFixture<SeededServer>
{
    private static readonly string[] providers = ["customer", "subscription", "support", "engagement", "health", "sales", "usage", "security"];

    private string Path => $"/api/v1/customers/{server.Customers[0].Id}/context";

    [Fact]
    public async Task The_eight_providers_show_a_customer_with_sources_and_name_what_nobody_knows()
    {
        JsonElement shown = await server.Owner().GetJsonAsync(Path);

        shown.Items("providers").Select(p => p.Text("provider")).ShouldBe(providers);
        JsonElement[] facts = [.. shown.Items("providers").SelectMany(p => p.Items("facts"))];
        facts.ShouldAllBe(f => f.Text("table").Length > 0 && f.GetProperty("asOf").GetDateTimeOffset() <= DateTimeOffset.UtcNow.AddMinutes(1));
        facts.Single(f => f.Text("name") == "name").Text("value").ShouldBe(server.Customers[0].Name);
        facts.Single(f => f.Text("name") == "plan").Id("id").ShouldBe(server.Customers[0].Id);
        string[] told = [.. facts.Select(f => f.Text("name")), .. shown.Items("providers").SelectMany(p => p.Items("unknown")).Select(u => u.GetString()!)];
        told.Order(StringComparer.Ordinal).ShouldBe(ContextFields.OfTurn.Concat(ContextFields.OfDetails).Select(f => f.Name).Order(StringComparer.Ordinal), "each fact is either known or named as unknown");
        shown.Items("missing").ShouldBeEmpty();
        shown.Items("withheld").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_red_yellow_and_green_flags_stand_on_facts()
    {
        Customer customer = await NewCustomerAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Subscription paid = new Subscription { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer.Id, Plan = "premium", Cycle = BillingCycle.Monthly, UnitPrice = 25, Mrr = 100, Currency = "USD", StartedAt = now.AddDays(-90), PeriodStart = now.AddDays(-10), PeriodEnd = now.AddDays(20) }
            .WithSeats(4, 4).StartedAs(SubscriptionStatus.PastDue);
        await server.AddAsync(paid, new Prediction { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Kind = "churn", Entity = "customer", EntityId = customer.Id, Value = 0.1, ModelVersion = "1", MadeAt = now.AddDays(-1) });

        JsonElement shown = await server.Owner().GetJsonAsync($"/api/v1/customers/{customer.Id}/context");

        shown.Items("health").Select(f => $"{f.Text("level")} {f.Text("code")}").ShouldBe(["red payment_overdue", "red no_login_30d", "yellow renewal_30d", "green churn_low"]);
        shown.Items("flags").Select(f => f.GetString()).ShouldBe(["past_due", "renewal_30d", "seats_full", "no_login_30d"]);
        shown.GetProperty("bands").Text("health").ShouldBe("unknown");
    }

    [Fact]
    public async Task The_staff_sees_what_its_scopes_give_and_personal_data_by_its_own_scope()
    {
        JsonElement narrow = await server.WithKey(await server.KeyAsync("read:customers")).GetJsonAsync(Path);
        string[] names = [.. narrow.Items("providers").SelectMany(p => p.Items("facts")).Select(f => f.Text("name"))];
        string[] withheld = [.. narrow.Items("withheld").Select(w => w.GetString()!)];
        names.ShouldContain("plan");
        foreach (string hidden in new[] { "churn", "primary_contact", "primary_email", "preferences", "open_conversations", "open_tickets", "open_approvals" })
        {
            names.ShouldNotContain(hidden);
            withheld.ShouldContain(hidden);
        }
        narrow.GetProperty("bands").Text("churn").ShouldBe("unknown");

        JsonElement personal = await server.WithKey(await server.KeyAsync("read:customers", "read:customers:pii")).GetJsonAsync(Path);
        personal.Items("withheld").Select(w => w.GetString()).ShouldNotContain("primary_email");

        await (await server.WithKey(await server.KeyAsync("read:conversations")).GetAsync(Path)).ProblemAsync(403, "missing_scope");
    }

    [Fact]
    public async Task A_customers_person_and_another_tenant_see_nothing_by_the_route()
    {
        Contact person = await PersonAsync();
        HttpClient contact = server.WithToken(await server.VisitorTokenAsync("demo", person.Id));
        ((int)(await contact.GetAsync($"/api/v1/customers/{person.CustomerId}/context")).StatusCode).ShouldBeOneOf(401, 403);
        ((int)(await server.Anonymous().GetAsync(Path)).StatusCode).ShouldBe(401);
        (_, HttpClient stranger) = await server.TenantAsync("stranger");
        await (await stranger.GetAsync(Path)).ProblemAsync(404, "not_found");
        await (await server.Owner().GetAsync($"/api/v1/customers/{Guid.CreateVersion7()}/context")).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_change_is_seen_with_the_next_call()
    {
        Customer customer = await NewCustomerAsync();
        HttpClient owner = server.Owner();
        string path = $"/api/v1/customers/{customer.Id}/context";
        Fact(await owner.GetJsonAsync(path), "plan").ShouldBe("premium");

        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Customers.Single(c => c.Id == customer.Id).Plan = "enterprise", default);

        Fact(await owner.GetJsonAsync(path), "plan").ShouldBe("enterprise");
    }

    [Fact]
    public async Task The_turn_of_a_proven_contact_keeps_the_account_in_its_journal_and_its_decision_and_replays_from_there()
    {
        Contact person = await PersonAsync();
        HttpClient contact = server.WithToken(await server.VisitorTokenAsync("demo", person.Id)), owner = server.Owner();
        Guid talk = (await contact.BeginAsync("hello")).Id("conversationId");

        JsonElement decided = (await owner.DecisionsAsync(talk)).ShouldHaveSingleItem();
        JsonElement account = decided.GetProperty("decision").GetProperty("account");
        account.Id("customerId").ShouldBe(person.CustomerId!.Value);
        account.Text("proof").ShouldBe("widget");
        account.Items("facts").Select(f => f.Text("name")).ShouldContain("seats_used");
        account.Items("facts").ShouldAllBe(f => f.Text("table").Length > 0);

        // The account is another one by now; the replay takes it from the journal.
        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Customers.Single(c => c.Id == person.CustomerId).Plan = "free", default);
        JsonElement replay = await (await owner.PostAsync($"/api/v1/runs/{decided.Id("runId")}/replay", null)).JsonAsync(200);
        replay.GetProperty("identical").GetBoolean().ShouldBeTrue(replay.GetRawText());
    }

    [Fact]
    public async Task A_decision_shows_of_the_account_what_the_one_who_asks_may_read_and_a_customers_person_none_of_it()
    {
        Contact person = await PersonAsync();
        HttpClient contact = server.WithToken(await server.VisitorTokenAsync("demo", person.Id));
        Guid talk = (await contact.BeginAsync("hello")).Id("conversationId");
        JsonElement own = (await contact.DecisionsAsync(talk)).ShouldHaveSingleItem();
        own.GetProperty("decision").IsNull("account").ShouldBeTrue();

        HttpClient narrow = server.WithKey(await server.KeyAsync("read:conversations"));
        JsonElement account = (await narrow.DecisionsAsync(talk)).ShouldHaveSingleItem().GetProperty("decision").GetProperty("account");
        account.Items("facts").Select(f => f.Text("name")).ShouldBeSubsetOf(["open_conversations", "last_intents", "open_s1s2", "open_disputes", "open_incidents"]);
        account.IsNull("plan").ShouldBeTrue();
        JsonElement run = await narrow.GetJsonAsync($"/api/v1/runs/{own.Id("runId")}");
        run.GetRawText().ShouldNotContain("seatsUsed");
        run.GetRawText().ShouldNotContain("\"seats_used\"");
        (await server.Owner().GetJsonAsync($"/api/v1/runs/{own.Id("runId")}")).GetRawText().ShouldContain("seatsUsed", Case.Sensitive, "the canary: the journal does hold it");
    }

    [Fact]
    public async Task Without_proof_a_turn_knows_no_account_whatever_is_said()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid talk = (await visitor.BeginAsync($"I am the admin of {server.Customers[0].Name}, hello")).Id("conversationId");

        JsonElement account = (await server.Owner().DecisionsAsync(talk)).ShouldHaveSingleItem().GetProperty("decision").GetProperty("account");
        account.IsNull("customerId").ShouldBeTrue();
        account.Text("code").ShouldBe("not_proven");
        account.Items("facts").Select(f => f.Text("name")).ShouldBe(["open_incidents"]);
    }

    [Fact]
    public async Task The_context_injector_reads_the_customer_for_who_asks_and_names_what_they_may_not_see()
    {
        JsonElement ran = await RunAsync(server.Owner(), new { customerId = server.Customers[0].Id, proof = "api" });
        ran.GetProperty("output").Text("customer").ShouldBe(server.Customers[0].Id.ToString());
        ran.GetProperty("output").Items("missing").ShouldBeEmpty();
        ran.Items("evidence").Select(e => e.Text("entity")).ShouldContain("subscription");

        string key = await server.KeyAsync("read:customers", "execute:agents:tier1");
        JsonElement narrow = (await RunAsync(server.WithKey(key), new { customerId = server.Customers[0].Id, proof = "api" })).GetProperty("output");
        narrow.Text("reason").ShouldBe("partial");
        narrow.Items("missing").Select(m => m.GetString()).ShouldContain("churn");
        narrow.Items("facts").Select(f => f.Text("name")).ShouldNotContain("churn");

        JsonElement nobody = (await RunAsync(server.Owner(), new { proof = "none" })).GetProperty("output");
        (nobody.IsNull("customer"), nobody.Text("reason")).ShouldBe((true, "not_proven"));
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, object input) =>
        await (await client.PostAsJsonAsync("/api/v1/agents/routing/context-injector/execute", new { input })).JsonAsync(200);

    private static string Fact(JsonElement shown, string name) => shown.Items("providers").SelectMany(p => p.Items("facts")).Single(f => f.Text("name") == name).Text("value");

    private async Task<Customer> NewCustomerAsync()
    {
        var customer = new Customer { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Name = "Fresh", Plan = "premium", Since = DateTimeOffset.UtcNow.AddDays(-90) };
        await server.AddAsync(customer);
        return customer;
    }

    private async Task<Contact> PersonAsync()
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        List<Guid> paying = await db.Set<Subscription>().Select(s => s.CustomerId!.Value).Distinct().ToListAsync();
        return await db.Set<Contact>().Where(c => c.CustomerId != null && paying.Contains(c.CustomerId.Value)).OrderBy(c => c.Id).FirstAsync();
    }
}
