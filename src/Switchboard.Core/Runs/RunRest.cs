using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Runs;

/// <summary>
/// What the branches of a run wait for when none of them can go on: the earliest of their instants, and the approvals they ask for, which are stored together
/// with the pause.
/// </summary>
internal sealed class RunRest
{
    /// <summary>A net below the trigger of an approval: should that be lost, the run looks for itself this long after the approval has ended.</summary>
    private static readonly TimeSpan afterExpiry = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly List<JournalEntry> steps = [];
    private readonly List<Approval> approvals = [];
    private readonly List<Guid> awaited = [];
    private DateTimeOffset? due;

    /// <summary>A branch sleeps until an instant.</summary>
    public RunSleepsException Until(DateTimeOffset instant)
    {
        lock (gate)
        {
            if (due is null || instant < due) due = instant;
        }

        return new RunSleepsException();
    }

    /// <summary>A branch asks for an approval.</summary>
    public RunSleepsException Asks(JournalEntry step, Approval approval)
    {
        lock (gate)
        {
            steps.Add(step);
            approvals.Add(approval);
        }

        return Until(approval.ExpiresAt + afterExpiry);
    }

    /// <summary>A branch waits for an approval it asked for earlier.</summary>
    public RunSleepsException Awaits(ApprovalAsked asked)
    {
        lock (gate) awaited.Add(asked.ApprovalId);
        return Until(asked.ExpiresAt + afterExpiry);
    }

    /// <summary>The pause with which the run waits.</summary>
    /// <param name="fence">The run.</param>
    /// <param name="told">Makes the event of the pause from its instant.</param>
    public RunPause Pause(RunFence fence, Func<DateTimeOffset, PendingEvent> told)
    {
        lock (gate)
        {
            DateTimeOffset until = due ?? throw new InvalidOperationException("Nothing is waited for.");
            PendingEvent[] events =
            [
                .. approvals.Select(a => new PendingEvent(StreamEvents.ApprovalRequired, Json.Write(new { ApprovalId = a.Id, a.NeededScope, a.ExpiresAt }))),
                told(until),
            ];
            return new RunPause(fence, until, KeepsPlace: false, Attempts: 0, [.. steps], events) { Approvals = [.. approvals], Awaited = [.. awaited] };
        }
    }
}
