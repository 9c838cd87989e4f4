using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>OpenID Connect: a code with PKCE for an ID token.</summary>
/// <param name="discovery">What providers say of themselves.</param>
/// <param name="tokens">Reads their tokens.</param>
/// <param name="calls">The way out.</param>
public sealed class OpenIdProtocol(OpenIdDiscovery discovery, IdTokens tokens, OAuthCalls calls) : IOAuthProtocol
{
    private const string gmail = "@gmail.com";
    private const string twoFactors = "mfa";

    /// <inheritdoc />
    public bool Speaks(OAuthProvider provider) => provider.Name != OAuthProvider.GitHub;

    /// <inheritdoc />
    public async Task<Uri> AddressAsync(OAuthProvider provider, OAuthTrip trip, Uri callback, CancellationToken cancellationToken) =>
        new(QueryHelpers.AddQueryString((await discovery.ReadAsync(provider, cancellationToken)).Authorization.AbsoluteUri, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = callback.AbsoluteUri,
            ["scope"] = "openid email profile",
            ["state"] = trip.State,
            ["nonce"] = trip.Nonce,
            ["code_challenge"] = trip.Challenge,
            ["code_challenge_method"] = "S256",
        }));

    /// <inheritdoc />
    public async Task RequireIssuerAsync(OAuthProvider provider, string? issuer, CancellationToken cancellationToken)
    {
        bool isMissing = issuer is null && (await discovery.ReadAsync(provider, cancellationToken)).TellsIssuer;
        if (isMissing || (issuer is not null && !string.Equals(issuer, provider.IssuerText, StringComparison.Ordinal))) throw OAuthRefusedException.Unproven($"The answer is not from {provider}, to which the browser was sent");
    }

    /// <inheritdoc />
    public async Task<OAuthClaims> ClaimsAsync(OAuthProvider provider, OAuthTrip trip, string code, Uri callback, CancellationToken cancellationToken)
    {
        OpenIdMetadata metadata = await discovery.ReadAsync(provider, cancellationToken);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = callback.AbsoluteUri, ["code_verifier"] = trip.Verifier };
        if (!metadata.TakesBasic) (form["client_id"], form["client_secret"]) = (provider.ClientId, provider.ClientSecret);
        JsonElement answer = await calls.ExchangeAsync(metadata.Token, form, metadata.TakesBasic ? BasicOf(provider) : null, cancellationToken);
        if (OAuthCalls.Text(answer, "id_token") is not { } token) throw OAuthRefusedException.Unproven($"{provider} gave no ID token");
        string? access = OAuthCalls.Text(answer, "access_token");
        JsonElement claims = await tokens.ReadAsync(provider, token, trip.Nonce, access, cancellationToken);
        string subject = OAuthCalls.Text(claims, "sub")!;
        JsonElement told = OAuthCalls.Text(claims, "email") is null && access is not null && metadata.UserInfo is { } place ? await MoreAsync(provider, place, access, subject, cancellationToken) : claims;
        string? email = OAuthCalls.Text(told, "email");
        return new OAuthClaims(subject, email, email is not null && IsProven(provider, claims, told, email), OAuthCalls.Text(told, "name") ?? OAuthCalls.Text(claims, "name"), IsProvenTwice(provider, claims));
    }

    /// <summary>Many providers tell the address only here. It is believed for the person of the token alone.</summary>
    private async Task<JsonElement> MoreAsync(OAuthProvider provider, Uri place, string access, string subject, CancellationToken cancellationToken)
    {
        JsonElement told = await calls.GetAsync(place, access, cancellationToken);
        return told.ValueKind == JsonValueKind.Object && string.Equals(OAuthCalls.Text(told, "sub"), subject, StringComparison.Ordinal) ? told : throw OAuthRefusedException.Unproven($"{provider} tells of somebody else than its token");
    }

    /// <summary>Whether the signed token says that more than one factor was asked for: <c>mfa</c> among its methods (RFC 8176), or a level that the operator has named as such.</summary>
    private static bool IsProvenTwice(OAuthProvider provider, JsonElement claims)
    {
        bool isSaid = claims.TryGetProperty("amr", out JsonElement methods) && methods.ValueKind == JsonValueKind.Array && methods.EnumerateArray().Any(m => m.ValueKind == JsonValueKind.String && m.ValueEquals(twoFactors));
        return isSaid || (OAuthCalls.Text(claims, "acr") is { } level && provider.TwoFactorLevels.Contains(level, StringComparer.Ordinal));
    }

    private static bool IsProven(OAuthProvider provider, JsonElement claims, JsonElement told, string email)
    {
        // Some providers write the truth value as a text.
        bool? isProven = told.TryGetProperty("email_verified", out JsonElement verified)
            ? verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.ValueEquals("true"))
            : null;
        if (!(isProven ?? provider.TrustsEmail)) return false;
        // Google has seen the mailbox of an address elsewhere once; whether it is still the same person's, only the owner of the domain knows, and that is who has a directory there.
        return provider.Name != OAuthProvider.Google || email.EndsWith(gmail, StringComparison.OrdinalIgnoreCase) || email.EndsWith("@" + OAuthCalls.Text(claims, "hd"), StringComparison.OrdinalIgnoreCase);
    }

    private static AuthenticationHeaderValue BasicOf(OAuthProvider provider) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(provider.ClientSecret)}")));
}
