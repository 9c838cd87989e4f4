using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>The policies a tenant decides by, and their version.</summary>
/// <param name="Version">0 before anything was saved: the defaults hold then.</param>
/// <param name="Policies">The policies.</param>
public sealed record CurrentPolicies(int Version, TenantPolicies Policies);

/// <summary>Where the policies of tenants are read.</summary>
public interface IPolicySource
{
    /// <summary>The policies that hold now.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read by this program; the message names the fields.</exception>
    Task<CurrentPolicies> CurrentAsync(Guid tenantId, CancellationToken cancellationToken);
}
