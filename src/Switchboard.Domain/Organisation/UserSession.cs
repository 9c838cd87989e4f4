namespace Switchboard.Domain.Organisation;

/// <summary>One signing-in of a user on one device, with the family of refresh tokens that carry it on.</summary>
public sealed class UserSession : TenantRow
{
    /// <summary>How long a session lasts at most, however often it is carried on.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Who signed in.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last carried on.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When it ends by itself.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was ended; null while it holds.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was ended: signed_out, password_changed, refresh_reused, second_factor_set_up, second_factor_removed, too_many, suspended, removed.</summary>
    public string? RevokedReason { get; set; }

    /// <summary>What the browser called itself, shortened.</summary>
    public string? Device { get; init; }

    /// <summary>The address it was begun from.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the provider it was begun through said that it had asked for a second factor.</summary>
    public bool IsProvenTwice { get; init; }

    /// <summary>Whether it holds at an instant, when it may lie unused for so long.</summary>
    public bool IsOpen(DateTimeOffset now, TimeSpan idle) => RevokedAt is null && ExpiresAt > now && LastUsedAt + idle > now;

    /// <summary>Ends it; the first reason stays.</summary>
    public void Revoke(string reason, DateTimeOffset now)
    {
        if (RevokedAt is not null) return;
        RevokedAt = now;
        RevokedReason = reason;
    }
}

/// <summary>A refresh token of a session. Used ones stay as long as the session: one that comes a second time was stolen.</summary>
public sealed class RefreshToken : TenantRow
{
    /// <summary>The session it carries on.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>SHA-256 of the token, which has 256 random bits.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was used; null while it was not.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
