using System.Collections.Concurrent;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>Where the published articles are read from.</summary>
public interface IPublishedArticles
{
    /// <summary>The version of a tenant's published articles; it grows with each change a reader can see.</summary>
    Task<long> VersionAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The state of each of a tenant's published articles that is not held back.</summary>
    Task<IReadOnlyDictionary<Guid, ArticleState>> ArticleStatesAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>These of a tenant's published articles in full; one that is not published any more, or held back, is left out.</summary>
    Task<IReadOnlyList<KbArticle>> ReadAsync(Guid tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>The words a tenant's people have accepted as meaning the same.</summary>
    Task<IReadOnlyList<Synonym>> SynonymsAsync(Guid tenantId, CancellationToken cancellationToken);
}

/// <summary>What of an article the index must notice: its version, and for whom it is.</summary>
/// <param name="Version">The article's version.</param>
/// <param name="Audience">public, signed_in, or the key of a plan.</param>
public readonly record struct ArticleState(int Version, string Audience);

/// <summary>An index, the version of the articles it was built from, and which articles they were.</summary>
public sealed record IndexSnapshot(long Version, KnowledgeIndex Index, IReadOnlySet<Guid> Articles);

/// <summary>
/// The search index of each tenant, kept in memory. The tenant's knowledge version in the database tells every process that the articles
/// changed; then the states of the articles are compared, and only those that changed are read, analysed and indexed.
/// </summary>
public sealed class KnowledgeBase(IPublishedArticles articles)
{
    private readonly ConcurrentDictionary<Guid, Entry> entries = new();

    /// <summary>The index of the tenant's articles, at least as new as the tenant was read.</summary>
    public async Task<IndexSnapshot> SnapshotAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        Entry entry = entries.GetOrAdd(tenant.Id, static _ => new Entry());
        if (entry.Snapshot is { } ready && ready.Version >= tenant.KnowledgeVersion) return ready;

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Snapshot is { } built && built.Version >= tenant.KnowledgeVersion) return built;
            // The version is read first: an import between the two reads is noticed by the next caller.
            long version = await articles.VersionAsync(tenant.Id, cancellationToken);
            IReadOnlyDictionary<Guid, ArticleState> published = await articles.ArticleStatesAsync(tenant.Id, cancellationToken);
            KnowledgeIndex? before = entry.Snapshot?.Index;
            Guid[] changed = [.. published.Where(a => IsChanged(before?.Find(a.Key), a.Value)).Select(a => a.Key)];
            IReadOnlyList<KbArticle> read = changed.Length == 0 ? [] : await articles.ReadAsync(tenant.Id, changed, cancellationToken);
            IReadOnlyList<Synonym> synonyms = await articles.SynonymsAsync(tenant.Id, cancellationToken);
            IndexSnapshot snapshot = Build(entry.Snapshot, version, tenant, [.. published.Keys], read, synonyms);
            entry.Snapshot = snapshot;
            return snapshot;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>The address an article is read at.</summary>
    public static string UrlOf(string tenantSlug, Guid articleId) => $"/help/{tenantSlug}/{articleId:D}";

    private static bool IsChanged(IndexedArticle? indexed, ArticleState now) => indexed is null || indexed.Version != now.Version || indexed.Audience != Audiences.Indexed(now.Audience);

    private static IndexSnapshot Build(IndexSnapshot? before, long version, Tenant tenant, HashSet<Guid> published, IReadOnlyList<KbArticle> read, IReadOnlyList<Synonym> synonyms)
    {
        IEnumerable<IndexedArticle> fresh = read.Select(a => new IndexedArticle(a.Id, a.ExternalId, a.Title, UrlOf(tenant.Slug, a.Id), a.Category, a.Language, a.Version, a.Body, a.LastVerified, Audiences.Indexed(a.Audience)) { Tags = a.Tags });
        KnowledgeIndex index = before is null ? KnowledgeIndex.Build(fresh) : before.Index.With(fresh, [.. before.Articles.Where(id => !published.Contains(id))]);
        index = index.WithSynonyms(synonyms.Count == 0 ? SynonymTable.English : SynonymTable.English.With(synonyms));
        index.Prepare();
        // An article that was taken back between the two reads is not in the index; the version has grown, so the next caller reads again.
        return new IndexSnapshot(version, index, published);
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public volatile IndexSnapshot? Snapshot;
    }
}
