using Switchboard.Core.Desk;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Api.Runs;

/// <summary>Waits for a run on behalf of a caller, who is told where to look for it when patience is over.</summary>
internal static class RunWait
{
    /// <summary>How long a call waits for the run it began.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the end of a run; false when it goes on after <paramref name="patience"/>, or when nobody is to wait any longer.</summary>
    /// <param name="dispatcher">Where runs are watched.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="subject">What the run is about.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">Events after this number.</param>
    /// <param name="patience">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="told">Gets each event of the run, and says whether to wait on.</param>
    /// <param name="cancellationToken">The caller goes away.</param>
    public static async Task<bool> EndedAsync(
        this IDispatcher dispatcher, Guid tenantId, string subject, Guid runId, long after, TimeSpan patience, TimeProvider time, Func<RunEvent, bool> told, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (RunEvent stored in dispatcher.WatchAsync(tenantId, subject, after, either.Token))
            {
                if (stored.RunId != runId) continue;
                bool goesOn = told(stored);
                if (stored.Kind == StreamEvents.RunFinished) return true;
                if (!goesOn) return false;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Patience is over: the run goes on.
        }

        return false;
    }
}
