using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core.Evaluation;

namespace Switchboard.Core.Knowledge;

/// <summary>Measures the search on a folder of articles with labelled questions.</summary>
public static class RetrievalEvaluation
{
    private const int depth = 20;

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
                if (ranks[i] != 1 && errors.Count < EvaluationReport.MostErrors)
                    errors.Add(new EvaluationError(set, label.Query, label.ArticleId, ranks[i], [.. found.Hits.Take(3).Select(h => h.Title)]));
            }
            metrics.Add(Measure.Share($"{set}.hit@1", [.. ranks.Select(r => r == 1)]));
            metrics.Add(Measure.Share($"{set}.hit@5", [.. ranks.Select(r => r <= 5)]));
            metrics.Add(Measure.Mean($"{set}.mrr", [.. ranks.Select(r => r is { } rank ? 1.0 / rank : 0)]));
            metrics.Add(Measure.Share($"{set}.recall@20", [.. ranks.Select(r => r is not null)]));
        }
        if (times.Count > 0) metrics.Add(Measure.Median("p50_ms", times));
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
}
