using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Accounts;

/// <summary>What the roles of a tenant carry. Kept for some seconds, since each call asks; a change is seen at once by the process that makes it and by others within that time.</summary>
/// <param name="data">Where changes of them are stored.</param>
/// <param name="time">The clock.</param>
public sealed class TenantRoles(Data data, TimeProvider time)
{
    /// <summary>How long another process may go on with what it read.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, Known> known = new();

    /// <summary>The scopes of a role.</summary>
    public async Task<ScopeSet> ScopesOfAsync(Guid tenantId, Role role, CancellationToken cancellationToken) =>
        (await AllAsync(tenantId, cancellationToken)).FirstOrDefault(r => r.Role == role)?.Scopes ?? Roles.ScopesOf(role);

    /// <summary>The roles whose scopes the tenant has changed.</summary>
    public async Task<IReadOnlyList<RoleScopes>> AllAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        if (known.TryGetValue(tenantId, out Known? kept) && time.GetElapsedTime(kept.ReadAt, now) < Kept) return kept.Roles;
        await using SwitchboardDb db = data.For(tenantId);
        var fresh = new Known(await db.Set<RoleScopes>().OrderBy(r => r.Role).ToListAsync(cancellationToken), now);
        known[tenantId] = fresh;
        return fresh.Roles;
    }

    /// <summary>Gives a role other scopes, all of them within the actor's own. Null when that is not so, or when what it has now is not.</summary>
    /// <param name="actor">Who gives.</param>
    /// <param name="role">The role; neither owner nor api.</param>
    /// <param name="scopes">What it shall carry.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public async Task<RoleScopes?> ChangeAsync(Actor actor, Role role, ScopeSet scopes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        RoleScopes? changed = await data.WriteAsync(
            actor,
            db =>
            {
                RoleScopes? row = db.Set<RoleScopes>().SingleOrDefault(r => r.Role == role);
                if (!scopes.Items.All(actor.Has) || !(row?.Scopes ?? Roles.ScopesOf(role)).Items.All(actor.Has)) return null;
                if (row is null) db.Add(row = new RoleScopes { TenantId = actor.TenantId, Id = Guid.CreateVersion7(now), Role = role, Scopes = scopes, ChangedAt = now });
                row.Scopes = scopes;
                row.ChangedAt = now;
                return row;
            },
            cancellationToken);
        known.TryRemove(actor.TenantId, out _);
        return changed;
    }

    /// <summary>The scopes of a role as they are in the transaction.</summary>
    internal static ScopeSet ScopesOf(SwitchboardDb db, Role role) => db.Set<RoleScopes>().Where(r => r.Role == role).Select(r => r.Scopes).SingleOrDefault() ?? Roles.ScopesOf(role);

    private sealed record Known(IReadOnlyList<RoleScopes> Roles, long ReadAt);
}
