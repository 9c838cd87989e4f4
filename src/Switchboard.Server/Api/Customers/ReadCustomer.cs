using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>GET /customers/{id}: one customer, its revision as the ETag.</summary>
public static class ReadCustomer
{
    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/customers/{id:guid}", HandleAsync).NeedsScope(CustomerAccess.Read).Produces<CustomerView>();

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Data data)
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (await db.Customers.SingleOrDefaultAsync(c => c.Id == id && c.DeletedAt == null, http.RequestAborted) is not { } customer) return Problems.NotFound("customer");
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{customer.Revision}\"");
        return Results.Ok(CustomerView.Of(customer));
    }
}
