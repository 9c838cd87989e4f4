using Switchboard.Domain.Identity;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>Finds out who shows an access token. Session, user and role are looked up at each call: who is suspended, or has signed out, is out at once, not when the token ends.</summary>
public sealed class StaffSessions(AccessTokens tokens, SessionStore sessions, TenantRoles roles, TimeProvider time)
{
    /// <summary>The user with the role's scopes, and the session; without any scope while a second factor is missing that the tenant demands; null when the token, the session or the user does not hold.</summary>
    public async Task<(UserActor Actor, CurrentSession Session)?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, cancellationToken) is not { } holder) return null;
        if (await sessions.SignedInAsync(holder.TenantId, holder.UserId, holder.SessionId, time.GetUtcNow(), cancellationToken) is not { } found) return null;
        bool lacksFactor = holder.LacksFactor || found.LacksFactor;
        ScopeSet scopes = lacksFactor ? ScopeSet.None : await roles.ScopesOfAsync(holder.TenantId, found.User.Role, cancellationToken);
        return (new UserActor(holder.TenantId, found.User.Id, scopes), new CurrentSession(holder.SessionId, lacksFactor));
    }

    /// <summary>Whether a call that goes on for long may go on: the session holds, and the role carries what it carried.</summary>
    public async Task<bool> HoldsAsync(UserActor actor, CurrentSession session, CancellationToken cancellationToken) =>
        await sessions.SignedInAsync(actor.TenantId, actor.UserId, session.Id, time.GetUtcNow(), cancellationToken) is { LacksFactor: false, User: { } user }
        && (await roles.ScopesOfAsync(user.TenantId, user.Role, cancellationToken)).Equals(actor.Scopes);
}

/// <summary>A call that goes on for long, such as a stream: who calls was asked when it began, and is asked again on the way.</summary>
/// <param name="http">The call.</param>
/// <param name="time">The clock.</param>
public sealed class LongCall(HttpContext http, TimeProvider time)
{
    /// <summary>How long somebody who is out may still be told something.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private long asked = time.GetTimestamp();

    /// <summary>Whether something more may be told: who is signed in, or calls by a key, can be out on the way; a visitor's token says itself how long it holds.</summary>
    public async Task<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(asked) < Pace) return true;
        asked = time.GetTimestamp();
        return http.Features.Get<Actor>() switch
        {
            UserActor user when http.Features.Get<CurrentSession>() is { } session => await http.RequestServices.GetRequiredService<StaffSessions>().HoldsAsync(user, session, cancellationToken),
            KeyActor key => await http.RequestServices.GetRequiredService<KeyHolders>().HoldsAsync(key, http.Request.Headers[KeyHolders.Header].ToString(), cancellationToken),
            _ => true,
        };
    }
}
