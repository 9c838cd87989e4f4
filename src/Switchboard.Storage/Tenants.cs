using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage;

/// <summary>The tenants of the installation, kept in memory: every request needs its tenant, and there are few.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class Tenants(Data data)
{
    private readonly Lock sync = new();
    private Known? known;
    private long changes;

    /// <summary>The tenant with the slug; null when there is none. It is shared: do not alter it.</summary>
    public async Task<Tenant?> FindAsync(string slug, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).BySlug.GetValueOrDefault(slug);

    /// <summary>The tenant with the id; null when there is none. It is shared: do not alter it.</summary>
    public async Task<Tenant?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).ById.GetValueOrDefault(id);

    /// <summary>All tenants by slug. They are shared: do not alter them.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken)).All;

    /// <summary>Stores a new tenant.</summary>
    /// <exception cref="ArgumentException">The slug is malformed or taken.</exception>
    public async Task CreateAsync(Actor actor, Tenant tenant, CancellationToken cancellationToken)
    {
        if (Tenant.SlugProblem(tenant.Slug) is { } problem) throw new ArgumentException($"The slug \"{tenant.Slug}\" {problem}.", nameof(tenant));
        bool created = await data.WriteAsync(
            actor,
            db =>
            {
                if (db.Tenants.Any(t => t.Slug == tenant.Slug)) return false;
                db.Tenants.Add(tenant);
                return true;
            },
            cancellationToken);
        Forget();
        if (!created) throw new ArgumentException($"There is already a tenant with the slug \"{tenant.Slug}\".", nameof(tenant));
    }

    /// <summary>Called by whoever changed a tenant: the next question reads them anew.</summary>
    internal void Forget()
    {
        lock (sync)
        {
            known = null;
            changes++;
        }
    }

    private async Task<Known> LoadAsync(CancellationToken cancellationToken)
    {
        long before;
        lock (sync)
        {
            if (known is not null) return known;
            before = changes;
        }

        await using SwitchboardDb db = data.ForNoTenant();
        var fresh = new Known(await db.Tenants.OrderBy(t => t.Slug).ToListAsync(cancellationToken));
        lock (sync)
        {
            // What was read before a change must not be kept after it.
            if (before == changes) known = fresh;
        }

        return fresh;
    }

    private sealed class Known(List<Tenant> all)
    {
        public IReadOnlyList<Tenant> All { get; } = all;

        public FrozenDictionary<Guid, Tenant> ById { get; } = all.ToFrozenDictionary(t => t.Id);

        public FrozenDictionary<string, Tenant> BySlug { get; } = all.ToFrozenDictionary(t => t.Slug, StringComparer.Ordinal);
    }
}
