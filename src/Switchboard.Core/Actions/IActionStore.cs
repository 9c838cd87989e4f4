using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Actions;

/// <summary>For whom an action is asked and by which agent.</summary>
/// <param name="Actor">For whom: the rights are this one's.</param>
/// <param name="AgentId">The agent that asks; null when a person does.</param>
/// <param name="Capabilities">What the agent's card declares; null when a person asks.</param>
/// <param name="Role">A contact's role at the customer; null for all others.</param>
/// <param name="CustomerId">A contact's customer; null for all others.</param>
public sealed record ActionCaller(Actor Actor, string? AgentId, IReadOnlyCollection<string>? Capabilities, ContactRole? Role, Guid? CustomerId)
{
    /// <summary>Why the caller may not ask for the action; null when it may.</summary>
    public Domain.Policies.Clause? Forbids(DeskAction action)
    {
        if (Capabilities is not null && !Capabilities.Contains($"act:{action.Name}")) return new("capability_missing", $"The card of {AgentId} does not declare act:{action.Name}.");
        if (Actor is not ContactActor contact) return Actor.Has(action.Scope) ? null : new("scope_missing", $"{action.Name} needs the scope {action.Scope}.");
        if (contact.ContactId is null || contact.Proof == Proof.None || CustomerId is null) return new("proof_missing", "This is done for a customer's proven contact only.");
        return Role is { } role && action.ContactRoles.Contains(role) ? null : new("role_missing", $"{action.Name} is for the roles {string.Join(", ", action.ContactRoles.Select(r => r.ToString().ToLowerInvariant()))} at the customer.");
    }
}

/// <summary>The dialogue for which an action is performed, in the state it was read or last written, inside its turn.</summary>
/// <param name="Turn">The turn, running.</param>
/// <param name="TurnVersion">The version of the turn that was read or written last.</param>
/// <param name="DialogueId">The dialogue, waiting.</param>
/// <param name="DialogueVersion">The version of the dialogue that was read or written last.</param>
/// <param name="Steps">Steps of the dialogue that are not stored yet; they are stored before the performance's own.</param>
/// <param name="StepName">The performance's own step.</param>
public sealed record ActionPlace(RunRef Turn, int TurnVersion, Guid DialogueId, int DialogueVersion, IReadOnlyList<JournalEntry> Steps, string StepName);

/// <summary>What an action rests on.</summary>
/// <param name="Digest">The digest of the preview that was agreed to.</param>
/// <param name="ApprovalId">The approval; null when none was needed.</param>
public sealed record ActionGrant(string Digest, Guid? ApprovalId);

/// <summary>Says what actions would do, and does them once.</summary>
public interface IActionStore
{
    /// <summary>Says what the action would do now; nothing is changed.</summary>
    Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Does what was agreed to and records it as a step of the dialogue, in one transaction; does nothing but record it when it would be
    /// something else now. The recorded step is what makes it happen once.
    /// </summary>
    /// <exception cref="RunEndedException">Turn or dialogue were taken over or have ended; nothing was written.</exception>
    Task<Performance> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken);
}
