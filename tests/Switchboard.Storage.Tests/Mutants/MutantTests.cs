using System.Data.Common;
using Microsoft.Data.Sqlite;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Tests.Mutants;

/// <summary>
/// Each safeguard is taken away by a decorator of this assembly, and what the crash tests check then finds the fault; with the safeguard the same walk is
/// without one. The program itself has no switch for any of it.
/// </summary>
public sealed class MutantTests() : StorageSuite(SqliteHome.CreateAsync)
{
    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_deduplication_a_message_whose_answer_was_lost_is_there_twice(bool mutant)
    {
        IRunStore store = mutant ? new ForgetfulStore(Desk.Store) : Desk.Store;
        Guid conversation = await Desk.AddConversationAsync();
        for (int time = 0; time < 2; time++)
        {
            AcceptResult accepted = await store.AcceptAsync(Desk.Turn(conversation, key: "widget/1", hash: [1]), default);
            if (accepted.Kind == AcceptKind.Accepted) await Desk.FinishAsync(accepted);
        }

        (await BrokenAsync(sent: 1)).ShouldBe(mutant ? ["each message that was sent is there once (1)"] : []);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_version_check_two_that_took_up_a_run_both_write_its_step(bool mutant)
    {
        IRunQueue queue = mutant ? new UnfencedQueue(Queue) : Queue;
        Run one = await BegunAsync("a"), other = (await queue.LoadAsync(Ref(one), default))!.Run;
        await queue.AdvanceAsync(new RunAdvance(Fence(one), [new JournalEntry("read:a", "1")], []), default);
        await queue.AdvanceAsync(new RunAdvance(Fence(other), [new JournalEntry("read:a", "1")], []), default);
        await EndAsync((await queue.LoadAsync(Ref(one), default))!.Run);

        (await BrokenAsync()).ShouldBe(mutant ? ["a step is recorded once (1)"] : []);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_index_on_running_a_subject_has_two_runs_at_once(bool mutant)
    {
        await BegunAsync("a");
        await Queue.EnqueueAsync(Request("a"), default);
        if (mutant) await Desk.Home.ExecuteAsync("drop index \"IX_runs_one_running\"");

        Task<int> race = Desk.Home.ExecuteAsync("update runs set status = 'running' where status = 'queued'");

        if (mutant) (await race).ShouldBe(1);
        else (await Should.ThrowAsync<SqliteException>(() => race)).Message.ShouldContain("UNIQUE");
        (await BrokenAsync()).Contains("no two runs of a subject were running at once (1)").ShouldBe(mutant);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_the_step_in_another_transaction_a_refund_is_paid_that_no_journal_knows(bool mutant)
    {
        (Contact contact, Payment payment) = await AddPayerAsync();
        (ActionPlace place, AcceptResult turn) = await AgreedAsync(contact);
        var actions = Desk.Get<IActionStore>();
        var caller = new ActionCaller(new ContactActor(Desk.TenantId, Guid.Empty, contact.Id, Proof.Widget), "billing/refund-processor", ["act:refund.issue"], contact.Role, contact.CustomerId);
        var refund = new IssueRefund(payment.Id, payment.Amount);
        ActionPreview preview = await actions.PreviewAsync(caller, refund, Now, default);
        if (!mutant) Desk.Faults.At = "perform:before-commit";

        await Should.ThrowAsync<InvalidOperationException>(() => (mutant ? new SplitActions(actions, Desk.Data) : actions).PerformAsync(caller, refund, new ActionGrant(preview.Digest, null), place, Now, default));

        Desk.Faults.At = null;
        await Desk.FinishAsync(turn);
        (await BrokenAsync()).ShouldBe(mutant ? ["what was performed is in the journal, and the other way round (1)"] : []);
    }

    [Theory]
    [InlineData("none", 1, OutboxStatus.Unknown)]
    [InlineData("port", 2, OutboxStatus.Sent)]
    [InlineData("store", 2, OutboxStatus.Sent)]
    public async Task Without_the_mark_of_what_is_being_sent_an_effect_goes_out_twice(string mutant, int performed, OutboxStatus status)
    {
        var port = new BlindPort();
        var ports = new OutsidePorts([mutant == "port" ? new ResendingPort(port) : port]);
        IOutboxStore store = Desk.Get<IOutboxStore>();
        var delivery = new OutboxDelivery(ports, mutant == "store" ? new ForgetfulOutbox(store) : store, Desk.Clock, Desk.Faults);
        var executor = new HandlerExecutor(Queue, new RunHandlers([delivery]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { });
        OutboxSent asked = await Desk.Data.WriteAsync(Desk.Actor, db => db.Send(ports.Prepare(port.Name, "key-1", "{}", Now)), default);
        RunRef run = (await Desk.Store.UnfinishedAsync(default)).ShouldHaveSingleItem();

        Desk.Faults.At = "outbox:sent";
        await executor.ExecuteAsync(run, default);
        Desk.Faults.At = null;
        Desk.Clock.Advance(TimeSpan.FromMinutes(5));
        foreach (RunRef due in await Queue.WakeDueAsync(Now, 10, default)) await executor.ExecuteAsync(due, default);

        (await BrokenAsync()).ShouldBeEmpty();
        (await store.FindAsync(Desk.TenantId, asked.EntryId, default))!.Status.ShouldBe(status);
        port.Performed.ShouldBe(performed, "a side that knows no keys performs what comes in, and the crash tests allow one");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_chain_the_verification_of_the_audit_fails(bool mutant)
    {
        await Desk.AddConversationAsync();
        await Desk.AddConversationAsync();
        var chains = Desk.Get<IAuditChains>();
        var sealer = new AuditSealer(mutant ? new UnchainedSeals(chains) : chains, Desk.Get<AuditTrail>(), Desk.Get<AuditAnchor>(), Desk.Tenants, Desk.Clock, Desk.Faults);
        await sealer.SealAsync(default);

        AuditReport report = await Desk.Get<AuditVerification>().VerifyAsync(Desk.TenantId, default);

        report.IsWhole.ShouldBe(!mutant);
        if (mutant) report.Faults.ShouldContain(f => f.Kind == AuditFaultKind.Seal);
    }

    private async Task<List<string>> BrokenAsync(int? sent = null)
    {
        await using DbConnection rows = Desk.Home.Connect();
        return await Laws.BrokenAsync(rows, sent);
    }

    private RunRequest Request(string subject) => new() { Actor = Desk.Actor, Kind = RunKind.Job, Handler = "test.work", Subject = subject, Input = "{}", At = Now };

    private static RunRef Ref(Run run) => new(run.TenantId, run.Id, run.Subject);

    private static RunFence Fence(Run run) => new(Ref(run), run.Version);

    private async Task<Run> BegunAsync(string subject) => (await Queue.LoadAsync((await Queue.EnqueueAsync(Request(subject), default)).Run, default))!.Run;

    private Task<FinishResult> EndAsync(Run run) =>
        Queue.EndAsync(new RunEnding(Fence(run), RunStatus.Succeeded, "1", null, null, [], [new PendingEvent("run.finished", "{}")], Now), default);

    private async Task<(Contact Contact, Payment Payment)> AddPayerAsync()
    {
        DateTimeOffset start = Now.AddDays(-5);
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Ada", Plan = "basic", Since = start };
        var contact = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Email = "ada@example.com", Name = "Ada", Role = ContactRole.Billing };
        Subscription subscription = new Subscription { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = 80, Mrr = 80, Currency = "EUR", StartedAt = start, PeriodStart = start, PeriodEnd = start.AddMonths(1) }.WithSeats(1, 1);
        var invoice = new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, SubscriptionId = subscription.Id, Currency = "EUR", PeriodStart = start, CreatedAt = start };
        var payment = new Payment { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = 80, Currency = "EUR", Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start };
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(customer, contact, subscription, invoice, payment);
                return 0;
            },
            default);
        return (contact, payment);
    }

    /// <summary>A dialogue that offered the refund, and the turn in which the customer agrees.</summary>
    private async Task<(ActionPlace Place, AcceptResult Turn)> AgreedAsync(Contact contact)
    {
        Conversation conversation = Desk.NewConversation(contactId: contact.Id);
        conversation.CustomerId = contact.CustomerId;
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(conversation), default);
        TurnState opening = await Desk.LoadAsync(await Desk.AcceptAsync(conversation.Id, "I want my money back"));
        Guid dialogue = Desk.NewId();
        var input = new DialogueInput("billing/refund-processor", "refund", "I want my money back", 1, Now);
        await Desk.Store.FinishAsync(Desk.Finishing(opening, dialogue: new DialogueChange(dialogue, input, RunStatus.Waiting, 0, [new JournalEntry("confirm:refund.issue", "1")])), default);
        AcceptResult turn = await Desk.AcceptAsync(conversation.Id, "yes");
        Run run = (await Desk.LoadAsync(turn)).Run;
        return (new ActionPlace(Fence(run), new ActingDialogue(dialogue, 1), [], "perform:refund.issue"), turn);
    }

    /// <summary>A way to a side that performs whatever comes in.</summary>
    private sealed class BlindPort : IOutsidePort
    {
        public int Performed { get; private set; }

        public string Name => "blind";

        public bool Deduplicates(string request) => false;

        public string? Check(string request) => null;

        public string Describe(string request) => "something";

        public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
        {
            Performed++;
            return Task.FromResult<PortOutcome>(new Performed(null));
        }
    }
}
