namespace Switchboard.Core.Agents.Kinds;

/// <summary>How bad an issue is.</summary>
public enum IssueSeverity { Critical, High, Medium, Low }

/// <summary>What becomes of a draft, the best first.</summary>
public enum Verdict { Pass, Revise, Block }

/// <summary>Where in the raw text, in UTF-16 units.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">Behind the last.</param>
public sealed record Place(int Start, int End);

/// <summary>What would mend an issue.</summary>
/// <param name="ReplaceWith">What stands in the place then; empty to drop it.</param>
public sealed record Fix(string ReplaceWith);

/// <summary>Something that is wrong with a draft.</summary>
/// <param name="Kind">What, as a code.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Place">Where.</param>
/// <param name="Excerpt">The words.</param>
/// <param name="Evidence">The evidence or the rule by which it is wrong.</param>
/// <param name="Fix">What would mend it; null when nothing surely does.</param>
public sealed record Issue(string Kind, IssueSeverity Severity, Place Place, string Excerpt, string Evidence, Fix? Fix = null)
{
    /// <summary>Why it is wrong, in words.</summary>
    public string? Why { get; init; }

    /// <summary>The class of the rule; null where there are none.</summary>
    public string? Class { get; init; }
}

/// <summary>What every guard says.</summary>
public abstract record GuardFinding
{
    /// <summary>What becomes of the draft.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>0..100, for charts; the verdict does not come from it.</summary>
    public int Score { get; init; } = 100;

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<Issue> Findings { get; init; } = [];

    /// <summary>The codes of what is wrong.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];
}

/// <summary>The rule by which issues make a verdict; the guards and the desk share it.</summary>
public static class Verdicts
{
    /// <summary>Any critical issue blocks; a high one or two of medium weight ask for a revision; all else passes.</summary>
    public static Verdict Of(IReadOnlyList<Issue> issues) =>
        issues.Any(i => i.Severity == IssueSeverity.Critical) ? Verdict.Block
        : issues.Any(i => i.Severity == IssueSeverity.High) || issues.Count(i => i.Severity == IssueSeverity.Medium) >= 2 ? Verdict.Revise
        : Verdict.Pass;

    /// <summary>100 less 40, 20, 8 and 2 for each issue by its weight, at least 0.</summary>
    public static int Score(IReadOnlyList<Issue> issues) => Math.Max(0, 100 - issues.Sum(i => i.Severity switch { IssueSeverity.Critical => 40, IssueSeverity.High => 20, IssueSeverity.Medium => 8, _ => 2 }));

    /// <summary>The issues in the order of the text, then by kind.</summary>
    public static IReadOnlyList<Issue> Sorted(IEnumerable<Issue> issues) => [.. issues.OrderBy(i => i.Place.Start).ThenBy(i => i.Kind, StringComparer.Ordinal)];
}

/// <summary>
/// An agent that judges a draft before it leaves. It gives issues with their weight, place and evidence; the verdict follows from them by one rule for all guards. It
/// changes nothing.
/// </summary>
/// <typeparam name="TDraft">The draft.</typeparam>
/// <typeparam name="TFacts">What it is judged by.</typeparam>
/// <typeparam name="TOutput">What it says beside the verdict.</typeparam>
public abstract class Guard<TDraft, TFacts, TOutput> : ComputingAgent<TDraft, TFacts, TOutput>
    where TDraft : class
    where TFacts : class
    where TOutput : GuardFinding
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Guard;

    /// <summary>Finds what is wrong. A <see cref="GuardFinding.Verdict"/> that is set here stands unless the issues make it worse.</summary>
    protected abstract Finding<TOutput> Check(TDraft draft, TFacts facts, AgentBasis basis);

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TDraft input, TFacts facts, AgentBasis basis) => Check(input, facts, basis).With(found =>
    {
        Verdict verdict = Verdicts.Of(found.Findings);
        return new Work<TOutput>(found with { Findings = Verdicts.Sorted(found.Findings), Verdict = verdict > found.Verdict ? verdict : found.Verdict, Score = Verdicts.Score(found.Findings) }, []);
    });
}
