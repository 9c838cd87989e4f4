namespace Switchboard.Core.Runs;

/// <summary>Rows of a customer were committed.</summary>
/// <param name="TenantId">The tenant; null for whatever may have been missed of all.</param>
/// <param name="CustomerId">The customer; null for all of the tenant.</param>
/// <param name="IsHeard">Whether another node told of it; then it is not told on.</param>
public readonly record struct CustomerChange(Guid? TenantId, Guid? CustomerId, bool IsHeard = false);
