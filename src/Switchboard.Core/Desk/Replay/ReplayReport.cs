using System.Text.Json;

namespace Switchboard.Core.Desk.Replay;

/// <summary>Why a run cannot be replayed. The list is closed.</summary>
public enum ReplayRefusal
{
    /// <summary>It has not ended.</summary>
    NotFinished,

    /// <summary>What it stood on was not recorded: it is older than that record, or a person wrote and nothing was decided.</summary>
    NotRecorded,

    /// <summary>Its journal was deleted when its time was over.</summary>
    JournalDeleted,

    /// <summary>A message it was decided on is gone: erased or deleted.</summary>
    MessagesGone,

    /// <summary>The customer's person it answered is gone: erased or deleted.</summary>
    ContactGone,

    /// <summary>The journal of a dialogue that it went on with is gone.</summary>
    DialogueGone,

    /// <summary>The policies it was decided by are gone.</summary>
    PoliciesGone,

    /// <summary>The turn broke off and was given to people; what broke it is in no journal.</summary>
    TurnFailed,

    /// <summary>An agent that answered is no longer there: an operator's own, whose card was taken away.</summary>
    AgentGone,

    /// <summary>A dialogue is no turn: it is replayed with the turns of its conversation.</summary>
    PartOfTurns,

    /// <summary>Nothing in this version carries out such runs.</summary>
    NoHandler,

    /// <summary>A row that the run is about, and that its handler reads outside its steps, is gone.</summary>
    SubjectGone,

    /// <summary>This version cannot read what was recorded.</summary>
    Unreadable,
}

/// <summary>One thing that comes out otherwise than it was recorded.</summary>
/// <param name="Kind"><c>understand</c>, <c>context</c>, <c>route</c>, <c>decide:key</c>, <c>text</c>, <c>guard</c> or <c>step</c>.</param>
/// <param name="Name">Where: the step's full name, or the part of the reply.</param>
/// <param name="Recorded">What was recorded; null when nothing was.</param>
/// <param name="Recomputed">What comes out now; null when nothing does.</param>
public sealed record ReplayDifference(string Kind, string Name, JsonElement? Recorded, JsonElement? Recomputed);

/// <summary>What came of replaying a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Refusal">Why it cannot be replayed; null when it was.</param>
/// <param name="Detail">The same in words; null when it was replayed.</param>
/// <param name="Differences">What comes out otherwise; empty when nothing does.</param>
public sealed record ReplayReport(Guid RunId, ReplayRefusal? Refusal, string? Detail, IReadOnlyList<ReplayDifference> Differences)
{
    /// <summary>Whether it was replayed and everything came out as it was recorded.</summary>
    public bool Identical => Refusal is null && Differences.Count == 0;

    /// <summary>It cannot be replayed.</summary>
    public static ReplayReport Refused(Guid runId, ReplayRefusal refusal, string detail) => new(runId, refusal, detail, []);
}
