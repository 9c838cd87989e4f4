using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Storage;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;
using Switchboard.Storage.Outbox;

namespace Switchboard.Server.Tests.Outside;

/// <summary>Charges through the real port to a real payment service that behaves badly: what it took it took once, and nobody says more than is known.</summary>
public sealed class PaymentPortTests : IAsyncLifetime
{
    private Desk desk = null!;
    private PaymentService service = null!;
    private OutboundClient client = null!;
    private PaymentPort port = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync(await SqliteHome.CreateAsync());
        service = await PaymentService.OpenAsync();
        client = new OutboundClient(OutboundSettings.Parse("127.0.0.1"), desk.Clock);
        port = PortFor(service.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await service.DisposeAsync();
        await desk.DisposeAsync();
    }

    [Fact]
    public async Task What_the_service_says_is_what_the_charge_came_to()
    {
        (await SettledAsync("paid")).ShouldBe((ChargeState.Succeeded, null, 1));
        service.Decide = _ => new ChargeAnswer("failed", "insufficient_funds");
        (await SettledAsync("soft")).ShouldBe((ChargeState.Failed, "insufficient_funds", 1));
        // A decline that comes as an error of the one who asks is an answer too; it is not asked again.
        service.Decide = _ => new ChargeAnswer("failed", "stolen_card");
        service.Say = (http, answer) =>
        {
            http.Response.StatusCode = 402;
            return http.Response.WriteAsJsonAsync(answer, Json.Options);
        };
        (await SettledAsync("hard")).ShouldBe((ChargeState.Failed, "stolen_card", 1));
        // A refusal without one says that nothing was charged.
        service.Say = (http, _) =>
        {
            http.Response.StatusCode = 422;
            return http.Response.WriteAsync("no such customer");
        };
        (await SettledAsync("odd")).ShouldBe((ChargeState.Failed, Charges.NotPerformed, 1));
    }

    [Theory]
    [InlineData("breaks")]
    [InlineData("500")]
    [InlineData("mumbles")]
    [InlineData("late")]
    public async Task A_service_that_took_the_money_and_did_not_say_so_is_asked_again_under_the_key_and_takes_it_once(string how)
    {
        int calls = 0;
        service.Say = async (http, answer) =>
        {
            if (++calls == 1) await MisbehaveAsync(how, http);
            else await http.Response.WriteAsJsonAsync(answer, Json.Options);
        };
        (await SettledAsync("key-1")).ShouldBe((ChargeState.Succeeded, null, 2));
        service.Taken.Count.ShouldBe(1);
        service.Calls.ShouldBe(["key-1", "key-1"]);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("mumbles")]
    public async Task A_service_that_never_says_leaves_the_outcome_unknown_for_a_person_to_find_out(string how)
    {
        service.Say = (http, _) => MisbehaveAsync(how, http);
        (await SettledAsync("key-2")).ShouldBe((ChargeState.Unknown, null, DeliveryPace.Ordinary.Retries.MostAttempts));
        (service.Taken.Count, service.Calls.Distinct().Count()).ShouldBe((1, 1));

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        OutboxEntry entry = await db.Set<OutboxEntry>().SingleAsync();
        entry.Resolve(performed: true, "It stands in the service's list.", desk.Clock.GetUtcNow());
        Charges.Of(entry).State.ShouldBe(ChargeState.Succeeded);
    }

    [Fact]
    public async Task Without_a_service_that_knows_keys_nothing_is_charged_and_a_link_is_sent_through_the_same_one()
    {
        PortFor(OutsideSettings.None).Check(Json.Write(Charge("k"))).ShouldNotBeNull().ShouldContain("port_not_configured");
        ToolSettings tool = service.Settings.Tools["payment"] with { HonoursKey = false };
        PortFor(new OutsideSettings { Tools = new Dictionary<string, ToolSettings> { ["payment"] = tool } }).Check(Json.Write(Charge("k"))).ShouldNotBeNull().ShouldContain("HonoursIdempotencyKey");
        port.Check("{}").ShouldNotBeNull();
        var link = new PaymentRequest { MethodLink = new MethodLinkRequest("c-1", "ada@example.com", 24) };
        (await port.SendAsync(new OutsideCall(desk.TenantId, "run/link", Json.Write(link), 1), default)).ShouldBeOfType<Performed>();
        service.Links.ShouldHaveSingleItem().Email.ShouldBe("ada@example.com");
    }

    private async Task MisbehaveAsync(string how, HttpContext http)
    {
        switch (how)
        {
            case "breaks":
                http.Abort();
                break;
            case "500":
                http.Response.StatusCode = 500;
                break;
            case "mumbles":
                await http.Response.WriteAsync("""{"status":"processing"}""");
                break;
            default:
                // It answers behind the time in which an answer is waited for.
                desk.Clock.Advance(TimeSpan.FromSeconds(31));
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
        }
    }

    private static PaymentRequest Charge(string key) => new() { Charge = new ChargeRequest { Key = key, Customer = "c-1", Amount = 50, Currency = "EUR", Invoice = "INV-2026-00001" } };

    private PaymentPort PortFor(OutsideSettings settings) => new(new HttpToolPort(new OutsideCalls(client, desk.Tenants, desk.Clock), settings), settings);

    /// <summary>Delivers a charge to its end, and says what it came to and how often it was sent.</summary>
    private async Task<(ChargeState State, string? Code, int Attempts)> SettledAsync(string key)
    {
        OutboxSent sent = await desk.Data.WriteAsync(desk.Actor, db => db.Send(new OutsidePorts([port]).Prepare("payment", $"effect/{key}", Json.Write(Charge(key)), desk.Clock.GetUtcNow())), default);
        var executor = new HandlerExecutor(
            desk.Get<IRunQueue>(), new RunHandlers([new OutboxDelivery(new OutsidePorts([port]), desk.Get<IOutboxStore>(), desk.Clock, new NoFaults())]), desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, desk.Clock, _ => false, (_, _, _) => { });
        while (true)
        {
            await using SwitchboardDb db = desk.Data.For(desk.TenantId);
            Run run = await db.Runs.SingleAsync(r => r.Subject == OutboxDelivery.SubjectOf(sent.EntryId));
            OutboxEntry entry = await db.Set<OutboxEntry>().SingleAsync(e => e.Id == sent.EntryId);
            if (run.FinishedAt is not null) return (Charges.Of(entry).State, Charges.Of(entry).DeclineCode, entry.Attempts);
            if (run.Status == RunStatus.Running) await executor.ExecuteAsync(new RunRef(run.TenantId, run.Id, run.Subject) { NodeId = run.NodeId }, default);
            else desk.Clock.Advance(TimeSpan.FromMinutes(10));
            await desk.Get<IRunQueue>().WakeDueAsync(desk.Clock.GetUtcNow(), 10, default);
        }
    }
}
