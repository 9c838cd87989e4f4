using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Accounts;

/// <summary>What proves a second factor: the step of a code that was right, or the hash of a recovery code.</summary>
/// <param name="Step">The time step of the code.</param>
/// <param name="Recovery">SHA-256 of the recovery code in hexadecimal.</param>
public sealed record SecondProof(long? Step, string? Recovery)
{
    /// <summary>Uses it up; false when it was used before. Only inside the transaction that lets somebody in.</summary>
    internal bool Spend(UserCredential credential)
    {
        if (credential.TotpSecret is null) return false;
        if (Step is { } step)
        {
            if (credential.TotpLastStep >= step) return false;
            credential.TotpLastStep = step;
            return true;
        }

        if (Recovery is not { } code || !credential.RecoveryCodes.Contains(code, StringComparer.Ordinal)) return false;
        credential.RecoveryCodes = [.. credential.RecoveryCodes.Where(c => !string.Equals(c, code, StringComparison.Ordinal))];
        return true;
    }
}

/// <summary>A session to begin.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="RefreshHash">SHA-256 of its first refresh token.</param>
/// <param name="Device">What the browser calls itself.</param>
/// <param name="Address">Where it is.</param>
/// <param name="IsProvenTwice">Whether the provider that proves who it is says that it asked for a second factor.</param>
public sealed record NewSession(Guid UserId, byte[] RefreshHash, string? Device, string? Address, bool IsProvenTwice = false);

/// <summary>Who is signed in.</summary>
/// <param name="User">The user.</param>
/// <param name="LacksFactor">Whether the tenant demands a second factor which this session does not have: it may set one up and do nothing else.</param>
public sealed record SignedInUser(User User, bool LacksFactor);

/// <summary>The sessions of users, and the refresh tokens that carry them on.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="policies">What the tenants demand of them. Read at each call, so that a demand holds with the next one, for sessions that are open too.</param>
public sealed class SessionStore(Data data, PolicyStore policies)
{
    /// <summary>Who is signed in by a session; null when the session does not hold or the user may not work. Asked at each call, so that what was taken away is gone at once.</summary>
    public async Task<SignedInUser?> SignedInAsync(Guid tenantId, Guid userId, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        StaffPolicy staff = await StaffAsync(tenantId, cancellationToken);
        DateTimeOffset idleSince = now - staff.Idle();
        await using SwitchboardDb db = data.For(tenantId);
        var found = await (from user in db.Users
                           join session in db.Set<UserSession>() on user.Id equals session.UserId
                           where user.Id == userId && user.Status == UserStatus.Active && session.Id == sessionId && session.RevokedAt == null && session.ExpiresAt > now && session.LastUsedAt > idleSince
                           select new { User = user, session.IsProvenTwice }).SingleOrDefaultAsync(cancellationToken);
        // Setting a factor up ends all sessions but the one in which it is done, so where the user has one the session has it too.
        return found is null ? null : new SignedInUser(found.User, staff.SecondFactor && !found.User.MfaEnabled && !found.IsProvenTwice);
    }

    /// <summary>Begins a session for who has just proven to be the user, with the second factor where there is one. Null when the account is locked or lost its right meanwhile, or the proof was used before.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="asked">The session.</param>
    /// <param name="known">The hash the password was compared with.</param>
    /// <param name="ticket">The token that the password bought when a second factor is set up; null without.</param>
    /// <param name="second">The second proof; null without.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public async Task<UserSession?> BeginAsync(Guid tenantId, NewSession asked, string? known, byte[]? ticket, SecondProof? second, DateTimeOffset now, CancellationToken cancellationToken)
    {
        StaffPolicy staff = await StaffAsync(tenantId, cancellationToken);
        return await data.WriteAsync(
            new UserActor(tenantId, asked.UserId, ScopeSet.None),
            db =>
            {
                User user = db.Users.Single(u => u.Id == asked.UserId);
                UserCredential credential = AccountStore.CredentialOf(db, user.Id, now);
                if (user.Status != UserStatus.Active || credential.IsLocked(now)) return null;
                if (known is not null && credential.PasswordHash != known) return null;
                if (credential.TotpSecret is not null)
                {
                    if (second is null || ticket is null || !second.Spend(credential)) return null;
                    if (AccountStore.Use(db, ticket, TokenPurpose.SecondFactor, now)?.Id != user.Id) return null;
                }

                credential.Succeed();
                user.LastSignInAt = now;
                MakeRoom(db, user.Id, staff, now);
                Prune(db, user.Id, now);
                var session = new UserSession { TenantId = tenantId, Id = Guid.CreateVersion7(now), UserId = user.Id, CreatedAt = now, LastUsedAt = now, ExpiresAt = now + UserSession.Lifetime, Device = asked.Device, Address = asked.Address, IsProvenTwice = asked.IsProvenTwice };
                db.Add(session);
                AddToken(db, session.Id, asked.RefreshHash, now);
                return session;
            },
            cancellationToken);
    }

