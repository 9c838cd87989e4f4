using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Articles;

/// <summary>The words of the tenants' people that mean the same.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="tenants">Told when a tenant's knowledge version grows.</param>
public sealed class SynonymStore(Data data, Tenants tenants)
{
    /// <summary>What was decided, also what was declined; in the order of language and term.</summary>
    public async Task<IReadOnlyList<Synonym>> DecidedAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Synonym>().AsNoTracking().OrderBy(s => s.Language).ThenBy(s => s.Term).ToListAsync(cancellationToken);
    }

    /// <summary>What the search uses.</summary>
    public async Task<IReadOnlyList<Synonym>> AcceptedAsync(Guid tenantId, CancellationToken cancellationToken) =>
        [.. (await DecidedAsync(tenantId, cancellationToken)).Where(s => s.Means.Count > 0)];

    /// <summary>Stores what a term means, or with no meaning that it means nothing; every process that searches notices.</summary>
    public async Task DecideAsync(Actor actor, Synonym decided, CancellationToken cancellationToken)
    {
        await data.WriteAsync(actor, db => Decide(db, decided), cancellationToken);
        tenants.Forget();
    }

    private static bool Decide(SwitchboardDb db, Synonym decided)
    {
        Synonym? known = db.Set<Synonym>().SingleOrDefault(s => s.Language == decided.Language && s.Term == decided.Term);
        if (known is null) db.Set<Synonym>().Add(decided);
        else known.Means = decided.Means;
        db.Tenants.Single(t => t.Id == db.TenantId).KnowledgeVersion++;
        return true;
    }
}
