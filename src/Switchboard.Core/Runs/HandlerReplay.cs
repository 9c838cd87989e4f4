using System.Text.Json;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Replay;

namespace Switchboard.Core.Runs;

/// <summary>
/// Walks a handler over the journal of a run that has ended and compares the steps it asks for and what it ends with. No step's work is done, so nothing is
/// read, sent or written again.
/// </summary>
/// <param name="handlers">The handlers.</param>
/// <param name="actions">Takes the steps of actions; in a replay it comes to none that is not recorded.</param>
public sealed class HandlerReplay(RunHandlers handlers, RunActions actions)
{
    /// <summary>Replays a run of a handler.</summary>
    public async Task<ReplayReport> ReplayAsync(RunJournal recorded, CancellationToken cancellationToken)
    {
        Run run = recorded.Run;
        if (run.FinishedAt is null) return ReplayReport.Refused(run.Id, ReplayRefusal.NotFinished, $"The run is {run.Status.ToString().ToLowerInvariant()}; it can be replayed when it has ended.");
        if (handlers.Find(run.Handler) is not { } handler) return ReplayReport.Refused(run.Id, ReplayRefusal.NoHandler, $"Nothing in this version carries out \"{run.Handler}\".");
        if (recorded.Steps.Count == 0) return ReplayReport.Refused(run.Id, ReplayRefusal.JournalDeleted, "No step of the run is kept: it took none, or its journal was deleted when its time was over.");

        // What was undone on the way to its end is no step of the handler.
        var context = RunContext.Replayed(recorded with { Steps = RunUndoing.OfHandler(recorded) }, actions);
        try
        {
            object? returned = await handler.ExecuteAsync(context, cancellationToken);
            context.RequireConsumed();
            return Ended(run, returned is null ? null : Json.Write(returned));
        }
        catch (StepNotRecordedException missing)
        {
            return Stopped(run, context, missing);
        }
        catch (JournalMismatchException mismatch)
        {
            return Different(run, new ReplayDifference("step", "order", Value("the journal"), Value(mismatch.Message)));
        }
        catch (StepFailedException gone)
        {
            return ReplayReport.Refused(run.Id, ReplayRefusal.SubjectGone, gone.Message);
        }
        catch (JsonException unreadable)
        {
            return ReplayReport.Refused(run.Id, ReplayRefusal.Unreadable, $"This version cannot read what was recorded: {unreadable.Message}");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return Different(run, new ReplayDifference("step", "run", null, Value($"breaks off: {error.Message}")));
        }
    }

    private static ReplayReport Ended(Run run, string? result)
    {
        if (run.Status != RunStatus.Succeeded) return Different(run, new ReplayDifference("step", "end", Value(run.Status), Value(RunStatus.Succeeded)));
        JsonElement? before = Parse(run.Result), after = Parse(result);
        bool same = before is { } was && after is { } now ? JsonElement.DeepEquals(was, now) : before is null && after is null;
        return same ? new ReplayReport(run.Id, null, null, []) : Different(run, new ReplayDifference("step", "result", before, after));
    }

    /// <summary>A run that did not succeed stops at a step without a result, as it did then; one that succeeded has a result for each.</summary>
    private static ReplayReport Stopped(Run run, RunContext context, StepNotRecordedException missing)
    {
        if (run.Status == RunStatus.Succeeded) return Different(run, new ReplayDifference("step", missing.Step, null, Value("asked for, and nothing is recorded; the replay ends here")));
        try
        {
            context.RequireConsumed();
            return new ReplayReport(run.Id, null, null, []);
        }
        catch (JournalMismatchException left)
        {
            return Different(run, new ReplayDifference("step", missing.Step, Value(left.Message), null));
        }
    }

    private static ReplayReport Different(Run run, ReplayDifference difference) => new(run.Id, null, null, [difference]);

    private static JsonElement Value<T>(T value) => JsonSerializer.SerializeToElement(value, Json.Options);

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}