    /// <summary>Changes a refresh token for the next; null when it does not hold. One that was used before was stolen, or its owner's was: the whole session ends.</summary>
    public async Task<UserSession?> RotateAsync(Guid tenantId, byte[] hash, byte[] next, DateTimeOffset now, CancellationToken cancellationToken)
    {
        TimeSpan idle = (await StaffAsync(tenantId, cancellationToken)).Idle();
        return await data.WriteAsync(
            AccountStore.Anybody(tenantId),
            db =>
            {
                if (db.Set<RefreshToken>().SingleOrDefault(t => t.Hash == hash) is not { } token) return null;
                UserSession session = db.Set<UserSession>().Single(s => s.Id == token.SessionId);
                if (!session.IsOpen(now, idle)) return null;
                if (token.UsedAt is not null)
                {
                    session.Revoke("refresh_reused", now);
                    return null;
                }

                if (!db.Users.Any(u => u.Id == session.UserId && u.Status == UserStatus.Active)) return null;
                token.UsedAt = now;
                session.LastUsedAt = now;
                AddToken(db, session.Id, next, now);
                return session;
            },
            cancellationToken);
    }

    /// <summary>Ends the session a refresh token belongs to; false when there is none that holds.</summary>
    public Task<bool> EndByTokenAsync(Guid tenantId, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            AccountStore.Anybody(tenantId),
            db =>
            {
                if (db.Set<RefreshToken>().SingleOrDefault(t => t.Hash == hash) is not { } token) return false;
                UserSession session = db.Set<UserSession>().Single(s => s.Id == token.SessionId);
                if (!session.IsOpen(now, UserSession.Lifetime)) return false;
                session.Revoke("signed_out", now);
                return true;
            },
            cancellationToken);

    /// <summary>Ends one session of a user; false when the user has none of this id that holds.</summary>
    public Task<bool> EndAsync(Actor actor, Guid userId, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (db.Set<UserSession>().SingleOrDefault(s => s.Id == sessionId && s.UserId == userId && s.RevokedAt == null) is not { } session) return false;
                session.Revoke("signed_out", now);
                return true;
            },
            cancellationToken);

    /// <summary>Ends all sessions of a user and tells how many there were.</summary>
    public Task<int> EndAllAsync(Actor actor, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db => AccountStore.EndSessions(db, userId, null, "signed_out", now), cancellationToken);

    /// <summary>The sessions of a user that hold, newest first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListAsync(Guid tenantId, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset idleSince = now - (await StaffAsync(tenantId, cancellationToken)).Idle();
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<UserSession>().Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now && s.LastUsedAt > idleSince).OrderByDescending(s => s.Id).ToListAsync(cancellationToken);
    }

    private async Task<StaffPolicy> StaffAsync(Guid tenantId, CancellationToken cancellationToken) => (await policies.CurrentAsync(tenantId, cancellationToken)).Policies.Staff;

    /// <summary>Ends the sessions that were used longest ago, so that with the new one there are no more than the tenant lets a person have.</summary>
    private static void MakeRoom(SwitchboardDb db, Guid userId, StaffPolicy staff, DateTimeOffset now)
    {
        List<UserSession> open = [.. db.Set<UserSession>().Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now).AsEnumerable().Where(s => s.IsOpen(now, staff.Idle()))];
        foreach (UserSession oldest in open.OrderByDescending(s => s.LastUsedAt).ThenByDescending(s => s.Id).Skip(staff.Sessions - 1)) oldest.Revoke("too_many", now);
    }

    private static void AddToken(SwitchboardDb db, Guid sessionId, byte[] hash, DateTimeOffset now) =>
        db.Add(new RefreshToken { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), SessionId = sessionId, Hash = hash, CreatedAt = now });

    /// <summary>Removes the tokens of sessions that are over: none of them can be used or misused any more. The sessions stay for who looks back.</summary>
    private static void Prune(SwitchboardDb db, Guid userId, DateTimeOffset now)
    {
        Guid[] over = [.. db.Set<UserSession>().Where(s => s.UserId == userId && (s.RevokedAt != null || s.ExpiresAt < now)).Select(s => s.Id)];
        db.RemoveRange(db.Set<RefreshToken>().Where(t => over.Contains(t.SessionId)));
    }
}
