using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;

namespace Switchboard.Core.Runs;

/// <summary>Told what the executor met, so that it can be logged where logging lives.</summary>
public delegate void RunFailed(RunRef run, int attempt, Exception error);

/// <summary>Whether a failure is the database's own and passes: it is away, or full. Such a one is no attempt of the run; it stands as it was and is taken up again.</summary>
public delegate bool PassingFailure(Exception error);

/// <summary>Draws a number of 0..1 by which the pauses of runs that failed together are spread.</summary>
public delegate double RetrySpread();

/// <summary>
/// Carries out the runs of handlers: gives the handler its journal, and turns the way in which it comes back into an end, a pause before another attempt, or a
/// sleep. Work is done at least once and its result stored once; who has lost the run to another stores nothing.
/// </summary>
/// <param name="queue">The rows of the runs.</param>
/// <param name="handlers">The handlers.</param>
/// <param name="policy">How often a run may be begun.</param>
/// <param name="spread">Spreads the pauses.</param>
/// <param name="time">The clock.</param>
/// <param name="passes">Tells the database's trouble from the run's.</param>
/// <param name="failed">Told of what failed.</param>
/// <param name="live">Where runs tell how far they are between two steps; null when nowhere.</param>
public sealed class HandlerExecutor(
    IRunQueue queue, RunHandlers handlers, DeskPolicy policy, RetrySpread spread, TimeProvider time, PassingFailure passes, RunFailed failed, IRunProgress? live = null) : IRunExecutor
{
    /// <summary>How often a run is taken up again at once when its rows could not be read or written.</summary>
    private const int mostTries = 3;

    /// <summary>The name under which a failure outside any step is counted.</summary>
    private const string wholeRun = "run";

    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(250);
    private readonly IRunProgress progress = live ?? new NoRunProgress();

    /// <inheritdoc />
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        Run? before = null;
        for (int n = 1; ; n++)
        {
            try
            {
                if (await queue.LoadAsync(run, cancellationToken) is not { } taken) return null;
                // Lost to another process; or to itself, when a commit went through whose answer did not come: then nobody else carries it out.
                if (before is not null && before.NodeId != taken.Run.NodeId) return null;
                before = taken.Run;
                FinishResult result = await CarryOutAsync(run, taken, cancellationToken);
                if (result.Finished || n >= mostTries) return result.Next;
            }
            catch (Exception error) when (!IsCancelled(error, cancellationToken))
            {
                // What the run itself does is stored with it; here its rows could not be read or written. It stands as it was, and the dispatcher takes it up again.
                failed(run, 0, error);
                if (n >= mostTries) return null;
                await Task.Delay(firstPause * Math.Pow(2, n - 1), time, cancellationToken);
            }
        }
    }

    private async Task<FinishResult> CarryOutAsync(RunRef run, RunJournal taken, CancellationToken cancellationToken)
    {
        var context = new RunContext(taken, queue, time, progress);
        if (context.CancelAsked) return await CancelledAsync(context, cancellationToken);
        if (handlers.Find(taken.Run.Handler) is not { } handler)
            return await FailedAsync(context, RunFailures.UnknownHandler, $"Nothing in this version carries out \"{taken.Run.Handler}\".", cancellationToken);
        int mostStarts = handler.MostStarts ?? policy.MostStarts;
        if (taken.Run.Attempts >= mostStarts)
            return await FailedAsync(context, RunFailures.Poison, $"It was begun {taken.Run.Attempts} times without getting any further; the process ended each time, or the step failed.", cancellationToken);

        string? result;
        try
        {
            object? returned = await handler.ExecuteAsync(context, cancellationToken);
            context.RequireConsumed();
            result = returned is null ? null : Json.Write(returned);
        }
        catch (RunEndedException)
        {
            return new FinishResult(Finished: false, Next: null);
        }
        catch (RunCancelledException)
        {
            return await CancelledAsync(context, cancellationToken);
        }
        catch (RunSleepsException sleep)
        {
            return await PauseAsync(context, new RunPaused(taken.Run.Id, sleep.Due, null, 0, null), keepsPlace: false, cancellationToken);
        }
        catch (JournalMismatchException mismatch)
        {
            failed(run, context.Attempts, mismatch);
            return await FailedAsync(context, RunFailures.JournalMismatch, mismatch.Message, cancellationToken);
        }
        catch (StepRetryException step) when (!passes(step))
        {
            return await StepFailedAsync(run, context, step.Step, step.Rule, mostStarts, step.InnerException!, cancellationToken);
        }
        catch (Exception error) when (!IsCancelled(error, cancellationToken) && !passes(error))
        {
            return await StepFailedAsync(run, context, wholeRun, RetryRule.Default, mostStarts, error, cancellationToken);
        }

        return await EndAsync(context, RunStatus.Succeeded, result, null, null, cancellationToken);
    }

    private async Task<FinishResult> StepFailedAsync(RunRef run, RunContext context, string step, RetryRule rule, int mostStarts, Exception error, CancellationToken cancellationToken)
    {
        int attempts = context.Attempts + 1;
        failed(run, attempts, error);
        if (context.CancelAsked) return await CancelledAsync(context, cancellationToken);

        var known = error as StepFailedException;
        string why = known is null ? $"{error.GetType().Name}: {error.Message}" : known.Message;
        if (known is { CanRetry: false }) return await FailedAsync(context, known.Code.Length > 0 ? known.Code : RunFailures.StepFailed, $"The step {step} failed: {why}", cancellationToken);
        if (attempts >= Math.Min(rule.MostAttempts, mostStarts))
            return await FailedAsync(context, RunFailures.AttemptsExhausted, $"The step {step} was tried {attempts} times; at last: {why}", cancellationToken);

        TimeSpan pause = rule.PauseAfter(attempts, spread());
        if (known?.NotBefore > pause) pause = known.NotBefore.Value;
        return await PauseAsync(context, new RunPaused(context.Run.Id, context.Clock + pause, step, attempts, why), keepsPlace: true, cancellationToken);
    }

    private Task<FinishResult> PauseAsync(RunContext context, RunPaused paused, bool keepsPlace, CancellationToken cancellationToken) =>
        queue.PauseAsync(new RunPause(context.Fence, paused.Until, keepsPlace, paused.Attempt, [], [new PendingEvent(StreamEvents.RunPaused, Json.Write(paused))]), cancellationToken);

    private Task<FinishResult> CancelledAsync(RunContext context, CancellationToken cancellationToken) =>
        EndAsync(context, RunStatus.Cancelled, null, RunFailures.Cancelled, "It was cancelled.", cancellationToken);

    private Task<FinishResult> FailedAsync(RunContext context, string code, string error, CancellationToken cancellationToken) =>
        EndAsync(context, RunStatus.Failed, null, code, error, cancellationToken);

    private Task<FinishResult> EndAsync(RunContext context, RunStatus status, string? result, string? code, string? error, CancellationToken cancellationToken)
    {
        DateTimeOffset now = context.Clock;
        var finished = new RunFinished(context.Run.Id, status, code, (long)(now - context.Run.CreatedAt).TotalMilliseconds);
        return queue.EndAsync(new RunEnding(context.Fence, status, result, code, error, [], [new PendingEvent(StreamEvents.RunFinished, Json.Write(finished))], now), cancellationToken);
    }

    private static bool IsCancelled(Exception error, CancellationToken cancellationToken) => error is OperationCanceledException && cancellationToken.IsCancellationRequested;

    /// <summary>What the event of a pause says. Step and error are null when the run sleeps by itself.</summary>
    private sealed record RunPaused(Guid RunId, DateTimeOffset Until, string? Step, int Attempt, string? Error);
}
