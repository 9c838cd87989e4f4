using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>The policies a tenant decides by, and their version.</summary>
/// <param name="Version">0 before anything was saved: the defaults hold then.</param>
/// <param name="Policies">The policies.</param>
public sealed record CurrentPolicies(int Version, TenantPolicies Policies);

/// <summary>Which policies of a tenant hold, as it was read together with something else, so that nobody need ask for it again.</summary>
/// <param name="RowId">The row they stand in; null before anything was saved.</param>
/// <param name="Version">Their version; 0 before anything was saved.</param>
public sealed record PolicyMark(Guid? RowId, int Version);

/// <summary>Where the policies of tenants are read.</summary>
public interface IPolicySource
{
    /// <summary>The policies that hold now.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read by this program; the message names the fields.</exception>
    Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The policies that a mark names: nothing is asked for that is known.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read by this program; the message names the fields.</exception>
    Task<CurrentPolicies> MarkedAsync(Guid tenantId, PolicyMark mark, CancellationToken cancellationToken) => CurrentAsync(tenantId, cancellationToken);
}
