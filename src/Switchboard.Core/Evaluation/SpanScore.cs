namespace Switchboard.Core.Evaluation;

/// <summary>A labelled or found place of a text.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last.</param>
public readonly record struct TypedSpan(string Type, int Start, int End);

/// <summary>
/// Counts what was found of labelled spans. A label is found by a span of its type that overlaps it; a found span that overlaps no label of its type is wrong. With
/// <c>exact</c> the ends must agree. Parts of one found span (a line of an address, say) are each counted.
/// </summary>
public sealed class SpanScore(string prefix, IReadOnlyList<string> types)
{
    private readonly Dictionary<string, List<(int Right, int Wrong, int Missed)>> counts = types.ToDictionary(t => t, _ => new List<(int, int, int)>(), StringComparer.Ordinal);
    private readonly List<(int Right, int Wrong, int Missed)> overlap = [];
    private readonly List<(int Right, int Wrong, int Missed)> exact = [];
    private readonly List<EvaluationError> errors = [];

    /// <summary>The first labels that were missed and spans that were wrong.</summary>
    public IReadOnlyList<EvaluationError> Errors => errors;

    /// <summary>Counts a text. Types outside the list are passed over.</summary>
    public void Add(string set, string text, IReadOnlyCollection<TypedSpan> labels, IReadOnlyCollection<TypedSpan> found)
    {
        var all = (Right: 0, Wrong: 0, Missed: 0);
        foreach ((string type, List<(int, int, int)> rows) in counts)
        {
            TypedSpan[] wanted = [.. labels.Where(l => l.Type == type)];
            TypedSpan[] got = [.. found.Where(f => f.Type == type)];
            TypedSpan[] missed = [.. wanted.Where(w => !got.Any(g => Overlaps(g, w)))];
            TypedSpan[] wrong = [.. got.Where(g => !wanted.Any(w => Overlaps(g, w)))];
            rows.Add((wanted.Length - missed.Length, wrong.Length, missed.Length));
            all = (all.Right + wanted.Length - missed.Length, all.Wrong + wrong.Length, all.Missed + missed.Length);
            foreach (TypedSpan span in missed) Report(span.Type, "nothing");
            foreach (TypedSpan span in wrong) Report("nothing", span.Type + ": " + text[span.Start..span.End]);
        }
        overlap.Add(all);
        TypedSpan[] labelled = [.. labels.Where(l => counts.ContainsKey(l.Type)).Distinct()];
        TypedSpan[] gotten = [.. found.Where(f => counts.ContainsKey(f.Type)).Distinct()];
        int same = labelled.Intersect(gotten).Count();
        exact.Add((same, gotten.Length - same, labelled.Length - same));

        void Report(string expected, string got)
        {
            if (errors.Count < EvaluationReport.MostErrors) errors.Add(new EvaluationError(set, text, expected, null, [got]));
        }
    }

    /// <summary>Precision, recall and F1 of each type, of all by overlap (<c>all</c>) and of all with equal ends (<c>exact</c>).</summary>
    public IReadOnlyList<EvaluationMetric> Metrics() =>
    [
        .. counts.Where(c => c.Value.Any(r => r != default)).SelectMany(c => Measure.PrecisionRecall(prefix + c.Key, c.Value)),
        .. Measure.PrecisionRecall(prefix + "all", overlap),
        .. Measure.PrecisionRecall(prefix + "exact", exact),
    ];

    private static bool Overlaps(TypedSpan a, TypedSpan b) => a.Start < b.End && b.Start < a.End;
}
