namespace Switchboard.Core.Runs;

/// <summary>Carries out the runs of one name. It is one per process and keeps nothing between runs.</summary>
public abstract class RunHandler
{
    /// <summary>The name by which runs ask for it, as stored: <c>outbox.deliver</c>. It is never given to another one.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// How often one step may be tried in a row, whether it failed or the process ended while it was under way, before the run is set aside; null for the desk's
    /// own figure. A rule that tries a step more often is cut to it.
    /// </summary>
    public virtual int? MostStarts => null;

    /// <summary>
    /// Carries out a run from its beginning. After a crash, a pause or a sleep it is called again from the start; recorded steps give their
    /// recorded results, so whatever can fail or differs between two executions must be a step of the context.
    /// </summary>
    /// <returns>The result as it is written into the run; null when there is none.</returns>
    public abstract Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken);

    /// <summary>Sets right what a cancelled run leaves behind, in steps of its own. Called for the handlers of <see cref="RunHandlers.Settling"/>.</summary>
    public virtual Task SettleCancelledAsync(RunContext run, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>How often a step is tried, and how long apart. Pauses grow twofold from the first to the longest and vary by up to a half, so that many which failed together do not come back together.</summary>
/// <param name="MostAttempts">Attempts in all; 1 for no second.</param>
/// <param name="FirstPause">Before the second attempt.</param>
/// <param name="LongestPause">At most.</param>
public sealed record RetryRule(int MostAttempts, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>Five attempts over about half a minute.</summary>
    public static readonly RetryRule Default = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>One attempt.</summary>
    public static readonly RetryRule Never = new(1, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>The pause after a number of failed attempts, 1 or more.</summary>
    /// <param name="failed">Attempts that failed so far.</param>
    /// <param name="spread">0..1: where in its range the pause lies; a random number that the caller draws.</param>
    public TimeSpan PauseAfter(int failed, double spread)
    {
        double whole = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failed - 1, 40)), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (spread / 2)));
    }
}

/// <summary>A step failed. Thrown by the work of a step that knows whether trying again can mend it; any other exception counts as mendable.</summary>
/// <param name="code">Why, as a code.</param>
/// <param name="message">Why, in words.</param>
/// <param name="canRetry">Whether another attempt may succeed.</param>
public sealed class StepFailedException(string code, string message, bool canRetry) : Exception(message)
{
    /// <summary>Why, as a code.</summary>
    public string Code => code;

    /// <summary>Whether another attempt may succeed.</summary>
    public bool CanRetry => canRetry;

    /// <summary>Not before this long from now, when whoever refused said so; null when nobody did.</summary>
    public TimeSpan? NotBefore { get; init; }
}
