using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>What is stored of an article, as far as an import compares it. <c>SourcePath</c> is absolute with / separators, null for an article that came from no file.</summary>
public sealed record ArticleFingerprint(Guid ArticleId, string? ExternalId, string? SourcePath, string ContentHash, ArticleStatus Status);

/// <summary>An article to write. <c>ArticleId</c> is null for a new one.</summary>
public sealed record ImportWrite(Guid? ArticleId, string SourcePath, ParsedArticle Article);

/// <summary>An article whose content stays. <c>PathChanged</c>: the stored path is to be replaced by <c>SourcePath</c>.</summary>
public sealed record ImportKept(Guid ArticleId, string SourcePath, bool PathChanged);

/// <summary>An article whose file is gone.</summary>
public sealed record ImportArchive(Guid ArticleId, string? ExternalId, string SourcePath);

/// <summary>A file that is not imported, with the reason.</summary>
public sealed record ImportFailure(string SourcePath, string Message, int? Line);

/// <summary>
/// What an import of a folder will do, decided before anything is written. <c>Refusal</c> is set when the whole import must not run;
/// all lists are empty then.
/// </summary>
public sealed record ImportPlan(
    IReadOnlyList<ImportWrite> Added,
    IReadOnlyList<ImportWrite> Changed,
    IReadOnlyList<ImportKept> Unchanged,
    IReadOnlyList<ImportArchive> Archived,
    IReadOnlyList<ImportFailure> Failed,
    string? Refusal = null)
{
    /// <summary>
    /// Compares the files of a folder with what is stored. An article is known by its front-matter id, else by its path. An article whose
    /// path lies under <paramref name="importRoot"/> and whose file is gone is archived; a file that failed keeps what is stored.
    /// </summary>
    public static ImportPlan Create(IEnumerable<ArticleFingerprint> existing, IReadOnlyList<ArticleFileResult> files, string importRoot)
    {
        string root = Slashes(importRoot).TrimEnd('/');
        if (files.Count == 0)
            return new ImportPlan([], [], [], [], [], $"No Markdown file was found under {importRoot}; nothing is imported and nothing is archived.");

        ArticleFingerprint[] stored = [.. existing];
        var byExternalId = new Dictionary<string, ArticleFingerprint>(StringComparer.Ordinal);
        var byPath = new Dictionary<string, ArticleFingerprint>(StringComparer.Ordinal);
        // Of two stored articles with one identity the one that is not archived is meant.
        foreach (ArticleFingerprint article in stored.OrderBy(a => a.Status == ArticleStatus.Archived ? 0 : 1))
        {
            if (article.ExternalId is { } id) byExternalId[id] = article;
            if (article.SourcePath is not null) byPath[Slashes(article.SourcePath)] = article;
        }

        var added = new List<ImportWrite>();
        var changed = new List<ImportWrite>();
        var unchanged = new List<ImportKept>();
        var failed = new List<ImportFailure>();
        var firstOfId = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<Guid>();
        var seenPaths = new HashSet<string>(StringComparer.Ordinal);

        foreach (ArticleFileResult file in files.OrderBy(f => f.RelativePath, StringComparer.Ordinal))
        {
            string path = root + "/" + Slashes(file.RelativePath).TrimStart('/');
            seenPaths.Add(path);
            if (file.Article is not { } article)
            {
                failed.Add(new ImportFailure(path, file.Error?.Message ?? "The file could not be read.", file.Error?.Line));
                continue;
            }
            if (article.ExternalId is { } externalId && !firstOfId.TryAdd(externalId, path))
            {
                failed.Add(new ImportFailure(path, $"The id {externalId} is already used by {firstOfId[externalId]}.", null));
                continue;
            }
            ArticleFingerprint? known = Known(article, path, byExternalId, byPath);
            if (known is not null && !seen.Add(known.ArticleId)) known = null;
            if (known is null) added.Add(new ImportWrite(null, path, article));
            else if (known.Status == ArticleStatus.Archived || known.ContentHash != article.ContentHash) changed.Add(new ImportWrite(known.ArticleId, path, article));
            else unchanged.Add(new ImportKept(known.ArticleId, path, Slashes(known.SourcePath) != path));
        }

        IEnumerable<ImportArchive> archived = stored
            .Where(a => a.Status != ArticleStatus.Archived && !seen.Contains(a.ArticleId) && !seenPaths.Contains(Slashes(a.SourcePath)) && IsUnder(Slashes(a.SourcePath), root))
            .OrderBy(a => a.SourcePath, StringComparer.Ordinal)
            .Select(a => new ImportArchive(a.ArticleId, a.ExternalId, a.SourcePath!));
        return new ImportPlan(added, changed, unchanged, [.. archived], failed);
    }

    private static ArticleFingerprint? Known(
        ParsedArticle article, string path, Dictionary<string, ArticleFingerprint> byExternalId, Dictionary<string, ArticleFingerprint> byPath)
    {
        if (article.ExternalId is { } id)
        {
            if (byExternalId.TryGetValue(id, out ArticleFingerprint? same)) return same;
            // The file got its id after it was first imported.
            return byPath.TryGetValue(path, out ArticleFingerprint? unnamed) && unnamed.ExternalId is null ? unnamed : null;
        }
        return byPath.GetValueOrDefault(path);
    }

    private static bool IsUnder(string path, string root) => path.StartsWith(root + "/", StringComparison.Ordinal);

    private static string Slashes(string? path) => path?.Replace('\\', '/') ?? string.Empty;
}
