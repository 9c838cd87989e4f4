using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Storage;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>A sign-in that is on its way through a provider, as the browser keeps it.</summary>
/// <param name="TenantId">The tenant to sign in to.</param>
/// <param name="Provider">The provider it was sent to.</param>
/// <param name="State">What comes back in the address.</param>
/// <param name="Nonce">What comes back in the token.</param>
/// <param name="Verifier">What proves to the provider that who begins and who ends is the same (RFC 7636).</param>
/// <param name="ReturnTo">Where the browser goes in the end: a place of our own.</param>
/// <param name="ExpiresAt">When it is too late.</param>
/// <param name="LinkTo">Who links the identity to their account, and in which session; null for a sign-in.</param>
public sealed record OAuthTrip(Guid TenantId, string Provider, string State, string Nonce, string Verifier, string ReturnTo, DateTimeOffset ExpiresAt, TokenHolder? LinkTo)
{
    /// <summary>What the provider gets of the verifier.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>
/// Keeps what a sign-in needs on its way in a cookie of the browser that began it, encrypted under the secret all nodes share: any node ends what another began, nothing is
/// stored for who never comes back, and who brings somebody else's answer has no cookie to it.
/// </summary>
/// <param name="box">Encrypts it.</param>
/// <param name="settings">Whether browsers come over https.</param>
/// <param name="time">The clock.</param>
public sealed class OAuthTrips(SecretBox box, IdentitySettings settings, TimeProvider time)
{
    /// <summary>How long a sign-in may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>What a place that is none is told.</summary>
    public const string OwnOnly = "is a path of this server: /inbox";

    private const string name = "swb_oauth";
    private const string purpose = "oauth-trip";
    private const int secretBytes = 32;
    private const int mostReturnTo = 500;

    /// <summary>Begins one, and gives the browser its cookie. A second one in the same browser takes its place.</summary>
    public OAuthTrip Begin(HttpContext http, Guid tenantId, string provider, string returnTo, TokenHolder? linkTo)
    {
        var trip = new OAuthTrip(tenantId, provider, Random(), Random(), Random(), returnTo, time.GetUtcNow() + Longest, linkTo);
        http.Response.Cookies.Append(CookieOf(http), Base64Url.EncodeToString(box.Seal(Encoding.UTF8.GetBytes(Json.Write(trip)), purpose)), Options(http, trip.ExpiresAt));
        return trip;
    }

    /// <summary>The one this browser began, and takes the cookie back; null when it began none, or too long ago.</summary>
    public OAuthTrip? End(HttpContext http)
    {
        if (http.Request.Cookies[CookieOf(http)] is not { } cookie) return null;
        http.Response.Cookies.Delete(CookieOf(http), Options(http, null));
        try
        {
            if (box.Open(Base64Url.DecodeFromChars(cookie), purpose) is not { } opened) return null;
            OAuthTrip trip = Json.Read<OAuthTrip>(Encoding.UTF8.GetString(opened));
            return trip.ExpiresAt > time.GetUtcNow() ? trip : null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// A place of our own to go to in the end; null when it is none. Browsers read two slashes, and a backslash for a slash, as another host, and leave out tabs and line ends before they look.
    /// </summary>
    public static string? Own(string? returnTo)
    {
        if (string.IsNullOrEmpty(returnTo)) return "/";
        bool isOwn = returnTo.Length <= mostReturnTo && returnTo[0] == '/' && !returnTo.StartsWith("//", StringComparison.Ordinal) && !returnTo.Any(c => c is '\\' or <= ' ' or >= (char)0x7f);
        return isOwn ? returnTo : null;
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(secretBytes));

    private bool IsSecure(HttpContext http) => http.Request.IsHttps || settings.BaseUrl?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Under https the name is one that no other host of the domain can set, so that nobody puts a sign-in of their own into the browser of another.</summary>
    private string CookieOf(HttpContext http) => IsSecure(http) ? "__Host-" + name : name;

    /// <summary>Lax: the provider sends the browser back from its own pages.</summary>
    private CookieOptions Options(HttpContext http, DateTimeOffset? expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = IsSecure(http), Path = "/", Expires = expires, IsEssential = true };
}
