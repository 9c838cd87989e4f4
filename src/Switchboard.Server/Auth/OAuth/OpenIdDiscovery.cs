using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>What a provider says of itself.</summary>
/// <param name="Authorization">Where browsers are sent.</param>
/// <param name="Token">Where codes are exchanged.</param>
/// <param name="KeySet">Where its keys are.</param>
/// <param name="UserInfo">Where it tells more of who it is; null for nowhere.</param>
/// <param name="TellsIssuer">Whether each of its answers says whose it is (RFC 9207).</param>
/// <param name="TakesBasic">Whether a client proves itself in the header; else in the form.</param>
public sealed record OpenIdMetadata(Uri Authorization, Uri Token, Uri KeySet, Uri? UserInfo, bool TellsIssuer, bool TakesBasic);

/// <summary>
/// Reads what a provider says of itself (OpenID Connect Discovery) and its keys, and keeps both for an hour. The document is somebody else's: it must name the issuer that was asked,
/// and where it leads is called as everything outside is, so that it cannot turn the server to addresses inside.
/// </summary>
/// <param name="calls">The way out.</param>
/// <param name="time">The clock.</param>
public sealed class OpenIdDiscovery(OAuthCalls calls, TimeProvider time)
{
    private const string wellKnown = "/.well-known/openid-configuration";
    private const int fewestRsaBytes = 256;
    private static readonly TimeSpan kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan soonest = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Uri, Kept<OpenIdMetadata>> documents = new();
    private readonly ConcurrentDictionary<Uri, Kept<IReadOnlyList<JsonWebKey>>> keySets = new();

    /// <summary>What the provider says of itself.</summary>
    /// <exception cref="OAuthRefusedException">It cannot be reached, or says what cannot be used.</exception>
    public Task<OpenIdMetadata> ReadAsync(OAuthProvider provider, CancellationToken cancellationToken) =>
        KeptAsync(documents, provider.Issuer, kept, async () => Checked(provider, await calls.GetAsync(new Uri(provider.IssuerText.TrimEnd('/') + wellKnown), null, cancellationToken)));

    /// <summary>The keys a token of a key id may be signed with: those of the provider's own list, whatever the token says. An id nobody knows makes the list be read again, at most every half minute.</summary>
    /// <exception cref="OAuthRefusedException">The list cannot be read.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> KeysAsync(OAuthProvider provider, string? keyId, CancellationToken cancellationToken)
    {
        Uri address = (await ReadAsync(provider, cancellationToken)).KeySet;
        IReadOnlyList<JsonWebKey> found = Of(await KeysAsync(address, kept, cancellationToken));
        return found.Count > 0 ? found : Of(await KeysAsync(address, soonest, cancellationToken));

        IReadOnlyList<JsonWebKey> Of(IReadOnlyList<JsonWebKey> keys) => keyId is null ? keys : [.. keys.Where(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal))];
    }

    private Task<IReadOnlyList<JsonWebKey>> KeysAsync(Uri address, TimeSpan age, CancellationToken cancellationToken) =>
        KeptAsync(keySets, address, age, async () => KeysOf(await calls.GetAsync(address, null, cancellationToken), address));

    private async Task<T> KeptAsync<T>(ConcurrentDictionary<Uri, Kept<T>> all, Uri key, TimeSpan age, Func<Task<T>> read)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (all.TryGetValue(key, out Kept<T>? known) && now - known.ReadAt < age) return known.Value;
        var fresh = new Kept<T>(await read(), now);
        all[key] = fresh;
        return fresh.Value;
    }

    private static OpenIdMetadata Checked(OAuthProvider provider, JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object) throw OAuthRefusedException.Unavailable($"{provider} describes itself in no object");
        if (!string.Equals(OAuthCalls.Text(document, "issuer"), provider.IssuerText, StringComparison.Ordinal)) throw OAuthRefusedException.Unavailable($"{provider} says that it is another issuer; set the one its description names");
        string[] methods = document.TryGetProperty("token_endpoint_auth_methods_supported", out JsonElement told) && told.ValueKind == JsonValueKind.Array
            ? [.. told.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.String).Select(m => m.GetString()!)]
            : [];
        return new OpenIdMetadata(
            Endpoint("authorization_endpoint")!, Endpoint("token_endpoint")!, Endpoint("jwks_uri")!, Endpoint("userinfo_endpoint", isNeeded: false),
            document.TryGetProperty("authorization_response_iss_parameter_supported", out JsonElement tells) && tells.ValueKind == JsonValueKind.True,
            // Without a word on it, it is the header.
            methods.Length == 0 || methods.Contains("client_secret_basic", StringComparer.Ordinal));

        Uri? Endpoint(string name, bool isNeeded = true)
        {
            string? text = OAuthCalls.Text(document, name);
            if (text is null && !isNeeded) return null;
            // Unencrypted only where the issuer itself is, which is on this machine.
            bool isGood = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
                && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && provider.Issuer.Scheme == Uri.UriSchemeHttp && address.Authority == provider.Issuer.Authority));
            return isGood ? address : throw OAuthRefusedException.Unavailable($"{provider} names no {name} that can be called");
        }
    }

    /// <summary>Only public keys that sign: a secret in a list that anybody can read proves nothing.</summary>
    private static IReadOnlyList<JsonWebKey> KeysOf(JsonElement document, Uri address)
    {
        try
        {
            return [.. new JsonWebKeySet(document.GetRawText()).Keys.Where(IsGood)];
        }
        catch (Exception error) when (error is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            throw OAuthRefusedException.Unavailable($"{address.Host} lists no keys that can be read");
        }

        static bool IsGood(JsonWebKey key) => key.Use is null or "" or "sig" && (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve || (key.Kty == JsonWebAlgorithmsKeyTypes.RSA && Base64UrlEncoder.DecodeBytes(key.N).Length >= fewestRsaBytes));
    }

    private sealed record Kept<T>(T Value, DateTimeOffset ReadAt);
}
