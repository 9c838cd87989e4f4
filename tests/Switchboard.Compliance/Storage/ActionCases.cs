using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Actions.Content;
using Switchboard.Core.Actions.Foresight;
using Switchboard.Core.Actions.Knowledge;
using Switchboard.Core.Actions.Messages;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>What the suite needs to know of an action.</summary>
/// <param name="Action">The action, allowed without approval on the rows of the world.</param>
/// <param name="Disturb">Changes rows so that the action would do something else, or nothing.</param>
/// <param name="Policy">Changes the policy that decides it in the same way; null when none does.</param>
/// <param name="NotFound">The rule that refuses it to who cannot see the rows.</param>
public sealed record ActionCase(DeskAction Action, Action<SwitchboardDb> Disturb, Func<TenantPolicies, TenantPolicies>? Policy, string NotFound);

/// <summary>A customer with all that the actions act on, and a case for each action.</summary>
public sealed class ActionWorld(Desk desk)
{
    private static readonly Guid draftId = new("a1b2c3d4-0000-7000-8000-000000000001");
    private static readonly Guid taskId = new("a1b2c3d4-0000-7000-8000-000000000002");

    public static readonly TenantPolicies Policies = TenantPolicies.Default with { Currency = "EUR" };

    public Guid CustomerId { get; private set; }
    public Contact Contact { get; private set; } = null!;
    public Subscription Running { get; private set; } = null!;
    public Subscription Ending { get; private set; } = null!;
    public Invoice Invoice { get; private set; } = null!;
    public Payment Payment { get; private set; } = null!;
    public Credit Credit { get; private set; } = null!;
    public Invoice Unpaid { get; private set; } = null!;
    public Payment Failed { get; private set; } = null!;
    /// <summary>A subscription whose period is over and that has fewer seats from the next one on.</summary>
    public Subscription Over { get; private set; } = null!;

    /// <summary>A subscription whose price still holds a concession that has ended.</summary>
    public Subscription Conceded { get; private set; } = null!;
    public DiscountGrant Concession { get; private set; } = null!;
    public Invoice Draft { get; private set; } = null!;
    public Guid ConversationId { get; private set; }

    /// <summary>With what the keys of charges begin that were made before.</summary>
    public const string ChargeKeys = "charge/";

    /// <summary>Whether the payment service has answered to the payment that is pending.</summary>
    public bool HasCharge { get; init; }

    public Invoice Owed { get; private set; } = null!;
    public Payment Pending { get; private set; } = null!;
    public Prediction Foreseen { get; private set; } = null!;
    public KbArticle Article { get; private set; } = null!;
    public KbArticle HeldArticle { get; private set; } = null!;
    public KbUse Use { get; private set; } = null!;
    public Ticket ArticleTask { get; private set; } = null!;

