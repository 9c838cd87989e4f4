using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>GET /runs/{id}: where a run stands, with its recorded steps for the staff.</summary>
public static class ReadRun
{
    /// <summary>A recorded step.</summary>
    public sealed record StepView(string Name, JsonElement Result);

    /// <summary>A run as the API shows it.</summary>
    public sealed record RunView(Guid Id, RunKind Kind, RunStatus Status, Guid ConversationId, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, string? Error, IReadOnlyList<StepView>? Steps);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/runs/{id:guid}", HandleAsync).NeedsScopeOrContact(Scopes.ReadConversations);

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Data data)
    {
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        Run? run = await db.Runs.SingleOrDefaultAsync(r => r.Id == id, http.RequestAborted);
        if (run is null || !Guid.TryParse(run.Subject.AsSpan(run.Subject.IndexOf(':', StringComparison.Ordinal) + 1), out Guid conversationId)) return Problems.NotFound("run");
        // Who may see the conversation may see its runs.
        Conversation? conversation = await ConversationAccess.FindAsync(db, caller, conversationId, http.RequestAborted);
        if (conversation is null) return Problems.NotFound("run");

        bool staff = caller is not ContactActor;
        List<RunStep>? steps = staff ? await db.RunSteps.Where(s => s.RunId == id).OrderBy(s => s.Ordinal).ToListAsync(http.RequestAborted) : null;
        return Results.Ok(new RunView(run.Id, run.Kind, run.Status, conversationId, run.Attempts, run.CreatedAt, run.FinishedAt, staff ? run.Error : null, steps?.ConvertAll(s => new StepView(s.Name, JsonDocument.Parse(s.Result).RootElement))));
    }
}
