using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Engine;

/// <summary>
/// How work on the model takes hold of the engine's rows in its own transaction. The one place that writes past the change tracker: runs are journals, which the
/// audit does not keep, and a conversation is written as it is.
/// </summary>
internal static class Holds
{
    /// <summary>Takes hold of a run by its version: whoever read it before has lost from here on. False when it is in another version or another state; then nothing was written.</summary>
    public static bool Run(SwitchboardDb db, Guid runId, int version, RunStatus status) =>
        db.Runs.Where(r => r.Id == runId && r.Version == version && r.Status == status).ExecuteUpdate(set => set.SetProperty(r => r.Version, version + 1)) == 1;

    /// <summary>The same for a run whose step is stored with it: attempts begin anew with each stored step.</summary>
    public static bool RunForStep(SwitchboardDb db, Guid runId, int version) =>
        db.Runs.Where(r => r.Id == runId && r.Version == version && r.Status == RunStatus.Running)
            .ExecuteUpdate(set => set.SetProperty(r => r.Version, version + 1).SetProperty(r => r.Attempts, 0)) == 1;

    /// <summary>Takes hold of a conversation: its other writers, who number its messages and events too, come before or after. False when there is none.</summary>
    public static bool Conversation(SwitchboardDb db, Guid conversationId) =>
        db.Conversations.Where(c => c.Id == conversationId).ExecuteUpdate(set => set.SetProperty(c => c.LastActivityAt, c => c.LastActivityAt)) == 1;

    /// <summary>Ends the dialogues of a conversation that wait, so that nothing takes them up any more. The conversation is held.</summary>
    public static void EndDialogues(SwitchboardDb db, Guid conversationId, string why, DateTimeOffset at)
    {
        string subject = Subjects.Dialogue(conversationId);
        db.Runs.Where(r => r.Subject == subject && r.FinishedAt == null).ExecuteUpdate(set => set
            .SetProperty(r => r.Status, RunStatus.Cancelled).SetProperty(r => r.ErrorCode, RunFailures.Cancelled).SetProperty(r => r.Error, why)
            .SetProperty(r => r.Due, (DateTimeOffset?)null).SetProperty(r => r.FinishedAt, at).SetProperty(r => r.Version, r => r.Version + 1));
    }
}
