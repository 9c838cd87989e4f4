using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Conversations;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Runs;

/// <summary>Which runs a caller may see. Turns and dialogues hold customers' words: they belong to their conversation. Every other run is the staff's.</summary>
public static class RunAccess
{
    /// <summary>The kinds of runs that are jobs to the outside.</summary>
    public static readonly RunKind[] Jobs = [RunKind.Execution, RunKind.Workflow, RunKind.Job, RunKind.Delivery];

    /// <summary>The scope that reading a run of the kind needs.</summary>
    public static string ScopeOf(RunKind kind) => kind is RunKind.Turn or RunKind.Dialogue ? Scopes.ReadConversations : Scopes.ReadAgents;

    /// <summary>The run, or the answer to who may not see it.</summary>
    public static async Task<(Run? Run, IResult? Refusal)> FindAsync(SwitchboardDb db, Actor caller, Guid id, bool jobsOnly, CancellationToken cancellationToken)
    {
        string what = jobsOnly ? "job" : "run";
        Run? run = await db.Runs.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run is null || (jobsOnly && !Jobs.Contains(run.Kind))) return (null, Problems.NotFound(what));
        if (Subjects.DeskConversationOf(run.Subject) is { } conversation)
        {
            // Who may see the conversation may see its runs.
            if (await ConversationAccess.FindAsync(db, caller, conversation, cancellationToken) is null) return (null, Problems.NotFound(what));
        }
        else if (caller is ContactActor)
        {
            return (null, Problems.NotFound(what));
        }

        return caller is ContactActor || caller.Has(ScopeOf(run.Kind)) ? (run, null) : (null, Missing(ScopeOf(run.Kind)));
    }

    /// <summary>The caller lacks a scope.</summary>
    public static IResult Missing(string scope) => Problems.Of(403, "missing_scope", "The key may not do this.", $"This call needs the scope {scope}.");

    /// <summary>Stored JSON as a value; null when there is none.</summary>
    public static JsonElement? Value(string? json)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
