using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Storage;
using Switchboard.Storage.Actions;
using Switchboard.Storage.Policies;

namespace Switchboard.Compliance.Storage;

/// <summary>Actions in the runs of handlers: approvals are waited for outside all queues, and what was done is undone when the run does not come to its end.</summary>
public abstract partial class RunActionSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private ActionWorld world = null!;
    private KeyActor asker = null!;

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private ApprovalStore Approvals => Desk.Get<ApprovalStore>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, ActionWorld.Policies, Desk.Start, default);
        world = new ActionWorld(Desk);
        await world.FoundAsync();
        asker = world.Staff("write:customers write:conversations");
    }

    [Fact]
    public async Task What_a_policy_wants_approved_is_waited_for_without_a_place_and_is_done_once_when_it_is_approved()
    {
        Enqueued first = await EnqueueAsync("list:1"), second = await EnqueueAsync("list:1");
        (await ExecuteAsync(first, GiftAsync)).ShouldBe(second.Run, "it gave its place away");
        Run waits = await RunAsync(first);
        waits.Status.ShouldBe(RunStatus.Waiting);
        Approval asked = (await ApprovalsAsync()).ShouldHaveSingleItem();
        (asked.Action, asked.NeededScope, asked.RunId, asked.RequestedBy, asked.RequestedByUserId).ShouldBe(("credit.grant", "approve:refunds", first.Run.RunId, asker.Key, (Guid?)asker.OwnerId));
        (await EventsAsync(first)).ShouldBe(["run.started", "approval.required", "run.paused"]);
        (await CreditsAsync()).ShouldBeEmpty();

        await DecideAsync(asked, approve: true);
        await ExecuteAsync(second, (_, _) => Task.FromResult<object?>(null));
        await WakeAsync(GiftAsync);

        Run done = await RunAsync(first);
        (done.Status, done.Result).ShouldBe((RunStatus.Succeeded, """{"kind":"performed","note":"well meant"}"""));
        (await CreditsAsync()).ShouldBe([200m]);
        (await StepsAsync(first)).ShouldBe(["propose:gift", "approval:gift", "decided:gift", "perform:gift"]);
    }

    [Fact]
    public async Task A_no_and_an_approval_that_ended_are_outcomes_and_nothing_is_done()
    {
        Enqueued refused = await EnqueueAsync("list:1"), ignored = await EnqueueAsync("list:2");
        await ExecuteAsync(refused, GiftAsync);
        await DecideAsync((await ApprovalsAsync()).Single(), approve: false);
        await ExecuteAsync(ignored, GiftAsync);
        await WakeAsync(GiftAsync);
        (await RunAsync(refused)).Result.ShouldBe("""{"kind":"rejected","note":"well meant"}""");

        Desk.Clock.Advance(TimeSpan.FromHours(72));
        await WakeAsync(GiftAsync);
        await WakeAsync(GiftAsync);

        (await RunAsync(ignored)).Result.ShouldBe("""{"kind":"expired","note":null}""");
        (await CreditsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_would_be_something_else_by_the_time_it_is_approved_is_stale()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, GiftAsync);
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, ActionWorld.Policies with { Refunds = new RefundPolicy { AutomaticUpTo = 10, ApprovedUpTo = 50 } }, Desk.Start, default);
        await DecideAsync((await ApprovalsAsync()).Single(), approve: true);
        await WakeAsync(GiftAsync);

        (await RunAsync(run)).Result.ShouldBe("""{"kind":"stale","note":null}""");
        (await CreditsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_asked_through_a_key_does_not_approve_it()
    {
        await ExecuteAsync(await EnqueueAsync("list:1"), GiftAsync);
        Approval asked = (await ApprovalsAsync()).Single();
        var self = new KeyActor(Desk.TenantId, Desk.NewId(), asker.OwnerId, ScopeSet.Parse("approve:refunds"));
        (await Should.ThrowAsync<Domain.DomainRuleException>(() => Approvals.DecideAsync(self, asked.Id, approve: true, null, Now, default))).Rule.ShouldBe("self_approval");
    }

    [Fact]
    public async Task A_decision_that_comes_while_the_run_is_on_its_way_to_wait_again_is_not_lost()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, GiftAsync);
        Approval asked = (await ApprovalsAsync()).Single();
        // Woken by something else; it reads that nobody has decided, then somebody does, then it waits again.
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Runs.Where(r => r.Id == run.Run.RunId).ExecuteUpdate(s => s.SetProperty(r => r.Due, Now)), default);
        await Queue.WakeDueAsync(Now, 10, default);
        var late = new RunActions(Desk.Get<IActionStore>(), new LateApprovals(Desk.Get<IApprovalStore>(), () => DecideAsync(asked, approve: true)));
        await RunHandlerSuite.Executor(Desk, GiftAsync, late).ExecuteAsync(run.Run, default);
        (await RunAsync(run)).Status.ShouldBe(RunStatus.Waiting);

        await WakeAsync(GiftAsync);

        (await RunAsync(run)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Branches_ask_side_by_side_and_each_goes_on_with_its_own_answer()
    {
        async Task<object?> TwoAsync(RunContext run, CancellationToken cancel)
        {
            RunContext[] branches = [run.Branch("a"), run.Branch("b")];
            Outcome<CreditGranted>[] both = await Task.WhenAll(branches.Select(b => b.PerformAsync("gift", Gift(200), cancel)));
            return both.Select(o => o.Kind);
        }

        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, TwoAsync);
        List<Approval> asked = await ApprovalsAsync();
        asked.Select(a => a.StepName).ShouldBe(["a/approval:gift", "b/approval:gift"], ignoreOrder: true);
        await DecideAsync(asked[0], approve: true);
        await WakeAsync(TwoAsync);
        (await RunAsync(run)).Status.ShouldBe(RunStatus.Waiting);
        (await ApprovalsAsync()).Count.ShouldBe(2, "nobody is asked twice");
        await DecideAsync(asked[1], approve: true);
        await WakeAsync(TwoAsync);

        (await RunAsync(run)).Result.ShouldBe("""["performed","performed"]""");
        (await CreditsAsync()).ShouldBe([200m, 200m]);
    }

    [Fact]
    public async Task A_step_that_fails_for_good_has_what_was_done_before_undone_the_last_first()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, FailingAsync);

        Run ended = await RunAsync(run);
        (ended.Status, ended.ErrorCode).ShouldBe((RunStatus.Failed, "no_more"));
        Json.Read<RunUndone>(ended.Result!).Undone.Select(u => u.Action).ShouldBe(["credit.grant", "subscription.cancel"]);
        (await StepsAsync(run)).ShouldBe(["propose:end", "perform:end", "propose:gift", "perform:gift", "end:run", "undo:perform:gift", "undo:perform:end"]);
        (await CreditsAsync()).ShouldBeEmpty();
        (await EndsAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_to_stay_stays()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) =>
        {
            await context.PerformAsync("end", new CancelSubscription(world.Running.Id, "price"), new ActionTerms { Stays = true }, cancel);
            return await context.StepAsync<bool>("call", "next", _ => throw new StepFailedException("no_more", "No.", canRetry: false), cancel);
        });
        ((await RunAsync(run)).ErrorCode, await EndsAsync()).ShouldBe(("no_more", true));
    }

    [Fact]
    public async Task A_run_that_waits_and_is_cancelled_undoes_what_it_did_before_it_ends()
    {
        Enqueued run = await EnqueueAsync("list:1");
        async Task<object?> WorkAsync(RunContext context, CancellationToken cancel)
        {
            await context.PerformAsync("end", new CancelSubscription(world.Running.Id, "price"), cancel);
            await context.SleepUntilAsync("night", Desk.Start.AddHours(8), cancel);
            return null;
        }

        await ExecuteAsync(run, WorkAsync);
        (await EndsAsync()).ShouldBeTrue();
        (await Queue.CancelAsync(Desk.TenantId, run.Run.RunId, "Ada changed her mind.", Now, default)).ShouldBe(RunStatus.Waiting);
        await WakeAsync(WorkAsync);

        Run ended = await RunAsync(run);
        (ended.Status, ended.ErrorCode, ended.Error).ShouldBe((RunStatus.Cancelled, RunFailures.Cancelled, "Ada changed her mind."));
        (await EndsAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_undone_although_it_should_parks_the_run_as_failed_and_is_named_and_the_rest_is_undone()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) =>
        {
            await context.PerformAsync("end", new CancelSubscription(world.Running.Id, "price"), cancel);
            await context.PerformAsync("gift", Gift(20), cancel);
            await Desk.Data.WriteAsync(Desk.Actor, db => db.Set<Credit>().Single(c => c.Amount == 20 && c.Kind == CreditKind.Promotional).Use(5), cancel);
            return await context.StepAsync<bool>("call", "next", _ => throw new StepFailedException("no_more", "It goes no further.", canRetry: false), cancel);
        });

        Run ended = await RunAsync(run);
        (ended.Status, ended.ErrorCode).ShouldBe((RunStatus.Failed, RunFailures.CompensationFailed));
        ended.Error.ShouldNotBeNull().ShouldContain("credit.grant (perform:gift): credit.revoke was refused: 5.00 EUR of the credit were used");
        RunUndone undone = Json.Read<RunUndone>(ended.Result!);
        undone.Undone.Single().Action.ShouldBe("subscription.cancel");
        undone.StaysDone.Single().Step.ShouldBe("perform:gift");
    }

    [Fact]
    public async Task What_a_run_did_is_undone_though_nothing_carries_it_out_any_more()
    {
        Enqueued run = await EnqueueAsync("list:1");
        async Task<object?> WorkAsync(RunContext context, CancellationToken cancel)
        {
            await context.PerformAsync("end", new CancelSubscription(world.Running.Id, "price"), cancel);
            await context.SleepUntilAsync("night", Desk.Start.AddHours(8), cancel);
            return null;
        }

        await ExecuteAsync(run, WorkAsync);
        Desk.Clock.Advance(TimeSpan.FromHours(8));
        await Queue.WakeDueAsync(Now, 10, default);
        await new HandlerExecutor(Queue, new RunHandlers([]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { }).ExecuteAsync(run.Run, default);

        ((await RunAsync(run)).ErrorCode, await EndsAsync()).ShouldBe((RunFailures.UnknownHandler, false));
    }

    [Fact]
    public async Task Wherever_the_process_ends_what_was_done_is_undone_once_and_the_failed_step_is_not_tried_again()
    {
        int crashes = 0;
        for (int place = 1; ; place++)
        {
            Enqueued run = await EnqueueAsync($"list:{place}");
            int seen = 0, calls = 0;
            bool ended = false;
            using var stop = new CancellationTokenSource();
            Desk.Faults.When = _ =>
            {
                if (++seen < place) return false;
                ended = true;
                // Not on this thread: it may be the one that writes.
                stop.CancelAfter(TimeSpan.FromMilliseconds(1));
                return true;
            };
            try
            {
                await RunHandlerSuite.Executor(Desk, (context, cancel) => FailingAsync(context, cancel, () => calls++)).ExecuteAsync(run.Run, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // The process has ended.
            }

            Desk.Faults.When = null;
            if (ended) crashes++;
            bool undoing = (await StepsAsync(run)).Contains("end:run");
            int before = calls;
            Desk.Clock.Advance(TimeSpan.FromMinutes(5));
            await Queue.WakeDueAsync(Now, 10, default);
            foreach (RunRef left in await Desk.Store.UnfinishedAsync(default)) await RunHandlerSuite.Executor(Desk, (context, cancel) => FailingAsync(context, cancel, () => calls++)).ExecuteAsync(left, default);

            Run done = await RunAsync(run);
            (done.Status, done.ErrorCode).ShouldBe((RunStatus.Failed, "no_more"), $"ended at place {place}");
            (await StepsAsync(run)).ShouldBe(["propose:end", "perform:end", "propose:gift", "perform:gift", "end:run", "undo:perform:gift", "undo:perform:end"]);
            ((await CreditsAsync()).Count, await EndsAsync()).ShouldBe((0, false));
            if (undoing) calls.ShouldBe(before, "a run that undoes does nothing else");
            if (!ended) break;
        }

        crashes.ShouldBeGreaterThan(10);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        int runs = await db.Runs.CountAsync(r => r.Handler == "test.work");
        foreach (string action in (string[])["subscription.cancel", "subscription.resume", "credit.grant", "credit.revoke"])
            (await db.Set<AuditEntry>().CountAsync(a => a.Action == action)).ShouldBe(runs, action);
    }

    private GrantCredit Gift(decimal amount) => new(world.CustomerId, CreditKind.Promotional, amount, "Ten years with us.");

    private async Task<object?> GiftAsync(RunContext run, CancellationToken cancel)
    {
        Outcome<CreditGranted> outcome = await run.PerformAsync("gift", Gift(200), cancel);
        return new { outcome.Kind, outcome.Note };
    }

    private Task<object?> FailingAsync(RunContext run, CancellationToken cancel) => FailingAsync(run, cancel, () => { });

    private async Task<object?> FailingAsync(RunContext run, CancellationToken cancel, Action called)
    {
        await run.PerformAsync("end", new CancelSubscription(world.Running.Id, "price"), cancel);
        await run.PerformAsync("gift", Gift(20), cancel);
        return await run.StepAsync<bool>("call", "next", _ =>
        {
            called();
            throw new StepFailedException("no_more", "It goes no further.", canRetry: false);
        }, cancel);
    }

    private RunRequest Request(string subject) => new() { Actor = asker, Kind = RunKind.Workflow, Handler = "test.work", Subject = subject, Input = "{}", At = Now };

    private Task<Enqueued> EnqueueAsync(string subject) => Queue.EnqueueAsync(Request(subject), default);

    private Task<RunRef?> ExecuteAsync(Enqueued run, Func<RunContext, CancellationToken, Task<object?>> work) => RunHandlerSuite.Executor(Desk, work).ExecuteAsync(run.Run, default);

    /// <summary>Takes up all that is due or running, those that let approvals end among them.</summary>
    private async Task WakeAsync(Func<RunContext, CancellationToken, Task<object?>> work)
    {
        await Queue.WakeDueAsync(Now, 100, default);
        foreach (RunRef run in await Desk.Store.UnfinishedAsync(default))
        {
            await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
            bool expiry = await db.Runs.AnyAsync(r => r.Id == run.RunId && r.Handler == ApprovalExpiry.HandlerName);
            HandlerExecutor executor = expiry
                ? new(Queue, new RunHandlers([new ApprovalExpiry(Desk.Get<IApprovalStore>())]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { })
                : RunHandlerSuite.Executor(Desk, work);
            await executor.ExecuteAsync(run, default);
        }
    }

    private HandlerExecutor Deliverer() =>
        new(Queue, new RunHandlers([new OutboxDelivery(Desk.Get<OutsidePorts>(), Desk.Get<IOutboxStore>(), Desk.Clock, Desk.Faults)]), Desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, Desk.Clock, _ => false, (_, _, _) => { });

    private async Task DeliverAsync()
    {
        await Queue.WakeDueAsync(Now, 100, default);
        foreach (RunRef run in await Desk.Store.UnfinishedAsync(default)) await Deliverer().ExecuteAsync(run, default);
    }

    private Task<DecisionResult> DecideAsync(Approval asked, bool approve) => Approvals.DecideAsync(world.Staff("approve:refunds"), asked.Id, approve, "well meant", Now, default);

    private async Task<Run> RunAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Runs.SingleAsync(r => r.Id == run.Run.RunId);
    }

    private async Task<List<string>> StepsAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.RunSteps.Where(s => s.RunId == run.Run.RunId).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync();
    }

    private async Task<List<string>> EventsAsync(Enqueued run)
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.RunEvents.Where(e => e.RunId == run.Run.RunId).OrderBy(e => e.Seq).Select(e => e.Kind).ToListAsync();
    }

    private async Task<List<Approval>> ApprovalsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<Approval>().ToListAsync();
    }

    private async Task<List<decimal>> CreditsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<Credit>().Where(c => c.Kind == CreditKind.Promotional).Select(c => c.Amount).ToListAsync();
    }

    private async Task<bool> EndsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return (await db.Set<Subscription>().SingleAsync(s => s.Id == world.Running.Id)).CancelAtPeriodEnd;
    }

    /// <summary>Lets somebody decide right behind the look at the decision.</summary>
    private sealed class LateApprovals(IApprovalStore inner, Func<Task> decide) : IApprovalStore
    {
        public Task ExpireAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken) => inner.ExpireAsync(tenantId, approvalId, now, cancellationToken);

        public Task WithdrawAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken) => inner.WithdrawAsync(tenantId, approvalId, now, cancellationToken);

        public async Task<ApprovalDecided?> DecisionAsync(Guid tenantId, Guid approvalId, CancellationToken cancellationToken)
        {
            ApprovalDecided? seen = await inner.DecisionAsync(tenantId, approvalId, cancellationToken);
            await decide();
            return seen;
        }
    }
}
