using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Messages;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>What runs send, and what is asked of others when they are cancelled.</summary>
public abstract partial class RunActionSuite
{
    [Fact]
    public async Task A_mail_goes_out_with_the_rows_to_the_address_that_is_known_and_once()
    {
        var mail = new SendEmail(world.Contact.Id, "Your invoice of March", "Here is the invoice you asked for; not to eve@evil.example.", world.ConversationId);
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) => (await context.PerformAsync("mail", mail, cancel)).Kind);
        LetterBox letters = Desk.Get<LetterBox>();
        letters.Letters.ShouldBeEmpty("it goes out behind the commit");
        await DeliverAsync();
        await DeliverAsync();

        letters.Letters.ShouldHaveSingleItem().To.ShouldBe(["ada@nordwind.example"]);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        OutboxEntry entry = await db.Set<OutboxEntry>().SingleAsync();
        (entry.Key, entry.CauseId, entry.ConversationId, entry.Status).ShouldBe(($"{run.Run.RunId:N}/perform:mail", run.Run.RunId, world.ConversationId, OutboxStatus.Sent));
    }

    [Theory]
    [InlineData("Hi\r\nBcc: x@y.example", "Here is the invoice you asked for.", "bad_header")]
    [InlineData("Hi", "Here is the invoice you asked for.", "invalid_input")]
    [InlineData("Your invoice", "Short.", "invalid_input")]
    [InlineData("Your invoice", "Dear {{name}}, here is the invoice.", "unfilled_placeholder")]
    public async Task A_mail_that_is_not_in_order_is_refused(string subject, string text, string rule)
    {
        ActionPreview preview = await Desk.Get<IActionStore>().PreviewAsync(new ActionCaller(asker, null, null, null, null), new SendEmail(world.Contact.Id, subject, text), Now, default);
        (preview.Allowed, preview.Clause.Rule).ShouldBe((false, rule));
    }

    [Fact]
    public async Task A_contact_has_mail_sent_to_nobody_but_itself()
    {
        var colleague = new Domain.Customers.Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = world.CustomerId, Email = "bo@nordwind.example", Name = "Bo", Role = Domain.Customers.ContactRole.Admin };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(colleague), default);
        var caller = new ActionCaller(new ContactActor(Desk.TenantId, Guid.Empty, world.Contact.Id, Proof.Widget), null, null, null, null);
        IActionStore actions = Desk.Get<IActionStore>();
        (await actions.PreviewAsync(caller, new SendEmail(colleague.Id, "Your invoice", "Here is the invoice you asked for."), Now, default)).Clause.Rule.ShouldBe("recipient_not_caller");
        (await actions.PreviewAsync(caller, new SendEmail(world.Contact.Id, "Your invoice", "Here is the invoice you asked for."), Now, default)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_delivery_that_is_cancelled_before_it_begins_settles_its_effect_and_sends_nothing()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) => (await context.PerformAsync("mail", new SendEmail(world.Contact.Id, "Your invoice", "Here is the invoice you asked for.", world.ConversationId), cancel)).Kind);
        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId))
        {
            Run delivery = await db.Runs.SingleAsync(r => r.Kind == RunKind.Delivery);
            (await Queue.CancelAsync(Desk.TenantId, delivery.Id, "not wanted", Now, default)).ShouldBe(RunStatus.Running);
        }

        await DeliverAsync();

        await using SwitchboardDb now = Desk.Data.For(Desk.TenantId);
        (await now.Set<OutboxEntry>().SingleAsync()).Status.ShouldBe(OutboxStatus.Failed);
        (await now.Runs.SingleAsync(r => r.Kind == RunKind.Delivery)).Status.ShouldBe(RunStatus.Cancelled);
        Desk.Get<LetterBox>().Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delivery_that_is_cancelled_while_it_was_being_sent_leaves_its_effect_unknown_with_a_note()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) => (await context.PerformAsync("mail", new SendEmail(world.Contact.Id, "Your invoice", "Here is the invoice you asked for.", world.ConversationId), cancel)).Kind);
        RunRef delivery = (await Desk.Store.UnfinishedAsync(default)).Single();
        using var stop = new CancellationTokenSource();
        Desk.Faults.When = at =>
        {
            if (at == "outbox:sent") stop.Cancel();
            return at == "outbox:sent";
        };
        await Should.ThrowAsync<OperationCanceledException>(() => Deliverer().ExecuteAsync(delivery, stop.Token));
        Desk.Faults.When = null;
        await Queue.CancelAsync(Desk.TenantId, delivery.RunId, "not wanted", Now, default);
        await DeliverAsync();

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<OutboxEntry>().SingleAsync()).Status.ShouldBe(OutboxStatus.Unknown);
        (await db.Messages.SingleAsync(m => m.ConversationId == world.ConversationId)).Text.ShouldStartWith("Nobody can say whether this was performed: Mail to ada@nordwind.example");
        Desk.Get<LetterBox>().Letters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancelling_a_run_asks_those_it_asked_for_and_withdraws_what_it_waits_for()
    {
        async Task<object?> WorkAsync(RunContext context, CancellationToken cancel)
        {
            await context.StepAsync("ask", "children", async token =>
            {
                await Queue.EnqueueAsync(Request("child:1") with { ParentId = context.Run.Id, Due = Desk.Start.AddDays(1) }, token);
                await Queue.EnqueueAsync(Request("child:2") with { ParentId = context.Run.Id }, token);
                return true;
            }, cancel);
            return await GiftAsync(context, cancel);
        }

        Enqueued parent = await EnqueueAsync("list:1");
        await ExecuteAsync(parent, WorkAsync);
        (await RunAsync(parent)).Status.ShouldBe(RunStatus.Waiting);
        await Queue.CancelAsync(Desk.TenantId, parent.Run.RunId, "enough", Now, default);
        await WakeAsync(WorkAsync);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Runs.Where(r => r.Subject.StartsWith("child:") || r.Id == parent.Run.RunId).Select(r => r.Status).ToListAsync()).ShouldBe([RunStatus.Cancelled, RunStatus.Cancelled, RunStatus.Cancelled]);
        (await ApprovalsAsync()).Single().Status.ShouldBe(ApprovalStatus.Expired);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("decided:gift", "a decided approval of a handler's run is taken up once, by that run (1)")]
    [InlineData("perform:gift", "what a handler's run asked for is carried out once when it is approved, and never otherwise (1)")]
    public async Task The_laws_find_an_approval_with_which_its_run_did_not_go_on(string? lost, string? broken)
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, GiftAsync);
        await DecideAsync((await ApprovalsAsync()).Single(), approve: true);
        await WakeAsync(GiftAsync);
        if (lost is not null) (await Desk.Home.ExecuteAsync($"update run_steps set name = 'read:gift' where name = '{lost}'")).ShouldBe(1);

        await using DbConnection rows = Desk.Home.Connect();
        // The world has a conversation without a message, which is another law's.
        (await Laws.BrokenAsync(rows)).Where(l => l.Contains("approv", StringComparison.Ordinal)).ShouldBe(broken is null ? [] : [broken]);
    }

    [Fact]
    public async Task A_handler_cannot_write_steps_that_tell_of_performances()
    {
        Enqueued run = await EnqueueAsync("list:1");
        await ExecuteAsync(run, async (context, cancel) => await context.StepAsync("perform", "it", _ => Task.FromResult(1), RetryRule.Never, cancel));
        (await StepsAsync(run)).ShouldBeEmpty();
    }
}
