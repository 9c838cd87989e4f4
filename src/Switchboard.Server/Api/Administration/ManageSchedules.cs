using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Administration;

/// <summary>GET /schedules and POST /schedules/{name}/run: what is done by the calendar, and doing it now.</summary>
public static class ManageSchedules
{
    /// <summary>A schedule for the caller's tenant. The last instant is that of the last run asked for by the calendar, the last run any.</summary>
    public sealed record ScheduleView(string Name, string Cron, string TimeZone, MisfireRule Misfires, DateTimeOffset? Next, DateTimeOffset? LastScheduled, Guid? LastRunId, RunStatus? LastRunStatus);

    /// <summary>The run that was asked for.</summary>
    public sealed record StartedView(Guid RunId);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/schedules", ListAsync).NeedsScope(Scopes.AdminConfig).Produces<ItemsView<ScheduleView>>();
        routes.MapPost("/schedules/{name}/run", RunAsync).NeedsScope(Scopes.AdminConfig).Produces<StartedView>(202);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ScheduleList schedules, IScheduleCalendar calendar, Tenants tenants, Data data, TimeProvider time)
    {
        Tenant tenant = (await tenants.FindAsync(http.Caller().TenantId, http.RequestAborted))!;
        await using SwitchboardDb db = data.For(tenant.Id);
        var views = new List<ScheduleView>();
        foreach (Schedule schedule in schedules.Items)
        {
            string subject = ScheduledRuns.SubjectOf(schedule.Name), instants = ScheduledRuns.InstantKeysOf(schedule.Name);
            IQueryable<Run> runs = db.Runs.Where(r => r.Subject == subject).OrderByDescending(r => r.Ordinal);
            Run? last = await runs.FirstOrDefaultAsync(http.RequestAborted);
            string? key = await runs.Where(r => r.IdempotencyKey!.StartsWith(instants)).Select(r => r.IdempotencyKey).FirstOrDefaultAsync(http.RequestAborted);
            views.Add(new ScheduleView(
                schedule.Name, schedule.Cron, ScheduleList.ZoneOf(schedule, tenant).Id, schedule.Misfires, calendar.NextAfter(schedule, tenant, time.GetUtcNow()),
                key is null ? null : ScheduledRuns.InstantOf(key), last?.Id, last?.Status));
        }

        return Results.Ok(new ItemsView<ScheduleView>(views));
    }

    private static async Task<IResult> RunAsync(string name, HttpContext http, ScheduleList schedules, ScheduledRuns runs)
    {
        if (schedules.Find(name) is not { } schedule) return Problems.NotFound("schedule");
        string key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > TurnCalls.MostKeyCharacters) return Problems.Invalid(("Idempotency-Key", $"is {key.Length} characters long; the most is {TurnCalls.MostKeyCharacters}"));
        // Once the run is on its way to the disk, the caller's going away must not part it from its wake.
        Enqueued enqueued = await runs.EnqueueNowAsync(http.Caller(), schedule, key.Length == 0 ? null : key, CancellationToken.None);
        return Results.Json(new StartedView(enqueued.Run.RunId), statusCode: 202);
    }
}
