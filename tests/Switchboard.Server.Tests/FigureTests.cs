using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class FigureTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Figures_are_told_for_days_of_the_tenants_calendar_to_who_may_read_them()
    {
        (Guid tenantId, HttpClient owner) = await server.TenantAsync("figures");
        var at = new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero);
        var customer = new Customer { TenantId = tenantId, Id = Guid.CreateVersion7(at), Name = "Acme", Plan = "basic", Since = at };
        Subscription subscription = new Subscription { TenantId = tenantId, Id = Guid.CreateVersion7(at), CustomerId = customer.Id, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = 10, Mrr = 50, Currency = "USD", StartedAt = at, PeriodStart = at, PeriodEnd = at.AddDays(30) }.WithSeats(5, 2);
        var began = new SubscriptionChange { TenantId = tenantId, Id = Guid.CreateVersion7(at), CustomerId = customer.Id, SubscriptionId = subscription.Id, Movement = MrrMovement.New, Cause = "signup", MrrBefore = 0, MrrAfter = 50, Currency = "USD", At = at };
        await server.Services.GetRequiredService<Data>().LoadAsync(new SystemActor(tenantId, "test"), load => load.Add([customer]) + load.Add([subscription]) + load.Add([began]), default);

        JsonElement revenue = await (await owner.GetAsync("/api/v1/analytics/revenue?from=2026-02-01&to=2026-02-28")).JsonAsync(200);
        revenue.GetProperty("movements").GetProperty("new").GetDecimal().ShouldBe(50);
        revenue.GetProperty("movements").GetProperty("end").GetDecimal().ShouldBe(50);
        revenue.GetProperty("movements").IsNull("nrr").ShouldBeTrue();
        (await (await owner.GetAsync("/api/v1/analytics/revenue?from=2026-03-01&to=2026-03-31")).JsonAsync(200)).GetProperty("movements").GetProperty("nrr").GetDouble().ShouldBe(1);
        foreach (string figure in new[] { "csat", "conversations", "resolution" }) await (await owner.GetAsync($"/api/v1/analytics/{figure}")).JsonAsync(200);

        JsonElement problem = await (await owner.GetAsync("/api/v1/analytics/csat?from=2026-03-02&to=2026-03-01")).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").GetProperty("from")[0].GetString()!.ShouldContain("2026-03-01");
        await (await server.WithKey(await server.KeyAsync("read:customers")).GetAsync("/api/v1/analytics/revenue")).ProblemAsync(403, "missing_scope");
    }
}
