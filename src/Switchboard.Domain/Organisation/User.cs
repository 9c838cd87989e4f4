using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Organisation;

/// <summary>Where a member of the staff stands in the life of an account.</summary>
public enum UserStatus { Invited, Active, Suspended }

/// <summary>A member of the tenant's staff. A user's role gives the scopes; keys of the user can only narrow them.</summary>
public sealed class User : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The address the user signs in with; unique in the tenant.</summary>
    public required string Email { get; set; }

    /// <summary>The name colleagues and customers read.</summary>
    public required string Name { get; set; }

    /// <summary>The role, from which the scopes follow.</summary>
    public required Role Role { get; set; }

    /// <summary>Only active users, and keys of active users, may act.</summary>
    public UserStatus Status { get; set; } = UserStatus.Active;

    /// <summary>When the user was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
