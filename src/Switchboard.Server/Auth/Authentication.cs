using Switchboard.Domain.Identity;
using Switchboard.Server.Api;
using Switchboard.Storage;

namespace Switchboard.Server.Auth;

/// <summary>Finds out who calls and holds the call to the route's rule. Which object the caller may see is for the use case to say.</summary>
public sealed class Authentication(RequestDelegate next, KeyHolders keys, Tenants tenants, VisitorTokens visitors, LocalToken local, StaffSessions staff)
{
    private const string bearer = "Bearer ";

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        // What no route serves is answered by the routing itself; static files ask for nobody.
        if (http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            await next(http);
            return;
        }

        if (rule.Local)
        {
            if (BearerOf(http) is { } token && token.StartsWith(LocalToken.Prefix, StringComparison.Ordinal) && local.Is(token)) await next(http);
            else await Problems.Of(401, "unauthenticated", "Only for the command line", "This call is for the command line of this installation.").ExecuteAsync(http);
            return;
        }

        (Actor? actor, string? problem) = await IdentifyAsync(http);
        // To what is public, too, who lacks a factor is nobody.
        bool lacksFactor = http.Features.Get<CurrentSession>() is { LacksFactor: true } && http.GetEndpoint()!.Metadata.GetMetadata<OpenWithoutFactor>() is null;
        IResult? refusal = (rule, actor) switch
        {
            ({ Anyone: true }, _) => null,
            (_, null) => Problems.Of(401, "unauthenticated", "Who are you?", problem ?? "Send an API key as X-Api-Key, or the token of a sign-in or a visitor as Authorization: Bearer."),
            _ when lacksFactor => Problems.Of(403, "second_factor_needed", "A second factor is needed", "Your organisation demands one. Set it up with POST /auth/me/mfa and /auth/me/mfa/confirm, and refresh the token then."),
            ({ Contacts: true }, ContactActor) => null,
            (_, ContactActor) => Problems.Of(403, "not_for_contacts", "This is not for visitors.", "This call needs an API key of the staff."),
            ({ Contacts: true, Scope: null }, _) => Problems.Of(403, "only_for_visitors", "This is for visitors", "Call it with the token of POST /widget/session."),
            ({ SignedIn: true }, not UserActor) => Problems.Of(403, "sign_in_needed", "This is about an own account", "Sign in with address and password; a key has no account of its own."),
            ({ Scope: { } scope }, _) when !actor.Has(scope) && !rule.Or.Any(actor.Has) => Problems.Of(403, "missing_scope", "The key may not do this.", $"This call needs the scope {string.Join(" or ", [scope, .. rule.Or])}."),
            ({ Also: { } also }, _) when !actor.Has(also) => Problems.Of(403, "missing_scope", "The key may not do this.", $"This call needs the scope {also} as well."),
            _ => null,
        };
        if (actor is not null && !(lacksFactor && refusal is null)) http.Features.Set(actor);
        if (refusal is null) await next(http);
        else await refusal.ExecuteAsync(http);
    }

    private async Task<(Actor?, string?)> IdentifyAsync(HttpContext http)
    {
        if (http.Request.Headers[KeyHolders.Header].ToString() is { Length: > 0 } key) return await keys.FindAsync(key, http.RequestAborted) is { } holder ? (holder, null) : (null, "The API key is not known, was revoked, or is over.");
        if (BearerOf(http) is not { } token) return (null, null);
        if (token.StartsWith(LocalToken.Prefix, StringComparison.Ordinal)) return await ByLocalTokenAsync(token, http);
        if (token.StartsWith(VisitorTokens.Prefix, StringComparison.Ordinal)) return visitors.Read(token) is { } visitor ? (visitor, null) : (null, "The token is not valid or is over. Start a new session.");
        if (await staff.FindAsync(token, http.RequestAborted) is not { } found) return (null, "The token is not valid or is over. Refresh it, or sign in again.");
        http.Features.Set(found.Session);
        return (found.Actor, null);
    }

    /// <summary>The token of the Authorization header; null when there is none.</summary>
    internal static string? BearerOf(HttpContext http)
    {
        string authorization = http.Request.Headers.Authorization.ToString();
        return authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? authorization[bearer.Length..].Trim() : null;
    }

    private async Task<(Actor?, string?)> ByLocalTokenAsync(string token, HttpContext http)
    {
        if (!local.Is(token)) return (null, "The local token is from an earlier start of the server.");
        string slug = http.Request.Headers[LocalToken.TenantHeader].ToString();
        if (await tenants.FindAsync(slug, http.RequestAborted) is not { } tenant) return (null, $"There is no tenant \"{slug}\".");
        return (new SystemActor(tenant.Id, "cli"), null);
    }
}

/// <summary>Gives use cases the caller.</summary>
public static class CallerExtensions
{
    /// <summary>Who calls. Only for routes that are not public.</summary>
    /// <exception cref="InvalidOperationException">The route is public and nobody is known.</exception>
    public static Actor Caller(this HttpContext http) => http.Features.Get<Actor>() ?? throw new InvalidOperationException("The route is public: it has no caller.");

    /// <summary>Who is signed in, and by which session. Only for routes that need it.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public static (UserActor User, Guid SessionId) SignedIn(this HttpContext http) =>
        http.Caller() is UserActor user && http.Features.Get<CurrentSession>() is { } session ? (user, session.Id) : throw new InvalidOperationException("Nobody is signed in.");
}
