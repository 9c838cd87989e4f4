using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Product;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Facts;

/// <summary>Reads the names of a tenant's catalogue and keeps them for a minute: they change rarely, and every message needs them.</summary>
/// <param name="data">Where the rows are.</param>
/// <param name="policies">Plans and add-ons.</param>
/// <param name="time">The clock.</param>
public sealed class StoredTenantNames(Data data, PolicyStore policies, TimeProvider time) : ITenantNames
{
    /// <summary>How old what is given may be.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, (DateTimeOffset ReadAt, TenantNames Names)> kept = new();

    /// <inheritdoc />
    public async ValueTask<TenantNames> OfAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (kept.TryGetValue(tenantId, out (DateTimeOffset ReadAt, TenantNames Names) known) && now - known.ReadAt < Life) return known.Names;
        TenantPolicies current = (await policies.CurrentAsync(tenantId, cancellationToken)).Policies;
        await using SwitchboardDb db = data.For(tenantId);
        var names = new TenantNames(CatalogueNames.Of(
            current,
            await db.Set<ProductFeature>().Where(f => f.RemovedOn == null).OrderBy(f => f.Key).ToListAsync(cancellationToken),
            await db.Set<Competitor>().OrderBy(c => c.Name).ToListAsync(cancellationToken),
            await db.Set<Integration>().Select(i => i.Type).Distinct().OrderBy(t => t).ToListAsync(cancellationToken),
            await db.Set<SdkRelease>().Select(r => r.Language).Distinct().OrderBy(l => l).ToListAsync(cancellationToken)));
        kept[tenantId] = (now, names);
        return names;
    }
}
