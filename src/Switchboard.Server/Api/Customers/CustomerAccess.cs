using Microsoft.EntityFrameworkCore;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>What the lists below a customer share: whose they are, and whether the caller may read who people are.</summary>
public static class CustomerAccess
{
    /// <summary>The scope that reads customers.</summary>
    public const string Read = "read:customers";

    /// <summary>The scope that reads personal data: names, addresses, telephone numbers.</summary>
    public const string ReadPersonal = "read:customers:pii";

    /// <summary>The scope that changes customers.</summary>
    public const string Write = "write:customers";

    /// <summary>The scope that takes customers away.</summary>
    public const string Delete = "delete:customers";

    /// <summary>Nothing of the customer may be deleted.</summary>
    public static IResult OnHold() => Problems.Of(409, "legal_hold", "It must be kept", "A legal hold keeps everything of this customer; nothing of it may be deleted.");

    /// <summary>The customer to be changed; null when there is none.</summary>
    public static Customer? Find(SwitchboardDb db, Guid id) => db.Customers.SingleOrDefault(c => c.Id == id && c.DeletedAt == null);

    /// <summary>
    /// The notes a caller may read: the company's all, a team's whoever is of the author's team, private ones their author alone. One without an author was imported:
    /// unless it is the company's, who may set the desk up reads it.
    /// </summary>
    public static IQueryable<CustomerNote> Readable(SwitchboardDb db, Actor caller, IQueryable<CustomerNote> notes)
    {
        Guid? reader = caller.PersonId;
        bool isAdministrator = caller.Has(Scopes.AdminConfig);
        return notes.Where(n =>
            n.Visibility == NoteVisibility.Company
            || (n.AuthorId == null && isAdministrator)
            || (n.AuthorId != null && n.AuthorId == reader)
            || (n.Visibility == NoteVisibility.Team && db.Users.Any(a => a.Id == n.AuthorId && a.Team != null && db.Users.Any(u => u.Id == reader && u.Team == a.Team))));
    }

    /// <summary>Whether the customer is there for this caller.</summary>
    public static Task<bool> ExistsAsync(SwitchboardDb db, Guid id, CancellationToken cancellationToken) =>
        db.Customers.AnyAsync(c => c.Id == id && c.DeletedAt == null, cancellationToken);

    /// <summary>A page of a customer's rows: two statements, however many rows there are.</summary>
    public static async Task<IResult> PageAsync<TRow, TView>(HttpContext http, Data data, Guid customerId, IPageOrder<TRow> order, int? limit, string? cursor, Func<TRow, TView> show, Func<SwitchboardDb, IQueryable<TRow>, IQueryable<TRow>>? limits = null)
        where TRow : TenantRow, ICustomerOwned
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (!await ExistsAsync(db, customerId, http.RequestAborted)) return Problems.NotFound("customer");
        IQueryable<TRow> rows = db.Set<TRow>().Where(r => r.CustomerId == customerId);
        return await (limits?.Invoke(db, rows) ?? rows).PageAsync(order, limit, cursor, show, http.RequestAborted);
    }

    /// <summary>Personal data for callers that may read it; null for others.</summary>
    public static string? Personal(Actor caller, string? value) => caller.Has(ReadPersonal) ? value : null;
}
