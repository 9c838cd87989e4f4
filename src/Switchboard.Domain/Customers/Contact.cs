namespace Switchboard.Domain.Customers;

/// <summary>What a person may ask for at the customer.</summary>
public enum ContactRole { Admin, Billing, Technical, Business, User }

/// <summary>Where a person stands in the life of their sign-in at the product.</summary>
public enum ContactStatus { Invited, Active, Suspended }

/// <summary>How a person wants to be talked to; null means that nothing was said.</summary>
/// <param name="Channel">E-mail, chat, phone …</param>
/// <param name="Tone">Formal or casual.</param>
/// <param name="Depth">Short or thorough.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="HoursFrom">First hour of the day, 0..23, in the contact's time zone.</param>
/// <param name="HoursTo">The hour after the last one, 1..24.</param>
public sealed record ContactPreferences(string? Channel = null, string? Tone = null, string? Depth = null, string? Language = null, int? HoursFrom = null, int? HoursTo = null);

/// <summary>A person at a customer.</summary>
public sealed class Contact : TenantRow, ICustomerOwned, IRevised, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <summary>The customer the person belongs to; null for somebody who wrote before being a customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The e-mail address, lower case in its domain part, unique in the tenant.</summary>
    public required string Email { get; set; }

    /// <summary>The person's name.</summary>
    public required string Name { get; set; }

    /// <summary>What the person does.</summary>
    public string? Title { get; set; }

    /// <summary>Telephone number as it was given.</summary>
    public string? Phone { get; set; }

    /// <summary>What the person may ask for.</summary>
    public required ContactRole Role { get; set; }

    /// <summary>Where the person stands.</summary>
    public ContactStatus Status { get; set; } = ContactStatus.Active;

    /// <summary>Whether this is the first person to turn to.</summary>
    public bool IsPrimary { get; set; }

    /// <summary>How much the person speaks for us, 0..1; null when not known.</summary>
    public double? ChampionScore { get; set; }

    /// <summary>BCP 47 tag of the language the person reads; null when unknown.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name of the person's time zone; null when unknown.</summary>
    public string? TimeZone { get; set; }

    /// <summary>How the person wants to be talked to.</summary>
    public ContactPreferences Preferences { get; set; } = new();

    /// <summary>Until when the person's sign-in at the product is locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Whether a second factor is set up.</summary>
    public bool MfaEnabled { get; set; }

    /// <summary>When the person last signed in at the product.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>When the personal data was removed.</summary>
    public DateTimeOffset? AnonymisedAt { get; set; }

    /// <inheritdoc />
    public int Revision { get; set; } = 1;
}
