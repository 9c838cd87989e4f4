using Switchboard.Core.Desk.Replay;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Policies;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>POST /conversations/{id}/replay: works the turns of a conversation out again; with policies in the body by those, which nobody is held to. Nothing is written.</summary>
public static class ReplayConversation
{
    /// <summary>What came of one turn.</summary>
    public sealed record TurnView(Guid RunId, int Sequence, bool Identical, ReplayRefusal? Refusal, string? Detail, IReadOnlyList<ReplayDifference> Differences);

    /// <summary>What came of the turns that have ended, in their order.</summary>
    public sealed record ConversationReplayView(Guid ConversationId, bool Identical, IReadOnlyList<TurnView> Turns);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations/{id:guid}/replay", HandleAsync).NeedsScope(Scopes.ReadConversations).Produces<ConversationReplayView>().Takes("application/json", PolicyBody.Yaml).Example(new { currency = "EUR" });

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Data data, RunReplay replay)
    {
        TenantPolicies? against = null;
        if (http.Request.ContentType is not null)
        {
            if (await PolicyBody.ReadAsync(http.Request) is not { } reading)
                return Problems.Of(415, "unsupported_media_type", "The body has another type", $"Send the policies as application/json or {PolicyBody.Yaml}, or no body.");
            if (reading.Policies is null) return Problems.Invalid([.. reading.Problems.Select(p => (p.Path.Length > 0 ? p.Path : "body", p.Line is { } line ? $"line {line}: {p.Message}" : p.Message))]);
            against = reading.Policies;
        }

        Actor caller = http.Caller();
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
        }

        IReadOnlyList<ReplayedTurn> turns = await replay.ConversationAsync(caller.TenantId, id, against, http.RequestAborted);
        return Results.Ok(new ConversationReplayView(
            id, turns.All(t => t.Report.Identical), [.. turns.Select(t => new TurnView(t.Report.RunId, t.Sequence, t.Report.Identical, t.Report.Refusal, t.Report.Detail, t.Report.Differences))]));
    }
}
