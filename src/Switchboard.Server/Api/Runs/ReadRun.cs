using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Runs;

/// <summary>GET /runs/{id}, /jobs/{id} and their events: where a run stands; what it recorded and what came of it, for the staff.</summary>
public static class ReadRun
{
    /// <summary>A recorded step.</summary>
    public sealed record StepView(string Name, JsonElement? Result);

    /// <summary>A stored event.</summary>
    public sealed record EventView(long Seq, string Kind, JsonElement? Data);

    /// <summary>A run as the API shows it. What it recorded, its result and its error are the staff's; of a turn the result is its decision record.</summary>
    public sealed record RunView(
        Guid Id, RunKind Kind, RunStatus Status, string Subject, Guid? ConversationId, RunLane Lane, int Priority, string? Handler, Guid? ParentId, int Attempts, double? Progress, DateTimeOffset? Due,
        bool CancelAsked, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, string? ErrorCode, string? Error, JsonElement? Result, IReadOnlyList<StepView>? Steps, IReadOnlyList<EventView>? Events);

    /// <summary>A job: a run that is no turn and no dialogue.</summary>
    public sealed record JobView(
        Guid Id, RunKind Kind, string? Handler, RunStatus Status, double Progress, JsonElement? Result, string? ErrorCode, string? Error, DateTimeOffset? Due, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
    {
        /// <summary>Shows a job.</summary>
        public static JobView Of(Run run, double progress) =>
            new(run.Id, run.Kind, run.Handler, run.Status, progress, RunAccess.Value(run.Result), run.ErrorCode, run.Error, run.Due, run.CreatedAt, run.FinishedAt);
    }

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs/{id:guid}", RunAsync).NeedsEitherScopeOrContact(Scopes.ReadConversations, Scopes.ReadAgents).Produces<RunView>();
        routes.MapGet("/runs/{id:guid}/events", (Guid id, HttpContext http, Data data, IDispatcher dispatcher, IRunProgress live, TimeProvider time) => EventsAsync(id, jobsOnly: false, http, data, dispatcher, live, time))
            .NeedsEitherScopeOrContact(Scopes.ReadConversations, Scopes.ReadAgents).AnswersAs("text/event-stream").AnswersNothing();
        routes.MapGet("/jobs/{id:guid}", JobAsync).NeedsScope(Scopes.ReadAgents).Produces<JobView>();
        routes.MapGet("/jobs/{id:guid}/events", (Guid id, HttpContext http, Data data, IDispatcher dispatcher, IRunProgress live, TimeProvider time) => EventsAsync(id, jobsOnly: true, http, data, dispatcher, live, time))
            .NeedsScope(Scopes.ReadAgents).AnswersAs("text/event-stream").AnswersNothing();
    }

    private static async Task<IResult> RunAsync(Guid id, HttpContext http, Data data)
    {
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        (Run? run, IResult? refusal) = await RunAccess.FindAsync(db, caller, id, jobsOnly: false, http.RequestAborted);
        if (run is null) return refusal!;

        bool staff = caller is not ContactActor;
        List<RunStep>? steps = staff ? await db.RunSteps.Where(s => s.RunId == id).OrderBy(s => s.Ordinal).ToListAsync(http.RequestAborted) : null;
        List<RunEvent>? events = staff ? await db.RunEvents.Where(e => e.Subject == run.Subject && e.RunId == id).OrderBy(e => e.Seq).ToListAsync(http.RequestAborted) : null;
        return Results.Ok(new RunView(
            run.Id, run.Kind, run.Status, run.Subject, Subjects.DeskConversationOf(run.Subject), run.Lane, run.Priority, run.Handler, run.ParentId, run.Attempts, run.Progress, run.Due,
            run.CancelAskedAt is not null, run.CreatedAt, run.FinishedAt, run.ErrorCode, staff ? run.Error : null, staff ? RunAccess.Value(ShownDecision.Of(run, caller)) : null,
            steps?.ConvertAll(s => new StepView(s.Name, RunAccess.Value(ShownDecision.Of(s, caller)))), events?.ConvertAll(e => new EventView(e.Seq, e.Kind, RunAccess.Value(e.Data)))));
    }

    private static async Task<IResult> JobAsync(Guid id, HttpContext http, Data data, IRunProgress live)
    {
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        (Run? run, IResult? refusal) = await RunAccess.FindAsync(db, caller, id, jobsOnly: true, http.RequestAborted);
        return run is null
            ? refusal!
            : Results.Ok(JobView.Of(run, await ProgressAsync(run, live, http.RequestAborted)));
    }

    /// <summary>What was told since the row was written; the row's own when it is newer, or the run has ended.</summary>
    private static async Task<double> ProgressAsync(Run run, IRunProgress live, CancellationToken cancellationToken) =>
        run.FinishedAt is null && await live.LatestAsync(run.TenantId, run.Id, cancellationToken) is { } told && told.IsBeyond(run.Version) ? told.Progress : run.Progress ?? 0;

    private static async Task<IResult> EventsAsync(Guid id, bool jobsOnly, HttpContext http, Data data, IDispatcher dispatcher, IRunProgress live, TimeProvider time)
    {
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        (Run? run, IResult? refusal) = await RunAccess.FindAsync(db, caller, id, jobsOnly, http.RequestAborted);
        if (run is null) return refusal!;

        List<long> stored = await db.RunEvents.Where(e => e.Subject == run.Subject && e.RunId == id).Select(e => e.Seq).ToListAsync(http.RequestAborted);
        long after = Math.Max(stored.Count > 0 ? stored.Min() - 1 : 0, EventStream.LastEventId(http.Request) ?? 0);
        // Of a run that has ended nothing more will come: a browser that has it all is told not to ask again.
        if (run.FinishedAt is not null && (stored.Count == 0 || stored.Max() <= after)) return Results.NoContent();
        return new EventStream(dispatcher.WatchAsync(caller.TenantId, run.Subject, after, CancellationToken.None), run.Id, time, Subjects.IsDesk(run.Subject) ? null : NewerAsync(live.WatchAsync(caller.TenantId, run.Id, CancellationToken.None), run.Version, CancellationToken.None));
    }

    /// <summary>What is told by whoever holds the run, as far as the row and the words before it show.</summary>
    private static async IAsyncEnumerable<LiveProgress> NewerAsync(IAsyncEnumerable<LiveProgress> words, int version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (LiveProgress told in words.WithCancellation(cancellationToken))
        {
            if (!told.IsBeyond(version)) continue;
            version = told.Version;
            yield return told;
        }
    }
}
