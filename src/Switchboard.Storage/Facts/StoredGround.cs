using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Policies;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Facts;

/// <summary>Reads what executions of agents rest on.</summary>
/// <param name="tenants">The tenants.</param>
/// <param name="policies">Their policies.</param>
public sealed class StoredGround(Tenants tenants, PolicyStore policies) : ITenantGround
{
    /// <inheritdoc />
    public async Task<TenantGround> CurrentAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        Tenant tenant = await tenants.FindAsync(tenantId, cancellationToken) ?? throw new InvalidOperationException($"There is no tenant {tenantId}.");
        CurrentPolicies current = await policies.CurrentAsync(tenantId, cancellationToken);
        return new TenantGround(tenant.TimeZone, tenant.Currency, current.Version, tenant.Locale);
    }

    /// <inheritdoc />
    public async Task<TenantPolicies?> PoliciesAsync(Guid tenantId, TenantGround ground, CancellationToken cancellationToken)
    {
        CurrentPolicies current = await policies.CurrentAsync(tenantId, cancellationToken);
        if (current.Version == ground.PolicyVersion) return current.Policies;
        return ground.PolicyVersion == 0 ? TenantPolicies.Default with { Currency = ground.Currency } : (await policies.FindAsync(tenantId, ground.PolicyVersion, cancellationToken))?.Policies;
    }
}
