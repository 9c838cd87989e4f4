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
    /// </summary>
    public static EvaluationReport Run(string folder, int? limit = null, CancellationToken cancellationToken = default)
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = RetrievalData.Articles(folder, cancellationToken);
        var metrics = new List<EvaluationMetric>();
        var errors = new List<EvaluationError>();
        var times = new List<double>();

        foreach ((string set, IReadOnlyList<LabelledQuestion> questions) in RetrievalData.Questions(folder, limit))
        {
            var ranks = new List<int?>();
            var recalls = new List<double>();
            foreach (LabelledQuestion question in questions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                HashSet<Guid> excluded = [.. question.LinkedFrom.Where(ids.ContainsKey).Select(id => ids[id])];
                HashSet<Guid> expected = [.. question.ArticleIds.Where(ids.ContainsKey).Select(id => ids[id])];
                long started = Stopwatch.GetTimestamp();
                SearchResult found = index.Search(question.Query, depth, new SearchOptions { ExcludedArticleIds = excluded });
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

                int before = found.Hits.TakeWhile(h => !expected.Contains(h.ArticleId)).Count();
                int? rank = before < found.Hits.Count ? before + 1 : null;
                ranks.Add(rank);
                recalls.Add((double)found.Hits.Count(h => expected.Contains(h.ArticleId)) / question.ArticleIds.Count);
                if (rank != 1 && errors.Count < EvaluationReport.MostErrors)
                    errors.Add(new EvaluationError(set, question.Query, string.Join(", ", question.ArticleIds), rank, [.. found.Hits.Take(3).Select(h => h.Title)]));
            }
            metrics.Add(Measure.Share($"{set}.hit@1", [.. ranks.Select(r => r == 1)]));
            metrics.Add(Measure.Share($"{set}.hit@5", [.. ranks.Select(r => r <= 5)]));
            metrics.Add(Measure.Mean($"{set}.mrr", [.. ranks.Select(r => r is { } rank ? 1.0 / rank : 0)]));
            metrics.Add(Measure.Mean($"{set}.recall@20", recalls));
        }
        if (times.Count > 0) metrics.Add(Measure.Median("p50_ms", times));
        return new EvaluationReport("retrieval", Path.GetFullPath(folder), metrics, errors);
    }
}