    /// <summary>The cases by the actions' names.</summary>
    public IReadOnlyDictionary<string, ActionCase> Cases => new ActionCase[]
    {
        new(new IssueRefund(Payment.Id, 80), db => db.Add(new Refund { TenantId = db.TenantId, Id = desk.NewId(), CustomerId = CustomerId, PaymentId = Payment.Id, Amount = 30, Currency = "EUR", Reason = "goodwill", CreatedAt = Desk.Start }),
            p => p with { Refunds = new RefundPolicy { AutomaticUpTo = 50 } }, "payment_not_found"),
        new(new CancelSubscription(Running.Id, "price"), db => db.Set<Subscription>().Single(s => s.Id == Running.Id).PeriodEnd = Running.PeriodEnd.AddMonths(1), null, "subscription_not_found"),
        new(new ResumeSubscription(Ending.Id), db => db.Set<Subscription>().Single(s => s.Id == Ending.Id).MoveTo(SubscriptionStatus.Canceled, Desk.Start), null, "subscription_not_found"),
        new(new GrantCredit(CustomerId, CreditKind.Goodwill, 60, "For the trouble.", Invoice.Id),
            db => db.Add(new Refund { TenantId = db.TenantId, Id = desk.NewId(), CustomerId = CustomerId, PaymentId = Payment.Id, Amount = 5, Currency = "EUR", Reason = "goodwill", CreatedAt = Desk.Start }),
            p => p with { Refunds = new RefundPolicy { AutomaticUpTo = 50 } }, "customer_not_found"),
        new(new RevokeCredit(Credit.Id), db => db.Set<Credit>().Single(c => c.Id == Credit.Id).Use(5), null, "credit_not_found"),
        new(new SendEmail(Contact.Id, "Your invoice of March", "Here is the invoice you asked for.", ConversationId), db => db.Contacts.Single(c => c.Id == Contact.Id).Email = "ada@elsewhere.example", null, "contact_not_found"),
        new(new RecordPrediction("churn", "customer", CustomerId, new DateOnly(2026, 3, 1), Desk.Start.AddDays(90), 0.25, 0.1, 0.4, "scorecard-1", "[]"),
            db => db.Add(new Prediction { TenantId = db.TenantId, Id = desk.NewId(), Kind = "churn", Entity = "customer", EntityId = CustomerId, Value = 0.5, ModelVersion = "scorecard-1", MadeAt = Desk.Start.AddYears(1), For = Desk.Start.AddDays(90) }),
            null, "customer_not_found"),
        new(new SettlePrediction(Foreseen.Id, 1), db => db.Set<Prediction>().Single(p => p.Id == Foreseen.Id).Outcome = 0, null, "prediction_not_found"),
        new(new ChargePayment(Owed.Id, 2), db => db.Add(Tried(Owed, PaymentStatus.Pending, 3)), null, "invoice_not_found"),
        new(new SettlePayment(Pending.Id), db => db.Set<Payment>().Single(p => p.Id == Pending.Id).Status = PaymentStatus.Canceled, null, "payment_not_found"),
        new(new EndDunning(Owed.Id), db => db.Add(Tried(Owed, PaymentStatus.Pending, 3)), null, "invoice_not_found"),
        new(new SaveDraft(draftId, "kb_article", "How to share a project", "1. Open it.", $"conversation:{ConversationId}", 90, "in_review", "content/kb-article-writer"),
            db => db.Add(new ContentDraft { TenantId = db.TenantId, Id = draftId, Kind = "kb_article", Title = "Another", Body = "b", Evidence = [], ReviewStatus = "draft", AgentId = "a/b", CreatedAt = Desk.Start }),
            null, "evidence_not_found"),
        new(new RecordUse(Article.Id, 1, null, "visitor-1", KbEvent.Helpful, Desk.Start, "key-2"),
            db => db.Add(new KbUse { TenantId = db.TenantId, Id = desk.NewId(), ArticleId = Article.Id, Event = KbEvent.Shown, At = Desk.Start, IdempotencyKey = "key-2" }), null, "unknown_article"),
        new(new UncountUse(Use.Id, "withdrawn"), db => db.Set<KbUse>().Single(u => u.Id == Use.Id).Uncounted = "quarantined", null, "use_not_found"),
        new(new HoldArticle(Article.Id, 1, "wrong"), db => db.Set<KbArticle>().Single(a => a.Id == Article.Id).HoldReason = "another", null, "article_not_found"),
        new(new ReleaseArticle(HeldArticle.Id, "wrong"), db => db.Set<KbArticle>().Single(a => a.Id == HeldArticle.Id).HoldReason = "another", null, "article_not_found"),
        new(new OpenArticleTask(taskId, Article.Id, "Put it right", "stale", Severity.S4, null),
            db => db.Add(new Ticket { TenantId = db.TenantId, Id = taskId, Kind = TicketKind.Task, Title = "Another", Severity = Severity.S3, CreatedAt = Desk.Start }), null, "article_not_found"),
        new(new CloseArticleTask(ArticleTask.Id), db => db.Set<Ticket>().Single(t => t.Id == ArticleTask.Id).MoveTo(TicketStatus.Done, Desk.Start), null, "ticket_not_found"),
        new(new ChangeSubscription(Running.Id, "premium", BillingCycle.Monthly, 1), db => db.Set<Subscription>().Single(s => s.Id == Running.Id).WithSeats(3, 1),
            p => p with { Plans = [.. p.Plans.Select(plan => plan.Key == "premium" ? plan with { UnitPrice = 200 } : plan)] }, "subscription_not_found"),
        new(new ChangeSeats(Running.Id, 4), db => db.Set<Subscription>().Single(s => s.Id == Running.Id).UnitPrice = 70, p => p with { Discounts = new DiscountPolicy { Volume = [new(2, 0.30m)] } }, "subscription_not_found"),
        new(new ApplyDiscount(Running.Id, 0.10m, 6), db => db.Add(new DiscountGrant { TenantId = db.TenantId, Id = desk.NewId(), CustomerId = CustomerId, Kind = "concession", Share = 0.05m, From = Desk.Start.AddMonths(-2), Until = Desk.Start.AddMonths(-1) }),
            p => p with { Discounts = new DiscountPolicy { Concessions = new ConcessionPolicy { AutomaticUpTo = 0.05m } } }, "subscription_not_found"),
        new(new RetryPayment(Unpaid.Id), db => db.Set<Payment>().Single(p => p.Id == Failed.Id).DeclineCode = "stolen_card", p => p with { Dunning = new DunningPolicy { HardDeclines = ["insufficient_funds"] } }, "invoice_not_found"),
        new(new LinkPaymentMethod(Contact.Id), db => db.Contacts.Single(c => c.Id == Contact.Id).Email = "ada@elsewhere.example", p => p with { Identity = new IdentityPolicy { BillingRoles = [ContactRole.Admin] } }, "contact_not_found"),
        new(new ResendInvoice(Unpaid.Id, Contact.Id), db => db.Contacts.Single(c => c.Id == Contact.Id).Role = ContactRole.User, p => p with { Identity = new IdentityPolicy { BillingRoles = [ContactRole.Admin] } }, "invoice_not_found"),
        new(new CreateStatement(CustomerId, DocumentKind.Statement, new DateOnly(2020, 1, 1), new DateOnly(2040, 1, 1), Contact.Id),
            db => db.Add(new Refund { TenantId = db.TenantId, Id = desk.NewId(), CustomerId = CustomerId, PaymentId = Payment.Id, Amount = 5, Currency = "EUR", Reason = "goodwill", CreatedAt = Desk.Start }), null, "customer_not_found"),
        new(new IssueInvoice(Draft.Id), db => db.Set<Invoice>().Single(i => i.Id == Draft.Id).WithLines([new InvoiceLine("Seats", 1, 71, 71)], 0), null, "invoice_not_found"),
        new(new RenewSubscription(Over.Id, Over.PeriodEnd), db => db.Set<Subscription>().Single(s => s.Id == Over.Id).ChangeWithPeriod(null, null, null),
            p => p with { Discounts = new DiscountPolicy { Volume = [new(2, 0.30m)] } }, "subscription_not_found"),
        new(new EndConcession(Conceded.Id, Concession.Id), db => db.Set<DiscountGrant>().Single(g => g.Id == Concession.Id).Until = Desk.Start.AddMonths(1),
            p => p with { Discounts = new DiscountPolicy { Volume = [new(1, 0.05m)] } }, "subscription_not_found"),
    }.ToDictionary(c => c.Action.Name);

