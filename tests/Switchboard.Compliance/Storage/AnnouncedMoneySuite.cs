using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage;
using Switchboard.Storage.Policies;

namespace Switchboard.Compliance.Storage;

/// <summary>What was announced about money comes, once, when its instant has come, unless it was taken back; whoever works, and however long nobody did.</summary>
public abstract class AnnouncedMoneySuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly DateTimeOffset begin = Desk.Start.AddDays(-5), end = begin.AddMonths(1);

    private Customer customer = null!;
    private Subscription subscription = null!;

    private Till Till => Desk.Get<Till>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, ActionWorld.Policies, Desk.Start, default);
        customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Nordwind", Plan = "premium", Since = begin };
        subscription = new Subscription
        {
            TenantId = Desk.TenantId,
            Id = Desk.NewId(),
            CustomerId = customer.Id,
            Plan = "premium",
            Cycle = BillingCycle.Monthly,
            UnitPrice = 25,
            Discount = 0.10m,
            Mrr = 270,
            Currency = "EUR",
            StartedAt = begin,
            PeriodStart = begin,
            PeriodEnd = end,
        }.WithSeats(12, 4);
        await Desk.Data.WriteAsync(Desk.Actor, db =>
        {
            db.AddRange(customer, subscription);
            return 0;
        }, default);
    }

    [Fact]
    public async Task Other_terms_hold_from_the_next_period_on_with_its_bill_once_though_two_nodes_take_it_up_after_days_of_downtime()
    {
        Till.IsThere = true;
        await DoAsync(new ChangeSubscription(subscription.Id, "basic", BillingCycle.Monthly, 10));
        // Asked for twice, of a period there is one piece of work.
        await DoAsync(new ChangeSubscription(subscription.Id, "basic", BillingCycle.Monthly, 11));
        await DoAsync(new ChangeSubscription(subscription.Id, "basic", BillingCycle.Monthly, 10));
        await WorkAsync();
        (await SubscriptionAsync()).Plan.ShouldBe("premium");

        Desk.Clock.SetUtcNow(end.AddDays(3));
        await Queue.WakeDueAsync(Desk.Clock.GetUtcNow(), 10, default);
        RunRef due = (await RunningAsync()).ShouldHaveSingleItem();
        await Task.WhenAll(Executor().ExecuteAsync(due, default), Executor().ExecuteAsync(due, default));
        await WorkAsync();

        Subscription now = await SubscriptionAsync();
        (now.Plan, now.SeatsTotal, now.UnitPrice, now.Mrr, now.PeriodStart, now.PeriodEnd, now.HasChangeAhead).ShouldBe(("basic", 10, 10m, 90m, end, end.AddMonths(1), false));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<Customer>().SingleAsync()).Plan.ShouldBe("basic");
        SubscriptionChange booked = await db.Set<SubscriptionChange>().SingleAsync();
        (booked.Cause, booked.Movement, booked.MrrBefore, booked.MrrAfter, booked.At).ShouldBe(("downgrade", MrrMovement.Contraction, 270m, 90m, end));
        Invoice bill = await db.Set<Invoice>().SingleAsync();
        (bill.Number, bill.Total, bill.Status, bill.PeriodStart, bill.DueAt).ShouldBe(("INV-2026-00001", 90m, InvoiceStatus.Open, end, Desk.Clock.GetUtcNow().AddDays(30)));
        (await db.Set<AuditEntry>().CountAsync(a => a.Action == "subscription.renew")).ShouldBe(1);
        Till.Charges.ShouldHaveSingleItem().Value.Amount.ShouldBe(90);

        Desk.Clock.Advance(TimeSpan.FromMinutes(2));
        await WorkAsync();
        (await db.Set<Invoice>().AsNoTracking().SingleAsync()).Status.ShouldBe(InvoiceStatus.Paid);
        (await db.Set<Payment>().SingleAsync()).Status.ShouldBe(PaymentStatus.Succeeded);
    }

    [Fact]
    public async Task A_plan_can_grow_though_more_seats_are_in_use_than_will_be_left()
    {
        await DoAsync(new ChangeSeats(subscription.Id, 5));
        await ChangeAsync(s => s.WithSeats(s.SeatsTotal, 7));
        await DoAsync(new ChangeSubscription(subscription.Id, "enterprise", BillingCycle.Monthly, 12));
        Subscription now = await SubscriptionAsync();
        (now.Plan, now.SeatsTotal, now.NextSeats).ShouldBe(("enterprise", 12, 7));
    }

    [Fact]
    public async Task What_was_taken_back_or_altered_before_the_period_ends_wins()
    {
        await DoAsync(new CancelSubscription(subscription.Id, "price"));
        await DoAsync(new ResumeSubscription(subscription.Id));
        await PassAsync();
        Subscription now = await SubscriptionAsync();
        (now.Status, now.Plan, now.PeriodEnd).ShouldBe((SubscriptionStatus.Active, "premium", end));

        await ChangeAsync(s => (s.PeriodStart, s.PeriodEnd) = (end, end.AddMonths(1)));
        await DoAsync(new ChangeSubscription(subscription.Id, "basic", BillingCycle.Monthly, 6));
        await DoAsync(new ChangeSeats(subscription.Id, 14));
        await ChangeAsync(s => s.WithSeats(s.SeatsTotal, 13));
        await PassAsync();
        now = await SubscriptionAsync();
        (now.Plan, now.SeatsTotal).ShouldBe(("basic", 14), "seats that were added since are not taken away again");

        await DoAsync(new ChangeSeats(subscription.Id, 13));
        await ChangeAsync(s => s.WithSeats(s.SeatsTotal, 14));
        await PassAsync();
        (await SubscriptionAsync()).SeatsTotal.ShouldBe(14, "seats in use stay");
        (await ResultsAsync(PeriodEndWork.HandlerName))[^1].ShouldContain("seats_in_use");

        await DoAsync(new ChangeSeats(subscription.Id, 20));
        await DoAsync(new CancelSubscription(subscription.Id, null));
        DateTimeOffset last = (await SubscriptionAsync()).PeriodEnd;
        await ChangeAsync(s => s.PeriodEnd = last.AddDays(10));
        Desk.Clock.SetUtcNow(last.AddDays(1));
        await WorkAsync();
        (await SubscriptionAsync()).Status.ShouldBe(SubscriptionStatus.Active, "the period was made longer");
        await PassAsync();
        now = await SubscriptionAsync();
        (now.Status, now.CanceledAt).ShouldBe((SubscriptionStatus.Canceled, last.AddDays(10)));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<Customer>().SingleAsync()).Lifecycle.ShouldBe(CustomerLifecycle.Churned);
        SubscriptionChange booked = (await db.Set<SubscriptionChange>().OrderBy(c => c.At).ToListAsync())[^1];
        (booked.Cause, booked.Movement, booked.MrrAfter, booked.At).ShouldBe(("cancel", MrrMovement.Churn, 0m, last.AddDays(10)));
    }

    [Fact]
    public async Task A_concession_ends_after_its_months_and_the_price_goes_back()
    {
        await DoAsync(new ApplyDiscount(subscription.Id, 0.10m, 6));
        (await SubscriptionAsync()).Mrr.ShouldBe(240);
        Desk.Clock.SetUtcNow(Desk.Start.AddMonths(6).AddSeconds(-1));
        await WorkAsync();
        (await SubscriptionAsync()).Mrr.ShouldBe(240);

        Desk.Clock.Advance(TimeSpan.FromSeconds(2));
        await WorkAsync();

        Subscription now = await SubscriptionAsync();
        (now.Discount, now.Mrr).ShouldBe((0.10m, 270m));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<SubscriptionChange>().OrderBy(c => c.At).Select(c => c.MrrAfter).ToListAsync()).ShouldBe([240m, 270m]);
        (await db.Set<AuditEntry>().CountAsync(a => a.Action == "discount.end")).ShouldBe(1);
    }

    [Fact]
    public async Task Numbers_have_no_gap_though_two_are_given_at_once_and_without_a_payment_service_an_invoice_stays_open_and_says_so()
    {
        Till.IsThere = false;
        Invoice[] drafts = [.. Enumerable.Range(1, 4).Select(n => new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Currency = "EUR", CreatedAt = Desk.Start }.WithLines([new InvoiceLine("Seats", 1, n, n)], 0))];
        await Desk.Data.WriteAsync(Desk.Actor, db =>
        {
            db.AddRange(drafts);
            return 0;
        }, default);

        // Between the preview and the performance of the first one somebody else takes its number.
        bool taken = false;
        await DoAsync(drafts[0], async () =>
        {
            if (!taken) await DoAsync(drafts[1], null);
            taken = true;
        });
        await Task.WhenAll(DoAsync(drafts[2], null), DoAsync(drafts[3], null));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        List<Invoice> issued = await db.Set<Invoice>().OrderBy(i => i.Number).ToListAsync();
        issued.Select(i => i.Number).ShouldBe(["INV-2026-00001", "INV-2026-00002", "INV-2026-00003", "INV-2026-00004"]);
        issued.ShouldAllBe(i => i.Status == InvoiceStatus.Open && i.DueAt == Desk.Start.AddDays(30));
        issued[0].Id.ShouldBe(drafts[1].Id);
        (await db.Set<Payment>().CountAsync(), await db.Set<OutboxEntry>().CountAsync()).ShouldBe((0, 0));
        (await ResultsAsync("test.work"))[^1].ShouldContain("there is no payment service");
    }

    [Theory]
    [InlineData("insufficient_funds", PaymentStatus.Failed, SubscriptionStatus.PastDue, 1)]
    [InlineData("expired_card", PaymentStatus.Failed, SubscriptionStatus.PastDue, 1)]
    [InlineData(null, PaymentStatus.Succeeded, SubscriptionStatus.Active, 0)]
    public async Task What_is_charged_at_once_is_billed_and_asked_for_and_its_failure_begins_the_dunning_once(string? decline, PaymentStatus status, SubscriptionStatus stands, int dunned)
    {
        Till.Answer = decline is null ? new ChargeAnswer("succeeded") : new ChargeAnswer("failed", decline);
        await DoAsync(new ChangeSeats(subscription.Id, 16));
        await WorkAsync();
        Desk.Clock.Advance(TimeSpan.FromMinutes(2));
        await WorkAsync();

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Payment paid = await db.Set<Payment>().SingleAsync();
        (paid.Status, paid.DeclineCode, paid.Attempt).ShouldBe((status, decline, 1));
        Invoice bill = await db.Set<Invoice>().SingleAsync();
        (bill.Number, bill.Status).ShouldBe(("INV-2026-00001", decline is null ? InvoiceStatus.Paid : InvoiceStatus.Open));
        Till.Charges.ShouldHaveSingleItem().Key.ShouldBe(Charges.KeyOf(bill.Id, 1));
        (await SubscriptionAsync()).Status.ShouldBe(stands);
        List<Run> runs = await db.Runs.Where(r => r.Handler == AgentExecution.HandlerName).ToListAsync();
        runs.Count.ShouldBe(dunned);
        runs.ShouldAllBe(r => r.Subject == $"{Charges.DunningAgent}/payment/{paid.Id}");
    }

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private HandlerExecutor Executor() => new(
        Queue, new RunHandlers([new PeriodEndWork(), new ConcessionEndWork(), new InvoiceIssuing(), new ChargeOutcome(), new OutboxDelivery(new OutsidePorts([Till]), Desk.Get<IOutboxStore>(), Desk.Clock, new NoFaults())]),
        Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { });

    /// <summary>Carries out what is due until nothing is.</summary>
    private async Task WorkAsync()
    {
        while (true)
        {
            await Queue.WakeDueAsync(Desk.Clock.GetUtcNow(), 100, default);
            RunRef[] runs = await RunningAsync();
            if (runs.Length == 0) return;
            foreach (RunRef run in runs) await Executor().ExecuteAsync(run, default);
        }
    }

    /// <summary>Lets the period end, and some time pass.</summary>
    private async Task PassAsync()
    {
        Desk.Clock.SetUtcNow((await SubscriptionAsync()).PeriodEnd.AddMinutes(5));
        await WorkAsync();
    }

    private async Task<RunRef[]> RunningAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        List<Run> runs = await db.Runs.Where(r => r.Status == RunStatus.Running && r.Handler != AgentExecution.HandlerName).OrderBy(r => r.Id).ToListAsync();
        return [.. runs.Select(r => new RunRef(r.TenantId, r.Id, r.Subject) { NodeId = r.NodeId })];
    }

    private async Task<List<string>> ResultsAsync(string handler)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Runs.Where(r => r.Handler == handler && r.Result != null).OrderBy(r => r.FinishedAt).ThenBy(r => r.Id).Select(r => r.Result!).ToListAsync();
    }

    private async Task<Subscription> SubscriptionAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<Subscription>().SingleAsync(s => s.Id == subscription.Id);
    }

    private Task<int> ChangeAsync(Action<Subscription> change) => Desk.Data.WriteAsync(Desk.Actor, db =>
    {
        change(db.Set<Subscription>().Single(s => s.Id == subscription.Id));
        return 0;
    }, default);

    private Task DoAsync<TResult>(DeskAction<TResult> action) where TResult : class => RunAsync(async (run, token) =>
    {
        Outcome<TResult> outcome = await run.PerformAsync("it", action, new ActionTerms { Stays = true }, token);
        outcome.Kind.ShouldBe(OutcomeKind.Performed, outcome.Clause.Text);
        return null;
    }, null);

    /// <summary>Issues a draft as its work does; what is given happens between a preview and the performance.</summary>
    private Task DoAsync(Invoice draft, Func<Task>? between)
    {
        string input = $$"""{"invoiceId":"{{draft.Id}}"}""";
        return RunAsync(new InvoiceIssuing().ExecuteAsync, between, input);
    }

    private async Task RunAsync(Func<RunContext, CancellationToken, Task<object?>> work, Func<Task>? between, string input = "{}")
    {
        var actor = new SystemActor(Desk.TenantId, "test");
        Enqueued run = await Queue.EnqueueAsync(new RunRequest { Actor = actor, Kind = RunKind.Job, Handler = "test.work", Subject = $"act:{Desk.NewId()}", Input = input, At = Desk.Clock.GetUtcNow() }, default);
        var actions = new RunActions(between is null ? Desk.Get<IActionStore>() : new Disturbed(Desk.Get<IActionStore>(), between), Desk.Get<IApprovalStore>());
        await RunHandlerSuite.Executor(Desk, work, actions).ExecuteAsync(run.Run, default);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Run ended = await db.Runs.SingleAsync(r => r.Id == run.Run.RunId);
        ended.Status.ShouldBe(RunStatus.Succeeded, ended.Error);
    }

    /// <summary>Something happens to the rows when a preview is stored and nothing is performed yet.</summary>
    private sealed class Disturbed(IActionStore inner, Func<Task> between) : IActionStore
    {
        public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => inner.PreviewAsync(caller, action, now, cancellationToken);

        public async Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken)
        {
            await between();
            return await inner.PerformAsync(caller, action, grant, place, now, cancellationToken);
        }
    }
}
