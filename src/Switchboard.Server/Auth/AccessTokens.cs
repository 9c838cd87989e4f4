using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Switchboard.Server.Auth;

/// <summary>Who is signed in, and by which session.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The session.</param>
/// <param name="LacksFactor">Whether the token is good for setting up a second factor and for nothing else.</param>
public sealed record TokenHolder(Guid TenantId, Guid UserId, Guid SessionId, bool LacksFactor = false);

/// <summary>
/// Access tokens of the staff: JWTs signed with ES256, good for a quarter of an hour. A token is taken only in the one form in which they are made: its header has
/// the algorithm, the type and the id of a key of ours and nothing else, so no key, address or method comes from the token.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="settings">The issuer.</param>
/// <param name="time">The clock.</param>
public sealed class AccessTokens(SigningKeys keys, IdentitySettings settings, TimeProvider time)
{
    /// <summary>The one algorithm.</summary>
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>The one type (RFC 9068).</summary>
    public const string Type = "at+jwt";

    /// <summary>Whom the tokens are for.</summary>
    public const string Audience = "switchboard-api";

    /// <summary>Whom tokens are for that are good for setting up a second factor and for nothing else: other programs refuse them too.</summary>
    public const string SetUpAudience = "switchboard-second-factor";

    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int mostCharacters = 2048;
    private const int mostHeader = 512;
    private static readonly TimeSpan skew = TimeSpan.FromSeconds(5);
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false, MaximumTokenSizeInBytes = mostCharacters };

    /// <summary>Makes a token.</summary>
    public async Task<string> IssueAsync(TokenHolder holder, CancellationToken cancellationToken)
    {
        ECDsaSecurityKey key = await keys.SigningAsync(holder.TenantId, cancellationToken);
        using (key.ECDsa)
        {
            DateTimeOffset now = time.GetUtcNow();
            return handler.CreateToken(new SecurityTokenDescriptor
            {
                Issuer = settings.Issuer,
                Audience = holder.LacksFactor ? SetUpAudience : Audience,
                TokenType = Type,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = (now + Lifetime).UtcDateTime,
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["sub"] = holder.UserId.ToString("D"),
                    ["tid"] = holder.TenantId.ToString("D"),
                    ["sid"] = holder.SessionId.ToString("D"),
                    ["jti"] = Guid.CreateVersion7(now).ToString("N"),
                },
                SigningCredentials = new SigningCredentials(key, Algorithm),
            });
        }
    }

    /// <summary>Reads a token; null when it is not one of ours in every respect. Whether its session still holds is for the caller to ask.</summary>
    public async Task<TokenHolder?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > mostCharacters || token.Count(c => c == '.') != 2 || KeyIdOf(token[..token.IndexOf('.', StringComparison.Ordinal)]) is not { } keyId) return null;
        if (!Guid.TryParseExact(keyId.Split('.')[0], "N", out Guid tenantId) || await keys.FindAsync(tenantId, keyId, cancellationToken) is not { } key) return null;
        using (key.ECDsa)
        {
            TokenValidationResult result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
            {
                ValidAlgorithms = [Algorithm],
                ValidTypes = [Type],
                ValidIssuer = settings.Issuer,
                ValidAudiences = [Audience, SetUpAudience],
                IssuerSigningKey = key,
                TryAllIssuerSigningKeys = false,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ValidateIssuerSigningKey = true,
                ValidateLifetime = true,
                LifetimeValidator = (from, to, _, _) => IsCurrent(from, to),
            });
            return result.IsValid && result.SecurityToken is JsonWebToken read ? HolderOf(read, tenantId) : null;
        }
    }

    private bool IsCurrent(DateTime? from, DateTime? to)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return from is { } begins && to is { } ends && begins <= now + skew && ends > now && ends - begins <= Lifetime;
    }

    private TokenHolder? HolderOf(JsonWebToken token, Guid tenantId)
    {
        // A key signs for its own tenant alone.
        if (!token.TryGetPayloadValue("tid", out string? tid) || !Guid.TryParseExact(tid, "D", out Guid tenant) || tenant != tenantId) return null;
        if (!token.TryGetPayloadValue("iat", out long issued) || issued > (time.GetUtcNow() + skew).ToUnixTimeSeconds()) return null;
        return Guid.TryParseExact(token.Subject, "D", out Guid user) && token.TryGetPayloadValue("sid", out string? sid) && Guid.TryParseExact(sid, "D", out Guid session)
            ? new TokenHolder(tenant, user, session, token.Audiences.Contains(SetUpAudience, StringComparer.Ordinal))
            : null;
    }

    /// <summary>The key id of a header that has the one form; null of any other.</summary>
    private static string? KeyIdOf(string header)
    {
        try
        {
            if (header.Length is 0 or > mostHeader) return null;
            using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(header)), strict);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } root || root.EnumerateObject().Any(p => p.Name is not ("alg" or "typ" or "kid"))) return null;
            return Is(root, "alg", Algorithm) && Is(root, "typ", Type) && root.TryGetProperty("kid", out JsonElement kid) && kid.ValueKind == JsonValueKind.String ? kid.GetString() : null;
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Is(JsonElement header, string name, string value) => header.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String && found.ValueEquals(value);
}
