namespace Switchboard.Domain.Customers;

/// <summary>A sign-in at the product, or the try of one.</summary>
public sealed class LoginEvent : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it succeeded.</summary>
    public required bool Success { get; init; }

    /// <summary>Why not: wrong_password, locked, mfa_failed, sso_error …</summary>
    public string? FailureReason { get; init; }

    /// <summary>The address it came from.</summary>
    public string? Ip { get; init; }

    /// <summary>What the browser calls itself.</summary>
    public string? UserAgent { get; init; }

    /// <summary>ISO 3166 code of the country.</summary>
    public string? Country { get; init; }

    /// <summary>The device as the person would call it.</summary>
    public string? Device { get; init; }
}

/// <summary>A sign-in of a person that holds.</summary>
public sealed class ContactSession : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>ISO 3166 code of the country.</summary>
    public string? Country { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was ended from outside; null while it holds.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A person asked to join a customer's account.</summary>
public sealed class Invitation : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>The role they will have.</summary>
    public required ContactRole Role { get; set; }

    /// <summary>When it was first sent.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>How often it was sent.</summary>
    public int SentCount { get; set; } = 1;

    /// <summary>When it was taken.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }
}

/// <summary>Where single sign-on of a customer stands.</summary>
public enum SsoState { Draft, Tested, Enforced, Disabled }

/// <summary>A customer's single sign-on.</summary>
public sealed class SsoConnection : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>Who vouches: okta, entra, google …</summary>
    public required string Provider { get; set; }

    /// <summary>saml or oidc.</summary>
    public required string Protocol { get; set; }

    /// <summary>The mail domain it is for.</summary>
    public required string Domain { get; set; }

    /// <summary>Whether the domain was proven.</summary>
    public bool DomainVerified { get; set; }

    /// <summary>Where it stands.</summary>
    public required SsoState State { get; set; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; set; }

    /// <summary>What the last test found wrong.</summary>
    public string? LastTestFault { get; set; }

    /// <summary>The person who can still sign in by password.</summary>
    public Guid? BreakGlassContactId { get; set; }
}
