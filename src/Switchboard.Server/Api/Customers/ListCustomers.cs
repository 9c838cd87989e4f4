using Switchboard.Domain.Customers;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>GET /customers: the tenant's customers, newest first unless asked otherwise.</summary>
public static class ListCustomers
{
    private const int mostQueryCharacters = 200;

    private static readonly Dictionary<string, IPageOrder<Customer>> orders = new(StringComparer.Ordinal)
    {
        ["-since"] = new PageOrder<Customer, DateTimeOffset>("-since", c => c.Since, Descending: true),
        ["since"] = new PageOrder<Customer, DateTimeOffset>("since", c => c.Since, Descending: false),
        ["name"] = new PageOrder<Customer, string>("name", c => c.Name, Descending: false),
        ["-name"] = new PageOrder<Customer, string>("-name", c => c.Name, Descending: true),
    };

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/customers", HandleAsync).NeedsScope(CustomerAccess.Read).Produces<Page<CustomerView>>();

    private static async Task<IResult> HandleAsync(string? q, string? plan, string? lifecycle, Guid? csm, string? sort, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(lifecycle, out CustomerLifecycle? wanted)) return Problems.Invalid(("lifecycle", $"is one of {QueryEnum.Names<CustomerLifecycle>()}"));
        if (!orders.TryGetValue(sort ?? "-since", out IPageOrder<Customer>? order)) return Problems.Invalid(("sort", $"is one of {string.Join(", ", orders.Keys.Order(StringComparer.Ordinal))}"));
        if (q is { Length: > mostQueryCharacters }) return Problems.Invalid(("q", $"is {q.Length} characters long; the most is {mostQueryCharacters}"));

        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<Customer> rows = db.Customers.Where(c => c.DeletedAt == null);
        if (plan is not null) rows = rows.Where(c => c.Plan == plan);
        if (wanted is { } stage) rows = rows.Where(c => c.Lifecycle == stage);
        if (csm is { } person) rows = rows.Where(c => c.CsmId == person);
        if (!string.IsNullOrWhiteSpace(q)) rows = Matching(db, rows, q.Trim(), http.Caller().Has(CustomerAccess.ReadPersonal));
        return await rows.PageAsync(order, limit, cursor, CustomerView.Of, http.RequestAborted);
    }

    /// <summary>An e-mail address finds the person's customer, for callers that may read addresses; other words are looked for in names, domains and outer ids.</summary>
    private static IQueryable<Customer> Matching(SwitchboardDb db, IQueryable<Customer> rows, string q, bool personal)
    {
        if (q.Contains('@') && personal) return rows.Where(c => db.Contacts.Any(p => p.CustomerId == c.Id && p.Email == q));
        string domain = q.ToLowerInvariant();
        return rows.Where(c => c.Name.Contains(q) || c.Domain == domain || c.ExternalRef == q);
    }
}

/// <summary>A customer as the API shows it.</summary>
public sealed record CustomerView(
    Guid Id, string? ExternalRef, string Name, string Plan, CustomerLifecycle Lifecycle, string? Domain, string? Industry, int? Employees, string? Country, string? Language, string? TimeZone, string? Source,
    Guid? CsmId, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset Since, DateTimeOffset? ChurnedAt, DateTimeOffset? BlockedAt, string? BlockedReason, int Revision)
{
    /// <summary>Shows a customer.</summary>
    public static CustomerView Of(Customer c) => new(
        c.Id, c.ExternalRef, c.Name, c.Plan, c.Lifecycle, c.Domain, c.Industry, c.Employees, c.Country, c.Language, c.TimeZone, c.Source,
        c.CsmId, c.Tags, c.Attributes, c.Since, c.ChurnedAt, c.BlockedAt, c.BlockedReason, c.Revision);
}
