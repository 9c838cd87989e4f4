using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage.Actions;

namespace Switchboard.Server.Api.Approvals;

/// <summary>POST /approvals/{id}/approve and /reject: decides it, and goes on with what waits for it. The same decision again changes nothing and gives the same answer.</summary>
public static class DecideApproval
{
    private const int mostNoteCharacters = 1000;

    /// <summary>What is said to the decision; it is kept with it and shown to colleagues.</summary>
    public sealed record Decision(string? Note);

    /// <summary>Adds the routes. Which scope is needed stands in the approval, so it is checked in the use case.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/approvals/{id:guid}/approve", (Guid id, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time) => HandleAsync(id, approve: true, body, http, approvals, time)).NeedsScope(Scopes.ReadAgents);
        routes.MapPost("/approvals/{id:guid}/reject", (Guid id, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time) => HandleAsync(id, approve: false, body, http, approvals, time)).NeedsScope(Scopes.ReadAgents);
    }

    private static async Task<IResult> HandleAsync(Guid id, bool approve, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time)
    {
        string? note = string.IsNullOrWhiteSpace(body?.Note) ? null : body.Note.Trim();
        if (note is { Length: > mostNoteCharacters }) return Problems.Invalid(("note", $"is {note.Length} characters long; the most is {mostNoteCharacters}"));
        try
        {
            // What was decided stays decided, whether or not the caller still waits for the answer.
            DecisionResult result = await approvals.DecideAsync(http.Caller(), id, approve, note, time.GetUtcNow(), CancellationToken.None);
            return result.Kind switch
            {
                DecisionKind.NotFound => Problems.NotFound("approval"),
                DecisionKind.ScopeMissing => Problems.Of(403, "scope_missing", "This needs another scope", $"Deciding this approval needs the scope {result.Approval!.NeededScope}."),
                DecisionKind.NoPerson => Problems.Of(403, "person_required", "A person must decide", "Approvals are decided by a member of the staff, with a key of their own."),
                _ => Results.Ok(ApprovalView.Of(result.Approval!)),
            };
        }
        catch (DomainRuleException rule)
        {
            return rule.Rule == "self_approval"
                ? Problems.Of(403, rule.Rule, "Somebody else must decide", rule.Message)
                : Problems.Of(409, rule.Rule, "It cannot be decided so any more", rule.Message);
        }
    }
}