    public async Task FoundAsync(string email = "ada@nordwind.example")
    {
        DateTimeOffset start = Desk.Start.AddDays(-5);
        var customer = new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = "Nordwind", Plan = "basic", Since = start };
        CustomerId = customer.Id;
        Contact = new Contact { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, Email = email, Name = "Ada", Role = ContactRole.Billing };
        Running = Subscribed(start);
        Ending = Subscribed(start);
        Ending.EndWithPeriod(null);
        Invoice = new Invoice { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, SubscriptionId = Running.Id, Currency = "EUR", PeriodStart = start, CreatedAt = start }
            .WithLines([new InvoiceLine("Seats", 1, 800, 800)], 0);
        Payment = new Payment { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, InvoiceId = Invoice.Id, Amount = 80, Currency = "EUR", Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start };
        Credit = new Credit { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, Kind = CreditKind.Migration, Amount = 20, Currency = "EUR", CreatedAt = start };
        Owed = Issued(40, 71);
        Invoice tried = Issued(60, 72);
        Pending = Tried(tried, PaymentStatus.Pending, 2);
        PaymentRequest charge = Charges.RequestFor(tried, 60, 2);
        var sent = new OutboxEntry { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, Key = $"{ChargeKeys}{desk.NewId():N}", Port = PaymentRequest.Port, Request = Core.Json.Write(charge), CreatedAt = start };
        sent.Begin();
        sent.Sent("""{"status":"succeeded"}""", start);
        Foreseen = new Prediction { TenantId = desk.TenantId, Id = desk.NewId(), Kind = "churn", Entity = "customer", EntityId = CustomerId, Value = 0.3, ModelVersion = "scorecard-1", MadeAt = start, For = start.AddDays(1) };
        Article = Written("Share a board", null);
        HeldArticle = Written("Old prices", "wrong");
        Use = new KbUse { TenantId = desk.TenantId, Id = desk.NewId(), ArticleId = Article.Id, ArticleVersion = 1, Voter = "visitor-1", Event = KbEvent.NotHelpful, At = start, IdempotencyKey = $"key-{desk.NewId()}" };
        ArticleTask = new Ticket { TenantId = desk.TenantId, Id = desk.NewId(), Kind = TicketKind.Task, Title = "Put it right", Severity = Severity.S4, Component = "knowledge", CreatedAt = start };
        Unpaid = new Invoice { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, SubscriptionId = Running.Id, Currency = "EUR", PeriodStart = start, CreatedAt = start }
            .WithLines([new InvoiceLine("Seats", 1, 80, 80)], 0).IssuedAs($"OLD-{desk.NewId()}", start, start.AddDays(30));
        Failed = new Payment { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, InvoiceId = Unpaid.Id, Amount = 80, Currency = "EUR", Status = PaymentStatus.Failed, DeclineCode = "insufficient_funds", Method = "card", CreatedAt = start.AddDays(1), ProcessedAt = start.AddDays(1) };
        // Another customer's, since what is granted to a customer counts for all of its subscriptions.
        var former = new Customer { TenantId = desk.TenantId, Id = desk.NewId(), Name = "Ostwind", Plan = "basic", Since = start };
        Over = Subscribed(start.AddMonths(-1), former.Id, seats: 5, used: 1);
        Over.ChangeWithPeriod(null, null, 3);
        Conceded = Subscribed(start, former.Id, seats: 1, used: 1);
        (Conceded.Discount, Conceded.Mrr) = (0.10m, 72);
        Concession = new DiscountGrant { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = former.Id, Kind = "concession", Share = 0.10m, From = Desk.Start.AddMonths(-6), Until = Desk.Start.AddDays(-1) };
        Draft = new Invoice { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = former.Id, SubscriptionId = Conceded.Id, Currency = "EUR", PeriodStart = start, CreatedAt = start }.WithLines([new InvoiceLine("Seats", 1, 70, 70)], 0);
        Conversation conversation = desk.NewConversation(contactId: Contact.Id);
        conversation.CustomerId = CustomerId;
        ConversationId = conversation.Id;
        await desk.Data.WriteAsync(
            desk.Actor,
            db =>
            {
                db.AddRange(
                    customer, Contact, Running, Ending, Invoice, Payment, Credit, conversation, Foreseen, Article, HeldArticle, Use, ArticleTask, Owed, tried, Pending, former, Over, Conceded, Concession, Draft, Tried(Owed, PaymentStatus.Failed, 1), Unpaid, Failed);
                if (HasCharge) db.Add(sent);
                return 0;
            },
            default);
    }

    /// <summary>A member of the staff with the scopes.</summary>
    public KeyActor Staff(string scopes, Guid? tenant = null) => new(tenant ?? desk.TenantId, desk.NewId(), desk.NewId(), ScopeSet.Parse(scopes));

    private KbArticle Written(string title, string? hold) =>
        new() { TenantId = desk.TenantId, Id = desk.NewId(), Title = title, Slug = title.ToLowerInvariant().Replace(' ', '-'), Body = "Open it.", Category = "boards", Language = "en", Status = ArticleStatus.Published, Version = 1, ContentHash = "0", HoldReason = hold, UpdatedAt = Desk.Start };

    private Invoice Issued(decimal amount, int place) =>
        new Invoice { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, Currency = "EUR", CreatedAt = Desk.Start.AddDays(-5) }
            .WithLines([new InvoiceLine("Seats", 1, amount, amount)], 0).IssuedAs($"INV-2026-{place:00000}-{CustomerId:N}", Desk.Start.AddDays(-5), Desk.Start.AddDays(25));

    private Payment Tried(Invoice invoice, PaymentStatus status, int attempt) =>
        new() { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = CustomerId, InvoiceId = invoice.Id, Amount = invoice.Total, Currency = "EUR", Status = status, Method = "card", Attempt = attempt, CreatedAt = Desk.Start.AddDays(-4) };

    private Subscription Subscribed(DateTimeOffset start, Guid? customer = null, int seats = 1, int used = 1) =>
        new Subscription { TenantId = desk.TenantId, Id = desk.NewId(), CustomerId = customer ?? CustomerId, Plan = "basic", Cycle = BillingCycle.Monthly, UnitPrice = 80, Mrr = 80 * seats, Currency = "EUR", StartedAt = start, PeriodStart = start, PeriodEnd = start.AddMonths(1) }
            .WithSeats(seats, used);
}
