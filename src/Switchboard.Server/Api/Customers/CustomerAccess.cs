using Microsoft.EntityFrameworkCore;
using Switchboard.Domain;
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

    /// <summary>Whether the customer is there for this caller.</summary>
    public static Task<bool> ExistsAsync(SwitchboardDb db, Guid id, CancellationToken cancellationToken) =>
        db.Customers.AnyAsync(c => c.Id == id && c.DeletedAt == null, cancellationToken);

    /// <summary>A page of a customer's rows: two statements, however many rows there are.</summary>
    public static async Task<IResult> PageAsync<TRow, TView>(HttpContext http, Data data, Guid customerId, IPageOrder<TRow> order, int? limit, string? cursor, Func<TRow, TView> show)
        where TRow : TenantRow, ICustomerOwned
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (!await ExistsAsync(db, customerId, http.RequestAborted)) return Problems.NotFound("customer");
        return await db.Set<TRow>().Where(r => r.CustomerId == customerId).PageAsync(order, limit, cursor, show, http.RequestAborted);
    }

    /// <summary>Personal data for callers that may read it; null for others.</summary>
    public static string? Personal(Actor caller, string? value) => caller.Has(ReadPersonal) ? value : null;
}
