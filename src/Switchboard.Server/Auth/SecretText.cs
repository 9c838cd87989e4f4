using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Server.Auth;

/// <summary>A token of 256 random bits that says whose tenant it is of, so that its row is found under that tenant's wall. Only its hash is stored.</summary>
/// <param name="Text">The whole token.</param>
/// <param name="TenantId">The tenant it names; whether that is true its row tells.</param>
public sealed record SecretText(string Text, Guid TenantId)
{
    /// <summary>What refresh tokens begin with.</summary>
    public const string Refresh = "swr1";

    /// <summary>What tokens in mails, and of the second factor, begin with.</summary>
    public const string Account = "swa1";

    private const int secretBytes = 32;
    private const int tenantCharacters = 32;

    /// <summary>What is stored of it.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>Makes a token.</summary>
    public static SecretText Create(string kind, Guid tenantId) => new($"{kind}.{tenantId:N}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(secretBytes))}", tenantId);

    /// <summary>Reads a token that somebody shows; null when it is not of the kind's form.</summary>
    public static SecretText? Read(string kind, string? text)
    {
        const int SecretCharacters = 43;
        if (text is null || text.Length != kind.Length + tenantCharacters + SecretCharacters + 2 || !text.StartsWith(kind + ".", StringComparison.Ordinal) || text[kind.Length + 1 + tenantCharacters] != '.') return null;
        return Guid.TryParseExact(text.AsSpan(kind.Length + 1, tenantCharacters), "N", out Guid tenant) && tenant != Guid.Empty ? new SecretText(text, tenant) : null;
    }

    /// <summary>Nothing of the secret: it must not get into a log.</summary>
    public override string ToString() => Text[..4] + "…";
}
