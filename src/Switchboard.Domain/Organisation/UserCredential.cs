namespace Switchboard.Domain.Organisation;

/// <summary>How a user proves to be who they are: the password's hash and the second factor. It is apart from <see cref="User"/> so that who reads users never holds it.</summary>
public sealed class UserCredential : TenantRow
{
    /// <summary>Wrong tries after which nobody is let in for a while.</summary>
    public const int MostFailures = 5;

    /// <summary>How long nobody is let in then.</summary>
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The password's hash with its own salt and count; null for who has none yet.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>When the password was last set.</summary>
    public DateTimeOffset? PasswordChangedAt { get; set; }

    /// <summary>Wrong passwords and codes since the last right one.</summary>
    public int FailedCount { get; set; }

    /// <summary>Until when nobody is let in; null when the account is not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>The secret of the second factor, encrypted; null while there is none.</summary>
    public byte[]? TotpSecret { get; set; }

    /// <summary>A secret that was shown and not confirmed yet, encrypted.</summary>
    public byte[]? PendingTotpSecret { get; set; }

    /// <summary>The time step of the last code that was taken: none is taken twice.</summary>
    public long? TotpLastStep { get; set; }

    /// <summary>SHA-256 of the recovery codes that are left, in hexadecimal.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    /// <summary>Whether the account is locked at an instant.</summary>
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>Counts a wrong try; the fifth locks the account and the count begins anew.</summary>
    public void Fail(DateTimeOffset now)
    {
        if (IsLocked(now)) return;
        if (++FailedCount < MostFailures) return;
        FailedCount = 0;
        LockedUntil = now + LockTime;
    }

    /// <summary>Takes the second factor away, with a secret that was offered and the recovery codes.</summary>
    public void ForgetFactor()
    {
        TotpSecret = null;
        PendingTotpSecret = null;
        TotpLastStep = null;
        RecoveryCodes = [];
    }

    /// <summary>Forgets wrong tries.</summary>
    public void Succeed()
    {
        FailedCount = 0;
        LockedUntil = null;
    }
}

/// <summary>What a token sent to somebody opens. The one that proves a contact is a code, kept as <see cref="Customers.ProofCode"/>.</summary>
public enum TokenPurpose { VerifyEmail, ResetPassword, Invitation, SecondFactor, ProveContact }

/// <summary>A token that opens one thing, once, for a while. Only its hash is stored.</summary>
public sealed class AccountToken : TenantRow
{
    /// <summary>Whose account it is about.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What it opens.</summary>
    public required TokenPurpose Purpose { get; init; }

    /// <summary>SHA-256 of the token, which has 256 random bits.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used, or made void by a newer one; null while it works.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Whether it works at an instant.</summary>
    public bool IsUsable(DateTimeOffset now) => UsedAt is null && ExpiresAt > now;
}
