using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Switchboard.Core.Knowledge;

/// <summary>A question with the articles that answer it. The articles of <c>LinkedFrom</c> are left out of its ranking.</summary>
public sealed record LabelledQuestion(string Query, IReadOnlyList<string> ArticleIds, IReadOnlyList<string> LinkedFrom);

/// <summary>
/// A folder of articles with labelled questions. Articles are <c>content/**/*.md</c> (or .html), or <c>documents/*.json</c> with <c>id</c>,
/// <c>title</c> and <c>content</c>. Questions are <c>*.jsonl</c> with <c>query</c> and <c>article_id</c> or <c>article_ids</c> (optional
/// <c>linked_from</c>), or <c>tasks.json</c>, a list of tasks with <c>user_scenario.instructions</c> and <c>required_documents</c>.
/// </summary>
public static class RetrievalData
{
    /// <summary>The articles as an index in memory, with the index's id of each outer id. Files that do not parse are left out.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder holds no articles in either place.</exception>
    public static (KnowledgeIndex Index, IReadOnlyDictionary<string, Guid> Ids) Articles(string folder, CancellationToken cancellationToken = default)
    {
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        var articles = new List<IndexedArticle>();
        foreach ((string key, IndexedArticle article) in Read(folder, cancellationToken))
            if (ids.TryAdd(key, article.ArticleId)) articles.Add(article);
        return (KnowledgeIndex.Build(articles), ids);
    }

    /// <summary>The sets of questions by name, in the order of their names; at most <paramref name="limit"/> of each.</summary>
    /// <exception cref="InvalidDataException">A file is not in its layout.</exception>
    public static IReadOnlyList<(string Set, IReadOnlyList<LabelledQuestion> Questions)> Questions(string folder, int? limit = null)
    {
        var sets = new List<(string, IReadOnlyList<LabelledQuestion>)>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.jsonl").Append(Path.Combine(folder, "tasks.json")).Where(File.Exists).Order(StringComparer.Ordinal))
        {
            try
            {
                IEnumerable<LabelledQuestion> questions = file.EndsWith(".jsonl", StringComparison.Ordinal) ? Lines(file) : Tasks(file);
                sets.Add((Path.GetFileNameWithoutExtension(file), [.. questions.Take(limit ?? int.MaxValue)]));
            }
            catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"{file} is not in the layout of its kind: {wrong.Message}", wrong);
            }
        }
        return sets;
    }

    private static IEnumerable<(string Key, IndexedArticle Article)> Read(string folder, CancellationToken cancellationToken)
    {
        string content = Path.Combine(folder, "content");
        string documents = Path.Combine(folder, "documents");
        if (!Directory.Exists(content) && !Directory.Exists(documents)) throw new DirectoryNotFoundException($"There are no articles under {content} or {documents}.");
        if (Directory.Exists(content))
        {
            foreach (string file in Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Where(f => ArticleFile.FormatOf(f) is not null).Order(StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (ArticleFile.Read(Path.GetRelativePath(content, file), File.ReadAllBytes(file)).Article is not { } article) continue;
                string key = article.ExternalId ?? article.RelativePath;
                yield return (key, new IndexedArticle(StableId(key), article.ExternalId, article.Title, "/articles/" + article.Slug, article.Category, article.Language ?? "en", 1, article.Body, article.Updated));
            }
        }
        if (!Directory.Exists(documents)) yield break;
        foreach (string file in Directory.EnumerateFiles(documents, "*.json").Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement row = json.RootElement;
            string key = Value(row.GetProperty("id"));
            yield return (key, new IndexedArticle(StableId(key), key, Value(row.GetProperty("title")), "/articles/" + key, "", "en", 1, Value(row.GetProperty("content")), null));
        }
    }

    private static IEnumerable<LabelledQuestion> Lines(string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            IReadOnlyList<string> articles = row.TryGetProperty("article_ids", out JsonElement several) ? Values(several) : [Value(row.GetProperty("article_id"))];
            yield return new LabelledQuestion(Value(row.GetProperty("query")), articles, row.TryGetProperty("linked_from", out JsonElement linked) ? Values(linked) : []);
        }
    }

    private static IEnumerable<LabelledQuestion> Tasks(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (JsonElement task in json.RootElement.EnumerateArray())
        {
            if (!task.TryGetProperty("required_documents", out JsonElement required) || Values(required) is not { Count: > 0 } articles) continue;
            JsonElement told = task.GetProperty("user_scenario").GetProperty("instructions");
            // Told as a text, or as a few named texts.
            string query = told.ValueKind == JsonValueKind.Object ? string.Join('\n', told.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).Select(p => p.Value.GetString())) : Value(told);
            yield return new LabelledQuestion(query, articles, []);
        }
    }

    // The same file has the same id in every evaluation, so that ties fall alike.
    private static Guid StableId(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    private static List<string> Values(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(Value)] : [];

    private static string Value(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
}
