using Switchboard.Core.Runs;

namespace Switchboard.Core.Actions;

/// <summary>Work that an action leaves for later: a row that waits for its instant, stored with what the action changes. The work acts for the installation.</summary>
/// <param name="Handler">The name of the handler that carries it out.</param>
/// <param name="Subject">What it is about. Work of one subject follows each other.</param>
/// <param name="Input">What the handler takes, as JSON.</param>
/// <param name="Key">Asked for again under the same key there is no second one.</param>
public sealed record WorkLater(string Handler, string Subject, string Input, string Key)
{
    /// <summary>Not before this instant; null for as soon as may be.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>What it does.</summary>
    public RunKind Kind { get; init; } = RunKind.Job;
}
