using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Runs;

/// <summary>POST /runs/{id}/replay: works a run out again from its journal and says what comes out otherwise. Nothing is written, sent or performed.</summary>
public static class ReplayRun
{
    /// <summary>What came of a replay. Not identical is also what cannot be replayed; then the refusal says why.</summary>
    public sealed record ReplayView(Guid RunId, bool Identical, ReplayRefusal? Refusal, string? Detail, IReadOnlyList<ReplayDifference> Differences)
    {
        /// <summary>Shows a report.</summary>
        public static ReplayView Of(ReplayReport report) => new(report.RunId, report.Identical, report.Refusal, report.Detail, report.Differences);
    }

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/runs/{id:guid}/replay", HandleAsync).NeedsEitherScope(Scopes.ReadConversations, Scopes.ReadAgents).Produces<ReplayView>();

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Data data, RunReplay replay)
    {
        Actor caller = http.Caller();
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            (Run? run, IResult? refusal) = await RunAccess.FindAsync(db, caller, id, jobsOnly: false, http.RequestAborted);
            if (run is null) return refusal!;
        }

        return await replay.RunAsync(caller.TenantId, id, http.RequestAborted) is { } report ? Results.Ok(ReplayView.Of(report)) : Problems.NotFound("run");
    }
}
