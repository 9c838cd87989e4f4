using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Agents;

public sealed class AgentTests(SeededServer server) : IClassFixture<SeededServer>
{
    private const string health = "/api/v1/agents/success/health-score";
    private static readonly object example = new { dau = 12, seats = 50, adopted = 9, planFeatures = 15, automations = 6, nps = 8, daysSinceLogin = 2, sessions = 12, failedPayments = 1, tickets = 4, activeChampion = true, daysSinceMeeting = 40 };

    [Fact]
    public async Task The_catalogue_is_listed_by_filters_with_what_each_agent_needs()
    {
        JsonElement all = await server.Owner().GetJsonAsync("/api/v1/agents");
        int total = all.GetProperty("total").GetInt32();
        total.ShouldBe(all.Items().Length);
        total.ShouldBe(all.GetProperty("byTier").EnumerateObject().Sum(t => t.Value.GetInt32()));
        total.ShouldBe(all.GetProperty("byKind").EnumerateObject().Sum(t => t.Value.GetInt32()));

        JsonElement found = await server.Owner().GetJsonAsync("/api/v1/agents?tier=revenue&domain=success&kind=analyst&q=health");
        JsonElement agent = found.Items().ShouldHaveSingleItem();
        agent.Text("id").ShouldBe("success/health-score");
        agent.GetProperty("requiredScopes").EnumerateArray().Select(s => s.GetString()).ShouldBe(["execute:agents:tier2", "read:conversations", "read:customers", "read:knowledge"]);
        await (await server.Owner().GetAsync("/api/v1/agents?kind=wizard")).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task An_agent_says_what_it_takes_loads_and_gives()
    {
        JsonElement agent = await server.Owner().GetJsonAsync(health);
        agent.GetProperty("inputSchema").GetProperty("properties").EnumerateObject().Select(p => p.Name).ShouldBe(["customerId", "day"]);
        agent.GetProperty("factsSchema").GetProperty("properties").TryGetProperty("dau", out _).ShouldBeTrue();
        agent.GetProperty("outputSchema").GetProperty("properties").TryGetProperty("score", out _).ShouldBeTrue();
        agent.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()).ShouldContain("no_data");
        await (await server.Owner().GetAsync("/api/v1/agents/success/no-such")).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Facts_from_outside_stand_in_the_place_of_what_would_be_loaded()
    {
        JsonElement done = await ExecuteAsync(server.Owner(), new { facts = example });
        done.GetProperty("output").GetProperty("score").GetDouble().ShouldBe(76.0);
        done.Items("evidence").ShouldBeEmpty();
        done.Text("engine").ShouldBe("builtin");

        HttpClient narrow = server.WithKey(await server.KeyAsync(Scopes.ExecuteAgents[1], "read:customers"));
        (await (await narrow.PostAsJsonAsync($"{health}/execute", new { facts = example })).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain("admin:agents");
    }

    [Fact]
    public async Task Each_generated_customer_has_a_score_with_the_rows_it_stands_on()
    {
        foreach (Customer customer in server.Customers)
        {
            JsonElement done = await ExecuteAsync(server.Owner(), new { customerId = customer.Id });
            JsonElement output = done.GetProperty("output");
            if (output.TryGetProperty("reason", out JsonElement reason))
            {
                reason.GetString().ShouldBeOneOf("no_subscription", "no_data");
                continue;
            }

            output.GetProperty("score").GetDouble().ShouldBeInRange(0, 100);
            output.GetProperty("components").EnumerateObject().Sum(c => c.Value.GetDouble()).ShouldBe(output.GetProperty("score").GetDouble(), 0.08);
            done.Items("evidence").Single(e => e.Text("entity") == "customer").GetProperty("ids")[0].GetGuid().ShouldBe(customer.Id);
        }
    }

    [Fact]
    public async Task What_the_generator_stored_on_a_day_is_what_the_agent_computes_for_it()
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        List<HealthSnapshot> snapshots = await db.Set<HealthSnapshot>().OrderByDescending(s => s.Day).ThenBy(s => s.Id).Take(20).ToListAsync();
        var wrong = new List<string>();
        foreach (HealthSnapshot stored in snapshots)
        {
            JsonElement output = (await ExecuteAsync(server.Owner(), new { customerId = stored.CustomerId, input = new { day = stored.Day } })).GetProperty("output");
            output.TryGetProperty("components", out JsonElement parts).ShouldBeTrue($"{stored.Day} {output}");
            // The generator counts one person's day more or less where a person came between two rows; the rest is the same. Finance and relationship
            // are left out: how a subscription and a success plan stood on an earlier day is not kept.
            double personDay = 15 / 0.4 / output.GetProperty("inputs").GetProperty("seats").GetInt32() / 20;
            foreach ((string part, double value, double within) in new[] { ("usage", stored.Usage, personDay), ("engagement", stored.Engagement, 0.011), ("support", stored.Support, 0) })
                if (Math.Abs(parts.GetProperty(part).GetDouble() - value) > within) wrong.Add($"{stored.Day}: {part} {value} but {output}");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_score_changes_with_the_rows_it_stands_on()
    {
        Guid customer = await ScoredAsync();
        DateTimeOffset twoDaysAgo = TimeProvider.System.GetUtcNow().AddDays(-2);
        JsonElement before = await ScoreAsync(customer);

        await server.AddAsync(new Ticket { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer, Kind = TicketKind.Incident, Title = "Down", Severity = Severity.S1, CreatedAt = twoDaysAgo });
        JsonElement after = await ScoreAsync(customer);

        double lost = before.GetProperty("components").GetProperty("support").GetDouble() - after.GetProperty("components").GetProperty("support").GetDouble();
        lost.ShouldBe(Math.Min(3, before.GetProperty("components").GetProperty("support").GetDouble()));
    }

    [Fact]
    public async Task A_customer_of_another_tenant_is_not_found()
    {
        (_, HttpClient other) = await server.TenantAsync("elsewhere");
        JsonElement done = await ExecuteAsync(other, new { customerId = server.Customers[0].Id });
        done.GetProperty("output").GetRawText().ShouldBe("""{"reason":"customer_not_found"}""");
        done.Text("detail").ShouldBe("There is no such customer.");
    }

    [Fact]
    public async Task Who_lacks_the_tier_may_not_call_and_who_lacks_the_rows_gets_no_figure()
    {
        HttpClient essential = server.WithKey(await server.KeyAsync(Scopes.ExecuteAgents[0]));
        (await (await essential.PostAsJsonAsync($"{health}/execute", new { customerId = server.Customers[0].Id })).ProblemAsync(403, "missing_scope")).Text("detail").ShouldContain("execute:agents:tier2");

        HttpClient blind = server.WithKey(await server.KeyAsync(Scopes.ExecuteAgents[1]));
        JsonElement done = await ExecuteAsync(blind, new { customerId = server.Customers[0].Id });
        done.GetProperty("output").GetRawText().ShouldBe("""{"reason":"not_authorised"}""");
        done.Text("detail").ShouldContain("read:customers");
        done.Items("evidence").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_its_place()
    {
        HttpClient owner = server.Owner();
        (await (await owner.PostAsJsonAsync($"{health}/execute", new { input = new { customer = 1 } })).ProblemAsync(400, "invalid_request")).GetProperty("errors").EnumerateObject().Single().Name.ShouldStartWith("input");
        (await (await owner.PostAsJsonAsync($"{health}/execute", new { facts = new { dau = "many" } })).ProblemAsync(400, "invalid_request")).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("facts.dau");
        (await (await owner.PostAsJsonAsync($"{health}/execute", new { facts = new { nps = -1 } })).ProblemAsync(400, "invalid_request")).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("facts.nps");
        object refund = new { paymentId = Guid.Empty, amount = 5, currency = "EUR", reason = "other", at = "2026-01-02T00:00:00Z" }, paid = new { id = Guid.Empty, invoiceId = Guid.Empty, amount = 5, currency = "USD", status = "succeeded", method = "card", at = "2026-01-01T00:00:00Z" };
        (await (await owner.PostAsJsonAsync("/api/v1/agents/billing/refund-processor/execute", new { input = new { paymentId = Guid.Empty }, facts = new { payments = new[] { paid }, refunds = new[] { refund } } })).ProblemAsync(422, "facts_impossible")).Text("detail").ShouldContain("EUR");
        await (await owner.PostAsJsonAsync("/api/v1/agents/success/no-such/execute", new { })).ProblemAsync(404, "not_found");
        await (await owner.PostAsJsonAsync("/api/v1/agents/desk/human-handoff/execute", new { })).ProblemAsync(422, "agent_is_talked_with");
        (await ExecuteAsync(owner, new { })).GetProperty("output").Text("reason").ShouldBe("invalid_input");
        using var twice = new StringContent($$"""{"input":{"day":"2026-01-01","day":"2026-01-02"},"customerId":"{{server.Customers[0].Id}}"}""", Encoding.UTF8, "application/json");
        await (await owner.PostAsync($"{health}/execute", twice)).JsonAsync(200);
    }

    [Fact]
    public async Task The_same_key_is_the_same_run_and_another_request_under_it_is_refused()
    {
        var body = new { facts = example };
        JsonElement first = await (await server.Owner().PostAsync($"{health}/execute", body, "once")).JsonAsync(200);
        JsonElement again = await (await server.Owner().PostAsync($"{health}/execute", body, "once")).JsonAsync(200);
        again.Id("runId").ShouldBe(first.Id("runId"));
        await (await server.Owner().PostAsync($"{health}/execute", new { customerId = server.Customers[0].Id }, "once")).ProblemAsync(422, "idempotency_mismatch");
    }

    [Fact]
    public async Task An_execution_is_a_run_that_replays_to_the_same()
    {
        JsonElement done = await ExecuteAsync(server.Owner(), new { customerId = await ScoredAsync() });
        JsonElement run = await server.Owner().GetJsonAsync($"/api/v1/runs/{done.Id("runId")}");
        run.Items("steps").Select(s => s.Text("name")).ShouldBe(["now:clock", "read:tenant", "read:facts"]);
        JsonElement replayed = await (await server.Owner().PostAsync($"/api/v1/runs/{done.Id("runId")}/replay", null)).JsonAsync(200);
        replayed.GetProperty("identical").GetBoolean().ShouldBeTrue(replayed.GetRawText());
    }

    [Fact]
    public async Task Asked_for_as_a_job_it_is_found_by_its_id()
    {
        JsonElement started = await (await server.Owner().PostAsJsonAsync($"{health}/execute-async", new { customerId = await ScoredAsync() })).JsonAsync(202);
        string path = $"/api/v1/jobs/{started.Id("jobId")}";
        await server.Owner().ReadStreamAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}/events"), int.MaxValue);

        JsonElement job = await server.Owner().GetJsonAsync(path);
        job.Text("status").ShouldBe("succeeded");
        job.GetProperty("result").GetProperty("output").GetProperty("score").GetDouble().ShouldBeInRange(0, 100);
    }

    [Fact]
    public async Task Groups_that_started_together_are_followed_and_change_with_who_comes_back()
    {
        const string cohorts = "/api/v1/agents/analytics/cohort-analyzer/execute";
        var body = new { input = new { retainedMeans = "login", maxPeriods = 3 } };
        JsonElement before = (await (await server.Owner().PostAsJsonAsync(cohorts, body)).JsonAsync(200)).GetProperty("output");
        JsonElement first = before.Items("summary")[0], second = before.Items("summary")[1];
        first.GetProperty("eligible").GetInt32().ShouldBeGreaterThanOrEqualTo(second.GetProperty("eligible").GetInt32());
        before.Items("cells").Where(c => c.GetProperty("age").GetInt32() == 0).Sum(c => c.GetProperty("eligible").GetInt32()).ShouldBe(first.GetProperty("eligible").GetInt32());

        // Somebody who started four months ago and was there in the first month only.
        DateTimeOffset start = TimeProvider.System.GetUtcNow().AddMonths(-4);
        var customer = new Customer { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Name = "Newcomer", Plan = "free", Since = start };
        var contact = new Contact { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer.Id, Email = "newcomer@example.com", Name = "Newcomer", Role = ContactRole.Admin };
        await server.AddAsync(customer, contact, new LoginEvent { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer.Id, ContactId = contact.Id, At = start.AddDays(3), Success = true });
        JsonElement after = (await (await server.Owner().PostAsJsonAsync(cohorts, body)).JsonAsync(200)).GetProperty("output");

        (after.Items("summary")[0].GetProperty("eligible").GetInt32(), after.Items("summary")[0].GetProperty("retained").GetInt32())
            .ShouldBe((first.GetProperty("eligible").GetInt32() + 1, first.GetProperty("retained").GetInt32() + 1));
        (after.Items("summary")[1].GetProperty("eligible").GetInt32(), after.Items("summary")[1].GetProperty("retained").GetInt32())
            .ShouldBe((second.GetProperty("eligible").GetInt32() + 1, second.GetProperty("retained").GetInt32()));
    }

    [Fact]
    public async Task What_a_predictor_foresees_is_kept_once_and_a_dry_run_keeps_nothing()
    {
        const string volume = "/api/v1/agents/predictive/support-volume-predictor/execute";
        JsonElement dry = await (await server.Owner().PostAsJsonAsync(volume, new { input = new { daysAhead = 3 }, dryRun = true })).JsonAsync(200);
        dry.GetProperty("output").Items("days").Count().ShouldBe(3, dry.GetRawText());
        dry.Items("actions").Select(a => $"{a.Text("action")} {a.Text("status")}").ShouldBe(Enumerable.Repeat("prediction.record planned", 3));
        (await KeptAsync()).ShouldBe(0);

        JsonElement done = await (await server.Owner().PostAsJsonAsync(volume, new { input = new { daysAhead = 3 } })).JsonAsync(200);
        done.Items("actions").Select(a => a.Text("status")).ShouldBe(["performed", "performed", "performed"]);
        done.GetProperty("output").GetRawText().Length.ShouldBeGreaterThan(0);
        (await KeptAsync()).ShouldBe(3);
        await (await server.Owner().PostAsJsonAsync(volume, new { input = new { daysAhead = 3 } })).JsonAsync(200);
        (await KeptAsync()).ShouldBe(3);
        JsonElement replayed = await (await server.Owner().PostAsync($"/api/v1/runs/{done.Id("runId")}/replay", null)).JsonAsync(200);
        replayed.GetProperty("identical").GetBoolean().ShouldBeTrue(replayed.GetRawText());

        async Task<int> KeptAsync()
        {
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
            return await db.Set<Prediction>().CountAsync(p => p.Kind == "volume");
        }
    }

    [Fact]
    public async Task Guards_judge_a_draft_by_the_rows_of_its_reader_and_name_no_other_customer()
    {
        Guid own = server.Customers[0].Id;
        object draft = new { text = $"We had the same fault at {server.Customers[1].Name}. You have 3 seats.", customerId = own, contactId = Guid.CreateVersion7(), conversationId = Guid.CreateVersion7(), identityLevel = "verified" };
        JsonElement policy = (await (await server.Owner().PostAsJsonAsync("/api/v1/agents/qa/policy-checker/execute", new { input = draft })).JsonAsync(200)).GetProperty("output");
        policy.Text("verdict").ShouldBe("block", policy.GetRawText());
        policy.Items("findings").Select(f => f.Text("kind")).ShouldContain("I2");

        JsonElement facts = (await (await server.Owner().PostAsJsonAsync("/api/v1/agents/qa/fact-checker/execute", new { input = draft })).JsonAsync(200)).GetProperty("output");
        facts.Items("claims").Last().Text("source").ShouldBe("row", facts.GetRawText());
    }

    [Fact]
    public async Task A_writer_without_confirmed_conversations_writes_nothing()
    {
        JsonElement done = await (await server.Owner().PostAsJsonAsync("/api/v1/agents/content/kb-article-writer/execute", new { input = new { conversationIds = new[] { Guid.CreateVersion7() } } })).JsonAsync(200);
        done.GetProperty("output").GetRawText().ShouldBe("""{"reason":"evidence_too_thin"}""");
        done.Items("actions").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_operator_plans_for_later_waits_as_rows_and_a_dry_run_makes_none()
    {
        const string retry = "/api/v1/agents/automation/payment-retry/execute";
        DateTimeOffset failed = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        var customer = new Customer { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Name = "Dunned", Plan = "basic", Since = failed };
        Invoice invoice = new Invoice { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer.Id, Currency = "USD", CreatedAt = failed }.WithLines([new InvoiceLine("Seats", 1, 50, 50)], 0).IssuedAs($"INV-2026-{Guid.CreateVersion7():N}", failed, failed.AddDays(30));
        var payment = new Payment { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = 50, Currency = "USD", Status = PaymentStatus.Failed, Method = "card", DeclineCode = "insufficient_funds", CreatedAt = failed, ProcessedAt = failed };
        await server.AddAsync(customer, invoice, payment);

        JsonElement dry = await (await server.Owner().PostAsJsonAsync(retry, new { input = new { paymentId = payment.Id }, dryRun = true })).JsonAsync(200);
        dry.Items("actions").Select(a => a.Text("status")).ShouldBe(["planned", "planned", "planned", "planned"], dry.GetRawText());
        (await WaitingAsync()).ShouldBe(0);

        JsonElement done = await (await server.Owner().PostAsync(retry, new { input = new { paymentId = payment.Id } }, "dun")).JsonAsync(200);
        done.Items("actions").Select(a => a.Text("status")).ShouldBe(["scheduled", "scheduled", "scheduled", "scheduled"]);
        (await WaitingAsync()).ShouldBe(4);
        await (await server.Owner().PostAsync(retry, new { input = new { paymentId = payment.Id } }, "dun")).JsonAsync(200);
        (await WaitingAsync()).ShouldBe(4);

        async Task<int> WaitingAsync()
        {
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
            return await db.Runs.CountAsync(r => r.Subject == $"automation/payment-retry/payment/{payment.Id}" && r.FinishedAt == null);
        }
    }

    private static async Task<JsonElement> ExecuteAsync(HttpClient client, object body) => await (await client.PostAsJsonAsync($"{health}/execute", body)).JsonAsync(200);

    private async Task<JsonElement> ScoreAsync(Guid customer) => (await ExecuteAsync(server.Owner(), new { customerId = customer })).GetProperty("output");

    /// <summary>A customer with a score.</summary>
    private async Task<Guid> ScoredAsync()
    {
        foreach (Customer customer in server.Customers)
            if ((await ScoreAsync(customer.Id)).TryGetProperty("score", out _)) return customer.Id;
        throw new InvalidOperationException("No generated customer has a score.");
    }
}
