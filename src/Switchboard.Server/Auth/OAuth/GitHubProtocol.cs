using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>GitHub, which speaks OAuth 2 without OpenID: a code with PKCE for an access token, with which its API is asked who it is. The token is used for that and forgotten.</summary>
/// <param name="calls">The way out.</param>
public sealed class GitHubProtocol(OAuthCalls calls) : IOAuthProtocol
{
    /// <inheritdoc />
    public bool Speaks(OAuthProvider provider) => provider.Name == OAuthProvider.GitHub;

    /// <inheritdoc />
    public Task<Uri> AddressAsync(OAuthProvider provider, OAuthTrip trip, Uri callback, CancellationToken cancellationToken) =>
        Task.FromResult(new Uri(QueryHelpers.AddQueryString(Under(provider.Issuer, "login/oauth/authorize").AbsoluteUri, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = callback.AbsoluteUri,
            ["scope"] = "read:user user:email",
            ["state"] = trip.State,
            ["code_challenge"] = trip.Challenge,
            ["code_challenge_method"] = "S256",
        })));

    /// <inheritdoc />
    public Task RequireIssuerAsync(OAuthProvider provider, string? issuer, CancellationToken cancellationToken)
    {
        // It publishes no name to hold an answer to; what it may say must be of its own place.
        bool isOwn = issuer is null || (Uri.TryCreate(issuer, UriKind.Absolute, out Uri? address) && address.Scheme == provider.Issuer.Scheme && address.Authority == provider.Issuer.Authority);
        return isOwn ? Task.CompletedTask : throw OAuthRefusedException.Unproven($"The answer is not from {provider}, to which the browser was sent");
    }

    /// <inheritdoc />
    public async Task<OAuthClaims> ClaimsAsync(OAuthProvider provider, OAuthTrip trip, string code, Uri callback, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client_id"] = provider.ClientId,
            ["client_secret"] = provider.ClientSecret,
            ["code"] = code,
            ["redirect_uri"] = callback.AbsoluteUri,
            ["code_verifier"] = trip.Verifier,
        };
        JsonElement answer = await calls.ExchangeAsync(Under(provider.Issuer, "login/oauth/access_token"), form, null, cancellationToken);
        if (OAuthCalls.Text(answer, "access_token") is not { } token) throw OAuthRefusedException.Unproven($"{provider} gave no token");
        JsonElement user = await calls.GetAsync(Under(provider.Api!, "user"), token, cancellationToken);
        if (user.ValueKind != JsonValueKind.Object || !user.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out long number)) throw OAuthRefusedException.Unproven($"{provider} does not say who it is");
        // The address on the profile is what the person chose to show; the list says which are proven.
        JsonElement emails = await calls.GetAsync(Under(provider.Api!, "user/emails"), token, cancellationToken);
        JsonElement primary = emails.ValueKind == JsonValueKind.Array ? emails.EnumerateArray().FirstOrDefault(e => e.ValueKind == JsonValueKind.Object && Is(e, "primary")) : default;
        bool isThere = primary.ValueKind == JsonValueKind.Object;
        // The number stays when the login changes hands.
        return new OAuthClaims(
            number.ToString(CultureInfo.InvariantCulture), isThere ? OAuthCalls.Text(primary, "email") : null, isThere && Is(primary, "verified"), OAuthCalls.Text(user, "name") ?? OAuthCalls.Text(user, "login"));
    }

    private static bool Is(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static Uri Under(Uri place, string path) => new($"{place.AbsoluteUri.TrimEnd('/')}/{path}");
}
