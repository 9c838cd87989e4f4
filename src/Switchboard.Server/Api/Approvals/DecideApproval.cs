using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Actions;

namespace Switchboard.Server.Api.Approvals;

/// <summary>POST /approvals/{id}/approve and /reject: decides it, and goes on with what waits for it. The same decision again changes nothing and gives the same answer.</summary>
public static class DecideApproval
{
    private const int mostNoteCharacters = 1000;

    /// <summary>What is said to the decision; it is kept with it and shown to colleagues. The installation's own command line also says who decides, by e-mail address.</summary>
    public sealed record Decision(string? Note, string? As = null);

    /// <summary>Adds the routes. Which scope is needed stands in the approval, so it is checked in the use case.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/approvals/{id:guid}/approve", (Guid id, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time) => HandleAsync(id, approve: true, body, http, approvals, time)).NeedsScope(Scopes.ReadAgents).Produces<ApprovalView>().Example(new { note = "As agreed." });
        routes.MapPost("/approvals/{id:guid}/reject", (Guid id, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time) => HandleAsync(id, approve: false, body, http, approvals, time)).NeedsScope(Scopes.ReadAgents).Produces<ApprovalView>().Example(new { note = "Not this time." });
    }

    private static async Task<IResult> HandleAsync(Guid id, bool approve, Decision? body, HttpContext http, ApprovalStore approvals, TimeProvider time)
    {
        string? note = string.IsNullOrWhiteSpace(body?.Note) ? null : body.Note.Trim();
        if (note is { Length: > mostNoteCharacters }) return Problems.Invalid(("note", $"is {note.Length} characters long; the most is {mostNoteCharacters}"));
        Actor actor = http.Caller();
        if (body?.As is { } email)
        {
            if (actor is not SystemActor) return Problems.Invalid(("as", "is for the command line of the installation; a key decides for its owner"));
            if (await approvals.PersonAsync(actor.TenantId, email, http.RequestAborted) is not { } person) return Problems.Invalid(("as", $"names no active member of the staff: there is none with the address {email}"));
            actor = person;
        }

        try
        {
            // What was decided stays decided, whether or not the caller still waits for the answer.
            DecisionResult result = await approvals.DecideAsync(actor, id, approve, note, time.GetUtcNow(), CancellationToken.None);
            return result.Kind switch
            {
                DecisionKind.NotFound => Problems.NotFound("approval"),
                DecisionKind.ScopeMissing => Problems.Of(403, "scope_missing", "This needs another scope", $"Deciding this approval needs the scope {result.Approval!.NeededScope}."),
                DecisionKind.NoPerson => Problems.Of(403, "person_required", "A person must decide", "Approvals are decided by a member of the staff: with a key of their own, or on the command line with --as and their address."),
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
