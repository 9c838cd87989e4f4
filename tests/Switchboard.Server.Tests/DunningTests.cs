using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Tests.Outside;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>From a wish in a conversation to the money, or to the end of patience, over HTTP with the clock moved and the server started anew in between.</summary>
public sealed class DunningTests : IAsyncLifetime
{
    private const string customer = "devika@kestrelmoor-cycles.example";

    private MoneyServer server = null!;
    private PaymentService service = null!;

    public async ValueTask InitializeAsync()
    {
        service = await PaymentService.OpenAsync();
        server = new MoneyServer(service);
        await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (service is not null) await service.DisposeAsync();
    }

    [Fact]
    public async Task A_charge_that_is_declined_softly_is_tried_again_after_one_three_five_and_seven_days_and_then_given_up()
    {
        service.Decide = _ => new ChargeAnswer("failed", "insufficient_funds");
        await AddSeatsAsync();
        await UntilAsync(() => service.Calls.Count == 1, TimeSpan.Zero);
        (Invoice bill, _, Subscription subscription) = await RowsAsync();
        bill.Number.ShouldNotBeNull();
        (bill.Status, bill.DueAt).ShouldBe((InvoiceStatus.Open, bill.IssuedAt!.Value.AddDays(30)));
        subscription.Status.ShouldBe(SubscriptionStatus.Active);
        await UntilAsync(async () => (await RowsAsync()).Subscription.Status == SubscriptionStatus.PastDue, TimeSpan.FromMinutes(1));

        DateOnly failed = DateOnly.FromDateTime((await RowsAsync()).Payments.Single().ProcessedAt!.Value.UtcDateTime);
        foreach ((int day, int attempt) in new[] { (1, 2), (3, 3), (5, 4), (7, 5) })
        {
            // Everything is left as it stands when the program ends, and goes on with the next start.
            if (day == 3) await server.RestartAsync();
            await UntilAsync(() => service.Taken.Count == attempt, TimeSpan.FromHours(6));
            DateOnly now = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime);
            now.ShouldBe(failed.AddDays(day));
            await UntilAsync(async () => (await RowsAsync()).Payments is var p && p.Count == attempt && p.All(x => x.Status == PaymentStatus.Failed), TimeSpan.FromMinutes(1));
        }

        await UntilAsync(async () => (await RowsAsync()).Bill.Status == InvoiceStatus.Uncollectible, TimeSpan.FromMinutes(1));
        (bill, List<Payment> payments, subscription) = await RowsAsync();
        subscription.Status.ShouldBe(SubscriptionStatus.Unpaid);
        payments.Select(p => p.Attempt).Order().ShouldBe([1, 2, 3, 4, 5]);
        server.Pass(TimeSpan.FromDays(4));
        await server.RestartAsync();
        // Each key was asked for once, and none came behind the last.
        service.Calls.Order().ShouldBe(Enumerable.Range(1, 5).Select(n => $"{bill.Id:N}-{n}").Order());
    }

    [Fact]
    public async Task A_card_that_was_stolen_is_not_tried_again()
    {
        service.Decide = _ => new ChargeAnswer("failed", "stolen_card");
        await AddSeatsAsync();
        await UntilAsync(async () => (await RowsAsync()).Subscription.Status == SubscriptionStatus.PastDue, TimeSpan.FromMinutes(1));
        JsonElement? hard = null;
        await UntilAsync(async () => (hard = await DunnedAsync()) is not null, TimeSpan.Zero);
        (hard!.Value.Text("reason"), hard.Value.Text("finalState")).ShouldBe(("hard_decline", "method_asked"));
        server.Pass(TimeSpan.FromDays(8));
        await server.RestartAsync();
        service.Calls.Count.ShouldBe(1);
    }

    private async Task AddSeatsAsync()
    {
        HttpClient contact = await server.ContactAsync(customer);
        Guid id = (await contact.BeginAsync("add 5 seats")).Id("conversationId");
        (await contact.SayAsync(id, "yes")).GetProperty("reply").Text("status").ShouldBe("acted");
    }

    private Task UntilAsync(Func<bool> holds, TimeSpan step) => UntilAsync(() => Task.FromResult(holds()), step);

    /// <summary>Moves the clock step by step until something holds; what is due has time to come between two steps.</summary>
    private Task UntilAsync(Func<Task<bool>> holds, TimeSpan step) => ClockServer.UntilAsync(async () =>
    {
        if (await holds()) return true;
        await IdleAsync();
        if (await holds()) return true;
        if (step > TimeSpan.Zero) server.Pass(step);
        return false;
    });

    /// <summary>Waits until nothing is being done, so that the clock does not run away from work that is under way.</summary>
    private Task IdleAsync() => ClockServer.UntilAsync(async () =>
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return !await db.Runs.AnyAsync(r => r.Status == Core.Runs.RunStatus.Running || r.Status == Core.Runs.RunStatus.Queued || (r.Status == Core.Runs.RunStatus.Waiting && r.Due <= server.Clock.GetUtcNow().AddSeconds(-30)));
    });

    private async Task<JsonElement?> DunnedAsync()
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        string? result = await db.Runs.Where(r => r.Subject.StartsWith("automation/payment-retry/") && r.FinishedAt != null).Select(r => r.Result).SingleOrDefaultAsync();
        return result is null ? null : JsonElement.Parse(result).GetProperty("output");
    }

    private async Task<(Invoice Bill, List<Payment> Payments, Subscription Subscription)> RowsAsync()
    {
        Guid id = (await server.ContactRowAsync(customer)).CustomerId!.Value;
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        Invoice bill = await db.Set<Invoice>().Where(i => i.CustomerId == id).OrderByDescending(i => i.CreatedAt).FirstAsync();
        return (bill, await db.Set<Payment>().Where(p => p.InvoiceId == bill.Id).ToListAsync(), await db.Set<Subscription>().SingleAsync(s => s.CustomerId == id));
    }

    private sealed class MoneyServer(PaymentService service) : TestServer
    {
        public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

        /// <summary>Moves the time. What looks around each second does so once behind it, not once for each second.</summary>
        public void Pass(TimeSpan time)
        {
            Clock.AdjustTime(Clock.GetUtcNow() + time);
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        protected override void Configure(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);

        protected override ServerOptions Alter(ServerOptions options) => options with { Outside = service.Settings, Outbound = OutboundSettings.Parse("127.0.0.1") };
    }
}
