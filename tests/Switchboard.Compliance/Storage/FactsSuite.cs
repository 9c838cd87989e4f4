using System.Collections.Frozen;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk.Guards;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class FactsSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Customer acme = null!;
    private Customer bolt = null!;
    private Contact ada = null!;
    private Invoice[] invoices = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        acme = NewCustomer("Acme", "premium");
        bolt = NewCustomer("Bolt", "basic");
        ada = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Email = "ada@acme.example", Name = "Ada", Role = ContactRole.Billing };
        invoices = [NewInvoice(acme, 1, 10.5m), NewInvoice(acme, 2, 20.25m), NewInvoice(bolt, 3, 99m)];
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(acme, bolt, ada);
                db.AddRange(invoices);
                return 0;
            },
            default);
    }

    [Fact]
    public async Task In_a_customers_turn_only_the_proven_customers_rows_are_seen_whatever_is_asked_for()
    {
        IRowFacts facts = Open(new ContactViewer(acme.Id, ada.Id, null), "read:invoice", "read:customer");

        (await facts.ListAsync<Invoice>(q => q.OrderBy(i => i.Number))).Select(i => i.Number).ShouldBe(["INV-2026-00001", "INV-2026-00002"]);
        (await facts.ListAsync<Invoice>(q => q.Where(i => i.CustomerId == bolt.Id))).ShouldBeEmpty();
        (await facts.SingleAsync<Invoice>(q => q.Where(i => i.Id == invoices[2].Id))).ShouldBeNull();
        (await facts.CountAsync<Invoice>(q => q)).ShouldBe(2);
        (await facts.ListAsync<Customer>(q => q)).ShouldHaveSingleItem().Id.ShouldBe(acme.Id);
    }

    [Fact]
    public async Task Without_proof_no_customers_row_is_read_and_the_reason_is_told()
    {
        IRowFacts facts = Open(new ContactViewer(null, null, Desk.NewId()), "read:invoice");

        (await Should.ThrowAsync<FactsDeniedException>(() => facts.ListAsync<Invoice>(q => q))).Reason.ShouldBe("proof_missing");
        facts.Reads.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_card_does_not_declare_is_not_read_by_anybody()
    {
        foreach (FactViewer viewer in new FactViewer[] { new StaffViewer(Desk.Actor), new ContactViewer(acme.Id, ada.Id, null) })
        {
            IRowFacts facts = Open(viewer, "read:payment");
            (await Should.ThrowAsync<FactsDeniedException>(() => facts.ListAsync<Invoice>(q => q))).Reason.ShouldBe("capability_missing");
            (await Should.ThrowAsync<FactsDeniedException>(() => facts.CountAsync<Invoice>(q => q))).Reason.ShouldBe("capability_missing");
            (await Should.ThrowAsync<FactsDeniedException>(() => facts.SingleAsync<Invoice>(q => q))).Reason.ShouldBe("capability_missing");
        }
    }

    [Fact]
    public async Task The_staff_reads_what_its_scopes_give_and_what_is_for_the_staff_stays_there()
    {
        var narrow = new KeyActor(Desk.TenantId, Desk.NewId(), Desk.NewId(), ScopeSet.Parse("read:conversations"));
        (await Should.ThrowAsync<FactsDeniedException>(() => Open(new StaffViewer(narrow), "read:invoice").ListAsync<Invoice>(q => q))).Reason.ShouldBe("scope_missing");
        var wide = new KeyActor(Desk.TenantId, Desk.NewId(), Desk.NewId(), ScopeSet.Parse("read:customers"));
        (await Open(new StaffViewer(wide), "read:invoice").ListAsync<Invoice>(q => q)).Count.ShouldBe(3);
        (await Should.ThrowAsync<FactsDeniedException>(() => Open(new ContactViewer(acme.Id, ada.Id, null), "read:prediction").ListAsync<Prediction>(q => q))).Reason.ShouldBe("staff_only");
    }

    [Fact]
    public async Task Every_read_is_noted_with_the_rows_it_came_from_and_when()
    {
        IRowFacts facts = Open(new StaffViewer(Desk.Actor), "read:invoice");

        (await facts.ListAsync<Invoice, decimal>(q => q.Where(i => i.CustomerId == acme.Id).OrderBy(i => i.Number).Select(i => i.Total))).ShouldBe([10.5m, 20.25m]);
        await facts.CountAsync<Invoice>(q => q.Where(i => i.Total > 10.5m));
        (await facts.ListAsync<Invoice, decimal>(q => q.GroupBy(i => i.Currency).Select(g => g.Sum(i => i.Total)))).ShouldBe([129.75m]);

        facts.Reads[0].Entity.ShouldBe("invoice");
        facts.Reads[0].Ids.ShouldBe([invoices[0].Id, invoices[1].Id]);
        facts.Reads[0].AsOf.ShouldBe(Desk.Start);
        facts.Reads[1].Count.ShouldBe(2);
        facts.Reads[2].Ids.ShouldBeEmpty();
        facts.Reads[2].Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_visitor_reads_the_public_articles_and_a_customer_those_of_its_plan_too()
    {
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(NewArticle("open", "public"), NewArticle("members", "signed_in"), NewArticle("premium", "premium"), NewArticle("other", "enterprise"));
                db.Add(NewArticle("draft", "public", ArticleStatus.Draft));
                return 0;
            },
            default);

        async Task<string[]> Titles(FactViewer viewer) => [.. await Open(viewer, "read:kb_article").ListAsync<KbArticle, string>(q => q.OrderBy(a => a.Title).Select(a => a.Title))];
        (await Titles(new ContactViewer(null, null, Desk.NewId()))).ShouldBe(["open"]);
        (await Titles(new ContactViewer(acme.Id, ada.Id, null))).ShouldBe(["members", "open", "premium"]);
        (await Titles(new StaffViewer(Desk.Actor))).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Conversations_are_the_contacts_own_and_private_notes_stay_with_the_staff()
    {
        Conversation own = Talk(ada.Id), visitors = Talk(null);
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(own, visitors);
                db.AddRange(Said(own, 1, "mine", false), Said(own, 2, "note", true), Said(visitors, 1, "theirs", false));
                return 0;
            },
            default);

        async Task<string[]> Texts(FactViewer viewer) => [.. await Open(viewer, "read:message").ListAsync<Message, string>(q => q.OrderBy(m => m.Text).Select(m => m.Text))];
        (await Texts(new ContactViewer(acme.Id, ada.Id, null))).ShouldBe(["mine"]);
        (await Texts(new ContactViewer(null, null, visitors.VisitorId))).ShouldBe(["theirs"]);
        (await Texts(new ContactViewer(null, null, null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_guards_recognise_what_belongs_to_others_and_see_payments_as_they_are()
    {
        IGuardRows rows = Desk.Get<IGuardRows>();
        var ben = new Contact { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = bolt.Id, Email = "ben@bolt.example", Name = "Ben Bolt", Role = ContactRole.Admin };
        Payment paid = Pay(45, PaymentStatus.Succeeded), failed = Pay(20, PaymentStatus.Failed);
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(ben, paid, failed);
                foreach (decimal amount in new[] { 10m, 5.5m })
                    db.Add(new Refund { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, PaymentId = paid.Id, Amount = amount, Currency = "USD", Reason = "goodwill", CreatedAt = Desk.Start });
                return 0;
            },
            default);
        var named = new NamedInText(["Acme", "Ada", "Bolt", "Ben Bolt", "Nobody"], ["ada@acme.example", "ben@bolt.example"], ["INV-2026-00001", "INV-2026-00003"]);

        (await rows.OfOthersAsync(Desk.TenantId, acme.Id, named, default)).ShouldBe(["Bolt", "Ben Bolt", "ben@bolt.example", "INV-2026-00003"], ignoreOrder: true);
        (await rows.OfOthersAsync(Desk.TenantId, null, named, default)).Count.ShouldBe(8, "to who is not proven all customers are others");
        (await rows.OfOthersAsync(Desk.NewId(), null, named, default)).ShouldBeEmpty("another tenant's customers are not known here");
        (await rows.PaymentsAsync(Desk.TenantId, [paid.Id, failed.Id, Desk.NewId()], default)).ShouldBe([new PaidBack(paid.Id, acme.Id, 45, 15.5m, "USD"), new PaidBack(failed.Id, acme.Id, 0, 0, "USD")], ignoreOrder: true);

        Payment Pay(decimal amount, PaymentStatus status) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, InvoiceId = invoices[0].Id, Amount = amount, Currency = "USD", Status = status, Method = "card", CreatedAt = Desk.Start };
    }

    [Fact]
    public async Task Amounts_add_compare_and_order_in_the_database_and_are_not_multiplied_there()
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        db.Set<Invoice>().Sum(i => i.Total).ShouldBe(129.75m);
        db.Set<Invoice>().Max(i => i.Total).ShouldBe(99m);
        db.Set<Invoice>().Where(i => i.Total + i.Tax > 20m).OrderByDescending(i => i.Total).Select(i => i.Total).ToArray().ShouldBe([99m, 20.25m]);
        Should.Throw<InvalidOperationException>(() => db.Set<Invoice>().Select(i => i.Total * 2).ToList()).Message.ShouldContain("decimals");
        Should.Throw<InvalidOperationException>(() => db.Set<Invoice>().Average(i => i.Total)).Message.ShouldContain("decimals");
        Should.Throw<InvalidOperationException>(() => db.Set<Subscription>().Where(s => s.UnitPrice > s.SeatsTotal).ToList()).Message.ShouldContain("decimals");
    }

    private IRowFacts Open(FactViewer viewer, params string[] capabilities) =>
        Desk.Get<IFactSource>().Open(new FactScope(Desk.TenantId, "test/agent", capabilities.ToFrozenSet(), viewer));

    private Customer NewCustomer(string name, string plan) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = name, Plan = plan, Since = Desk.Start };

    private Invoice NewInvoice(Customer customer, int number, decimal amount) =>
        new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Currency = "USD", CreatedAt = Desk.Start }
            .WithLines([new InvoiceLine("Seats", 1, amount, amount)], 0).Issue(new InvoiceNumber(2026, number), Desk.Start, Desk.Start.AddDays(30));

    private KbArticle NewArticle(string title, string audience, ArticleStatus status = ArticleStatus.Published) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        Title = title,
        Slug = title,
        Body = "Text.",
        Category = "c",
        Language = "en",
        Status = status,
        Version = 1,
        ContentHash = title,
        Audience = audience,
        UpdatedAt = Desk.Start,
    };

    private Conversation Talk(Guid? contact) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        Channel = Channel.Web,
        ContactId = contact,
        VisitorId = contact is null ? Desk.NewId() : null,
        Subject = "s",
        CreatedAt = Desk.Start,
        LastActivityAt = Desk.Start,
    };

    private Message Said(Conversation conversation, int sequence, string text, bool isPrivate) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        ConversationId = conversation.Id,
        Sequence = sequence,
        Author = MessageAuthor.Customer,
        Text = text,
        IsPrivate = isPrivate,
        RunId = null,
        CreatedAt = Desk.Start,
    };
}
