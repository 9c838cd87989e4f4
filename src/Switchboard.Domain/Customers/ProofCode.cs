namespace Switchboard.Domain.Customers;

/// <summary>
/// A code that proves a visitor to be the contact whose address it was mailed to. It works for the session that asked alone, once, for ten minutes. An address nobody is known by gets a row as well, so that
/// the two cannot be told apart; no address is kept.
/// </summary>
public sealed class ProofCode : TenantRow
{
    /// <summary>Codes that may be tried before it is void.</summary>
    public const int MostTries = 5;

    /// <summary>Mails to one contact within <see cref="Window"/>.</summary>
    public const int MostMails = 5;

    /// <summary>How long a code works.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>In what time mails to one contact are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>The session that asked.</summary>
    public required Guid VisitorId { get; init; }

    /// <summary>Whom it proves; null when it was mailed to nobody, and then no code fits.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>A keyed hash of the code: eight digits alone could be guessed from a plain one.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Codes that were tried.</summary>
    public int Tries { get; private set; }

    /// <summary>When it was used, or made void by a newer one; null while it works.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>Makes it void.</summary>
    public void End(DateTimeOffset now) => UsedAt ??= now;

    /// <summary>Tries a code: each try counts, and the right one uses it up.</summary>
    /// <param name="fits">Whether the code is the one that was mailed.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The contact that is proven; null when it does not work.</returns>
    public Guid? Try(bool fits, DateTimeOffset now)
    {
        if (UsedAt is not null || ExpiresAt <= now || Tries >= MostTries) return null;
        Tries++;
        if (!fits || ContactId is not { } contact) return null;
        UsedAt = now;
        return contact;
    }
}
