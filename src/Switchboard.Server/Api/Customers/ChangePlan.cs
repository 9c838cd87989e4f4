using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Desk;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Runs;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>POST /customers/{id}/upgrade and /downgrade: another plan, by the action that agents and dialogues use as well. With <c>dryRun</c> the exact preview, and nothing changes.</summary>
public static class ChangePlan
{
    /// <summary>Where to. Cycle and seats stay when they are not said; the subscription must be named when there are several.</summary>
    public sealed record Body(string? Plan, BillingCycle? Cycle = null, int? Seats = null, Guid? SubscriptionId = null, bool DryRun = false);

    /// <summary>What changed, and the run that did it.</summary>
    public sealed record MovedView(Guid RunId, SubscriptionMoved Subscription, Clause Clause);

    /// <summary>It goes on, or waits for an approval.</summary>
    public sealed record StartedView(Guid RunId);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/customers/{id:guid}/upgrade", (Guid id, Body body, HttpContext http, Parts parts) => HandleAsync(id, body, up: true, http, parts)).NeedsScope(CustomerAccess.Write).Example(new { plan = "enterprise", dryRun = true }).Produces<StartedView>(202).Produces<Either<MovedView, ActionPreview>>()
            .WithSummary("Moves the customer to a higher plan at once, with a charge for the rest of the period.");
        routes.MapPost("/customers/{id:guid}/downgrade", (Guid id, Body body, HttpContext http, Parts parts) => HandleAsync(id, body, up: false, http, parts)).NeedsScope(CustomerAccess.Write).Example(new { plan = "basic", dryRun = true }).Produces<StartedView>(202).Produces<Either<MovedView, ActionPreview>>()
            .WithSummary("Moves the customer to a lower plan from the next period on; the preview says what stops working.");
    }

    private static async Task<IResult> HandleAsync(Guid id, Body body, bool up, HttpContext http, Parts parts)
    {
        Actor caller = http.Caller();
        IReadOnlyList<PlanPolicy> plans = (await parts.Policies.CurrentAsync(caller.TenantId, http.RequestAborted)).Policies.Plans;
        if (plans.All(p => p.Key != body.Plan)) return Problems.Invalid(("plan", $"is one of {string.Join(", ", plans.Select(p => p.Key))}"));
        if (body.Seats is < 1) return Problems.Invalid(("seats", "is 1 or more"));
        List<Subscription> found;
        await using (SwitchboardDb db = parts.Data.For(caller.TenantId))
        {
            if (!await CustomerAccess.ExistsAsync(db, id, http.RequestAborted)) return Problems.NotFound("customer");
            found = await db.Set<Subscription>().Where(s => s.CustomerId == id && s.Status != SubscriptionStatus.Canceled && (body.SubscriptionId == null || s.Id == body.SubscriptionId)).OrderBy(s => s.Id).Take(2).ToListAsync(http.RequestAborted);
        }

        if (found is not [Subscription subscription]) return found.Count == 0 ? Problems.NotFound("subscription of this customer") : Problems.Invalid(("subscriptionId", "is missing: the customer has several subscriptions"));
        int rank = RankOf(plans, body.Plan!) - RankOf(plans, subscription.Plan);
        if (up ? rank <= 0 : rank >= 0) return Problems.Of(409, up ? "no_upgrade" : "no_downgrade", "The plan is not in that direction", $"{body.Plan} is not {(up ? "above" : "below")} {subscription.Plan}, the plan the customer has.");
        var action = new ChangeSubscription(subscription.Id, body.Plan!, body.Cycle ?? subscription.Cycle, body.Seats ?? subscription.SeatsTotal);
        DateTimeOffset now = parts.Time.GetUtcNow();
        return body.DryRun
            ? Results.Ok(await parts.Actions.PreviewAsync(new ActionCaller(caller, null, null, null, null), action, now, http.RequestAborted))
            : await PerformAsync(action, caller, now, http, parts);
    }

    private static async Task<IResult> PerformAsync(ChangeSubscription action, Actor caller, DateTimeOffset now, HttpContext http, Parts parts)
    {
        (string? key, _, IResult? problem) = TurnCalls.KeyOf(http, caller);
        if (problem is not null) return problem;
        RunRequest request = PlanChange.RequestFor(caller, action, Guid.CreateVersion7(now), key, now);
        // Once the run is on its way to the disk, the caller's going away must not part it from its wake.
        Enqueued enqueued = await parts.Queue.EnqueueAsync(request, CancellationToken.None);
        Guid runId = enqueued.Run.RunId;
        if (enqueued.StartsNow) parts.Dispatcher.Wake(enqueued.Run);
        if (!enqueued.IsNew && (await RunAsync(parts, caller, runId, http)).Input != request.Input) return TurnCalls.KeyMismatch();
        bool ended = await parts.Dispatcher.EndedAsync(caller.TenantId, enqueued.Run.Subject, runId, 0, RunWait.Longest, parts.Time, told => told.Kind != StreamEvents.ApprovalRequired, http.RequestAborted);
        Run run = await RunAsync(parts, caller, runId, http);
        if (!ended)
        {
            http.Response.Headers.Location = $"/api/v1/runs/{runId}";
            return Results.Json(new StartedView(runId), statusCode: 202);
        }

        if (run.Status != RunStatus.Succeeded) return Problems.Of(500, "change_failed", "The change failed", $"The run {runId} ended as {QueryEnum.Name(run.Status)}. GET /api/v1/runs/{runId} tells more.");
        PlanChanged changed = Json.Read<PlanChanged>(run.Result!);
        return changed.Moved is { } moved ? Results.Ok(new MovedView(runId, moved, changed.Clause)) : Problems.Of(409, changed.Clause.Rule, "The plan was not changed", changed.Clause.Text);
    }

    private static async Task<Run> RunAsync(Parts parts, Actor caller, Guid runId, HttpContext http)
    {
        await using SwitchboardDb db = parts.Data.For(caller.TenantId);
        return await db.Runs.SingleAsync(r => r.Id == runId, http.RequestAborted);
    }

    private static int RankOf(IReadOnlyList<PlanPolicy> plans, string key)
    {
        for (int i = 0; i < plans.Count; i++)
            if (plans[i].Key == key) return i;
        return -1;
    }

    /// <summary>What both calls need.</summary>
    public sealed record Parts(Data Data, IPolicySource Policies, IActionStore Actions, IRunQueue Queue, IDispatcher Dispatcher, TimeProvider Time)
    {
        /// <summary>Binds them to a request.</summary>
        public static ValueTask<Parts> BindAsync(HttpContext http)
        {
            IServiceProvider s = http.RequestServices;
            return ValueTask.FromResult(new Parts(s.GetRequiredService<Data>(), s.GetRequiredService<IPolicySource>(), s.GetRequiredService<IActionStore>(), s.GetRequiredService<IRunQueue>(), s.GetRequiredService<IDispatcher>(), s.GetRequiredService<TimeProvider>()));
        }
    }
}
