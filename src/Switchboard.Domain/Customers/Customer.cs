namespace Switchboard.Domain.Customers;

/// <summary>An account of the tenant: a company or a person that uses the product.</summary>
public sealed class Customer : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The account's name.</summary>
    public required string Name { get; set; }

    /// <summary>Key of the plan: free, basic, premium or enterprise by default.</summary>
    public required string Plan { get; set; }

    /// <summary>ISO 3166 code of the country, when known.</summary>
    public string? Country { get; set; }

    /// <summary>When the account was created.</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>What a person may ask for at the customer.</summary>
public enum ContactRole { Admin, Billing, Technical, Business, User }

/// <summary>A person at a customer.</summary>
public sealed class Contact : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The customer the person belongs to; null for somebody who wrote before being a customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The e-mail address, lower case in its domain part, unique in the tenant.</summary>
    public required string Email { get; set; }

    /// <summary>The person's name.</summary>
    public required string Name { get; set; }

    /// <summary>What the person does.</summary>
    public string? Title { get; set; }

    /// <summary>What the person may ask for.</summary>
    public required ContactRole Role { get; set; }

    /// <summary>BCP 47 tag of the language the person reads; null when unknown.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name of the person's time zone; null when unknown.</summary>
    public string? TimeZone { get; set; }
}
