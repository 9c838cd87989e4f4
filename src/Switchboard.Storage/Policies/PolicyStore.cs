using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using ZiggyCreatures.Caching.Fusion;

namespace Switchboard.Storage.Policies;

/// <summary>What became of policies that were to be saved.</summary>
/// <param name="Saved">Whether they hold now. Not when somebody else saved in between.</param>
/// <param name="Version">The version that holds now.</param>
/// <param name="Changes">The figures that differ from the version before; none when nothing differs, then there is no new version.</param>
public sealed record PolicySave(bool Saved, int Version, IReadOnlyList<PolicyFigureChange> Changes);

/// <summary>The policy documents of the tenants. Each version is stored whole, so that a later default changes nothing a tenant once saw.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="tenants">The tenants, for the currency of one that has saved none.</param>
/// <param name="cache">Keeps the texts by their rows' ids. A row is written once and its id is never given again, not even after a restore, so a text that is kept cannot be out of date.</param>
public sealed class PolicyStore(Data data, Tenants tenants, IFusionCache cache) : IPolicySource
{
    // A text is parsed once for each version, not for each question; which version holds is asked each time, or read with the turn, since another process may have saved.
    private readonly ConcurrentDictionary<Guid, (Guid Row, CurrentPolicies Policies)> parsed = new();

    /// <inheritdoc />
    public async Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        (Guid Id, int Version)? newest = await data.NewestPoliciesAsync(tenantId, cancellationToken);
        return await MarkedAsync(tenantId, new PolicyMark(newest?.Id, newest?.Version ?? 0), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<CurrentPolicies> MarkedAsync(Guid tenantId, PolicyMark mark, CancellationToken cancellationToken)
    {
        if (mark.RowId is not { } id) return new CurrentPolicies(0, TenantPolicies.Default with { Currency = (await tenants.FindAsync(tenantId, cancellationToken))?.Currency ?? TenantPolicies.Default.Currency });
        if (parsed.TryGetValue(tenantId, out (Guid Row, CurrentPolicies Policies) known) && known.Row == id) return known.Policies;
        string yaml = await cache.GetOrSetAsync<string>($"policies:{tenantId:N}:{id:N}", (_, cancel) => TextAsync(tenantId, id, cancel), token: cancellationToken);
        var current = new CurrentPolicies(mark.Version, Read(mark.Version, yaml));
        parsed[tenantId] = (id, current);
        return current;
    }

    /// <summary>The policies of a version; null when there is none.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read by this program; the message names the fields.</exception>
    public async Task<CurrentPolicies?> FindAsync(Guid tenantId, int version, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<PolicyDocument>().Where(p => p.Version == version).Select(p => p.Yaml).SingleOrDefaultAsync(cancellationToken) is { } yaml ? new CurrentPolicies(version, Read(version, yaml)) : null;
    }

    /// <summary>The versions, newest first.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="before">Only versions before this one; null for all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<List<PolicyDocument>> ListAsync(Guid tenantId, int? before, int most, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        IQueryable<PolicyDocument> versions = db.Set<PolicyDocument>();
        if (before is { } version) versions = versions.Where(p => p.Version < version);
        return await versions.OrderByDescending(p => p.Version).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Saves policies as the next version, unless somebody else saved in between.</summary>
    /// <param name="actor">Who saves them.</param>
    /// <param name="expected">The version they were made from; null to replace whichever holds.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels work that has not begun.</param>
    /// <exception cref="ArgumentException">The policies are not valid; the message names the fields.</exception>
    public async Task<PolicySave> SaveAsync(Actor actor, int? expected, TenantPolicies policies, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (policies.Problems() is { Count: > 0 } problems) throw new ArgumentException(string.Join(" ", problems.Select(p => $"{p.Path}: {p.Message}.")), nameof(policies));
        CurrentPolicies current = await CurrentAsync(actor.TenantId, cancellationToken);
        if (expected is { } from && from != current.Version) return new PolicySave(Saved: false, current.Version, []);
        IReadOnlyList<PolicyFigureChange> changes = PolicyChanges.Between(current.Policies, policies);
        if (changes.Count == 0) return new PolicySave(Saved: true, current.Version, []);
        var next = new PolicyDocument
        {
            TenantId = actor.TenantId,
            Id = Guid.CreateVersion7(now),
            Version = current.Version + 1,
            Yaml = PolicyText.WriteYaml(policies),
            Changes = changes,
            Author = actor.Key,
            CreatedAt = now,
        };
        try
        {
            // The list of changes is that from the version that was read, so it must still be the one that holds.
            bool saved = await data.WriteAsync(actor, db =>
            {
                if ((db.Set<PolicyDocument>().Max(p => (int?)p.Version) ?? 0) != current.Version) return false;
                db.Add(next);
                return true;
            }, cancellationToken);
            if (saved) return new PolicySave(Saved: true, next.Version, changes);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Where several processes write, the unique version decides; any other fault is told.
            if ((await CurrentAsync(actor.TenantId, cancellationToken)).Version == current.Version) throw;
        }
        return expected is null
            ? await SaveAsync(actor, expected, policies, now, cancellationToken)
            : new PolicySave(Saved: false, (await CurrentAsync(actor.TenantId, cancellationToken)).Version, []);
    }

    private async Task<string> TextAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<PolicyDocument>().Where(p => p.Id == id).Select(p => p.Yaml).SingleAsync(cancellationToken);
    }

    private static TenantPolicies Read(int version, string yaml)
    {
        PolicyReading reading = PolicyText.ReadYaml(yaml);
        return reading.Policies ?? throw new InvalidDataException($"Version {version} of the policies cannot be read by this program: {string.Join("; ", reading.Problems)}.");
    }
}
