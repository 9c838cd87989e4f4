using System.Diagnostics;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Telemetry;

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
/// <param name="actions">Performs the actions of runs, and undoes them.</param>
/// <param name="policy">How often a run may be begun, and how long an approval is waited for.</param>
/// <param name="spread">Spreads the pauses.</param>
/// <param name="time">The clock.</param>
/// <param name="passes">Tells the database's trouble from the run's.</param>
/// <param name="failed">Told of what failed.</param>
/// <param name="live">Where runs tell how far they are between two steps; null when nowhere.</param>
public sealed class HandlerExecutor(
    IRunQueue queue, RunHandlers handlers, RunActions actions, DeskPolicy policy, RetrySpread spread, TimeProvider time, PassingFailure passes, RunFailed failed, IRunProgress? live = null) : IRunExecutor
{
    /// <summary>How often a run is taken up again at once when its rows could not be read or written.</summary>
    private const int mostTries = 3;

    /// <summary>The name under which a failure outside any step is counted.</summary>
    private const string wholeRun = "run";

    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly RunCause cancelled = new(RunStatus.Cancelled, RunFailures.Cancelled, "It was cancelled.");
    private readonly RunUndoing undoing = new(actions);
    private readonly IRunProgress progress = live ?? new NoRunProgress();

    /// <inheritdoc />
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        Run? before = null;
        for (int n = 1; ; n++)
        {
            try
            {
                // A row that this process has just written itself is as good as read; what has become of it since is seen by the fence of the first write.
                if ((n == 1 && run.Fresh is { } fresh ? new RunJournal(fresh, []) : await queue.LoadAsync(run, cancellationToken)) is not { } taken) return null;
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
        using Activity? span = Spans.Run(taken.Run, time.GetUtcNow());
        RunHandler? handler = handlers.Find(taken.Run.Handler);
        int mostStarts = handler?.MostStarts ?? policy.MostStarts;
        // A run that was ending goes on with that and does nothing else, whatever its handler would do.
        if (RunUndoing.HasBegun(taken)) return await CloseAsync(run, taken, null, handler, cancellationToken);
        var context = new RunContext(taken, queue, actions, policy.ApprovalLife, time, progress, holds: true);
        if (context.CancelAsked) return await CloseAsync(run, taken, cancelled, handler, cancellationToken);
        if (handler is null) return await CloseAsync(run, taken, Failed(RunFailures.UnknownHandler, $"Nothing in this version carries out \"{taken.Run.Handler}\"."), handler, cancellationToken);
        if (taken.Run.Attempts >= mostStarts)
            return await CloseAsync(run, taken, Failed(RunFailures.Poison, $"It was begun {taken.Run.Attempts} times without getting any further; the process ended each time, or the step failed."), handler, cancellationToken);

        string? result;
        try
        {
            result = await ResultAsync(handler, context, cancellationToken);
        }
        catch (RunEndedException)
        {
            return new FinishResult(Finished: false, Next: null);
        }
        catch (RunCancelledException)
        {
            return await CloseAsync(run, context, cancelled, handler, cancellationToken);
        }
        catch (RunSleepsException)
        {
            RunPause rest = context.Rest.Pause(context.Fence, until => Told(new RunPaused(taken.Run.Id, until, null, 0, null)));
            return await queue.PauseAsync(rest, cancellationToken);
        }
        catch (JournalMismatchException mismatch)
        {
            failed(run, context.Attempts, mismatch);
            return await CloseAsync(run, context, Failed(RunFailures.JournalMismatch, mismatch.Message), handler, cancellationToken);
        }
        catch (StepRetryException step) when (!passes(step))
        {
            return await StepFailedAsync(run, context, step.Step, step.Rule, handler, step.InnerException!, cancellationToken);
        }
        catch (Exception error) when (!IsCancelled(error, cancellationToken) && !passes(error))
        {
            return await StepFailedAsync(run, context, wholeRun, RetryRule.Default, handler, error, cancellationToken);
        }

        // What is behind the last step is the handler's own reckoning, so its result needs no commit of its own: it is stored with the end.
        IReadOnlyList<JournalEntry> last = await context.TakeHeldAsync(cancellationToken);
        FinishResult ended = await EndAsync(context, RunStatus.Succeeded, result, null, null, last, cancellationToken);
        await context.QuietAsync();
        return ended;
    }

    /// <summary>What the handler comes to. When it does not, what it has done until then is stored first.</summary>
    private static async Task<string?> ResultAsync(RunHandler handler, RunContext context, CancellationToken cancellationToken)
    {
        try
        {
            object? returned = await handler.ExecuteAsync(context, cancellationToken);
            context.RequireConsumed();
            return returned is null ? null : Json.Write(returned);
        }
        catch (Exception error) when (error is not RunEndedException)
        {
            // Also when it was called off: what was done was done.
            await context.FlushAsync(CancellationToken.None);
            await context.QuietAsync();
            throw;
        }
    }

    private async Task<FinishResult> StepFailedAsync(RunRef run, RunContext context, string step, RetryRule rule, RunHandler handler, Exception error, CancellationToken cancellationToken)
    {
        failed(run, context.Attempts + 1, error);
        if (context.CancelAsked) return await CloseAsync(run, context, cancelled, handler, cancellationToken);
        (RunCause? end, RunPaused? pause) = AfterFailure(context, step, rule, handler.MostStarts ?? policy.MostStarts, error);
        return end is not null
            ? await CloseAsync(run, context, end, handler, cancellationToken)
            : await PauseAsync(context, pause!, cancellationToken);
    }

    /// <summary>Whether a failure is the end, or before which pause another attempt comes.</summary>
    private (RunCause? End, RunPaused? Pause) AfterFailure(RunContext context, string step, RetryRule rule, int mostStarts, Exception error)
    {
        int attempts = context.Attempts + 1;
        var known = error as StepFailedException;
        string why = known is null ? $"{error.GetType().Name}: {error.Message}" : known.Message;
        if (known is { CanRetry: false }) return (Failed(known.Code.Length > 0 ? known.Code : RunFailures.StepFailed, $"The step {step} failed: {why}"), null);
        if (attempts >= Math.Min(rule.MostAttempts, mostStarts)) return (Failed(RunFailures.AttemptsExhausted, $"The step {step} was tried {attempts} times; at last: {why}"), null);

        TimeSpan pause = rule.PauseAfter(attempts, spread());
        if (known?.NotBefore > pause) pause = known.NotBefore.Value;
        return (null, new RunPaused(context.Run.Id, context.Clock + pause, step, attempts, why));
    }

    /// <summary>Ends a run that does not come to its end. What it did is read from its stored journal, which is the one truth of it.</summary>
    private async Task<FinishResult> CloseAsync(RunRef run, RunContext context, RunCause cause, RunHandler? handler, CancellationToken cancellationToken) =>
        await queue.LoadAsync(run, cancellationToken) is { } taken && taken.Run.Version == context.Fence.Version
            ? await CloseAsync(run, taken, cause, handler, cancellationToken)
            : new FinishResult(Finished: false, Next: null);

    private async Task<FinishResult> CloseAsync(RunRef run, RunJournal taken, RunCause? cause, RunHandler? handler, CancellationToken cancellationToken)
    {
        // Why somebody wanted it ended was noted when it was asked for.
        if (cause is { Status: RunStatus.Cancelled } && taken.Run.Error is { } asked) cause = cause with { Error = asked };
        RunContext ending = undoing.Context(taken, queue, time);
        bool settles = handler is not null && RunHandlers.Settling.Contains(handler.Name);
        if (cause is { } plain && !RunUndoing.IsNeeded(taken) && !(settles && plain.Status == RunStatus.Cancelled)) return await EndAsync(ending, plain.Status, null, plain.Code, plain.Error, [], cancellationToken);

        string? result = null;
        // Only a run that was ending before has no cause given: it has one recorded.
        RunCause end = cause ?? cancelled;
        try
        {
            end = await RunUndoing.BeginAsync(ending, end, cancellationToken);
            if (taken.Run.Attempts >= policy.MostStarts) throw new StepFailedException(RunFailures.Poison, $"It was begun {taken.Run.Attempts} times and the process ended each time.", canRetry: false);
            if (settles && end.Status == RunStatus.Cancelled) await handler!.SettleCancelledAsync(ending, cancellationToken);
            RunUndone undone = await undoing.UndoAsync(ending, cancellationToken);
            end = RunUndoing.EndOf(end, undone);
            if (undone.Undone.Count + undone.StaysDone.Count > 0) result = Json.Write(undone);
        }
        catch (RunEndedException)
        {
            return new FinishResult(Finished: false, Next: null);
        }
        catch (Exception error) when (!IsCancelled(error, cancellationToken))
        {
            Exception cameOf = error is StepRetryException { InnerException: { } inner } ? inner : error;
            failed(run, ending.Attempts + 1, cameOf);
            (RunCause? given, RunPaused? pause) = AfterFailure(ending, (error as StepRetryException)?.Step ?? wholeRun, RetryRule.Default, policy.MostStarts, cameOf);
            if (given is null) return await PauseAsync(ending, pause!, cancellationToken);
            if (await queue.LoadAsync(run, cancellationToken) is not { } now || now.Run.Version != ending.Fence.Version) return new FinishResult(Finished: false, Next: null);
            RunUndone undone = RunUndoing.Abandoned(now, given.Error);
            end = RunUndoing.EndOf(end, undone);
            if (undone.StaysDone.Count == 0) end = given;
            result = Json.Write(undone);
        }

        return await EndAsync(ending, end.Status, result, end.Code, end.Error, [], cancellationToken);
    }

    private Task<FinishResult> PauseAsync(RunContext context, RunPaused paused, CancellationToken cancellationToken) =>
        queue.PauseAsync(new RunPause(context.Fence, paused.Until, KeepsPlace: true, paused.Attempt, [], [Told(paused)]), cancellationToken);

    private async Task<FinishResult> EndAsync(RunContext context, RunStatus status, string? result, string? code, string? error, IReadOnlyList<JournalEntry> steps, CancellationToken cancellationToken)
    {
        DateTimeOffset now = context.Clock;
        var finished = new RunFinished(context.Run.Id, status, code, (long)(now - context.Run.CreatedAt).TotalMilliseconds);
        FinishResult ended = await queue.EndAsync(new RunEnding(context.Fence, status, result, code, error, steps, [new PendingEvent(StreamEvents.RunFinished, Json.Write(finished))], now), cancellationToken);
        if (ended.Finished) Measures.Ended(context.Run, status, now);
        // The steps of the run have ended, so the span that is under way is its own.
        Activity.Current.Came(status, isFailure: status == RunStatus.Failed);
        return ended;
    }

    private static RunCause Failed(string code, string error) => new(RunStatus.Failed, code, error);

    private static PendingEvent Told(RunPaused paused) => new(StreamEvents.RunPaused, Json.Write(paused));

    private static bool IsCancelled(Exception error, CancellationToken cancellationToken) => error is OperationCanceledException && cancellationToken.IsCancellationRequested;

    /// <summary>What the event of a pause says. Step and error are null when the run sleeps by itself.</summary>
    private sealed record RunPaused(Guid RunId, DateTimeOffset Until, string? Step, int Attempt, string? Error);
}
