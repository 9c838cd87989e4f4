using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Success;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>GET /customers/{id}/contacts, notes, subscriptions, invoices, payments, usage, health and consents: lists of one shape, newest first.</summary>
public static class CustomerLists
{
    /// <summary>A person; who it is only for callers that may read personal data.</summary>
    public sealed record ContactView(Guid Id, string? Email, string? Name, string? Title, string? Phone, ContactRole Role, ContactStatus Status, bool IsPrimary, double? ChampionScore, string? Language, string? TimeZone, DateTimeOffset? LastSignInAt, int Revision);

    /// <summary>A note.</summary>
    public sealed record NoteView(Guid Id, NoteKind Kind, NoteVisibility Visibility, string Text, Guid? AuthorId, DateTimeOffset CreatedAt);

    /// <summary>A subscription.</summary>
    public sealed record SubscriptionView(
        Guid Id, string? ExternalRef, string Plan, BillingCycle Cycle, int SeatsTotal, int SeatsUsed, decimal UnitPrice, decimal Discount, decimal Mrr, decimal Arr, string Currency, SubscriptionStatus Status,
        DateTimeOffset StartedAt, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, DateTimeOffset? TrialEnd, bool CancelAtPeriodEnd, DateTimeOffset? CanceledAt, string? CancelReason, IReadOnlyList<SubscribedAddOn> AddOns);

    /// <summary>An invoice.</summary>
    public sealed record InvoiceView(
        Guid Id, string? ExternalRef, string? Number, Guid? SubscriptionId, IReadOnlyList<InvoiceLine> Lines, decimal Subtotal, decimal Tax, decimal Total, string Currency, InvoiceStatus Status,
        DateTimeOffset? IssuedAt, DateTimeOffset? DueAt, DateTimeOffset? PaidAt, DateTimeOffset CreatedAt);

    /// <summary>A payment.</summary>
    public sealed record PaymentView(Guid Id, string? ExternalRef, Guid InvoiceId, decimal Amount, string Currency, PaymentStatus Status, string Method, string? DeclineCode, int Attempt, DateTimeOffset CreatedAt, DateTimeOffset? ProcessedAt);

    /// <summary>A measured use.</summary>
    public sealed record UsageView(Guid Id, Meter Meter, decimal Quantity, DateTimeOffset At);

    /// <summary>The health on a day.</summary>
    public sealed record HealthView(DateOnly Day, double Score, double Usage, double Engagement, double Finance, double Support, double Relationship);

    /// <summary>A consent.</summary>
    public sealed record ConsentView(Guid Id, Guid ContactId, string Purpose, bool Granted, string TextVersion, DateTimeOffset At);

    private static readonly PageOrder<CustomerNote, DateTimeOffset> notes = new("newest", n => n.CreatedAt, Descending: true);
    private static readonly PageOrder<Invoice, DateTimeOffset> invoices = new("newest", i => i.CreatedAt, Descending: true);
    private static readonly PageOrder<Payment, DateTimeOffset> payments = new("newest", p => p.CreatedAt, Descending: true);
    private static readonly PageOrder<UsageEvent, DateTimeOffset> usage = new("newest", u => u.At, Descending: true);
    private static readonly PageOrder<HealthSnapshot, DateOnly> health = new("newest", h => h.Day, Descending: true);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder customer = routes.MapGroup("/customers/{id:guid}");
        customer.MapGet("/contacts", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, Paging.Newest<Contact>(), limit, cursor, c => Show(http.Caller(), c))).NeedsScope(CustomerAccess.Read).Produces<Page<ContactView>>();
        customer.MapGet("/notes", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, notes, limit, cursor, Show, (db, rows) => CustomerAccess.Readable(db, http.Caller(), rows))).NeedsScope(CustomerAccess.Read).Produces<Page<NoteView>>();
        customer.MapGet("/subscriptions", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, Paging.Newest<Subscription>(), limit, cursor, Show)).NeedsScope(CustomerAccess.Read).Produces<Page<SubscriptionView>>();
        customer.MapGet("/invoices", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, invoices, limit, cursor, Show)).NeedsScope(CustomerAccess.Read).Produces<Page<InvoiceView>>();
        customer.MapGet("/payments", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, payments, limit, cursor, Show)).NeedsScope(CustomerAccess.Read).Produces<Page<PaymentView>>();
        customer.MapGet("/usage", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, usage, limit, cursor, u => new UsageView(u.Id, u.Meter, u.Quantity, u.At))).NeedsScope(CustomerAccess.Read).Produces<Page<UsageView>>();
        customer.MapGet("/health", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, health, limit, cursor, h => new HealthView(h.Day, h.Score, h.Usage, h.Engagement, h.Finance, h.Support, h.Relationship))).NeedsScope(CustomerAccess.Read).Produces<Page<HealthView>>();
        customer.MapGet("/consents", (Guid id, int? limit, string? cursor, HttpContext http, Data data) => CustomerAccess.PageAsync(http, data, id, Paging.Newest<Consent>(), limit, cursor, Show)).NeedsScope(CustomerAccess.Read).Produces<Page<ConsentView>>();
    }

    /// <summary>Shows a note.</summary>
    internal static NoteView Show(CustomerNote n) => new(n.Id, n.Kind, n.Visibility, n.Text, n.AuthorId, n.CreatedAt);

    /// <summary>Shows a consent.</summary>
    internal static ConsentView Show(Consent c) => new(c.Id, c.ContactId, c.Purpose, c.Granted, c.TextVersion, c.At);

    /// <summary>Shows a person to a caller.</summary>
    internal static ContactView Show(Actor caller, Contact c) => new(
        c.Id, CustomerAccess.Personal(caller, c.Email), CustomerAccess.Personal(caller, c.Name), c.Title, CustomerAccess.Personal(caller, c.Phone), c.Role, c.Status, c.IsPrimary, c.ChampionScore, c.Language, c.TimeZone, c.LastSignInAt, c.Revision);

    private static SubscriptionView Show(Subscription s) => new(
        s.Id, s.ExternalRef, s.Plan, s.Cycle, s.SeatsTotal, s.SeatsUsed, s.UnitPrice, s.Discount, s.Mrr, s.Arr, s.Currency, s.Status,
        s.StartedAt, s.PeriodStart, s.PeriodEnd, s.TrialEnd, s.CancelAtPeriodEnd, s.CanceledAt, s.CancelReason, s.AddOns);

    private static InvoiceView Show(Invoice i) => new(i.Id, i.ExternalRef, i.Number, i.SubscriptionId, i.Lines, i.Subtotal, i.Tax, i.Total, i.Currency, i.Status, i.IssuedAt, i.DueAt, i.PaidAt, i.CreatedAt);

    private static PaymentView Show(Payment p) => new(p.Id, p.ExternalRef, p.InvoiceId, p.Amount, p.Currency, p.Status, p.Method, p.DeclineCode, p.Attempt, p.CreatedAt, p.ProcessedAt);
}
