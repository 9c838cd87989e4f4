namespace Switchboard.Core.Runs;

/// <summary>What one commit deleted of the journals of finished runs.</summary>
/// <param name="Runs">Runs that lost their journal; their rows stay.</param>
/// <param name="Steps">Steps that were deleted.</param>
/// <param name="Events">Events that were deleted.</param>
/// <param name="Through">The last run that was looked at, behind which the next commit begins; null when no more is to be done.</param>
public sealed record JournalsDeleted(int Runs, long Steps, long Events, Guid? Through);

/// <summary>Deletes what the engine need not keep. Each call is one commit, and doing it again deletes nothing more.</summary>
public interface IRunRetention
{
    /// <summary>
    /// Deletes steps and events of runs that ended at or before an instant. What has not ended keeps all, and so a dialogue that waits keeps its journal. The newest
    /// event of a subject stays, so that its numbers never begin anew for those who watch it.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="endedBy">The instant.</param>
    /// <param name="after">The run behind which to begin, in the order of ids.</param>
    /// <param name="rows">Rows to delete at most; a single run with more is deleted whole.</param>
    /// <param name="cancellationToken">Cancels what has not begun.</param>
    Task<JournalsDeleted> DeleteJournalsAsync(Guid tenantId, DateTimeOffset endedBy, Guid after, int rows, CancellationToken cancellationToken);

    /// <summary>Deletes effects on the outside that were sent or failed at or before an instant. One of which nobody knows whether it was performed stays until a person has said.</summary>
    /// <returns>How many were deleted; fewer than <paramref name="rows"/> when no more are there.</returns>
    Task<int> DeleteOutboxAsync(Guid tenantId, DateTimeOffset settledBy, int rows, CancellationToken cancellationToken);
}
