using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>Whatever happens is stored together with the event that tells of it, for those who want to be told and for nobody else.</summary>
public abstract class WebhookEventSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Fact]
    public async Task Whatever_happens_is_told_to_who_wants_it_by_the_name_it_has_and_to_no_other_tenant()
    {
        Guid acme = Desk.TenantId, other = await Desk.AddTenantAsync("other");
        await AddEndpointAsync(other, WebhookStatus.Paused, WebhookEvents.All);
        await EventsOfAsync("nobody listens yet", () => Desk.AddConversationAsync());
        await AddEndpointAsync(acme, WebhookStatus.Active, [.. WebhookEvents.All.Where(e => e != WebhookEvents.ConversationUpdated)]);

        Conversation conversation = Desk.NewConversation();
        AcceptResult accepted = null!;
        await EventsOfAsync("a conversation begins", async () => accepted = await Desk.Store.AcceptAsync(Desk.Turn(conversation.Id) with { NewConversation = conversation }, default), "conversation.created", "message.created");
        await EventsOfAsync("a turn ends with a reply", () => Desk.FinishAsync(accepted), "message.created");
        await EventsOfAsync("the customer writes again", async () => accepted = await Desk.AcceptAsync(conversation.Id), "message.created");
        TurnState state = await Desk.LoadAsync(accepted);
        state.Conversation.HandToHuman(Priority.High, Now);
        await EventsOfAsync("a turn hands over", () => Desk.Store.FinishAsync(Desk.Finishing(state, handoff: Handoff(conversation.Id)), default), "conversation.escalated", "message.created");
        await EventsOfAsync("a person writes a note", () => Desk.Store.PostHumanAsync(new HumanMessage(Desk.Actor, conversation.Id, Desk.NewId(), Desk.NewId(), "Known to us.", IsPrivate: true, Now), default), "message.created");
        Guid second = await Desk.AddConversationAsync();
        await EventsOfAsync("a person escalates", () => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, second, c => c.HandToHuman(Priority.High, Now)), default), "conversation.escalated");
        await EventsOfAsync("it is resolved", () => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversation.Id, c => c.Resolve(Now)), default), "conversation.resolved");
        await EventsOfAsync("it is reopened", () => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversation.Id, c => c.Reopen(Now)), default), "conversation.reopened");
        await EventsOfAsync("only its priority changes, which nobody wants to know", () => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversation.Id, c => c.Prioritise(Priority.Low, Now)), default));

        var customer = new Customer { TenantId = acme, Id = Desk.NewId(), Name = "Acme", Plan = "free", Lifecycle = CustomerLifecycle.Active, Since = Now };
        await EventsOfAsync("a customer is added", () => Desk.Data.WriteAsync(Desk.Actor, db => db.Add(customer).Entity.Id, default), "customer.created");
        await EventsOfAsync("a customer is changed", () => Desk.Data.WriteAsync(Desk.Actor, db => db.Customers.Single(c => c.Id == customer.Id).Name = "Acme Inc.", default), "customer.updated");
        await EventsOfAsync("a customer is deleted", () => Desk.Data.WriteAsync(Desk.Actor, db => db.Customers.Single(c => c.Id == customer.Id).DeletedAt = Now, default), "customer.deleted");

        Approval approval = Approval();
        await EventsOfAsync("an approval is asked for", () => Desk.Data.WriteAsync(Desk.Actor, db => db.Add(approval).Entity.Id, default), "approval.requested");
        await EventsOfAsync("an approval is decided", () => Desk.Data.WriteAsync(Desk.Actor, db => db.Set<Approval>().Single(a => a.Id == approval.Id).Decide(true, Desk.NewId(), null, Now), default), "approval.decided");

        foreach (RunStatus status in new[] { RunStatus.Succeeded, RunStatus.Failed })
        {
            RunJournal job = await JobAsync(RunKind.Job);
            await EventsOfAsync($"a job has {status}", () => Queue.EndAsync(Ending(job, status), default), "job.finished");
        }

        RunJournal delivery = await JobAsync(RunKind.Delivery);
        await EventsOfAsync("a delivery ends, which is no news", () => Queue.EndAsync(Ending(delivery, RunStatus.Succeeded), default));
        Enqueued asleep = await Queue.EnqueueAsync(Request(RunKind.Job) with { Due = Now.AddDays(1) }, default);
        await EventsOfAsync("a job is cancelled", () => Queue.CancelAsync(acme, asleep.Run.RunId, "no more", Now, default), "job.finished");

        Desk.UseTenant(other);
        await EventsOfAsync("something happens to those who paused", () => Desk.AddConversationAsync());
        (await NewsAsync(other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_is_there_exactly_when_what_it_tells_of_is()
    {
        await AddEndpointAsync(Desk.TenantId, WebhookStatus.Active, WebhookEvents.All);
        Conversation conversation = Desk.NewConversation();
        Desk.Faults.At = "accept:before-commit";
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Store.AcceptAsync(Desk.Turn(conversation.Id) with { NewConversation = conversation }, default));
        Desk.Faults.At = null;
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Data.WriteAsync<int>(
            Desk.Actor,
            db =>
            {
                db.Add(Desk.NewConversation());
                db.SaveChanges();
                throw new InvalidOperationException("undone");
            },
            default));
        (await NewsAsync(Desk.TenantId)).ShouldBeEmpty();

        // What is committed together: the message is there, so its event is, whoever dies right behind the commit.
        Desk.Faults.At = "accept:after-commit";
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Store.AcceptAsync(Desk.Turn(conversation.Id) with { NewConversation = Desk.NewConversation(conversation.Id) }, default));
        Desk.Faults.At = null;
        Run told = (await NewsAsync(Desk.TenantId)).Single(r => Json.Read<Announcement>(r.Input).Type == WebhookEvents.MessageCreated);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Messages.SingleAsync()).Id.ShouldBe(Json.Read<Announcement>(told.Input).EntityId);
        (told.Status, told.Kind, told.Lane).ShouldBe((RunStatus.Running, RunKind.Delivery, RunLane.Batch));
    }

    private async Task EventsOfAsync(string what, Func<Task> happens, params string[] expected)
    {
        HashSet<Guid> before = [.. (await NewsAsync(Desk.TenantId)).Select(r => r.Id)];
        await happens();
        (await NewsAsync(Desk.TenantId)).Where(r => !before.Contains(r.Id)).Select(r => Json.Read<Announcement>(r.Input).Type).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal), what);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task<List<Run>> NewsAsync(Guid tenant)
    {
        await using SwitchboardDb db = Desk.Data.For(tenant);
        return await db.Runs.Where(r => r.Handler == Announcement.HandlerName).ToListAsync();
    }

    private Task AddEndpointAsync(Guid tenant, WebhookStatus status, IReadOnlyList<string> events) => Desk.Data.WriteAsync(
        new SystemActor(tenant, "test"),
        db =>
        {
            var endpoint = new WebhookEndpoint { TenantId = tenant, Id = Desk.NewId(), Url = "https://hooks.example.com/", Events = events, Secret = [1], CreatedAt = Now };
            endpoint.Tell(status == WebhookStatus.Active);
            return db.Add(endpoint).Entity.Id;
        },
        default);

    private async Task<RunJournal> JobAsync(RunKind kind) => (await Queue.LoadAsync((await Queue.EnqueueAsync(Request(kind), default)).Run, default)).ShouldNotBeNull();

    private RunRequest Request(RunKind kind) => new() { Actor = Desk.Actor, Kind = kind, Handler = "test.work", Subject = $"job:{Desk.NewId()}", Input = "{}", At = Now };

    private RunEnding Ending(RunJournal job, RunStatus status) => new(
        new RunFence(new RunRef(Desk.TenantId, job.Run.Id, job.Run.Subject, job.Run.Lane), job.Run.Version), status, "{}", null, null, [], [new PendingEvent("run.finished", "{}")], Now);

    private Handoff Handoff(Guid conversation) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        ConversationId = conversation,
        RunId = null,
        FromAgent = "desk/human-handoff",
        ToTeam = "support",
        Reason = "asked",
        CaseFile = new CaseFile("a visitor", null, "help", 1, [], [], "help", "answer"),
        CreatedAt = Now,
    };

    private Approval Approval() => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        Action = "refund.issue",
        Arguments = "{}",
        Preview = "[]",
        Digest = "d",
        RequestedBy = "system:test",
        NeededScope = "approve:refunds",
        ExpiresAt = Now.AddHours(72),
        CreatedAt = Now,
    };
}
