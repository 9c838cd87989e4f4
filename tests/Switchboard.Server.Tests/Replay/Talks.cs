using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Replay;

/// <summary>Talks with the desk without the wire: messages are accepted by the store and carried out by the executor, as the server does it behind its routes.</summary>
internal sealed class Talks(IServiceProvider services, Guid tenantId)
{
    private readonly IRunStore store = services.GetRequiredService<IRunStore>();
    private readonly IRunExecutor executor = services.GetRequiredService<IRunExecutor>();
    private readonly Data data = services.GetRequiredService<Data>();

    /// <summary>A whole talk in a new conversation; gives the conversation.</summary>
    public async Task<Guid> PlayAsync(Contact? contact, params string[] messages)
    {
        Guid id = await BeginAsync(contact, messages[0]);
        foreach (string text in messages.Skip(1)) await SayAsync(id, text);
        return id;
    }

    public async Task<Guid> BeginAsync(Contact? contact, string text)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var conversation = new Conversation
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            Channel = Channel.Web,
            ContactId = contact?.Id,
            VisitorId = contact is null ? Guid.CreateVersion7(now) : null,
            Subject = text,
            CreatedAt = now,
            LastActivityAt = now,
        };
        await TurnAsync(conversation, conversation.Id, text);
        return conversation.Id;
    }

    public Task SayAsync(Guid conversation, string text) => TurnAsync(null, conversation, text);

    private async Task TurnAsync(Conversation? created, Guid conversation, string text)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        AcceptResult accepted = await store.AcceptAsync(
            new AcceptTurn { Actor = new SystemActor(tenantId, "test"), ConversationId = conversation, NewConversation = created, MessageId = Guid.CreateVersion7(now), RunId = Guid.CreateVersion7(now), Text = text, At = now }, default);
        (accepted.Kind, accepted.StartsNow).ShouldBe((AcceptKind.Accepted, true));
        RunRef? next = new RunRef(tenantId, accepted.RunId, Subjects.Conversation(conversation));
        while (next is { } run) next = await executor.ExecuteAsync(run, default);
        // On a busy machine the server's dispatcher may have taken the run up, for nobody there holds it: then it ends there.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using SwitchboardDb db = data.For(tenantId);
        while (await db.Runs.AnyAsync(r => r.Id == accepted.RunId && r.FinishedAt == null)) await Task.Delay(20, limit.Token);
    }

    /// <summary>What the desk said last.</summary>
    public async Task<Message> LastAsync(Guid conversation)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Message>().Where(m => m.ConversationId == conversation && m.Author == MessageAuthor.Agent).OrderByDescending(m => m.Sequence).FirstAsync();
    }

    public async Task<Contact> ContactAsync(string email)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Contact>().SingleAsync(c => c.Email == email);
    }

    /// <summary>A customer with a person who may ask for money back, and with payments for one invoice: two of one amount are a duplicate, of different amounts it must be said which.</summary>
    public async Task<Contact> AddCustomerAsync(string name, params decimal[] paid)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow(), start = now.AddDays(-5);
        var customer = new Customer { TenantId = tenantId, Id = Guid.CreateVersion7(now), Name = name, Plan = "basic", Since = start };
        var contact = new Contact { TenantId = tenantId, Id = Guid.CreateVersion7(now), CustomerId = customer.Id, Email = $"ada@{name}.example", Name = $"Ada of {name}", Role = ContactRole.Admin };
        await data.WriteAsync(
            new SystemActor(tenantId, "test"),
            db =>
            {
                db.Add(customer);
                db.Add(contact);
                Subscription subscription = new Subscription { TenantId = tenantId, Id = Guid.CreateVersion7(start), CustomerId = customer.Id, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = paid[0], Mrr = paid[0], Currency = "USD", StartedAt = start, PeriodStart = start, PeriodEnd = start.AddMonths(1) }.WithSeats(1, 1);
                db.Add(subscription);
                Invoice invoice = new Invoice { TenantId = tenantId, Id = Guid.CreateVersion7(start), CustomerId = customer.Id, SubscriptionId = subscription.Id, Currency = "USD", PeriodStart = start, PeriodEnd = start.AddMonths(1), CreatedAt = start }
                    .WithLines([new InvoiceLine("seats", 1, paid[0], paid[0])], 0).IssuedAs($"INV-2026-9{db.Set<Invoice>().Count():D4}", start, start.AddDays(Invoice.DueDays)).Pay(start);
                db.Add(invoice);
                foreach (decimal amount in paid)
                    db.Add(new Payment { TenantId = tenantId, Id = Guid.CreateVersion7(start), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = amount, Currency = "USD", Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start });
                return 0;
            },
            default);
        return contact;
    }

    public async Task<int> RefundsAsync(Guid customer)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Refund>().CountAsync(r => r.CustomerId == customer);
    }
}
