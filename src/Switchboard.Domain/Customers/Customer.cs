namespace Switchboard.Domain.Customers;

/// <summary>Where an account stands.</summary>
public enum CustomerLifecycle { Trial, Onboarding, Active, AtRisk, Churned }

/// <summary>An account of the tenant: a company or a person that uses the product.</summary>
public sealed class Customer : TenantRow, IRevised, IImported
{
    /// <inheritdoc />
    public string? ExternalRef { get; set; }

    /// <summary>The account's name.</summary>
    public required string Name { get; set; }

    /// <summary>Key of the plan: free, basic, premium or enterprise by default.</summary>
    public required string Plan { get; set; }

    /// <summary>Where the account stands.</summary>
    public CustomerLifecycle Lifecycle { get; set; } = CustomerLifecycle.Active;

    /// <summary>The company's domain in lower case, when known.</summary>
    public string? Domain { get; set; }

    /// <summary>What the company does, when known.</summary>
    public string? Industry { get; set; }

    /// <summary>Employees, when known.</summary>
    public int? Employees { get; set; }

    /// <summary>ISO 3166 code of the country, when known.</summary>
    public string? Country { get; set; }

    /// <summary>BCP 47 tag of the account's language, when known.</summary>
    public string? Language { get; set; }

    /// <summary>IANA name of the account's time zone, when known.</summary>
    public string? TimeZone { get; set; }

    /// <summary>How the account came: referral, search, partner …; null when unknown.</summary>
    public string? Source { get; set; }

    /// <summary>The customer success manager.</summary>
    public Guid? CsmId { get; set; }

    /// <summary>Labels of the staff.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>What the tenant keeps of its own, by name.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When the account was created.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it churned; null while it is a customer.</summary>
    public DateTimeOffset? ChurnedAt { get; set; }

    /// <summary>Since when it is blocked; null while it is not.</summary>
    public DateTimeOffset? BlockedAt { get; private set; }

    /// <summary>Why it is blocked.</summary>
    public string? BlockedReason { get; private set; }

    /// <summary>Nothing of the account may be deleted while this holds.</summary>
    public bool LegalHold { get; set; }

    /// <summary>When it was taken from the lists; its rows stay until retention ends.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Since when its personal data is being erased: nothing new is taken from its people from then on. Null for one that is not.</summary>
    public DateTimeOffset? ErasureBegunAt { get; set; }

    /// <summary>When its personal data was removed.</summary>
    public DateTimeOffset? AnonymisedAt { get; set; }

    /// <inheritdoc />
    public int Revision { get; set; } = 1;

    /// <summary>Blocks the account; one that is blocked keeps its first reason.</summary>
    public void Block(string reason, DateTimeOffset at)
    {
        DomainRuleException.Require(reason.Length > 0, "reason_missing", "Blocking a customer needs a reason.");
        if (BlockedAt is not null) return;
        BlockedAt = at;
        BlockedReason = reason;
    }

    /// <summary>Takes the block away.</summary>
    public void Unblock()
    {
        BlockedAt = null;
        BlockedReason = null;
    }
}
