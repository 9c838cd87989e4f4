using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Actions;
using Switchboard.Storage.Policies;

namespace Switchboard.Compliance.Storage;

/// <summary>Actions on every home: the preview is what happens, it happens once, and only what was agreed to.</summary>
public abstract class ActionSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string step = "perform:refund.issue";
    private Contact contact = null!;
    private Payment payment = null!;
    private Guid conversationId;
    private Guid dialogueId;
    private TurnState turn = null!;
    private int turnVersion;
    private int dialogueVersion = 1;

    private IActionStore Actions => Desk.Get<IActionStore>();

    private ApprovalStore Approvals => Desk.Get<ApprovalStore>();

    private ActionCaller Caller => new(new ContactActor(Desk.TenantId, Guid.Empty, contact.Id, Proof.Widget), "billing/refund-processor", ["act:refund.issue"], contact.Role, contact.CustomerId);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        (contact, payment) = await AddPayerAsync("ada@example.com", 80);
        Conversation conversation = Desk.NewConversation(contactId: contact.Id);
        conversation.CustomerId = contact.CustomerId;
        conversationId = conversation.Id;
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(conversation), default);
        await WaitingDialogueAsync();
    }

    [Fact]
    public async Task A_preview_changes_nothing_and_the_performance_changes_exactly_what_it_said()
    {
        string before = await ContentsAsync();
        ActionPreview preview = await PreviewAsync(Refund(80));
        (await ContentsAsync()).ShouldBe(before);
        Performance done = await PerformAsync(Refund(80), preview.Digest);

        done.Kind.ShouldBe(PerformanceKind.Performed);
        done.Changes.Select(Plain).ShouldBe(preview.Changes.Select(Plain));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        List<AuditEntry> entered = await db.Set<AuditEntry>().Where(a => a.Entity == "refund" || a.Entity == "payment").OrderBy(a => a.Id).ToListAsync();
        entered.Where(a => a.Actor == Caller.Actor.Key).Select(a => (a.Action, a.Entity)).ShouldBe(preview.Changes.Select(c => (c.Change, c.Entity)), ignoreOrder: true);
        Refund refund = await db.Set<Refund>().SingleAsync();
        (refund.Amount, refund.PaymentId, refund.Reason).ShouldBe((80m, payment.Id, "first_30_days"));
        (await db.Set<Payment>().SingleAsync(p => p.Id == payment.Id)).Status.ShouldBe(PaymentStatus.Refunded);
    }

    [Fact]
    public async Task The_performance_is_recorded_with_the_steps_before_it_and_entered_in_the_audit_under_its_key()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        await Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), Place() with { Steps = [new JournalEntry("agreed:refund.issue", "1")] }, Desk.Start, default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.RunSteps.Where(s => s.RunId == dialogueId).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync()).ShouldBe(["confirm:refund.issue", "agreed:refund.issue", step]);
        AuditEntry entry = await db.Set<AuditEntry>().SingleAsync(a => a.Action == "refund.issue");
        entry.After!.ShouldContain($"{dialogueId:N}/{step}");
    }

    [Fact]
    public async Task The_event_of_a_performance_is_there_with_it_though_the_process_ends_before_the_turn_does()
    {
        await PerformAsync(Refund(80), (await PreviewAsync(Refund(80))).Digest);
        (await Desk.Store.EventsAsync(Desk.TenantId, turn.Run.Subject, 0, 100, default)).Single(e => e.Kind == "action.performed").RunId.ShouldBe(turn.Run.Id);
    }

    [Fact]
    public async Task Whoever_read_the_turn_or_the_dialogue_before_another_wrote_it_performs_nothing()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        ActionPlace place = Place();
        await Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), place, Desk.Start, default);
        await Should.ThrowAsync<RunEndedException>(() => Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), place, Desk.Start, default));
        await Should.ThrowAsync<RunEndedException>(() => Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), place with { Run = place.Run with { Version = place.Run.Version + 1 } }, Desk.Start, default));
        await Should.ThrowAsync<RunEndedException>(() => Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), place with { Dialogue = place.Dialogue! with { Version = place.Dialogue.Version + 1 } }, Desk.Start, default));
        (await RefundsAsync()).ShouldHaveSingleItem();
        (await StepsAsync()).Count(s => s == step).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_workers_with_the_same_place_perform_once()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        ActionPlace place = Place();
        int performed = 0;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Actions.PerformAsync(Caller, Refund(80), new ActionGrant(preview.Digest, null), place, Desk.Start, default);
                Interlocked.Increment(ref performed);
            }
            catch (RunEndedException)
            {
                // Somebody else was first.
            }
        })));

        performed.ShouldBe(1);
        (await RefundsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_would_do_something_else_by_now_is_recorded_as_stale_and_does_nothing()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(new Refund { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, PaymentId = payment.Id, Amount = 30, Currency = "EUR", Reason = "goodwill", CreatedAt = Desk.Start }), default);
        (await PerformAsync(Refund(80), preview.Digest)).Kind.ShouldBe(PerformanceKind.Refused);
        await NextTurnAsync();

        ActionPreview smaller = await PreviewAsync(Refund(50));
        smaller.Allowed.ShouldBeTrue();
        Performance other = await PerformAsync(Refund(50), preview.Digest);
        other.Kind.ShouldBe(PerformanceKind.Stale);
        (await RefundsAsync()).ShouldBe([30m]);
    }

    [Fact]
    public async Task A_policy_that_changed_between_offer_and_yes_lets_nothing_happen()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        TenantPolicies policies = TenantPolicies.Default with { Currency = "EUR", Refunds = new RefundPolicy { FirstPaymentDays = 0, AutomaticUpTo = 50 } };
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, policies, Desk.Start, default);

        Performance done = await PerformAsync(Refund(80), preview.Digest);

        done.Kind.ShouldNotBe(PerformanceKind.Performed);
        (await RefundsAsync()).ShouldBeEmpty();
        (await StepsAsync()).ShouldContain(step);
    }

    [Fact]
    public async Task A_limit_that_sank_between_offer_and_yes_makes_it_stale_since_somebody_must_approve_now()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        await Desk.Get<PolicyStore>().SaveAsync(Desk.Actor, null, TenantPolicies.Default with { Currency = "EUR", Refunds = new RefundPolicy { AutomaticUpTo = 50 } }, Desk.Start, default);

        (await PerformAsync(Refund(80), preview.Digest)).Kind.ShouldBe(PerformanceKind.Stale);
        (await RefundsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("act:refund.issue", ContactRole.User, "role_missing")]
    [InlineData("act:other", ContactRole.Admin, "capability_missing")]
    public async Task Who_may_not_ask_for_it_gets_nothing_but_the_reason(string capability, ContactRole role, string rule)
    {
        ActionPreview preview = await Actions.PreviewAsync(Caller with { Capabilities = [capability], Role = role }, Refund(80), Desk.Start, default);
        (preview.Allowed, preview.Clause.Rule, preview.Changes.Count).ShouldBe((false, rule, 0));
    }

    [Fact]
    public async Task A_role_that_was_taken_away_after_the_offer_forbids_it()
    {
        ActionPreview preview = await PreviewAsync(Refund(80));
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Contacts.Single(c => c.Id == contact.Id).Role = ContactRole.User, default);

        Performance done = await PerformAsync(Refund(80), preview.Digest);

        (done.Kind, done.Clause.Rule).ShouldBe((PerformanceKind.Refused, "role_missing"));
        (await RefundsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_contact_does_not_reach_the_payment_of_another_customer()
    {
        (_, Payment others) = await AddPayerAsync("bob@other.example", 60);
        ActionPreview preview = await Actions.PreviewAsync(Caller, new IssueRefund(others.Id, 60), Desk.Start, default);
        (preview.Allowed, preview.Clause.Rule).ShouldBe((false, "payment_not_found"));
    }

    [Fact]
    public async Task What_needs_an_approval_is_not_done_without_exactly_that_approval()
    {
        (Approval approval, ActionPreview preview) = await AskedAsync(300);
        (await PerformAsync(Refund(300), preview.Digest)).Clause.Rule.ShouldBe("approval_missing");
        await NextTurnAsync();
        (await PerformAsync(Refund(300), preview.Digest, approval.Id)).Clause.Rule.ShouldBe("approval_missing", "it is not decided");
        await NextTurnAsync();

        Guid lead = Desk.NewId();
        (await Approvals.DecideAsync(Staff(lead, "approve:refunds"), approval.Id, approve: true, "fine", Desk.Start, default)).Kind.ShouldBe(DecisionKind.Decided);
        Performance done = await PerformAsync(Refund(300), preview.Digest, approval.Id);

        (done.Kind, done.ApprovalId).ShouldBe((PerformanceKind.Performed, approval.Id));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<Refund>().SingleAsync()).ApprovedBy.ShouldBe(lead);
    }

    [Fact]
    public async Task An_approval_is_decided_once_by_somebody_with_the_scope_who_did_not_ask_for_it()
    {
        (Approval approval, _) = await AskedAsync(300);
        Actor lead = Staff(Desk.NewId(), "approve:refunds");
        (await Approvals.DecideAsync(Staff(Desk.NewId(), "read:agents"), approval.Id, approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.ScopeMissing);
        (await Approvals.DecideAsync(Desk.Actor, approval.Id, approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.NoPerson);
        (await Approvals.DecideAsync(lead, Desk.NewId(), approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.NotFound);

        (await Approvals.DecideAsync(lead, approval.Id, approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.Decided);
        (await Approvals.DecideAsync(lead, approval.Id, approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.Repeated);
        (await Should.ThrowAsync<DomainRuleException>(() => Approvals.DecideAsync(lead, approval.Id, approve: false, null, Desk.Start, default))).Rule.ShouldBe("approval_decided");
        (await TriggersAsync()).Count.ShouldBe(1, "one decision, one turn");
    }

    [Fact]
    public async Task Nobody_approves_what_was_asked_for_in_their_own_name()
    {
        Guid person = Desk.NewId();
        (Approval approval, _) = await AskedAsync(300, person);
        (await Should.ThrowAsync<DomainRuleException>(() => Approvals.DecideAsync(Staff(person, "approve:refunds"), approval.Id, approve: true, null, Desk.Start, default))).Rule.ShouldBe("self_approval");
        (await TriggersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_begins_a_turn_of_the_dialogue_that_waits_with_a_note_for_the_staff()
    {
        (Approval approval, _) = await AskedAsync(300);
        await Desk.Store.FinishAsync(Finish(), default);
        await Approvals.DecideAsync(Staff(Desk.NewId(), "approve:refunds"), approval.Id, approve: false, "too late", Desk.Start, default);

        Run begun = (await TriggersAsync()).ShouldHaveSingleItem();
        begun.Status.ShouldBe(RunStatus.Running);
        TurnInput input = Json.Read<TurnInput>(begun.Input);
        (input.Trigger, input.DialogueId).ShouldBe((TurnTrigger.Approval, dialogueId));
        Json.Read<ApprovalDecided>(input.Payload!).ShouldBe(new ApprovalDecided(approval.Id, ApprovalStatus.Rejected, "too late"));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Message note = await db.Messages.SingleAsync(m => m.Id == input.MessageId);
        (note.Author, note.IsPrivate, note.Sequence).ShouldBe((MessageAuthor.System, true, begun.Ordinal));
    }

    [Fact]
    public async Task An_approval_ends_at_its_time_and_not_before_and_cannot_be_decided_then()
    {
        (Approval approval, _) = await AskedAsync(300);
        await Approvals.ExpireAsync(Desk.TenantId, approval.Id, approval.ExpiresAt.AddSeconds(-1), default);
        (await TriggersAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<DomainRuleException>(() => Approvals.DecideAsync(Staff(Desk.NewId(), "approve:refunds"), approval.Id, approve: true, null, approval.ExpiresAt, default))).Rule.ShouldBe("approval_expired");

        await Approvals.ExpireAsync(Desk.TenantId, approval.Id, approval.ExpiresAt, default);
        await Approvals.ExpireAsync(Desk.TenantId, approval.Id, approval.ExpiresAt.AddHours(1), default);

        (await Approvals.FindAsync(Desk.TenantId, approval.Id, default))!.Status.ShouldBe(ApprovalStatus.Expired);
        (await TriggersAsync()).ShouldHaveSingleItem();
        (await Should.ThrowAsync<DomainRuleException>(() => Approvals.DecideAsync(Staff(Desk.NewId(), "approve:refunds"), approval.Id, approve: true, null, approval.ExpiresAt, default))).Rule.ShouldBe("approval_decided");
    }

    [Fact]
    public async Task Another_tenant_finds_neither_the_approval_nor_the_payment()
    {
        (Approval approval, _) = await AskedAsync(300);
        Guid other = await Desk.AddTenantAsync("other");
        (await Approvals.FindAsync(other, approval.Id, default)).ShouldBeNull();
        var foreign = new KeyActor(other, Desk.NewId(), Desk.NewId(), ScopeSet.Parse("approve:refunds write:customers"));
        (await Approvals.DecideAsync(foreign, approval.Id, approve: true, null, Desk.Start, default)).Kind.ShouldBe(DecisionKind.NotFound);
        (await Actions.PreviewAsync(new ActionCaller(foreign, null, null, null, null), Refund(80), Desk.Start, default)).Clause.Rule.ShouldBe("payment_not_found");
    }

    private IssueRefund Refund(decimal amount) => new(payment.Id, amount);

    private Task<ActionPreview> PreviewAsync(DeskAction action) => Actions.PreviewAsync(Caller, action, Desk.Start, default);

    private ActionPlace Place() => new(new RunFence(new RunRef(Desk.TenantId, turn.Run.Id, turn.Run.Subject), turnVersion), new ActingDialogue(dialogueId, dialogueVersion), [], step);

    private async Task<Performance> PerformAsync(DeskAction action, string digest, Guid? approvalId = null)
    {
        ActionDone done = await Actions.PerformAsync(Caller, action, new ActionGrant(digest, approvalId), Place(), Desk.Start.AddMinutes(3), default);
        turnVersion = done.Next.Fence.Version;
        dialogueVersion++;
        return done.Performance;
    }

    private KeyActor Staff(Guid person, string scopes) => new(Desk.TenantId, Desk.NewId(), person, ScopeSet.Parse(scopes));

    private FinishTurn Finish() => Desk.Finishing(turn) with { Version = turnVersion };

    /// <summary>Ends the turn and begins the next, with the same dialogue still waiting.</summary>
    private async Task NextTurnAsync()
    {
        await Desk.Store.FinishAsync(Finish(), default);
        turn = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId, "yes"));
        turnVersion = turn.Run.Version;
    }

    private async Task WaitingDialogueAsync()
    {
        dialogueId = Desk.NewId();
        TurnState opening = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId, "I want my money back"));
        var input = new DialogueInput("billing/refund-processor", "refund", "I want my money back", 1, Desk.Start);
        await Desk.Store.FinishAsync(Desk.Finishing(opening, dialogue: new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, [new JournalEntry("confirm:refund.issue", "1")])), default);
        turn = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId, "yes"));
        turnVersion = turn.Run.Version;
    }

    private async Task<(Approval Approval, ActionPreview Preview)> AskedAsync(decimal amount, Guid? person = null)
    {
        (contact, payment) = await AddPayerAsync("eva@third.example", amount);
        ActionPreview preview = await PreviewAsync(Refund(amount));
        preview.NeededScope.ShouldBe("approve:refunds");
        var approval = new Approval
        {
            TenantId = Desk.TenantId,
            Id = Desk.NewId(),
            Action = preview.Action,
            Arguments = preview.Arguments,
            Preview = Json.Write(preview.Changes),
            Digest = preview.Digest,
            RequestedBy = Caller.Actor.Key,
            RequestedByUserId = person,
            RunId = dialogueId,
            StepName = "approval:refund.issue",
            ConversationId = conversationId,
            NeededScope = preview.NeededScope!,
            ExpiresAt = Desk.Start.AddHours(72),
            CreatedAt = Desk.Start,
        };
        await Desk.Store.FinishAsync(Finish() with { Approvals = [approval] }, default);
        turn = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId, "and?"));
        turnVersion = turn.Run.Version;
        return (approval, preview);
    }

    private async Task<(Contact Contact, Payment Payment)> AddPayerAsync(string email, decimal amount)
    {
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = email, Plan = "basic", Since = Desk.Start };
        var person = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Email = email, Name = "Ada", Role = ContactRole.Billing };
        DateTimeOffset start = Desk.Start.AddDays(-5);
        Subscription subscription = new Subscription { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = amount, Mrr = amount, Currency = "EUR", StartedAt = start, PeriodStart = start, PeriodEnd = start.AddMonths(1) }.WithSeats(1, 1);
        var invoice = new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, SubscriptionId = subscription.Id, Currency = "EUR", PeriodStart = start, CreatedAt = start };
        var paid = new Payment { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = amount, Currency = "EUR", Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start };
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(customer, person, subscription, invoice, paid);
                return 0;
            },
            default);
        return (person, paid);
    }

    private async Task<List<decimal>> RefundsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<Refund>().Select(r => r.Amount).ToListAsync();
    }

    private async Task<List<string>> StepsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.RunSteps.Where(s => s.RunId == dialogueId).Select(s => s.Name).ToListAsync();
    }

    private async Task<List<Run>> TriggersAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        List<Run> runs = await db.Runs.Where(r => r.Kind == RunKind.Turn && r.ParentId == dialogueId).ToListAsync();
        return runs;
    }

    /// <summary>A hash over all rows of the tenant.</summary>
    private async Task<string> ContentsAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        var text = new StringBuilder();
        foreach (IEntityType entity in db.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).OrderBy(e => e.Name, StringComparer.Ordinal))
            foreach (string row in await Desk.Home.TextsAsync($"select cast(count(*) as text) from {entity.GetTableName()}")) text.Append(entity.Name).Append(row);
        foreach (Payment p in await db.Set<Payment>().OrderBy(p => p.Id).ToListAsync()) text.Append(Json.Write(p));
        foreach (Run r in await db.Runs.OrderBy(r => r.Id).ToListAsync()) text.Append(Json.Write(r));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A change without ids and instants, which differ from one time to the next.</summary>
    private static string Plain(RowChange change)
    {
        JsonObject? after = change.After is null ? null : JsonNode.Parse(change.After)!.AsObject();
        after?.Remove("createdAt");
        return $"{change.Change} {change.Entity} {change.Before} {after?.ToJsonString()}";
    }
}
