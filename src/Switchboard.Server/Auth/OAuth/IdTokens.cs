using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>
/// Reads ID tokens of providers (OpenID Connect Core, 3.1.3.7): signed by a key of the provider's list with a method of ours, from this issuer, for us alone, now, and for this one sign-in.
/// What the token's header says of keys is not looked at; one that brings keys or demands of its own is refused.
/// </summary>
/// <param name="discovery">The provider's keys.</param>
/// <param name="time">The clock.</param>
public sealed class IdTokens(OpenIdDiscovery discovery, TimeProvider time)
{
    private const int mostCharacters = 16 << 10;
    private const int mostSubject = 255;
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(1);
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Public-key signatures and nothing else: with a method that takes a secret the provider's public key would do for one.</summary>
    private static readonly string[] algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] refusedHeaders = ["crit", "jwk", "jku", "x5u", "x5c", "zip", "b64"];
    private static readonly CryptoProviderFactory factory = new() { CacheSignatureProviders = false };
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = mostCharacters };

    /// <summary>The claims of a token that holds in every respect.</summary>
    /// <param name="provider">Whose it must be.</param>
    /// <param name="token">The token.</param>
    /// <param name="nonce">What binds it to this sign-in.</param>
    /// <param name="accessToken">The access token that came with it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OAuthRefusedException">It does not hold.</exception>
    public async Task<JsonElement> ReadAsync(OAuthProvider provider, string token, string nonce, string? accessToken, CancellationToken cancellationToken)
    {
        string[] parts = token.Split('.');
        if (token.Length > mostCharacters || parts.Length != 3) throw Wrong("is no signed token");
        (string algorithm, string? keyId) = HeaderOf(Json(parts[0]));
        IReadOnlyList<JsonWebKey> keys = await discovery.KeysAsync(provider, keyId, cancellationToken);
        if (keys.Count == 0) throw Wrong("is signed with a key the provider does not list");
        TokenValidationResult result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = algorithms,
            ValidIssuer = provider.IssuerText,
            ValidAudience = provider.ClientId,
            IssuerSigningKeys = keys.Where(k => string.IsNullOrEmpty(k.Alg) || k.Alg == algorithm),
            // Those there are have the token's key id already.
            TryAllIssuerSigningKeys = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateIssuerSigningKey = true,
            ValidateLifetime = true,
            LifetimeValidator = (from, to, _, _) => IsCurrent(from, to),
            CryptoProviderFactory = factory,
        });
        if (!result.IsValid) throw Wrong($"does not hold: {result.Exception?.GetType().Name}");
        JsonElement claims = Json(parts[1]);
        Require(provider, claims, nonce);
        if (claims.TryGetProperty("at_hash", out JsonElement hash) && !IsHashOf(hash.ToString(), accessToken, algorithm)) throw Wrong("is for another access token");
        return claims;
    }

    private void Require(OAuthProvider provider, JsonElement claims, string nonce)
    {
        bool isForOthers = claims.TryGetProperty("aud", out JsonElement audience) && audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() > 1;
        bool namesParty = claims.TryGetProperty("azp", out JsonElement party);
        if ((isForOthers || namesParty) && !(party.ValueKind == JsonValueKind.String && party.ValueEquals(provider.ClientId))) throw Wrong("was made for another client");
        if (OAuthCalls.Text(claims, "sub") is not { Length: > 0 and <= mostSubject }) throw Wrong("names nobody");
        if (!claims.TryGetProperty("iat", out JsonElement issued) || issued.ValueKind != JsonValueKind.Number || issued.GetDouble() is var at && (at > (time.GetUtcNow() + skew).ToUnixTimeSeconds() || at < (time.GetUtcNow() - OAuthTrips.Longest - skew).ToUnixTimeSeconds()))
            throw Wrong("was made at another time");
        if (OAuthCalls.Text(claims, "nonce") is not { } told || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(told), Encoding.UTF8.GetBytes(nonce))) throw Wrong("is for another sign-in");
    }

    private bool IsCurrent(DateTime? from, DateTime? to)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return to is { } ends && ends > now - skew && (from is null || from <= now + skew);
    }

    private static (string Algorithm, string? KeyId) HeaderOf(JsonElement header)
    {
        if (refusedHeaders.Any(h => header.TryGetProperty(h, out _))) throw Wrong("brings keys or demands of its own");
        if (OAuthCalls.Text(header, "alg") is not { } algorithm || !algorithms.Contains(algorithm, StringComparer.Ordinal)) throw Wrong("is signed in a way that is not taken");
        // Another type of token of the same provider proves nothing here.
        if (header.TryGetProperty("typ", out JsonElement type) && !string.Equals(type.ToString(), "JWT", StringComparison.OrdinalIgnoreCase)) throw Wrong("is of another type");
        return (algorithm, OAuthCalls.Text(header, "kid"));
    }

    /// <summary>The left half of the access token's hash, by the hash of the signature.</summary>
    private static bool IsHashOf(string told, string? accessToken, string algorithm)
    {
        if (accessToken is null) return false;
        byte[] token = Encoding.ASCII.GetBytes(accessToken);
        byte[] hash = algorithm[^3..] switch { "256" => SHA256.HashData(token), "384" => SHA384.HashData(token), _ => SHA512.HashData(token) };
        return string.Equals(told, Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2)), StringComparison.Ordinal);
    }

    private static JsonElement Json(string part)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw Wrong("is no token");
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw Wrong("is no token");
        }
    }

    private static OAuthRefusedException Wrong(string what) => OAuthRefusedException.Unproven($"The ID token {what}");
}
