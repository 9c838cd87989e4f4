using Switchboard.Core.Context;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Customers;

/// <summary>GET /customers/{id}/context: what the eight providers know of a customer, with sources, as far as the caller may read it.</summary>
public static class ReadContext
{
    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/customers/{id:guid}/context", HandleAsync).NeedsScope(CustomerAccess.Read).Produces<CustomerViews>();

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, ICustomerContext contexts, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (await contexts.ReadAsync(new ContextAsk(caller.TenantId, id, null, WithDetails: true), http.RequestAborted) is not { } read) return Problems.NotFound("customer");
        (CustomerContext limited, IReadOnlyList<string> withheld) = ContextRights.Limit(read, caller);
        return Results.Ok(CustomerViews.Of(limited, withheld, time.GetUtcNow()));
    }
}
