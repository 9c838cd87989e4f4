using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Erasure;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Erasure;

namespace Switchboard.Server.Api.Customers;

/// <summary>
/// POST /customers/{id}/erase: erases what is personal of a customer, behind the days in which that can be taken back. Asked again it tells of the same erasure, and once it
/// was done what it came to.
/// </summary>
public static class EraseCustomerData
{
    /// <summary>How it is asked for.</summary>
    /// <param name="DryRun">Only tell what would be erased.</param>
    /// <param name="Immediately">Do not wait for the days in which it could be taken back.</param>
    public sealed record EraseBody(bool DryRun = false, bool Immediately = false);

    /// <summary>An erasure.</summary>
    /// <param name="RunId">The run that does it; null for a dry run.</param>
    /// <param name="Status">Where it stands; null for a dry run.</param>
    /// <param name="Begins">Until when it can be taken back: POST /runs/{runId}/cancel. Null when it has begun.</param>
    /// <param name="Report">What it came to, or of a dry run would come to; null until it is done.</param>
    public sealed record ErasureView(Guid? RunId, RunStatus? Status, DateTimeOffset? Begins, ErasureReport? Report);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/customers/{id:guid}/erase", EraseAsync).NeedsScope(EraseCustomer.Scope).Example(new { dryRun = true }).Produces<ErasureView>().Produces<ErasureView>(202)
            .WithSummary("Erases what is personal of a customer; invoices and figures stay without who it was.");

    private static async Task<IResult> EraseAsync(Guid id, EraseBody body, HttpContext http, RowChanges changes, ICustomerErasure erasure, IPolicySource policies, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (body.DryRun)
            return await erasure.PreviewAsync(caller.TenantId, id, http.RequestAborted) is { } preview ? Results.Ok(new ErasureView(null, null, null, preview)) : Problems.NotFound("customer");

        PrivacyPolicy privacy = (await policies.CurrentAsync(caller.TenantId, http.RequestAborted)).Policies.Privacy;
        DateTimeOffset now = time.GetUtcNow(), begins = body.Immediately ? now : now.AddDays(privacy.DeletionGraceDays);
        return await changes.MakeAsync(http, body, db =>
        {
            // One that was taken from the lists still has its rows.
            if (db.Customers.AsNoTracking().SingleOrDefault(c => c.Id == id) is not { } customer) return Changed.Refused(Problems.NotFound("customer"));
            if (customer.LegalHold) return Changed.Refused(CustomerAccess.OnHold());
            return Answer(db, CustomerErasure.Ask(db, id, begins, now));
        });
    }

    private static Changed Answer(SwitchboardDb db, Guid runId)
    {
        var run = db.Runs.AsNoTracking().Where(r => r.Id == runId).Select(r => new { r.Status, r.Due, r.Result }).Single();
        var view = new ErasureView(runId, run.Status, run.Status == RunStatus.Waiting ? run.Due : null, run.Result is { } told ? Json.Read<ErasureReport>(told) : null);
        return run.Status == RunStatus.Succeeded ? Changed.Ok(view) : Changed.Accepted($"/api/v1/runs/{runId}", view);
    }
}
