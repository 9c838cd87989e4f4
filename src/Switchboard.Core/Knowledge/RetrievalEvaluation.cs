using System.Diagnostics;
using Switchboard.Core.Evaluation;

namespace Switchboard.Core.Knowledge;

/// <summary>Measures the search on a folder of articles with labelled questions.</summary>
public static class RetrievalEvaluation
{
    private const int depth = 20;

    /// <summary>
    /// Indexes the articles of <see cref="RetrievalData"/> in memory and reports for each set of questions hit@1 and hit@5 (a labelled
    /// article is among the first so many), mrr (mean of one over the rank of the first labelled article, 0 beyond 20) and recall@20 (mean share
    /// of the labelled articles among the first 20), and the median time of a search. <paramref name="limit"/> takes only the first questions of each set.
    /// With <paramref name="vectors"/> each question is also asked with these fused in: <c>SET+NAME.*</c> are the figures of that, and <c>SET+NAME.gain.*</c> the mean
    /// difference to the words alone, question by question. Whose interval holds 0 does not measurably help.
    /// </summary>
    public static EvaluationReport Run(string folder, int? limit = null, EvaluationVectors? vectors = null, CancellationToken cancellationToken = default)
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = RetrievalData.Articles(folder, cancellationToken);
        var metrics = new List<EvaluationMetric>();
        var errors = new List<EvaluationError>();
        var times = new List<double>();

        foreach ((string set, IReadOnlyList<LabelledQuestion> questions) in RetrievalData.Questions(folder, limit))
        {
            var words = new List<Outcome>();
            var fused = new List<Outcome>();
            foreach (LabelledQuestion question in questions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                HashSet<Guid> excluded = [.. question.LinkedFrom.Where(ids.ContainsKey).Select(id => ids[id])];
                HashSet<Guid> expected = [.. question.ArticleIds.Where(ids.ContainsKey).Select(id => ids[id])];
                var options = new SearchOptions { ExcludedArticleIds = excluded };
                long started = Stopwatch.GetTimestamp();
                SearchResult found = index.Search(question.Query, depth, options);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

                words.Add(Outcome.Of(found, expected, question));
                if (words[^1].Rank != 1 && errors.Count < EvaluationReport.MostErrors)
                    errors.Add(new EvaluationError(set, question.Query, string.Join(", ", question.ArticleIds), words[^1].Rank, [.. found.Hits.Take(3).Select(h => h.Title)]));
                if (vectors is not null) fused.Add(Outcome.Of(index.Search(question.Query, depth, options with { Near = vectors.Near(index, question.Query, options) }), expected, question));
            }
            Add(metrics, set, words);
            if (vectors is null) continue;
            Add(metrics, $"{set}+{vectors.Name}", fused);
            metrics.Add(Gain("hit@1", o => o.Rank == 1 ? 1 : 0));
            metrics.Add(Gain("hit@5", o => o.Rank <= 5 ? 1 : 0));
            metrics.Add(Gain("mrr", o => o.Reciprocal));
            metrics.Add(Gain("recall@20", o => o.Recall));

            EvaluationMetric Gain(string name, Func<Outcome, double> value) => Measure.Mean($"{set}+{vectors.Name}.gain.{name}", [.. words.Zip(fused, (w, f) => value(f) - value(w))]);
        }
        if (times.Count > 0) metrics.Add(Measure.Median("p50_ms", times));
        return new EvaluationReport("retrieval", Path.GetFullPath(folder), metrics, errors);
    }

    private static void Add(List<EvaluationMetric> metrics, string name, IReadOnlyList<Outcome> outcomes)
    {
        metrics.Add(Measure.Share($"{name}.hit@1", [.. outcomes.Select(o => o.Rank == 1)]));
        metrics.Add(Measure.Share($"{name}.hit@5", [.. outcomes.Select(o => o.Rank <= 5)]));
        metrics.Add(Measure.Mean($"{name}.mrr", [.. outcomes.Select(o => o.Reciprocal)]));
        metrics.Add(Measure.Mean($"{name}.recall@20", [.. outcomes.Select(o => o.Recall)]));
    }

    /// <summary>Where the first labelled article stood, from 1, and the share of them that was found.</summary>
    private sealed record Outcome(int? Rank, double Recall)
    {
        public double Reciprocal => Rank is { } rank ? 1.0 / rank : 0;

        public static Outcome Of(SearchResult found, HashSet<Guid> expected, LabelledQuestion question)
        {
            int before = found.Hits.TakeWhile(h => !expected.Contains(h.ArticleId)).Count();
            return new Outcome(before < found.Hits.Count ? before + 1 : null, (double)found.Hits.Count(h => expected.Contains(h.ArticleId)) / question.ArticleIds.Count);
        }
    }
}
