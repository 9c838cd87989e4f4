using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>
/// A file to import. A file that could not be read carries the reason instead of its bytes. Without a format the name tells it.
/// <c>Address</c> is where a page came from, <c>Source</c> the address it was asked for at.
/// </summary>
public sealed record ImportFile(string RelativePath, ReadOnlyMemory<byte> Bytes, string? Unreadable = null, ArticleFormat? Format = null, Uri? Address = null, Uri? Source = null);

/// <summary>A file that was not imported, and why.</summary>
public sealed record FailedFile(string Path, string Error);

/// <summary>What became of one file: added, changed, unchanged, archived or failed.</summary>
public sealed record FileReport(string Path, string Result, string? Error = null);

/// <summary>What an import did.</summary>
public sealed record ImportReport(int Added, int Changed, int Unchanged, int Archived, IReadOnlyList<FailedFile> Failed, IReadOnlyList<FileReport> Files)
{
    /// <summary>An import that did nothing.</summary>
    public static ImportReport Nothing { get; } = new(0, 0, 0, 0, [], []);

    /// <summary>This import and another one.</summary>
    public ImportReport And(ImportReport other) =>
        new(Added + other.Added, Changed + other.Changed, Unchanged + other.Unchanged, Archived + other.Archived, [.. Failed, .. other.Failed], [.. Files, .. other.Files]);
}

/// <summary>An import cannot be carried out at all; nothing was changed.</summary>
public sealed class ImportRefusedException(string message) : Exception(message);

/// <summary>How far an import is.</summary>
public sealed record ImportProgress(int Done, int Total, string Stage);

/// <summary>Imports a folder of Markdown and HTML, or pages of the web: unchanged files are left alone, vanished ones archived, broken ones named while the rest comes in. All changes are one commit.</summary>
public sealed class ArticleImport(ArticleStore store, KnowledgeBase knowledge, Tenants tenants, WebPages web, VectorUpkeep vectors, TimeProvider time)
{
    /// <summary>Reads pages and sitemaps and imports what they hold, one root after the other.</summary>
    /// <exception cref="ImportRefusedException">There is nothing to import, or a sitemap cannot be read.</exception>
    public async Task<ImportReport> ImportAsync(Actor actor, Tenant tenant, IReadOnlyList<Uri> addresses, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ImportReport report = ImportReport.Nothing;
        foreach (ImportSet set in await web.ReadAsync(addresses, progress, cancellationToken))
            report = report.And(await ImportAsync(actor, tenant, set.Root, set.Files, set.Partial, progress, cancellationToken));
        return report;
    }

    /// <summary>Imports files that are in memory.</summary>
    /// <exception cref="ImportRefusedException">There is nothing to import.</exception>
    public Task<ImportReport> ImportAsync(Actor actor, Tenant tenant, string root, IReadOnlyList<ImportFile> files, bool partial, IProgress<ImportProgress>? progress, CancellationToken cancellationToken) =>
        ImportAsync(actor, tenant, root, files.ToAsyncEnumerable(), files.Count, partial, progress, cancellationToken);

    /// <summary>Imports the files as they lie under the root, which tells the files of one import from those of another.</summary>
    /// <param name="actor">Who imports.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="root">The folder, absolute and with forward slashes.</param>
    /// <param name="files">The files. Each is let go when its article is read, so that they need not all be in memory.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="partial">Whether the files are not the whole folder; then nothing is archived.</param>
    /// <param name="progress">Told how far the import is.</param>
    /// <param name="cancellationToken">Breaks the import off before it writes.</param>
    /// <exception cref="ImportRefusedException">There is nothing to import.</exception>
    public async Task<ImportReport> ImportAsync(Actor actor, Tenant tenant, string root, IAsyncEnumerable<ImportFile> files, int count, bool partial, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var parsed = new List<ArticleFileResult>(count);
        await foreach (ImportFile file in files.WithCancellation(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            parsed.Add(file.Unreadable is { } why
                ? new ArticleFileResult(file.RelativePath, null, new ArticleFileError(file.RelativePath, why))
                : ArticleFile.Read(file.RelativePath, file.Bytes, file.Format, file.Address));
            progress?.Report(new ImportProgress(parsed.Count, count, "reading"));
        }

        IReadOnlyList<ArticleFingerprint> existing = await store.FingerprintsAsync(tenant.Id, cancellationToken);
        ImportPlan plan = ImportPlan.Create(existing, parsed, root);
        if (plan.Refusal is { } refusal) throw new ImportRefusedException(refusal);
        if (partial) plan = plan with { Archived = [] };

        DateTimeOffset now = time.GetUtcNow();
        List<ArticleChange> changes =
        [
            .. plan.Added.Select(w => new InsertArticle(Guid.CreateVersion7(now), ToContent(w, tenant))),
            .. plan.Changed.Select(w => new UpdateArticle(w.ArticleId!.Value, ToContent(w, tenant))),
            .. plan.Unchanged.Where(k => k.PathChanged).Select(k => new MoveArticle(k.ArticleId, k.SourcePath)),
            .. plan.Archived.Select(a => new ArchiveArticle(a.ArticleId)),
        ];
        progress?.Report(new ImportProgress(count, count, "saving"));
        if (changes.Count > 0) await store.ApplyAsync(actor, changes, now, cancellationToken);

        progress?.Report(new ImportProgress(count, count, "indexing"));
        if (await tenants.FindAsync(tenant.Id, cancellationToken) is { } current)
        {
            await knowledge.SnapshotAsync(current, cancellationToken);
            await vectors.ChangedAsync(current, cancellationToken);
        }
        return Describe(plan, root);
    }

    private static ArticleContent ToContent(ImportWrite write, Tenant tenant) => new()
    {
        ExternalId = write.Article.ExternalId,
        SourcePath = write.SourcePath,
        Title = write.Article.Title,
        Slug = write.Article.Slug,
        Body = write.Article.Body,
        Category = write.Article.Category,
        Language = write.Article.Language ?? tenant.Locale.Split('-')[0],
        Status = write.Article.Draft ? ArticleStatus.Draft : ArticleStatus.Published,
        ContentHash = write.Article.ContentHash,
        LastVerified = write.Article.Updated,
    };

    private static ImportReport Describe(ImportPlan plan, string root)
    {
        // A page is told by its whole address: there is no folder that the reader of the report has in mind.
        bool web = root.StartsWith("http://", StringComparison.Ordinal) || root.StartsWith("https://", StringComparison.Ordinal);
        string Short(string path)
        {
            string inside = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..].TrimStart('/') : path;
            return web && !inside.StartsWith("http", StringComparison.Ordinal) ? path : inside;
        }
        IReadOnlyList<FailedFile> failed = [.. plan.Failed.Select(f => new FailedFile(Short(f.SourcePath), f.Line is { } line ? $"line {line}: {f.Message}" : f.Message))];
        return new ImportReport(plan.Added.Count, plan.Changed.Count, plan.Unchanged.Count, plan.Archived.Count, failed,
        [
            .. plan.Added.Select(w => new FileReport(Short(w.SourcePath), "added")),
            .. plan.Changed.Select(w => new FileReport(Short(w.SourcePath), "changed")),
            .. plan.Unchanged.Select(k => new FileReport(Short(k.SourcePath), "unchanged")),
            .. plan.Archived.Select(a => new FileReport(Short(a.SourcePath), "archived")),
            .. failed.Select(f => new FileReport(f.Path, "failed", f.Error)),
        ]);
    }
}
