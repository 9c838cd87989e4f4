using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Switchboard.Core.Knowledge;

/// <summary>A measured value with its 95 % interval and the number of questions it rests on. Shares are 0..1, <c>p50_ms</c> is in milliseconds.</summary>
public sealed record EvaluationMetric(string Name, double Value, double Low, double High, int N);

/// <summary>A question whose labelled article was not the first hit.</summary>
public sealed record EvaluationError(string Set, string Query, string Expected, int? Rank, IReadOnlyList<string> Got);

/// <summary>What an evaluation found. <c>Data</c> names the folder that was read.</summary>
public sealed record EvaluationReport(string Task, string Data, IReadOnlyList<EvaluationMetric> Metrics, IReadOnlyList<EvaluationError> Errors);

/// <summary>Measures the search on a folder of articles with labelled questions.</summary>
public static class RetrievalEvaluation
{
    private const int depth = 20;
    private const int mostErrors = 50;
    private const int resamples = 2000;
    private const int seed = 20260101;

    private sealed record Label(string Query, string ArticleId, IReadOnlyList<string> LinkedFrom);

    /// <summary>
    /// Reads <c>content/**/*.md</c> and every <c>*.jsonl</c> file of <paramref name="folder"/> (<c>query</c>, <c>article_id</c>, optional
    /// <c>linked_from</c>, whose articles are left out of that ranking), indexes published and draft articles in memory, and reports for
    /// each label file hit@1, hit@5, mrr and recall@20 with 95 % percentile bootstrap intervals (2 000 resamples, fixed seed), and the
    /// median time of a search. <paramref name="limit"/> takes only the first questions of each file.
    /// </summary>
    public static EvaluationReport Run(string folder, int? limit = null, CancellationToken cancellationToken = default)
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = ReadArticles(folder, cancellationToken);
        var metrics = new List<EvaluationMetric>();
        var errors = new List<EvaluationError>();
        var times = new List<double>();

        foreach (string file in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            string set = Path.GetFileNameWithoutExtension(file);
            List<Label> labels = ReadLabels(file, limit);
            var ranks = new int?[labels.Count];
            for (int i = 0; i < labels.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Label label = labels[i];
                HashSet<Guid> excluded = [.. label.LinkedFrom.Where(ids.ContainsKey).Select(id => ids[id])];
                long started = Stopwatch.GetTimestamp();
                SearchResult found = index.Search(label.Query, depth, new SearchOptions { ExcludedArticleIds = excluded });
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                int rank = ids.TryGetValue(label.ArticleId, out Guid expected) ? found.Hits.TakeWhile(h => h.ArticleId != expected).Count() + 1 : int.MaxValue;
                ranks[i] = rank <= found.Hits.Count ? rank : null;
                if (ranks[i] != 1 && errors.Count < mostErrors)
                    errors.Add(new EvaluationError(set, label.Query, label.ArticleId, ranks[i], [.. found.Hits.Take(3).Select(h => h.Title)]));
            }
            metrics.Add(Measure($"{set}.hit@1", [.. ranks.Select(r => r == 1 ? 1.0 : 0)]));
            metrics.Add(Measure($"{set}.hit@5", [.. ranks.Select(r => r <= 5 ? 1.0 : 0)]));
            metrics.Add(Measure($"{set}.mrr", [.. ranks.Select(r => r is { } rank ? 1.0 / rank : 0)]));
            metrics.Add(Measure($"{set}.recall@20", [.. ranks.Select(r => r is not null ? 1.0 : 0)]));
        }
        if (times.Count > 0) metrics.Add(Median("p50_ms", times));
        return new EvaluationReport("retrieval", Path.GetFullPath(folder), metrics, errors);
    }

    /// <summary>The articles of such a folder as an index, with the index's id of each front-matter id. Files that do not parse are left out.</summary>
    public static (KnowledgeIndex Index, IReadOnlyDictionary<string, Guid> Ids) ReadArticles(string folder, CancellationToken cancellationToken = default)
    {
        string content = Path.Combine(folder, "content");
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var articles = new List<IndexedArticle>();
        foreach (string file in Directory.EnumerateFiles(content, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string relative = Path.GetRelativePath(content, file);
            if (ArticleFile.Parse(relative, File.ReadAllBytes(file)).Article is not { } article) continue;
            string key = article.ExternalId ?? article.RelativePath;
            Guid id = StableId(key);
            if (!ids.TryAdd(key, id)) continue;
            articles.Add(new IndexedArticle(id, article.ExternalId, article.Title, "/articles/" + article.Slug, article.Category, article.Language ?? "en", 1, article.Body, article.Updated));
        }
        return (KnowledgeIndex.Build(articles), ids);
    }

    // The same file has the same id in every evaluation, so that ties fall alike.
    private static Guid StableId(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    private static List<Label> ReadLabels(string file, int? limit)
    {
        var labels = new List<Label>();
        foreach (string line in File.ReadLines(file))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (labels.Count >= limit) break;
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            IReadOnlyList<string> from = row.TryGetProperty("linked_from", out JsonElement linked) && linked.ValueKind == JsonValueKind.Array
                ? [.. linked.EnumerateArray().Select(Value)] : [];
            labels.Add(new Label(Value(row.GetProperty("query")), Value(row.GetProperty("article_id")), from));
        }
        return labels;
    }

    private static string Value(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();

    private static EvaluationMetric Measure(string name, double[] values)
    {
        if (values.Length == 0) return new EvaluationMetric(name, 0, 0, 0, 0);
        (double low, double high) = Bootstrap(values, v => v.Average());
        return new EvaluationMetric(name, values.Average(), low, high, values.Length);
    }

    private static EvaluationMetric Median(string name, List<double> times)
    {
        (double low, double high) = Bootstrap([.. times], MedianOf);
        return new EvaluationMetric(name, MedianOf([.. times]), low, high, times.Count);
    }

    private static double MedianOf(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Percentile bootstrap (Efron): the 2.5 % and 97.5 % quantiles of the statistic over resamples with replacement.</summary>
    private static (double Low, double High) Bootstrap(double[] values, Func<double[], double> statistic)
    {
        var random = new Random(seed);
        var resample = new double[values.Length];
        var statistics = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            for (int i = 0; i < resample.Length; i++) resample[i] = values[random.Next(values.Length)];
            statistics[r] = statistic(resample);
        }
        Array.Sort(statistics);
        return (statistics[(int)(0.025 * (resamples - 1))], statistics[(int)Math.Ceiling(0.975 * (resamples - 1))]);
    }
}
