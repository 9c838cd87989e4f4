using Switchboard.Domain.Identity;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>Finds out who shows an access token. Session, user and role are looked up at each call: who is suspended, or has signed out, is out at once, not when the token ends.</summary>
public sealed class StaffSessions(AccessTokens tokens, SessionStore sessions, TenantRoles roles, TimeProvider time)
{
    /// <summary>The user with the role's scopes, and the session; null when the token, the session or the user does not hold.</summary>
    public async Task<(UserActor Actor, CurrentSession Session)?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, cancellationToken) is not { } holder) return null;
        if (await sessions.SignedInAsync(holder.TenantId, holder.UserId, holder.SessionId, time.GetUtcNow(), cancellationToken) is not { } user) return null;
        return (new UserActor(user.TenantId, user.Id, await roles.ScopesOfAsync(user.TenantId, user.Role, cancellationToken)), new CurrentSession(holder.SessionId));
    }
}
