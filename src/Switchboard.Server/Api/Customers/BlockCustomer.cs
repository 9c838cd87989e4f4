using Switchboard.Domain.Customers;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Customers;

/// <summary>POST /customers/{id}/block and /unblock. Told twice they do no harm: one that is blocked keeps its first reason.</summary>
public static class BlockCustomer
{
    private const int longestReason = 500;

    /// <summary>Why it is blocked.</summary>
    public sealed record Body(string? Reason);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/customers/{id:guid}/block", BlockAsync).NeedsScope(CustomerAccess.Write).Example(new { reason = "Payment was charged back." }).Produces<CustomerView>().WithSummary("Blocks an account, with a reason.");
        routes.MapPost("/customers/{id:guid}/unblock", (Guid id, HttpContext http, RowChanges changes) => MakeAsync(id, "unblock", http, changes, c => c.Unblock())).NeedsScope(CustomerAccess.Write).Produces<CustomerView>().WithSummary("Takes the block away.");
    }

    private static async Task<IResult> BlockAsync(Guid id, Body body, HttpContext http, RowChanges changes, TimeProvider time)
    {
        var fields = new CustomerFields();
        fields.Must("reason", body.Reason, longestReason);
        if (fields.Problem is { } problem) return problem;
        DateTimeOffset now = time.GetUtcNow();
        return await MakeAsync(id, body, http, changes, c => c.Block(body.Reason!.Trim(), now));
    }

    private static Task<IResult> MakeAsync<TBody>(Guid id, TBody body, HttpContext http, RowChanges changes, Action<Customer> apply) => changes.MakeAsync(http, body, db =>
    {
        if (CustomerAccess.Find(db, id) is not { } customer) return Changed.Refused(Problems.NotFound("customer"));
        apply(customer);
        db.SaveChanges();
        return Changed.Ok(CustomerView.Of(customer), Preconditions.TagOf(customer.Revision));
    });
}
