using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Actions;

namespace Switchboard.Server.Api.Approvals;

/// <summary>GET /approvals and /approvals/{id}: what waits for somebody's yes, and what would happen then.</summary>
public static class ReadApprovals
{
    private static readonly PageOrder<Approval, DateTimeOffset> newestFirst = new("-createdAt", a => a.CreatedAt, Descending: true);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/approvals", ListAsync).NeedsScope(Scopes.ReadAgents).Produces<Page<ApprovalView>>();
        routes.MapGet("/approvals/{id:guid}", ReadAsync).NeedsScope(Scopes.ReadAgents).Produces<ApprovalView>();
    }

    private static async Task<IResult> ListAsync(string? status, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(status, out ApprovalStatus? wanted)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<ApprovalStatus>()}"));
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<Approval> rows = db.Set<Approval>();
        if (wanted is { } stands) rows = rows.Where(a => a.Status == stands);
        return await rows.PageAsync(newestFirst, limit, cursor, ApprovalView.Of, http.RequestAborted);
    }

    private static async Task<IResult> ReadAsync(Guid id, HttpContext http, ApprovalStore approvals) =>
        await approvals.FindAsync(http.Caller().TenantId, id, http.RequestAborted) is { } found ? Results.Ok(ApprovalView.Of(found)) : Problems.NotFound("approval");
}
