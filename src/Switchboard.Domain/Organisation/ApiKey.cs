using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Organisation;

/// <summary>A secret a person or a program calls the API with. Only its hash is stored; its scopes never exceed its owner's.</summary>
public sealed class ApiKey : TenantRow
{
    /// <summary>What the owner calls the key.</summary>
    public required string Name { get; set; }

    /// <summary>The first characters of the key, to recognise it by.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole key. The key has 256 random bits, so a slow hash would protect nothing.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The user the key acts for.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The scopes asked for; what holds is their intersection with the owner's scopes at the time of the call.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>When the key was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the key stops working; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When the key was revoked; null means it is in force.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>When the key was last used, to the minute; null when it never was.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Whether the key may be used at the given instant.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);
}
