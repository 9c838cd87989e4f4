namespace Switchboard.Core.Runs;

/// <summary>How far a run is, between two writes of its row.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version of the row at which it was told. A row in a later version knows better.</param>
/// <param name="Progress">0..1.</param>
public sealed record LiveProgress(Guid TenantId, Guid RunId, int Version, double Progress)
{
    /// <summary>Whether it counts beside what is known at a version; else it is a word of whoever has lost the run since.</summary>
    public bool IsBeyond(int version) => Version >= version;
}

/// <summary>
/// Where runs tell how far they are between two writes of their rows. What is told may be lost at any time, and nothing but its age hangs on it: the row is the truth.
/// No call fails because the place is away.
/// </summary>
public interface IRunProgress
{
    /// <summary>How often a run that only goes on writes its row: seldom while others are told in between.</summary>
    TimeSpan CommitEvery { get; }

    /// <summary>Tells it.</summary>
    Task TellAsync(LiveProgress progress, CancellationToken cancellationToken);

    /// <summary>What was told last; null when nothing is known.</summary>
    Task<LiveProgress?> LatestAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken);

    /// <summary>What is told from now on, until cancelled.</summary>
    IAsyncEnumerable<LiveProgress> WatchAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken);
}

/// <summary>Nobody is told between two writes, so the rows are written more often.</summary>
public sealed class NoRunProgress : IRunProgress
{
    /// <inheritdoc />
    public TimeSpan CommitEvery => TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public Task TellAsync(LiveProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<LiveProgress?> LatestAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken) => Task.FromResult<LiveProgress?>(null);

    /// <inheritdoc />
    public IAsyncEnumerable<LiveProgress> WatchAsync(Guid tenantId, Guid runId, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LiveProgress>();
}
