using System.Text.Json;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What came of work whose instant came.</summary>
/// <param name="Done">Whether it was done.</param>
/// <param name="Rule">The rule it was done by, or that forbids it.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="Result">What it ended with; null when it was not done.</param>
public sealed record DueDone(bool Done, string Rule, string Detail, JsonElement? Result)
{
    /// <summary>What came of an action.</summary>
    public static DueDone Of<TResult>(Outcome<TResult> outcome) where TResult : class => new(
        outcome.Kind == OutcomeKind.Performed, outcome.Clause.Rule, outcome.Clause.Text, outcome.Value is { } value ? JsonSerializer.SerializeToElement(value, Json.Options) : null);
}

/// <summary>Performs actions whose instant has come.</summary>
internal static class DueActions
{
    /// <summary>As often as the rows may change under it in a row before that counts as a failure.</summary>
    private const int mostPreviews = 20;

    private static readonly ActionTerms terms = new() { Stays = true };

    /// <summary>Performs an action by the rows as they are then. Nobody agreed to a preview, so when something changed behind it, what it would do now is previewed anew.</summary>
    public static async Task<Outcome<TResult>> PerformAsync<TResult>(RunContext run, DeskAction<TResult> action, CancellationToken cancellationToken) where TResult : class
    {
        for (int previews = 1; ; previews++)
        {
            Outcome<TResult> outcome = await run.PerformAsync(action.Name, action, terms, cancellationToken);
            if (outcome.Kind != OutcomeKind.Stale) return outcome;
            if (previews == mostPreviews) throw new StepFailedException("never_still", $"The rows of {action.Name} changed {previews} times under it.", canRetry: false);
        }
    }
}
