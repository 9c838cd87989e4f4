namespace Switchboard.Domain.Organisation;

/// <summary>A key that access tokens of a tenant's staff are signed with. Every node reads it from here; the private part is encrypted.</summary>
public sealed class SigningKey : TenantRow
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan SigningTime = TimeSpan.FromDays(30);

    /// <summary>How long what it signed is still taken afterwards: longer than any token lives.</summary>
    public static readonly TimeSpan After = TimeSpan.FromHours(1);

    /// <summary>The public part as SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The private part as PKCS #8, encrypted with the installation's secret.</summary>
    public required byte[] PrivateKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops signing.</summary>
    public required DateTimeOffset SignsUntil { get; init; }

    /// <summary>When nothing it signed is taken any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
