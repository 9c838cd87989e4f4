using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>The articles of the tenants' help centres.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="tenants">Told when a tenant's knowledge version grows.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class ArticleStore(Data data, Tenants tenants, IFaultPoints faults)
{
    private const int idsAtOnce = 500;

    /// <summary>What an import compares its files with: every article of the tenant, archived ones too.</summary>
    public async Task<IReadOnlyList<ArticleFingerprint>> FingerprintsAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Articles.OrderBy(a => a.Id)
            .Select(a => new ArticleFingerprint(a.Id, a.ExternalId, a.SourcePath, a.ContentHash, a.Status))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The version and the audience of each published article that is not held back.</summary>
    public async Task<IReadOnlyDictionary<Guid, ArticleState>> PublishedStatesAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Articles.Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null).Select(a => new { a.Id, a.Version, a.Audience })
            .ToDictionaryAsync(a => a.Id, a => new ArticleState(a.Version, a.Audience), cancellationToken);
    }

    /// <summary>These of the published articles that are not held back in full, for the index, by their ids.</summary>
    public async Task<IReadOnlyList<KbArticle>> PublishedAsync(Guid tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var articles = new List<KbArticle>(ids.Count);
        // A database takes so many parameters in one statement.
        foreach (Guid[] some in ids.Chunk(idsAtOnce))
            articles.AddRange(await db.Articles.AsNoTracking().Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null && some.Contains(a.Id)).OrderBy(a => a.Id).ToListAsync(cancellationToken));
        return articles;
    }

    /// <summary>The tenant's number as it stands in the database, which every process that changes what readers see has raised.</summary>
    public async Task<long> VersionAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Tenants.Where(t => t.Id == tenantId).Select(t => t.KnowledgeVersion).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>An article in whatever status; null when there is none.</summary>
    public async Task<KbArticle?> FindAsync(Guid tenantId, Guid articleId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Articles.SingleOrDefaultAsync(a => a.Id == articleId, cancellationToken);
    }

    /// <summary>Carries out a whole import, all of it or nothing.</summary>
    /// <param name="actor">Who imports.</param>
    /// <param name="changes">The changes; at most one for each article.</param>
    /// <param name="at">When the import is made.</param>
    /// <param name="cancellationToken">Cancels an import that has not begun to write.</param>
    /// <exception cref="InvalidOperationException">A change names an article that does not exist.</exception>
    public async Task<ArticlesApplied> ApplyAsync(Actor actor, IReadOnlyList<ArticleChange> changes, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArticlesApplied applied = await data.WriteAsync(actor, db => Apply(db, changes, at), cancellationToken);
        faults.Reached("import:after-commit");
        tenants.Forget();
        return applied;
    }

    private ArticlesApplied Apply(SwitchboardDb db, IReadOnlyList<ArticleChange> changes, DateTimeOffset at)
    {
        var touched = changes.Where(c => c is not InsertArticle).Select(c => c.Id).ToHashSet();
        Dictionary<Guid, KbArticle> articles = touched.Count == 0 ? [] : db.Articles.Where(a => touched.Contains(a.Id)).ToDictionary(a => a.Id);
        // A file that took over the path or the outer id of another article may be written before that one gave it up; so all give up first.
        FreeUniqueValues(db, changes, articles);

        int inserted = 0, updated = 0, archived = 0, moved = 0;
        bool seen = false;
        foreach (ArticleChange change in changes)
        {
            switch (change)
            {
                case InsertArticle insert:
                    KbArticle added = Create(db.TenantId, insert, at);
                    db.Articles.Add(added);
                    inserted++;
                    seen |= added.Status == ArticleStatus.Published;
                    break;
                case UpdateArticle update:
                    seen |= db.Revise(Existing(articles, update.Id), update.Content, author: null, at);
                    updated++;
                    break;
                case ArchiveArticle archive:
                    KbArticle old = Existing(articles, archive.Id);
                    seen |= old.Status == ArticleStatus.Published;
                    old.Status = ArticleStatus.Archived;
                    old.UpdatedAt = at;
                    archived++;
                    break;
                case LimitArticle limit:
                    seen |= Limit(Existing(articles, limit.Id), limit, at);
                    updated++;
                    break;
                case MoveArticle move:
                    Existing(articles, move.Id).SourcePath = move.SourcePath;
                    moved++;
                    break;
                default:
                    throw new InvalidOperationException($"{change.GetType().Name} is no change of an article.");
            }
        }

        Tenant tenant = db.Tenants.Single(t => t.Id == db.TenantId);
        if (seen) tenant.KnowledgeVersion++;
        faults.Reached("import:before-commit");
        return new ArticlesApplied(inserted, updated, archived, moved, tenant.KnowledgeVersion);
    }

    private static void FreeUniqueValues(SwitchboardDb db, IReadOnlyList<ArticleChange> changes, Dictionary<Guid, KbArticle> articles)
    {
        var after = changes.OfType<UpdateArticle>().ToDictionary(c => c.Id, c => (c.Content.ExternalId, c.Content.SourcePath));
        foreach (MoveArticle move in changes.OfType<MoveArticle>()) after[move.Id] = (Existing(articles, move.Id).ExternalId, move.SourcePath);
        bool freed = false;
        foreach ((Guid id, (string? externalId, string? sourcePath)) in after)
        {
            KbArticle article = Existing(articles, id);
            if (article.ExternalId is not null && article.ExternalId != externalId) (article.ExternalId, freed) = (null, true);
            if (article.SourcePath is not null && article.SourcePath != sourcePath) (article.SourcePath, freed) = (null, true);
        }

        if (freed) db.SaveChanges();
    }

    private static bool Limit(KbArticle article, LimitArticle limit, DateTimeOffset at)
    {
        bool isNoticed = article.Audience != limit.Audience || article.HoldReason is null != limit.HoldReason is null;
        article.Audience = limit.Audience;
        article.HeldAt = limit.HoldReason is null ? null : article.HeldAt ?? at;
        article.HoldReason = limit.HoldReason;
        article.UpdatedAt = at;
        return isNoticed && article.Status == ArticleStatus.Published;
    }

    private static KbArticle Create(Guid tenantId, InsertArticle insert, DateTimeOffset at) => new()
    {
        TenantId = tenantId,
        Id = insert.Id,
        ExternalId = insert.Content.ExternalId,
        SourcePath = insert.Content.SourcePath,
        Title = insert.Content.Title,
        Slug = insert.Content.Slug,
        Body = insert.Content.Body,
        Category = insert.Content.Category,
        Language = insert.Content.Language,
        Status = insert.Content.Status,
        Version = 1,
        ContentHash = insert.Content.ContentHash,
        LastVerified = insert.Content.LastVerified,
        UpdatedAt = at,
    };

    private static KbArticle Existing(Dictionary<Guid, KbArticle> articles, Guid id) =>
        articles.GetValueOrDefault(id) ?? throw new InvalidOperationException($"There is no article {id}; nothing of the import was written.");
}
