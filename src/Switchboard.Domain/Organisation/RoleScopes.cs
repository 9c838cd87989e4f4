using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Organisation;

/// <summary>The scopes a tenant gives a role in place of the ones it has by default.</summary>
public sealed class RoleScopes : TenantRow
{
    /// <summary>The role; there is one row for each that was changed.</summary>
    public required Role Role { get; init; }

    /// <summary>What it carries.</summary>
    public required ScopeSet Scopes { get; set; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ChangedAt { get; set; }
}
