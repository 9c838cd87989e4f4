using System.Text.Json.Serialization;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Evaluation;

/// <summary>Which way a metric improves. A metric with none is shown beside a baseline and never judged: times of shared machines vary by a factor of ten.</summary>
public enum Better
{
    /// <summary>More is better: a share of right answers.</summary>
    Higher,

    /// <summary>Less is better: a share of wrong refusals, a calibration error.</summary>
    Lower,

    /// <summary>Not judged: a time.</summary>
    None,
}

/// <summary>A measured value with its 95 % interval and the number of items it rests on. Shares are 0..1, <c>*_ms</c> milliseconds, <c>*_seconds</c> seconds.</summary>
public sealed record EvaluationMetric(string Name, double Value, double Low, double High, int N)
{
    /// <summary>Which way it improves; not part of the report, since the name says it.</summary>
    [JsonIgnore]
    public Better Better { get; init; } = Better.Higher;
}

/// <summary>An item whose answer was not the labelled one.</summary>
/// <param name="Set">The file or part of the data it comes from.</param>
/// <param name="Query">The text that was asked.</param>
/// <param name="Expected">The label.</param>
/// <param name="Rank">Where the labelled answer stood, from 1; null when it was not among the answers or there is no ranking.</param>
/// <param name="Got">What came instead, best first.</param>
public sealed record EvaluationError(string Set, string Query, string Expected, int? Rank, IReadOnlyList<string> Got);

/// <summary>How often one label was taken for another.</summary>
public sealed record Confusion(string Expected, string Got, int Count);

/// <summary>What an evaluation found. <c>Data</c> names what was read; the errors are the first fifty, the confusions the fifty most frequent.</summary>
public sealed record EvaluationReport(string Task, string Data, IReadOnlyList<EvaluationMetric> Metrics, IReadOnlyList<EvaluationError> Errors)
{
    /// <summary>The most errors a report lists.</summary>
    public const int MostErrors = 50;

    /// <summary>The most confusions a report lists.</summary>
    public const int MostConfusions = 50;

    /// <summary>Which labels were taken for which, most frequent first; left out where there are no labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Confusion>? Confusions { get; init; }

    /// <summary>How each metric stands against the stored baseline; left out where none was named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricChange>? Changes { get; init; }

    /// <summary>Counts pairs of labels that differ, the most frequent first, ties by name.</summary>
    public static IReadOnlyList<Confusion> Confuse(IEnumerable<(string Expected, string Got)> pairs) =>
    [
        .. pairs.Where(p => p.Expected != p.Got).GroupBy(p => p).Select(g => new Confusion(g.Key.Expected, g.Key.Got, g.Count()))
            .OrderByDescending(c => c.Count).ThenBy(c => c.Expected, StringComparer.Ordinal).ThenBy(c => c.Got, StringComparer.Ordinal).Take(MostConfusions),
    ];
}

/// <summary>What to evaluate.</summary>
/// <param name="Data">A folder or file in the layout of the set.</param>
/// <param name="Train">A separate training part; null: cross-validation, for what is trained.</param>
/// <param name="Limit">Only the first items of each part, for intents so many of each label; null: all.</param>
/// <param name="Vectors">The vectors a search is also measured with; null: by words alone.</param>
public sealed record EvaluationRequest(string Data, string? Train = null, int? Limit = null, EvaluationVectors? Vectors = null);
