using Switchboard.Domain.Organisation;
using Switchboard.Server.Api;

namespace Switchboard.Server.Auth;

/// <summary>The session a call was made in.</summary>
/// <param name="Id">Its id.</param>
public sealed record CurrentSession(Guid Id);

/// <summary>What a signed-in user holds: an access token for the next minutes, and a refresh token for the next one, in the body or in a cookie that scripts cannot read.</summary>
public sealed class SignedSessions(AccessTokens tokens, IdentitySettings settings)
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "swb_refresh";

    /// <summary>The header a page of ours sends with the cookie. A page elsewhere cannot add it without being asked first, and nobody answers that question for it.</summary>
    public const string Header = "X-Switchboard-Client";

    private const string cookiePath = "/api/v1/auth";

    /// <summary>The tokens as they are answered.</summary>
    public sealed record TokenView(string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken, Guid UserId, Guid SessionId);

    /// <summary>Answers with new tokens.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, UserSession session, SecretText refresh, bool byCookie)
    {
        string access = await tokens.IssueAsync(new TokenHolder(session.TenantId, session.UserId, session.Id), http.RequestAborted);
        if (byCookie) Keep(http, session, refresh);
        Private(http);
        return Results.Ok(new TokenView(access, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, byCookie ? null : refresh.Text, session.UserId, session.Id));
    }

    /// <summary>Gives the browser the cookie, from which a page of ours makes its first access token.</summary>
    public void Keep(HttpContext http, UserSession session, SecretText refresh) => http.Response.Cookies.Append(Cookie, refresh.Text, Options(http, session.ExpiresAt));

    /// <summary>Takes the cookie back.</summary>
    public void Forget(HttpContext http)
    {
        if (http.Request.Cookies.ContainsKey(Cookie)) http.Response.Cookies.Delete(Cookie, Options(http, null));
    }

    /// <summary>The refresh token of a call: of its body, else of its cookie, which counts only from a page of ours.</summary>
    public static (SecretText? Token, bool ByCookie, IResult? Problem) Shown(HttpContext http, string? body)
    {
        if (body is not null) return (SecretText.Read(SecretText.Refresh, body), false, null);
        if (http.Request.Cookies[Cookie] is not { } cookie) return (null, false, Problems.Invalid(("refreshToken", "is needed, or the cookie of the sign-in")));
        bool ours = http.Request.Headers.ContainsKey(Header) && http.Request.Headers["Sec-Fetch-Site"].ToString() is ("" or "same-origin" or "none");
        return ours
            ? (SecretText.Read(SecretText.Refresh, cookie), true, null)
            : (null, true, Problems.Of(403, "not_from_our_page", "The cookie counts from our own pages only", $"Send the header {Header}: 1 from a page of the same origin, or the refresh token in the body."));
    }

    /// <summary>Keeps an answer with secrets out of every cache.</summary>
    public static void Private(HttpContext http) => http.Response.Headers.CacheControl = "no-store";

    /// <summary>Behind a proxy that ends TLS the call itself comes over http; the operator's address tells what browsers use.</summary>
    private CookieOptions Options(HttpContext http, DateTimeOffset? expires) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps || settings.BaseUrl?.Scheme == Uri.UriSchemeHttps, Path = cookiePath, Expires = expires, IsEssential = true };
}
