using System.Collections.Frozen;
using System.Linq.Expressions;
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
        (await LoadAsync(cancellationToken)).BySlug.GetValueOrDefault(slug) ?? await LateAsync(t => t.Slug == slug, known => known.BySlug.GetValueOrDefault(slug), cancellationToken);

    /// <summary>The tenant with the id; null when there is none. It is shared: do not alter it.</summary>
    public async Task<Tenant?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).ById.GetValueOrDefault(id) ?? await LateAsync(t => t.Id == id, known => known.ById.GetValueOrDefault(id), cancellationToken);

    /// <summary>The tenant as its row stands, for what another process may just have changed: which version of the articles holds. Null when there is none.</summary>
    public async Task<Tenant?> CurrentAsync(Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(id);
        return await db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
    }

    /// <summary>All tenants by slug. They are shared: do not alter them.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken)).All;

    /// <summary>Stores a new tenant.</summary>
    /// <exception cref="ArgumentException">The slug is malformed or taken.</exception>
    public async Task CreateAsync(Actor actor, Tenant tenant, CancellationToken cancellationToken)
    {
        if (Tenant.SlugProblem(tenant.Slug) is { } problem) throw new ArgumentException($"The slug \"{tenant.Slug}\" {problem}.", nameof(tenant));
        if (!await AddAsync(actor, tenant, _ => { }, cancellationToken)) throw new ArgumentException($"There is already a tenant with the slug \"{tenant.Slug}\".", nameof(tenant));
    }

    /// <summary>Stores a new tenant together with its first rows; false, and nothing is stored, when its slug is taken.</summary>
    /// <param name="actor">Who makes it.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="addRows">Adds the rows.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    internal async Task<bool> AddAsync(Actor actor, Tenant tenant, Action<SwitchboardDb> addRows, CancellationToken cancellationToken)
    {
        // A writer for one tenant may not see the others, so the slug is looked up first; who takes it in between is told by the unique index.
        if (await IsTakenAsync(tenant.Slug, cancellationToken)) return false;
        try
        {
            await data.WriteAsync(
                actor,
                db =>
                {
                    db.Tenants.Add(tenant);
                    addRows(db);
                    return true;
                },
                cancellationToken);
        }
        catch (DbUpdateException)
        {
            if (!await IsTakenAsync(tenant.Slug, cancellationToken)) throw;
            return false;
        }

        Forget();
        return true;
    }

    /// <summary>One that is not known here may have been made on another node a moment ago, whose word of it is still on its way.</summary>
    private async Task<Tenant?> LateAsync(Expression<Func<Tenant, bool>> which, Func<Known, Tenant?> find, CancellationToken cancellationToken)
    {
        await using (SwitchboardDb db = data.ForNoTenant())
        {
            if (!await db.Tenants.AnyAsync(which, cancellationToken)) return null;
        }

        Forget();
        return find(await LoadAsync(cancellationToken));
    }

    private async Task<bool> IsTakenAsync(string slug, CancellationToken cancellationToken)
    {
        Forget();
        return await FindAsync(slug, cancellationToken) is not null;
    }

    /// <summary>Called by whoever changed a tenant: the next question reads them anew.</summary>
    public void Forget()
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
