using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;

namespace Switchboard.Core.Runs;

/// <summary>Why a run does not come to its end, recorded before anything is undone: from then on nothing else is done.</summary>
/// <param name="Status">Failed or cancelled.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Error">Why, in words.</param>
public sealed record RunCause(RunStatus Status, string Code, string Error);

/// <summary>What a run had done when it did not come to its end.</summary>
/// <param name="Step">The step that did it.</param>
/// <param name="Action">The action.</param>
/// <param name="Why">Why it stays done; null when it was undone.</param>
/// <param name="UndoFailed">Whether an action exists that undoes it, and failed.</param>
public sealed record RunEffect(string Step, string Action, string? Why, bool UndoFailed = false);

/// <summary>What became of what a run had done, as its result says.</summary>
/// <param name="Undone">What was undone, in that order: the last was first.</param>
/// <param name="StaysDone">What stays done.</param>
public sealed record RunUndone(IReadOnlyList<RunEffect> Undone, IReadOnlyList<RunEffect> StaysDone);

/// <summary>
/// Undoes what a run did when a step failed for good or somebody cancelled it: the last first, each as a step of its own, performed once. It needs the journal alone,
/// not the handler's code, so a run whose handler has changed or is gone is undone as well, and a process that ends in between is no end of it.
/// </summary>
/// <param name="actions">Performs what undoes.</param>
internal sealed class RunUndoing(RunActions actions)
{
    private const string mark = "end:run";

    /// <summary>Whether the run is on its way to its end already.</summary>
    public static bool HasBegun(RunJournal taken) => taken.Steps.Any(s => s.Name == mark);

    /// <summary>The steps that its handler took, without those of the way to its end.</summary>
    public static IReadOnlyList<JournalEntry> OfHandler(RunJournal taken) => [.. taken.Steps.TakeWhile(s => s.Name != mark)];

    /// <summary>Whether the run did something that must be undone or named.</summary>
    public static bool IsNeeded(RunJournal taken) => taken.Steps.Any(s => Effect(s) is not null);

    /// <summary>The context of the way to the end.</summary>
    public RunContext Context(RunJournal taken, IRunQueue queue, TimeProvider time) => RunContext.ToEnd(taken, [.. taken.Steps.SkipWhile(s => s.Name != mark)], queue, actions, time);

    /// <summary>Begins, or goes on: gives the cause that was recorded first.</summary>
    public static Task<RunCause> BeginAsync(RunContext ending, RunCause cause, CancellationToken cancellationToken) =>
        ending.OwnStepAsync("end", "run", _ => Task.FromResult(cause), cancellationToken);

    /// <summary>Undoes what can be undone.</summary>
    public async Task<RunUndone> UndoAsync(RunContext ending, CancellationToken cancellationToken)
    {
        List<RunEffect> undone = [], stays = [];
        foreach (JournalEntry step in ending.Before.Reverse())
        {
            if (Effect(step) is not { } done) continue;
            (string name, Reversal undo) = done;
            if (undo is not { Action: { } action, Arguments: { } arguments })
            {
                stays.Add(new RunEffect(step.Name, name, undo.Why));
                continue;
            }

            DeskAction back;
            try
            {
                back = DeskActions.Read(action, arguments);
            }
            catch (System.Text.Json.JsonException gone)
            {
                stays.Add(new RunEffect(step.Name, name, gone.Message, UndoFailed: true));
                continue;
            }

            Performance performed = await actions.UndoAsync(ending, step.Name, back, cancellationToken);
            if (performed.Kind == PerformanceKind.Performed) undone.Add(new RunEffect(step.Name, name, null));
            else stays.Add(new RunEffect(step.Name, name, $"{action} was refused: {performed.Clause.Text}", UndoFailed: true));
        }

        return new RunUndone(undone, stays);
    }

    /// <summary>How the run ends: as its cause says, or as one that could not be undone; with all that stays done in words.</summary>
    public static RunCause EndOf(RunCause cause, RunUndone undone)
    {
        if (undone.StaysDone.Count == 0) return cause;
        string named = string.Join("; ", undone.StaysDone.Select(s => $"{s.Action} ({s.Step}): {s.Why}"));
        string error = $"{cause.Error} What stays done: {named}";
        return undone.StaysDone.Any(s => s.UndoFailed) ? new RunCause(RunStatus.Failed, RunFailures.CompensationFailed, error) : cause with { Error = error };
    }

    /// <summary>What stays done when undoing it failed again and again: all that is not undone by now.</summary>
    public static RunUndone Abandoned(RunJournal taken, string error)
    {
        HashSet<string> tried = [.. taken.Steps.Where(s => s.Name.StartsWith("undo:", StringComparison.Ordinal) && Journal.ValueOf<Performance>(s).Kind == PerformanceKind.Performed).Select(s => s.Name["undo:".Length..])];
        List<RunEffect> undone = [], stays = [];
        foreach (JournalEntry step in taken.Steps.Reverse())
        {
            if (Effect(step) is not { } done) continue;
            if (tried.Contains(step.Name)) undone.Add(new RunEffect(step.Name, done.Action, null));
            else stays.Add(done.Undo.Action is null ? new RunEffect(step.Name, done.Action, done.Undo.Why) : new RunEffect(step.Name, done.Action, error, UndoFailed: true));
        }

        return new RunUndone(undone, stays);
    }

    /// <summary>What a step did; null when it performed nothing, or what it did is to stay.</summary>
    private static (string Action, Reversal Undo)? Effect(JournalEntry step)
    {
        if (!step.Name[RunContext.BranchOf(step.Name).Length..].StartsWith("perform:", StringComparison.Ordinal)) return null;
        return Journal.ValueOf<Performance>(step) is { Kind: PerformanceKind.Performed, Action: { } action, Undo: { } undo } ? (action, undo) : null;
    }
}
