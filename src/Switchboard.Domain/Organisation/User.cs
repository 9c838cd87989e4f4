using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Organisation;

/// <summary>Where a member of the staff stands in the life of an account.</summary>
public enum UserStatus
{
    /// <summary>Asked to join; may do nothing yet.</summary>
    Invited,

    /// <summary>May work.</summary>
    Active,

    /// <summary>May do nothing until somebody lifts it.</summary>
    Suspended,

    /// <summary>Has left. The row stays, because what the user wrote points to it; the address is free again.</summary>
    Removed,
}

/// <summary>Whether somebody takes conversations now.</summary>
public enum Availability { Online, Away, Offline }

/// <summary>A member of the tenant's staff. A user's role gives the scopes; keys of the user can only narrow them.</summary>
public sealed class User : TenantRow
{
    /// <summary>The address the user signs in with; unique in the tenant.</summary>
    public required string Email { get; set; }

    /// <summary>The name colleagues and customers read.</summary>
    public required string Name { get; set; }

    /// <summary>The role, from which the scopes follow.</summary>
    public required Role Role { get; set; }

    /// <summary>Only active users, and keys of active users, may act.</summary>
    public UserStatus Status { get; set; } = UserStatus.Active;

    /// <summary>The team: support, technical, billing, success, sales, security, legal, management; null for none.</summary>
    public string? Team { get; set; }

    /// <summary>What the user knows: billing, api …</summary>
    public IReadOnlyList<string> Skills { get; set; } = [];

    /// <summary>BCP 47 tags of the languages the user speaks.</summary>
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary>Open conversations the user takes at most.</summary>
    public int Capacity { get; set; } = 10;

    /// <summary>Whether the user takes conversations now.</summary>
    public Availability Availability { get; set; } = Availability.Offline;

    /// <summary>IANA name of the user's time zone; null for the tenant's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Whether the address was proven.</summary>
    public bool IsVerified { get; set; }

    /// <summary>Whether a second factor is set up.</summary>
    public bool MfaEnabled { get; set; }

    /// <summary>When the user last signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>When the user was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
