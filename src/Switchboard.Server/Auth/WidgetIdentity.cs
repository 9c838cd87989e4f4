using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Server.Auth;

/// <summary>Who writes, as a page of the tenant's own says it.</summary>
/// <param name="Email">The address, in lower case behind the @ as contacts have it.</param>
/// <param name="Name">The name; null when the page does not say it.</param>
public sealed record HostSays(string Email, string? Name);

/// <summary>
/// Reads what a tenant's own pages say of their visitors: a JWT, signed with HS256 and the tenant's widget key, with <c>email</c>, <c>exp</c> and perhaps <c>name</c>. The
/// program behind the page signs it; the key never gets into a browser.
/// </summary>
/// <param name="data">Where the keys are.</param>
/// <param name="box">Opens them.</param>
/// <param name="time">The clock.</param>
public sealed class WidgetIdentity(Data data, SecretBox box, TimeProvider time)
{
    /// <summary>How long a token may be good for at most: one that lives longer is a password.</summary>
    public static readonly TimeSpan MostLife = TimeSpan.FromHours(24);

    /// <summary>How long the key before the last one still counts.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const string prefix = "swk1_";
    private const int keyBytes = 32;
    private const int mostCharacters = 4096;
    private const int mostName = 200;
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(1);
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = mostCharacters };

    /// <summary>Makes a key: what the staff is shown once, and what is stored.</summary>
    public (string Text, WidgetKey Key) Make(Guid tenantId, DateTimeOffset now)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(keyBytes);
        Guid id = Guid.CreateVersion7(now);
        return (prefix + Base64Url.EncodeToString(secret), new WidgetKey { TenantId = tenantId, Id = id, Secret = box.Seal(secret, PurposeOf(tenantId, id)), CreatedAt = now });
    }

    /// <summary>Reads a token; null when no key of the tenant signed it as it must be.</summary>
    public async Task<HostSays?> ReadAsync(Guid tenantId, string token, CancellationToken cancellationToken)
    {
        if (token.Length > mostCharacters) return null;
        DateTimeOffset now = time.GetUtcNow();
        await using SwitchboardDb db = data.For(tenantId);
        List<WidgetKey> keys = await db.Set<WidgetKey>().AsNoTracking().Where(k => k.EndsAt == null || k.EndsAt > now).ToListAsync(cancellationToken);
        SecurityKey[] secrets = [.. keys.Select(k => box.Open(k.Secret, PurposeOf(tenantId, k.Id))).Where(s => s is not null).Select(s => new SymmetricSecurityKey(KeyOf(s!)))];
        if (secrets.Length == 0) return null;
        TokenValidationResult result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = secrets,
            TryAllIssuerSigningKeys = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            // The key is the tenant's own, so it says for whom and by whom the token is.
            ValidateIssuer = false,
            ValidateAudience = false,
            LifetimeValidator = (from, to, _, _) => IsCurrent(from, to, now.UtcDateTime),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken read || !read.TryGetPayloadValue("email", out string? said) || AccountMails.ContactAddressOf(said) is not { } email) return null;
        string? name = read.TryGetPayloadValue("name", out string? given) && given?.Trim() is { Length: > 0 and <= mostName } trimmed && !trimmed.Any(char.IsControl) ? trimmed : null;
        return new HostSays(email, name);
    }

    private static bool IsCurrent(DateTime? from, DateTime? to, DateTime now) => to is { } ends && ends > now && ends - now <= MostLife + skew && (from is not { } begins || begins <= now + skew);

    /// <summary>The key as its text has it: what signs is the text that was shown, so nobody decodes it.</summary>
    private static byte[] KeyOf(byte[] secret) => Encoding.ASCII.GetBytes(prefix + Base64Url.EncodeToString(secret));

    /// <summary>What a key is encrypted for.</summary>
    internal static string PurposeOf(Guid tenantId, Guid id) => $"widget {tenantId:N} {id:N}";
}
