using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Compliance.Storage;

/// <summary>What proving a visitor by a mailed code asks of the storage, on either database.</summary>
public abstract class ProofCodeSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly byte[] right = [.. Enumerable.Repeat((byte)1, 32)], wrong = [.. Enumerable.Repeat((byte)2, 32)];

    private ProofCodeStore Codes => Desk.Get<ProofCodeStore>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Fact]
    public async Task Of_many_who_type_the_code_at_once_one_is_proven_and_of_wrong_ones_none_is_forgotten()
    {
        Contact contact = await Desk.AddContactAsync();
        ContactActor visitor = Visitor();
        await AskAsync(visitor, contact.Email);
        Guid?[] proven = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryAsync(visitor, right)));
        proven.Count(p => p == contact.Id).ShouldBe(1);
        proven.Count(p => p is null).ShouldBe(3);

        await AskAsync(visitor, contact.Email);
        await Task.WhenAll(Enumerable.Range(0, ProofCode.MostTries).Select(_ => TryAsync(visitor, wrong)));
        (await TryAsync(visitor, right)).ShouldBeNull("as many wrong codes as may be tried came at once");
    }

    [Fact]
    public async Task What_a_visitor_wrote_becomes_the_contacts_and_its_earlier_message_stays_a_strangers()
    {
        Contact contact = await Desk.AddContactAsync();
        Conversation talk = Desk.NewConversation(), others = Desk.NewConversation();
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.AddRange(talk, others); return 0; }, default);
        AcceptResult before = await Desk.AcceptAsync(talk.Id);
        ContactActor visitor = new(Desk.TenantId, talk.VisitorId!.Value, null, Proof.None);
        await AskAsync(visitor, contact.Email);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        (await TryAsync(visitor, right)).ShouldBe(contact.Id);

        TurnState stranger = await Desk.LoadAsync(before);
        stranger.Contact.ShouldBeNull("it was written before anybody was proven");
        await Desk.FinishAsync(before);
        AcceptResult after = await Desk.AcceptAsync(talk.Id, "And my refund?");
        TurnState known = await Desk.LoadAsync(after);
        (known.Contact!.Id, known.Conversation.Proof).ShouldBe((contact.Id, Proof.Email));
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == others.Id)).ContactId.ShouldBeNull("another browser's stays where it is");
    }

    [Fact]
    public async Task What_is_a_contacts_already_or_deleted_stays_so_when_its_visitor_is_proven()
    {
        Contact ada = await Desk.AddContactAsync(), ben = await AddAsync("ben@example.com");
        Conversation first = Desk.NewConversation(), deleted = Desk.NewConversation();
        deleted.DeletedAt = Now;
        ContactActor visitor = new(Desk.TenantId, first.VisitorId!.Value, null, Proof.None);
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.AddRange(first, deleted); db.Entry(deleted).Property(c => c.VisitorId).CurrentValue = visitor.VisitorId; return 0; }, default);
        await AskAsync(visitor, ada.Email);
        (await TryAsync(visitor, right)).ShouldBe(ada.Id);

        // The token from before still tells the same visitor.
        await AskAsync(visitor, ben.Email);
        (await TryAsync(visitor, right)).ShouldBe(ben.Id);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == first.Id)).ContactId.ShouldBe(ada.Id);
        (await db.Conversations.SingleAsync(c => c.Id == deleted.Id)).ContactId.ShouldBeNull();
    }

    [Fact]
    public async Task Who_was_erased_meanwhile_is_proven_by_no_code_and_mailed_none()
    {
        var customer = new Customer { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Acme", Plan = "basic", Since = Now };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(customer), default);
        Contact erased = await Desk.AddContactAsync(), goes = await AddAsync("ben@example.com", customer.Id);
        ContactActor one = Visitor(), other = Visitor();
        await AskAsync(one, erased.Email);
        await AskAsync(other, goes.Email);
        await Desk.Data.WriteAsync(Desk.Actor, db => { db.Contacts.Single(c => c.Id == erased.Id).AnonymisedAt = Now; db.Customers.Single(c => c.Id == customer.Id).ErasureBegunAt = Now; return 0; }, default);
        (await TryAsync(one, right)).ShouldBeNull();
        (await TryAsync(other, right)).ShouldBeNull();
        await AskAsync(Visitor(), erased.Email);
        (await LettersAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_code_is_its_tenants_its_sessions_and_void_after_its_time()
    {
        Contact contact = await Desk.AddContactAsync();
        ContactActor visitor = Visitor();
        await AskAsync(visitor, contact.Email);
        (await TryAsync(Visitor(), right)).ShouldBeNull("another session");
        (await TryAsync(visitor with { TenantId = await Desk.AddTenantAsync("other") }, right)).ShouldBeNull("another tenant");
        Desk.Clock.Advance(ProofCode.Life);
        (await TryAsync(visitor, right)).ShouldBeNull("its time is over");
    }

    [Fact]
    public async Task One_contact_is_mailed_a_few_times_an_hour_and_nobody_is_mailed_at_an_address_that_no_contact_has()
    {
        Contact contact = await Desk.AddContactAsync();
        for (int n = 0; n < ProofCode.MostMails + 2; n++) await AskAsync(Visitor(), contact.Email);
        await AskAsync(Visitor(), "nobody@example.com");
        (await LettersAsync()).ShouldBe(ProofCode.MostMails);
        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId)) (await db.Set<ProofCode>().CountAsync(c => c.ContactId == null)).ShouldBe(3, "each that asks leaves the same");
        Desk.Clock.Advance(ProofCode.Window);
        await AskAsync(Visitor(), contact.Email);
        (await LettersAsync()).ShouldBe(ProofCode.MostMails + 1);

        // What is a day old is kept no longer.
        Desk.Clock.AdjustTime(Now.AddDays(1).AddSeconds(1));
        await AskAsync(Visitor(), "nobody@example.com");
        await using SwitchboardDb after = Desk.Data.For(Desk.TenantId);
        (await after.Set<ProofCode>().CountAsync()).ShouldBe(1);
    }

    private Task AskAsync(ContactActor visitor, string email) => Codes.AskAsync(
        visitor,
        email,
        new NewProof(Desk.NewId(), right, to => Desk.Get<OutsidePorts>().Prepare("smtp", $"proof/{Guid.CreateVersion7(Now):N}", Core.Json.Write(new MailRequest { To = [to.Email], Subject = "s", Text = "t" }), Now)),
        Now,
        default);

    private Task<Guid?> TryAsync(ContactActor visitor, byte[] hash) => Codes.TryAsync(visitor, _ => hash, Now, default);

    private ContactActor Visitor() => new(Desk.TenantId, Guid.CreateVersion7(Now), null, Proof.None);

    private async Task<Contact> AddAsync(string email, Guid? customer = null)
    {
        var contact = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer, Email = email, Name = "Ben", Role = ContactRole.User };
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(contact), default);
        return contact;
    }

    private async Task<int> LettersAsync()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<OutboxEntry>().CountAsync();
    }
}
