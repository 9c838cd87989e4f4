using Switchboard.Domain.Organisation;
using Switchboard.Server.Api;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>The session a call was made in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LacksFactor">Whether it may set up a second factor and do nothing else.</param>
public sealed record CurrentSession(Guid Id, bool LacksFactor = false);

/// <summary>What a signed-in user holds: an access token for the next minutes, and a refresh token for the next one, in the body or in a cookie that scripts cannot read.</summary>
public sealed class SignedSessions(AccessTokens tokens, SessionStore sessions, IdentitySettings settings, TimeProvider time)
{
    /// <summary>The cookie's name. Under https it is one that no other host of the domain can set, so that nobody puts a session of their own into the browser of another.</summary>
    public const string Cookie = "__Host-" + bareCookie;

    /// <summary>The header a page of ours sends with the cookie. A page elsewhere cannot add it without being asked first, and nobody answers that question for it.</summary>
    public const string Header = "X-Switchboard-Client";

    private const string bareCookie = "swb_refresh";

    /// <summary>The tokens as they are answered; while a second factor is missing that the tenant demands, they are good for setting it up and for nothing else.</summary>
    public sealed record TokenView(string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken, Guid UserId, Guid SessionId, bool SecondFactorNeeded);

    /// <summary>Answers with new tokens.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, UserSession session, SecretText refresh, bool byCookie)
    {
        bool lacksFactor = await LacksFactorAsync(session, http.RequestAborted);
        string access = await tokens.IssueAsync(new TokenHolder(session.TenantId, session.UserId, session.Id, lacksFactor), http.RequestAborted);
        if (byCookie) Keep(http, session, refresh);
        Private(http);
        return Results.Ok(new TokenView(access, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, byCookie ? null : refresh.Text, session.UserId, session.Id, lacksFactor));
    }

    /// <summary>Whether a session lacks a second factor that its tenant demands.</summary>
    public async Task<bool> LacksFactorAsync(UserSession session, CancellationToken cancellationToken) =>
        await sessions.SignedInAsync(session.TenantId, session.UserId, session.Id, time.GetUtcNow(), cancellationToken) is { LacksFactor: true };

    /// <summary>Gives the browser the cookie, from which a page of ours makes its first access token.</summary>
    public void Keep(HttpContext http, UserSession session, SecretText refresh) => http.Response.Cookies.Append(NameOf(http), refresh.Text, Options(http, session.ExpiresAt));

    /// <summary>Takes the cookie back.</summary>
    public void Forget(HttpContext http)
    {
        if (IsShown(http)) http.Response.Cookies.Delete(NameOf(http), Options(http, null));
    }

    /// <summary>Whether the call has the cookie.</summary>
    public bool IsShown(HttpContext http) => http.Request.Cookies.ContainsKey(NameOf(http));

    /// <summary>The refresh token of a call: of its body, else of its cookie, which counts only from a page of ours.</summary>
    public (SecretText? Token, bool ByCookie, IResult? Problem) Shown(HttpContext http, string? body)
    {
        if (body is not null) return (SecretText.Read(SecretText.Refresh, body), false, null);
        if (http.Request.Cookies[NameOf(http)] is not { } cookie) return (null, false, Problems.Invalid(("refreshToken", "is needed, or the cookie of the sign-in")));
        bool ours = http.Request.Headers.ContainsKey(Header) && http.Request.Headers["Sec-Fetch-Site"].ToString() is ("" or "same-origin" or "none");
        return ours
            ? (SecretText.Read(SecretText.Refresh, cookie), true, null)
            : (null, true, Problems.Of(403, "not_from_our_page", "The cookie counts from our own pages only", $"Send the header {Header}: 1 from a page of the same origin, or the refresh token in the body."));
    }

    /// <summary>Keeps an answer with secrets out of every cache.</summary>
    public static void Private(HttpContext http) => http.Response.Headers.CacheControl = "no-store";

    /// <summary>Behind a proxy that ends TLS the call itself comes over http; the operator's address tells what browsers use.</summary>
    private bool IsSecure(HttpContext http) => http.Request.IsHttps || settings.BaseUrl?.Scheme == Uri.UriSchemeHttps;

    private string NameOf(HttpContext http) => IsSecure(http) ? Cookie : bareCookie;

    private CookieOptions Options(HttpContext http, DateTimeOffset? expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = IsSecure(http), Path = "/", Expires = expires, IsEssential = true };
}
