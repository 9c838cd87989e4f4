using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Outbox;

/// <summary>What came of beginning an attempt.</summary>
/// <param name="Status">Where the entry stands now: sending, or its outcome when it has one.</param>
/// <param name="Attempt">Which attempt it is, 1 for the first.</param>
/// <param name="IsNew">Whether this call began it; false when another one had and left no outcome, or when there is an outcome.</param>
public sealed record AttemptBegun(OutboxStatus Status, int Attempt, bool IsNew);

/// <summary>What an attempt came to, as it is recorded.</summary>
/// <param name="Status">Where the entry stands: pending when it is tried again.</param>
/// <param name="Answer">What the other side answered; null when nothing.</param>
/// <param name="Error">Why it was not performed or why nobody knows; null otherwise.</param>
/// <param name="Due">When it is tried again; null when at once or never.</param>
/// <param name="MayBeDone">Whether this attempt may have been performed although it is not known to be.</param>
public sealed record AttemptOutcome(OutboxStatus Status, string? Answer, string? Error, DateTimeOffset? Due = null, bool MayBeDone = false)
{
    /// <summary>What the other side said, for the log of attempts; null when nothing came back.</summary>
    public PortResponse? Response { get; init; }

    /// <summary>Whether it was given up because it was tried for so long.</summary>
    public bool IsGivenUp { get; init; }
}

/// <summary>The rows of the outbox, as its delivery needs them. Each write is one commit with the step of the run that delivers; none is made when the run was taken over.</summary>
public interface IOutboxStore
{
    /// <summary>An entry as it stands; null when there is none.</summary>
    Task<OutboxEntry?> FindAsync(Guid tenantId, Guid entryId, CancellationToken cancellationToken);

    /// <summary>
    /// Marks an entry that waits as being sent; another one stays as it is. That somebody asked to cancel the run is told by the next write: what has begun gets
    /// its outcome.
    /// </summary>
    /// <returns>What was recorded, and the run's next fence; no fence when the run was taken over, and then nothing was written.</returns>
    Task<(AttemptBegun Result, RunAdvanced? Next)> BeginAsync(RunFence fence, string step, Guid entryId, CancellationToken cancellationToken);

    /// <summary>Stores what an attempt came to, and the note for the staff in the entry's conversation when there are both.</summary>
    /// <returns>The run's next fence; null when the run was taken over, and then nothing was written.</returns>
    Task<RunAdvanced?> SettleAsync(RunFence fence, string step, Guid entryId, AttemptOutcome outcome, string? note, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends an entry whose delivery was cancelled: as failed when it was surely not performed, else as unknown with the note for the staff. One with an outcome keeps it.</summary>
    /// <returns>Where the entry stands, and the run's next fence; no fence when the run was taken over, and then nothing was written.</returns>
    Task<(OutboxStatus Result, RunAdvanced? Next)> WithdrawAsync(RunFence fence, string step, Guid entryId, bool mayBeDone, string why, string note, DateTimeOffset at, CancellationToken cancellationToken);
}
