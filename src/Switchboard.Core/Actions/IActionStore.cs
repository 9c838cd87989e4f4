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

/// <summary>A dialogue that waits, in the state in which it was read or last written.</summary>
/// <param name="RunId">The dialogue.</param>
/// <param name="Version">The version that was read or written last.</param>
public sealed record ActingDialogue(Guid RunId, int Version);

/// <summary>Where an action is performed: a run of a handler, or a turn for one of its dialogues.</summary>
/// <param name="Run">The run or the turn, running, in the state in which it was read or last written.</param>
/// <param name="Dialogue">The dialogue whose journal the performance stands in; null when it stands in that of the run.</param>
/// <param name="Steps">Steps of that journal that are not stored yet; they are stored before the performance's own.</param>
/// <param name="StepName">The performance's own step.</param>
public sealed record ActionPlace(RunFence Run, ActingDialogue? Dialogue, IReadOnlyList<JournalEntry> Steps, string StepName)
{
    /// <summary>Whether what was done stays when the run does not come to its end.</summary>
    public bool Stays { get; init; }

    /// <summary>The run whose journal the performance stands in.</summary>
    public Guid JournalId => Dialogue?.RunId ?? Run.Run.RunId;

    /// <summary>The key under which it is done at most once: run and step.</summary>
    public string Key => $"{JournalId:N}/{StepName}";
}

/// <summary>What an action rests on.</summary>
/// <param name="Digest">The digest of the preview that was agreed to; null when it undoes what the same run did, to which nobody agrees beforehand.</param>
/// <param name="ApprovalId">The approval; null when none was needed.</param>
public sealed record ActionGrant(string? Digest, Guid? ApprovalId);

/// <summary>What came of performing an action, and the run behind it.</summary>
/// <param name="Performance">What came of it, as it stands in the journal.</param>
/// <param name="Next">The run or the turn in its new state.</param>
public sealed record ActionDone(Performance Performance, RunAdvanced Next);

/// <summary>Says what actions would do, and does them once.</summary>
public interface IActionStore
{
    /// <summary>Says what the action would do now; nothing is changed.</summary>
    Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Does what was agreed to and records it as a step of the place, in one transaction; does nothing but record it when it would be
    /// something else now. The recorded step is what makes it happen once.
    /// </summary>
    /// <exception cref="RunEndedException">The run, the turn or the dialogue was taken over or has ended; nothing was written.</exception>
    Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken);
}
