using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Runs;

/// <summary>Asks for a run of a handler. Stored in the transaction of whoever asks, so it is there exactly when the rest is.</summary>
public sealed record RunRequest
{
    /// <summary>Who it acts for; it has this one's rights and no more.</summary>
    public required Actor Actor { get; init; }

    /// <summary>What it does.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>The name of the handler that carries it out.</summary>
    public required string Handler { get; init; }

    /// <summary>What it is about. Runs of one subject follow each other in the order in which they were asked for; a subject of its own lets a run go at once.</summary>
    public required string Subject { get; init; }

    /// <summary>What the handler takes, as JSON.</summary>
    public required string Input { get; init; }

    /// <summary>When it is asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The run's id; a new one from <see cref="At"/> unless the caller needs to know it before.</summary>
    public Guid? Id { get; init; }

    /// <summary>Which workers carry it out.</summary>
    public RunLane Lane { get; init; } = RunLane.Batch;

    /// <summary>Who is taken first among those that wait: the higher.</summary>
    public int Priority { get; init; }

    /// <summary>Not before this instant; null for as soon as may be.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The run that asks; null when none does.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>The span in which it is asked for; null where nothing is recorded.</summary>
    public string? Trace { get; init; } = Spans.Current;

    /// <summary>A second request under the same key in the tenant makes no second run; null when each one counts.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>What became of a request.</summary>
/// <param name="Run">The run, be it new or the one of an earlier request under the same key.</param>
/// <param name="IsNew">Whether this request made it.</param>
/// <param name="StartsNow">Whether it is marked as running and wants to be woken.</param>
public sealed record Enqueued(RunRef Run, bool IsNew, bool StartsNow);

/// <summary>A run of a handler as it was taken up: the row and what was recorded so far.</summary>
/// <param name="Run">The row, running.</param>
/// <param name="Steps">The recorded steps in their order.</param>
public sealed record RunJournal(Run Run, IReadOnlyList<JournalEntry> Steps);

/// <summary>Names a run in the state in which it was read or last written. A write under another version than the stored one is refused: somebody else has taken the run over.</summary>
/// <param name="Run">The run.</param>
/// <param name="Version">The version that was read or written last.</param>
public readonly record struct RunFence(RunRef Run, int Version);

/// <summary>Steps and events of a run that goes on, committed at once.</summary>
/// <param name="Fence">The run.</param>
/// <param name="Steps">The new steps.</param>
/// <param name="Events">The new events.</param>
/// <param name="Progress">How much is done, 0..1; null leaves what stands.</param>
public sealed record RunAdvance(RunFence Fence, IReadOnlyList<JournalEntry> Steps, IReadOnlyList<PendingEvent> Events, double? Progress = null);

/// <summary>A run that went on.</summary>
/// <param name="Fence">The run in its new state: the next write needs it.</param>
/// <param name="CancelAsked">Whether somebody asked meanwhile that it be cancelled.</param>
public sealed record RunAdvanced(RunFence Fence, bool CancelAsked);

/// <summary>What a run ends with, committed at once.</summary>
/// <param name="Fence">The run.</param>
/// <param name="Status">Succeeded, failed or cancelled.</param>
/// <param name="Result">The result as JSON; null when there is none.</param>
/// <param name="ErrorCode">Why it did not succeed; null when it did.</param>
/// <param name="Error">The same in words.</param>
/// <param name="Steps">Steps that were not stored yet.</param>
/// <param name="Events">Events that were not stored yet; run.finished is the last.</param>
/// <param name="At">When it ended.</param>
public sealed record RunEnding(RunFence Fence, RunStatus Status, string? Result, string? ErrorCode, string? Error, IReadOnlyList<JournalEntry> Steps, IReadOnlyList<PendingEvent> Events, DateTimeOffset At);

/// <summary>Puts a run off until an instant.</summary>
/// <param name="Fence">The run.</param>
/// <param name="Due">When it shall go on.</param>
/// <param name="KeepsPlace">True for a pause before another attempt: the runs behind it in its subject wait too. False for a sleep: they go on.</param>
/// <param name="Attempts">The attempts of the step that is being tried, as they stand now.</param>
/// <param name="Steps">Steps that were not stored yet.</param>
/// <param name="Events">Events that were not stored yet.</param>
public sealed record RunPause(RunFence Fence, DateTimeOffset Due, bool KeepsPlace, int Attempts, IReadOnlyList<JournalEntry> Steps, IReadOnlyList<PendingEvent> Events)
{
    /// <summary>The approvals the run asks for; they are stored with the pause, so that none is decided before the run waits for it.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>The approvals that were asked for before and are still waited for: when one is decided by now, the run goes on at once.</summary>
    public IReadOnlyList<Guid> Awaited { get; init; } = [];
}

/// <summary>What the event that ends a run of a handler says.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Code">Why it did not succeed; null when it did.</param>
/// <param name="DurationMs">Milliseconds from its being asked for to its end; null when it never began.</param>
public sealed record RunFinished(Guid RunId, RunStatus Status, string? Code, long? DurationMs);

/// <summary>The rows of the runs that handlers carry out. Each call is one commit, all or nothing.</summary>
public interface IRunQueue
{
    /// <summary>Stores a run in a transaction of its own and wakes it when it may begin. Whoever changes rows as well asks through their transaction instead.</summary>
    /// <exception cref="ArgumentException">The kind or the subject is one of the desk's own.</exception>
    Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a run that is running, with its journal; null when it is not running, or pauses.</summary>
    Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken);

    /// <summary>Stores steps and events and gives the fence of the next write, and whether cancelling was asked for; null when the run was taken over, and then nothing was written. Attempts begin anew with each stored step.</summary>
    Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken);

    /// <summary>Ends a run and marks its subject's next as running. Not finished when the run was taken over, and then nothing was written.</summary>
    Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken);

    /// <summary>Puts a run off. Not finished when the run was taken over, and then nothing was written.</summary>
    Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a run that waits or is queued at once, with an event, unless it must first undo or settle what it did; asks that one, and one that is running, to end
    /// at its next step, and wakes it when it pauses. The runs it asked for are asked to end as well. The status tells which, and of one that had ended how;
    /// null when there is no such run.
    /// </summary>
    Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Marks the runs whose instant has come as running, or as queued behind another of their subject, oldest first; gives those that want to be woken.</summary>
    Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
