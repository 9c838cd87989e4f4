using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>What people searched the articles for, and what they opened. Entries are only added, and deleted when they are too old to learn from.</summary>
public sealed class SearchJournal(Data data)
{
    /// <summary>How long an entry is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int deletedAtOnce = 50;
    private const int mostRead = 50_000;

    /// <summary>Adds an entry and takes a few of the tenant's that are over away with it, so that no other work is needed for that.</summary>
    public Task AddAsync(Actor actor, SearchLog entry, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db => Add(db, entry), cancellationToken);

    /// <summary>Adds that an article was opened from the hits of a search; false when this person made no such search.</summary>
    /// <param name="actor">Who opened it.</param>
    /// <param name="searchId">The search.</param>
    /// <param name="opened">Makes the entry from that of the search.</param>
    /// <param name="contactHash">Who it must have been.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public async Task<bool> AddOpenedAsync(Actor actor, Guid searchId, string contactHash, Func<SearchLog, SearchLog> opened, CancellationToken cancellationToken)
    {
        await using SwitchboardDb read = data.For(actor.TenantId);
        SearchLog? search = await read.Set<SearchLog>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == searchId, cancellationToken);
        if (search is null || search.ContactHash != contactHash || search.Outcome == SearchOutcomes.Opened) return false;
        await AddAsync(actor, opened(search), cancellationToken);
        return true;
    }

    /// <summary>The tenant's entries since a moment, the newest 50 000 of them.</summary>
    public async Task<IReadOnlyList<SearchLog>> ReadAsync(Guid tenantId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<SearchLog>().AsNoTracking().Where(l => l.At >= since).OrderByDescending(l => l.At).Take(mostRead).ToListAsync(cancellationToken);
    }

    private static bool Add(SwitchboardDb db, SearchLog entry)
    {
        DateTimeOffset over = entry.At - Kept;
        db.Set<SearchLog>().RemoveRange(db.Set<SearchLog>().Where(l => l.At < over).OrderBy(l => l.At).Take(deletedAtOnce).ToList());
        db.Set<SearchLog>().Add(entry);
        return true;
    }
}
