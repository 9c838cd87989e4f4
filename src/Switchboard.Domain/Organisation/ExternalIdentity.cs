namespace Switchboard.Domain.Organisation;

/// <summary>Who a user is at another provider. It holds no address: who signs in is known by the subject, which a provider gives nobody else.</summary>
public sealed class ExternalIdentity : TenantRow
{
    /// <summary>Whose it is. One that was removed keeps it, so that who has left does not come in as somebody new.</summary>
    public required Guid UserId { get; set; }

    /// <summary>What the provider is called here: google, github, oidc.</summary>
    public required string Provider { get; init; }

    /// <summary>Who says it: the same subject of another issuer is somebody else, also after the operator has set up another one under the same name.</summary>
    public required string Issuer { get; init; }

    /// <summary>The provider's own name of the person, unique there.</summary>
    public required string Subject { get; init; }

    /// <summary>When it was linked.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody last signed in by it; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A state or a code of a sign-in through a provider that was used: no node takes it again.</summary>
public sealed class SpentSignIn : TenantRow
{
    /// <summary>SHA-256 of it.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it would have been over anyway; the row goes then.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
