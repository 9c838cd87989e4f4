using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Replay;

/// <summary>A turn that has ended, with all that is kept of it: its run, its steps, the messages up to it and the journals of the dialogues it touched.</summary>
public sealed record RecordedTurn
{
    /// <summary>The turn's run.</summary>
    public required Run Run { get; init; }

    /// <summary>The tenant as it is; what the turn was read by stands in its basis.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>The conversation as it is; where it stood then is in the turn's basis.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>The proven contact as it is; null for a visitor, and when the contact is gone.</summary>
    public Contact? Contact { get; init; }

    /// <summary>The message that triggered the turn; null when it is gone.</summary>
    public Message? Trigger { get; init; }

    /// <summary>The messages before it, oldest first, as the turn was given them.</summary>
    public required IReadOnlyList<Message> History { get; init; }

    /// <summary>The reply; null when there was none, or when it is gone.</summary>
    public Message? Reply { get; init; }

    /// <summary>The turn's own steps.</summary>
    public required IReadOnlyList<JournalEntry> Steps { get; init; }

    /// <summary>The dialogues that waited when it began, and those it opened.</summary>
    public required IReadOnlyList<RecordedDialogue> Dialogues { get; init; }

    /// <summary>The policies it was decided by; null when that version is gone.</summary>
    public CurrentPolicies? Policies { get; init; }
}

/// <summary>A dialogue's journal as one turn saw and left it.</summary>
/// <param name="RunId">The dialogue's run.</param>
/// <param name="Input">What it started with.</param>
/// <param name="Before">The steps that were there when the turn began; empty for a dialogue that the turn opened.</param>
/// <param name="Taken">The steps the turn took.</param>
public sealed record RecordedDialogue(Guid RunId, DialogueInput Input, IReadOnlyList<JournalEntry> Before, IReadOnlyList<JournalEntry> Taken);

/// <summary>Reads what ended runs recorded. It has no way to write.</summary>
public interface IRecordedRuns
{
    /// <summary>A turn with all that is kept of it; null when there is no such turn.</summary>
    Task<RecordedTurn?> TurnAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken);

    /// <summary>The turns of a conversation that have ended, in their order.</summary>
    Task<IReadOnlyList<Guid>> TurnsOfAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken);

    /// <summary>A run of any kind with its steps, whatever its state; null when there is none.</summary>
    Task<RunJournal?> RunAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken);
}
