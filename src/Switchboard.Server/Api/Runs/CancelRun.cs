using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Runs;

/// <summary>
/// POST /runs/{id}/cancel and /jobs/{id}/cancel: ends what has not begun, and asks what has, or must first undo what it did, to end at its next step. For
/// administrators, and for who asked for the run. A turn is answered, always, so it is not cancelled.
/// </summary>
public static class CancelRun
{
    /// <summary>How the run stands now.</summary>
    public sealed record CancelView(Guid Id, RunStatus Status);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/runs/{id:guid}/cancel", (Guid id, HttpContext http, Data data, IRunQueue queue, TimeProvider time) => CancelAsync(id, jobsOnly: false, http, data, queue, time))
            .NeedsEitherScope(Scopes.ReadConversations, Scopes.ReadAgents).Produces<CancelView>().Produces<CancelView>(202);
        routes.MapPost("/jobs/{id:guid}/cancel", (Guid id, HttpContext http, Data data, IRunQueue queue, TimeProvider time) => CancelAsync(id, jobsOnly: true, http, data, queue, time))
            .NeedsScope(Scopes.ReadAgents).Produces<CancelView>().Produces<CancelView>(202);
    }

    private static async Task<IResult> CancelAsync(Guid id, bool jobsOnly, HttpContext http, Data data, IRunQueue queue, TimeProvider time)
    {
        Actor caller = http.Caller();
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            (Run? run, IResult? refusal) = await RunAccess.FindAsync(db, caller, id, jobsOnly, http.RequestAborted);
            if (run is null) return refusal!;
            bool own = run.Actor is { } actor && ActorText.Read(caller.TenantId, actor).Key == caller.Key;
            if (!own && !caller.Has(Scopes.AdminConfig)) return RunAccess.Missing(Scopes.AdminConfig);
            if (run is { Kind: RunKind.Turn, FinishedAt: null })
                return Problems.Of(409, "turn_not_cancelled", "A turn is not cancelled", "A customer's message is always answered. To keep the agents out of the conversation, take it over.");
        }

        // Once asked for it is carried through, whether or not the caller waits for the answer.
        RunStatus? status = await queue.CancelAsync(caller.TenantId, id, $"Cancelled by {caller.Key}.", time.GetUtcNow(), CancellationToken.None);
        return status is { } now ? Results.Json(new CancelView(id, now), statusCode: now is RunStatus.Running or RunStatus.Queued or RunStatus.Waiting ? 202 : 200) : Problems.NotFound("run");
    }
}
