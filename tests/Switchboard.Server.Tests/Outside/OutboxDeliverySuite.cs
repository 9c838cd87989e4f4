using Microsoft.EntityFrameworkCore;
using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Outbox;

namespace Switchboard.Server.Tests.Outside;

public sealed class SqliteOutboxDeliveryTests() : OutboxDeliverySuite(SqliteHome.CreateAsync);

public sealed class PostgresOutboxDeliveryTests(PostgresServer server) : OutboxDeliverySuite(server.NewHomeAsync);

/// <summary>Effects through real ports to real servers, on either database, with the process ending at every place.</summary>
public abstract class OutboxDeliverySuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Ways ways = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        ways = await Ways.OpenAsync(Desk);
    }

    public override async ValueTask DisposeAsync()
    {
        if (ways is not null) await ways.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_effect_is_written_with_its_cause_and_the_same_key_is_the_same_effect()
    {
        OutboxSent first = await SendAsync("webhook"), again = await SendAsync("webhook");
        (first.IsNew, again).ShouldBe((true, first with { IsNew = false }));
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync<int>(Desk.Actor,
            db =>
            {
                db.Send(Effect("webhook", "lost"));
                throw new InvalidOperationException("undone");
            },
            default));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<OutboxEntry>().CountAsync(), await db.Runs.CountAsync(r => r.Kind == RunKind.Delivery)).ShouldBe((1, 1));
        Should.Throw<OutsideRequestException>(() => new OutsidePorts(ways.Ports).Prepare("slack", "k", """{"channel":"nowhere","text":"x"}""", Desk.Clock.GetUtcNow())).Message.ShouldContain("Outside:Slack:nowhere:Url");
        Should.Throw<OutsideRequestException>(() => new OutsidePorts(ways.Ports).Prepare("slack", "a\r\nb", ways.Request("slack"), Desk.Clock.GetUtcNow()));
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("http")]
    [InlineData("slack")]
    [InlineData("discord")]
    [InlineData("smtp")]
    public async Task A_delivery_that_nothing_disturbs_is_sent_once_and_recorded(string port)
    {
        OutboxEntry entry = await DeliverAsync(port);
        (entry.Status, entry.Attempts, Seen(port)).ShouldBe((OutboxStatus.Sent, 1, 1));
        (await EndedAsync()).ShouldBe(RunStatus.Succeeded);
    }

    [Theory]
    [InlineData("webhook", "outbox:sending-committed", 1, OutboxStatus.Sent)]
    [InlineData("webhook", "outbox:sent", 2, OutboxStatus.Sent)]
    [InlineData("webhook", "outbox:outcome-committed", 1, OutboxStatus.Sent)]
    [InlineData("http", "outbox:sent", 2, OutboxStatus.Sent)]
    [InlineData("smtp", "outbox:sending-committed", 0, OutboxStatus.Unknown)]
    [InlineData("smtp", "outbox:sent", 1, OutboxStatus.Unknown)]
    [InlineData("smtp", "outbox:outcome-committed", 1, OutboxStatus.Sent)]
    [InlineData("slack", "outbox:sending-committed", 0, OutboxStatus.Unknown)]
    [InlineData("slack", "outbox:sent", 1, OutboxStatus.Unknown)]
    [InlineData("discord", "outbox:sent", 1, OutboxStatus.Unknown)]
    public async Task A_process_that_ends_at_any_place_lets_nothing_happen_twice(string port, string site, int seen, OutboxStatus status)
    {
        Guid conversation = await Desk.AddConversationAsync();
        await SendAsync(port, conversation: conversation);
        await CrashAsync(site, new OutsidePorts(ways.Ports));

        OutboxEntry entry = await RunToEndAsync(new OutsidePorts(ways.Ports));

        (entry.Status, Seen(port)).ShouldBe((status, seen));
        Keys().ShouldBeLessThanOrEqualTo(1, "the other side knows the second sending by its key");
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        List<Message> notes = await db.Messages.Where(m => m.ConversationId == conversation).ToListAsync();
        notes.Count.ShouldBe(status == OutboxStatus.Unknown ? 1 : 0);
        if (notes.Count == 1) (notes[0].IsPrivate, notes[0].Author, notes[0].Text.Contains(entry.Id.ToString("D"), StringComparison.Ordinal)).ShouldBe((true, MessageAuthor.System, true));
        (await db.RunEvents.AnyAsync(e => e.Kind == OutboxDelivery.SettledEvent)).ShouldBeTrue();
        (await db.Set<AuditEntry>().AnyAsync(a => a.Entity == "outbox_entry" && a.EntityId == entry.Id && a.Action == "changed")).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_the_rule_for_what_is_found_sending_a_message_is_sent_twice()
    {
        var careless = new OutsidePorts(ways.Ports.Select(p => new Careless(p)));
        await SendAsync("slack");
        await CrashAsync("outbox:sent", careless);
        await RunToEndAsync(careless);
        Seen("slack").ShouldBe(2, "this is what the rule keeps from happening, and the tests above would see it");
    }

    [Fact]
    public async Task What_was_refused_for_now_is_tried_again_no_sooner_than_asked_and_given_up_in_the_end()
    {
        int status = 429;
        ways.Answer = http =>
        {
            http.Response.StatusCode = status;
            if (status == 429) http.Response.Headers.RetryAfter = "90";
            return Task.CompletedTask;
        };
        await SendAsync("slack");
        var ports = new OutsidePorts(ways.Ports);
        (await StepAsync(ports)).Status.ShouldBe(OutboxStatus.Pending);
        Desk.Clock.Advance(TimeSpan.FromSeconds(89));
        await StepAsync(ports);
        Seen("slack").ShouldBe(1);
        status = 503;
        Desk.Clock.Advance(TimeSpan.FromSeconds(1));
        await StepAsync(ports);
        Seen("slack").ShouldBe(2);
        OutboxEntry entry = await RunToEndAsync(ports);
        (entry.Status, entry.Attempts, Seen("slack")).ShouldBe((OutboxStatus.Failed, 12, 12));
        entry.Error.ShouldNotBeNull().ShouldNotContain(Ways.SlackPath);
    }

    [Fact]
    public async Task Nobody_says_that_an_effect_was_not_performed_when_one_of_its_attempts_may_have_been()
    {
        ways.Answer = http =>
        {
            if (ways.Requests.Count == 1) http.Abort();
            else http.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        OutboxEntry entry = await DeliverAsync("webhook");
        (entry.Status, entry.Attempts).ShouldBe((OutboxStatus.Unknown, 2));
    }

    [Fact]
    public async Task No_row_holds_a_secret()
    {
        foreach (string port in new[] { "smtp", "webhook", "slack", "http" }) await DeliverAsync(port, $"key-{port}");
        foreach (string secret in new[] { Ways.Password, Ways.SlackPath, Ways.Token, Convert.ToBase64String(Ways.WebhookSecret) })
        {
            foreach ((string table, string column) in new[] { ("outbox", "request"), ("outbox", "answer"), ("outbox", "error"), ("audit_entries", "after"), ("run_steps", "result"), ("run_events", "data"), ("runs", "input") })
                (await Desk.Home.TextsAsync($"select {column} from {table} where {column} is not null")).ShouldAllBe(t => !t.Contains(secret));
        }
    }

    private OutsideEffect Effect(string port, string key, Guid? conversation = null) =>
        new OutsidePorts(ways.Ports).Prepare(port, key, ways.Request(port), Desk.Clock.GetUtcNow()) with { ConversationId = conversation };

    private Task<OutboxSent> SendAsync(string port, string key = "run-1/call:x", Guid? conversation = null)
    {
        OutsideEffect effect = Effect(port, key, conversation);
        return Desk.Data.WriteAsync(Desk.Actor, db => db.Send(effect), default);
    }

    private async Task<OutboxEntry> DeliverAsync(string port, string key = "run-1/call:x")
    {
        await SendAsync(port, key);
        return await RunToEndAsync(new OutsidePorts(ways.Ports), key);
    }

    private int Seen(string port) => port == "smtp" ? ways.Mail.Messages.Count : ways.Requests.Count;

    private int Keys() => ways.Requests.Select(r => r.Headers.GetValueOrDefault("webhook-id") ?? r.Headers.GetValueOrDefault("idempotency-key") ?? Guid.CreateVersion7().ToString()).Distinct().Count();

    private HandlerExecutor Executor(OutsidePorts ports, IFaultPoints faults) =>
        new(Desk.Get<IRunQueue>(), new RunHandlers([new OutboxDelivery(ports, Desk.Get<IOutboxStore>(), Desk.Clock, faults)]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { });

    /// <summary>Ends the work at a place as the end of the process does: nothing more is written.</summary>
    private async Task CrashAsync(string site, OutsidePorts ports)
    {
        using var ended = new CancellationTokenSource();
        RunRef run = (await Desk.Store.UnfinishedAsync(default)).ShouldHaveSingleItem();
        await Should.ThrowAsync<OperationCanceledException>(() => Executor(ports, new EndAt(site, ended)).ExecuteAsync(run, ended.Token));
        // As the next start does.
        foreach (RunRef left in await Desk.Store.UnfinishedAsync(default)) await Desk.Store.CountAttemptAsync(left, default);
    }

    private async Task<OutboxEntry> StepAsync(OutsidePorts ports, string? key = null)
    {
        await Desk.Get<IRunQueue>().WakeDueAsync(Desk.Clock.GetUtcNow(), 100, default);
        foreach (RunRef run in await Desk.Store.UnfinishedAsync(default)) await Executor(ports, new NoFaults()).ExecuteAsync(run, default);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<OutboxEntry>().SingleAsync(e => key == null || e.Key == key);
    }

    private async Task<OutboxEntry> RunToEndAsync(OutsidePorts ports, string? key = null)
    {
        for (int n = 0; n < 50; n++)
        {
            OutboxEntry entry = await StepAsync(ports, key);
            if (entry.SettledAt is not null && (await Desk.Store.UnfinishedAsync(default)).Count == 0) return entry;
            Desk.Clock.Advance(TimeSpan.FromHours(1));
        }

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Run run = await db.Runs.SingleAsync(r => r.Kind == RunKind.Delivery);
        throw new TimeoutException($"The delivery came to no end: {run.Status} {run.ErrorCode} {run.Error}");
    }

    private async Task<RunStatus> EndedAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Runs.Where(r => r.Kind == RunKind.Delivery).Select(r => r.Status).SingleAsync();
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

    /// <summary>A port for which the rule is switched off: it says of every request that the other side knows its key.</summary>
    private sealed class Careless(IOutsidePort port) : IOutsidePort
    {
        public string Name => port.Name;

        public bool Deduplicates(string request) => true;

        public string? Check(string request) => port.Check(request);

        public string Describe(string request) => port.Describe(request);

        public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken) => port.SendAsync(call, cancellationToken);
    }
}
