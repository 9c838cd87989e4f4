using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Webhooks;
using Switchboard.Server.Tests.Outside;
using Switchboard.Storage;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Server.Tests.Webhooks;

public sealed class SqliteWebhookDeliveryTests() : WebhookDeliverySuite(SqliteHome.CreateAsync);

public sealed class PostgresWebhookDeliveryTests(PostgresServer server) : WebhookDeliverySuite(server.NewHomeAsync);

/// <summary>Deliveries to a real receiver, on either database, with the time and the end of the process in the test's hands.</summary>
public abstract class WebhookDeliverySuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string path = "/hook";
    private readonly SmtpStub mail = new();
    private Receiver receiver = null!;
    private OutboundClient client = null!;
    private WebhookSecrets secrets = null!;
    private OutsidePorts ports = null!;
    private EndpointNotices notices = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        receiver = await Receiver.OpenAsync();
        Wire("127.0.0.1");
    }

    public override async ValueTask DisposeAsync()
    {
        client?.Dispose();
        mail.Dispose();
        await mail.Loop;
        if (receiver is not null) await receiver.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_process_that_ends_between_sending_and_recording_sends_the_same_event_again_under_the_same_id()
    {
        (Guid endpoint, string secret) = await AddEndpointAsync();
        Guid eventId = Desk.NewId();
        await TellAsync(eventId);
        await TellAsync(eventId);
        RunRef run = (await Desk.Store.UnfinishedAsync(default)).ShouldHaveSingleItem("an event that was told is not told a second time");
        using var ended = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => Executor(new EndAt("outbox:sent", ended)).ExecuteAsync(run, ended.Token));
        await Desk.Store.CountAttemptAsync(run, default);

        (await RunToEndAsync()).Status.ShouldBe(OutboxStatus.Sent);

        receiver.Got(path).Select(d => (d.Id, d.Body, d.IsSignedWith(secret))).ShouldBe([(eventId.ToString(), Body, true), (eventId.ToString(), Body, true)]);
        (await AttemptsAsync()).Select(a => (a.Number, a.Outcome, a.ResponseStatus)).ShouldBe([(1, OutboxStatus.Pending, null), (2, OutboxStatus.Sent, 200)]);
        (await EndpointAsync(endpoint)).Status.ShouldBe(WebhookStatus.Active);
    }

    [Fact]
    public async Task Who_takes_nothing_is_tried_for_three_days_with_growing_pauses_and_then_told_no_more_and_who_can_mend_it_is_told_so()
    {
        (Guid endpoint, _) = await AddEndpointAsync();
        var admin = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = "admin@acme.example", Name = "Ada", Role = Role.Admin, CreatedAt = Desk.Clock.GetUtcNow() };
        var colleague = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = "support@acme.example", Name = "Bob", Role = Role.Support, CreatedAt = Desk.Clock.GetUtcNow() };
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.AddRange(admin, colleague); return 0; }, default);
        int answers = 0;
        receiver.Answer = async http =>
        {
            // Whatever it is, it is no yes: also what others would take for a final no, a redirect, and an answer that never comes.
            http.Response.StatusCode = (answers++ % 6) switch { 0 => 500, 1 => 404, 2 => 302, 3 => 400, 4 => 429, _ => 0 } is var status and > 0 ? status : 503;
            if (http.Response.StatusCode == 302) http.Response.Headers.Location = receiver.At("/elsewhere");
            if (http.Response.StatusCode == 503) http.Abort();
            else await http.Response.WriteAsync(new string('é', 2000));
        };
        DateTimeOffset begun = Desk.Clock.GetUtcNow();
        await TellAsync(Desk.NewId());
        (await RunToEndAsync()).Status.ShouldBe(OutboxStatus.Failed);

        OutboxAttempt[] attempts = await AttemptsAsync();
        TimeSpan[] pauses = [.. attempts.Zip(attempts.Skip(1), (a, b) => b.At - a.At)];
        (attempts[^1].At - begun).ShouldBeInRange(TimeSpan.FromHours(62), TimeSpan.FromHours(72));
        attempts.Length.ShouldBeInRange(15, 40);
        pauses[0].ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        pauses.Max().ShouldBeInRange(TimeSpan.FromHours(3), TimeSpan.FromHours(6));
        attempts.Zip(attempts.Skip(1)).ShouldAllBe(pair => pair.Second.At - pair.First.RetryAt < TimeSpan.FromMilliseconds(2) && pair.Second.At >= pair.First.RetryAt);
        (attempts[0].ResponseStatus, Encoding.UTF8.GetByteCount(attempts[0].Response!)).ShouldBe((500, 1024));
        attempts[5].ResponseStatus.ShouldBeNull();
        receiver.Got("/elsewhere").ShouldBeEmpty();
        receiver.Got(path).Select(d => d.Id).Distinct().ShouldHaveSingleItem();

        WebhookEndpoint off = await EndpointAsync(endpoint);
        (off.Status, off.DisabledReason).ShouldBe((WebhookStatus.Disabled, "It took nothing for 3 days."));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<AuditEntry>().SingleAsync(a => a.Entity == "webhook_endpoint" && a.Action == "changed")).Actor.ShouldBe("system:webhooks");
        mail.Messages.ShouldHaveSingleItem().ShouldContain("admin@acme.example");
        (await TellAsync(Desk.NewId())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_took_something_meanwhile_stays_and_only_the_one_event_is_given_up()
    {
        (Guid endpoint, _) = await AddEndpointAsync();
        string poison = Desk.NewId().ToString();
        receiver.Answer = http =>
        {
            if (http.Request.Headers["webhook-id"] == poison) http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await TellAsync(Guid.Parse(poison));
        await StepAsync();
        await TellAsync(Desk.NewId());
        await RunToEndAsync();
        (await EndpointAsync(endpoint)).Status.ShouldBe(WebhookStatus.Active);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<OutboxEntry>().Select(o => o.Status).ToListAsync()).ShouldBe([OutboxStatus.Failed, OutboxStatus.Sent], ignoreOrder: true);
    }

    [Fact]
    public async Task Who_says_it_is_gone_is_told_no_more_at_once_and_what_is_on_its_way_to_it_is_given_up()
    {
        (Guid endpoint, _) = await AddEndpointAsync();
        receiver.Answer = http =>
        {
            http.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        await TellAsync(Desk.NewId());
        await TellAsync(Desk.NewId());
        await RunToEndAsync();
        receiver.Got(path).Count.ShouldBe(1);
        (await EndpointAsync(endpoint)).DisabledReason.ShouldBe("It answered 410: it is gone.");
        (await AttemptsAsync()).Select(a => a.ResponseStatus).ShouldBe([410, null], ignoreOrder: true);
    }

    [Fact]
    public async Task No_sooner_than_the_receiver_asks_and_never_to_an_address_that_has_become_an_inner_one()
    {
        await AddEndpointAsync();
        receiver.Answer = http =>
        {
            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "7200";
            return Task.CompletedTask;
        };
        await TellAsync(Desk.NewId());
        await StepAsync();
        OutboxAttempt first = (await AttemptsAsync()).ShouldHaveSingleItem();
        first.RetryAt.ShouldBe(first.At.AddHours(2));

        // The name server has changed its mind, or the operator: the address is looked at for each connection.
        Wire(null);
        Desk.Clock.Advance(TimeSpan.FromHours(3));
        (await StepAsync()).Status.ShouldBe(OutboxStatus.Failed);
        receiver.Got(path).Count.ShouldBe(1);
        (await AttemptsAsync())[^1].Error!.ShouldContain("this machine");
    }

    private string Body { get; } = TellReceivers.BodyOf(WebhookEvents.CustomerCreated, Desk.Start, new { id = 7 });

    private static DateTimeOffset At => Desk.Start;

    private void Wire(string? allowed)
    {
        client?.Dispose();
        client = new OutboundClient(OutboundSettings.Parse(allowed), Desk.Clock);
        secrets = new WebhookSecrets(new SecretBox(Desk.Folder.Secret("identity")), Desk.Clock);
        var settings = new OutsideSettings { Smtp = new SmtpSettings("127.0.0.1", mail.Port, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")) };
        ports = new OutsidePorts([new EndpointPort(new OutsideCalls(client, Desk.Tenants, Desk.Clock), new WebhookRows(Desk.Data), secrets, Desk.Clock), new SmtpPort(settings, Desk.Clock)]);
        notices = new EndpointNotices(new WebhookStore(Desk.Data, ports), settings, Desk.Clock);
    }

    private async Task<(Guid Id, string Secret)> AddEndpointAsync()
    {
        Guid id = Desk.NewId();
        NewSecret secret = secrets.Make(Desk.TenantId, id);
        var endpoint = new WebhookEndpoint { TenantId = Desk.TenantId, Id = id, Url = receiver.At(path), Events = [WebhookEvents.CustomerCreated], Secret = secret.Sealed, CreatedAt = Desk.Clock.GetUtcNow() };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(endpoint).Entity.Id, default);
        return (id, secret.Text);
    }

    private Task<IReadOnlyList<Guid>> TellAsync(Guid eventId) =>
        new WebhookStore(Desk.Data, ports).TellAsync(Desk.TenantId, eventId, new Announcement(WebhookEvents.CustomerCreated, Guid.Empty, At), Body, Desk.Clock.GetUtcNow(), default);

    private HandlerExecutor Executor(IFaultPoints faults) =>
        new(Desk.Get<IRunQueue>(), new RunHandlers([new OutboxDelivery(ports, Desk.Get<IOutboxStore>(), Desk.Clock, faults, [notices])]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { });

    private async Task<OutboxEntry> StepAsync()
    {
        await Desk.Get<IRunQueue>().WakeDueAsync(Desk.Clock.GetUtcNow(), 100, default);
        foreach (RunRef run in await Desk.Store.UnfinishedAsync(default)) await Executor(new NoFaults()).ExecuteAsync(run, default);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<OutboxEntry>().OrderBy(e => e.CreatedAt).FirstAsync();
    }

    /// <summary>Lets time go from one due instant to the next until nothing is left to be done.</summary>
    private async Task<OutboxEntry> RunToEndAsync()
    {
        for (int n = 0; n < 60; n++)
        {
            OutboxEntry entry = await StepAsync();
            await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
            DateTimeOffset? due = await db.Runs.Where(r => r.FinishedAt == null).MinAsync(r => r.Due);
            if (due is null && !await db.Runs.AnyAsync(r => r.FinishedAt == null)) return entry;
            // The database cuts an instant to microseconds; the run itself does not.
            if (due > Desk.Clock.GetUtcNow()) Desk.Clock.SetUtcNow(due.Value.AddMilliseconds(1));
        }

        throw new TimeoutException("The deliveries came to no end.");
    }

    private async Task<OutboxAttempt[]> AttemptsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<OutboxAttempt>().Where(a => db.Set<OutboxEntry>().Any(o => o.Id == a.EntryId && o.Port == EndpointRequest.Port)).OrderBy(a => a.At).ThenBy(a => a.Number).ToArrayAsync();
    }

    private async Task<WebhookEndpoint> EndpointAsync(Guid id)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<WebhookEndpoint>().SingleAsync(e => e.Id == id);
    }

    private sealed class EndAt(string site, CancellationTokenSource ended) : IFaultPoints
    {
        public void Reached(string place)
        {
            if (place != site) return;
            ended.Cancel();
            throw new OperationCanceledException(ended.Token);
        }
    }
}
