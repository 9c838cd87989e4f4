using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Model;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Accounts;

/// <summary>A user with what the user proves to be who they are by.</summary>
/// <param name="User">The user.</param>
/// <param name="Credential">Password and second factor; null for who never had any.</param>
public sealed record Account(User User, UserCredential? Credential);

/// <summary>A token to store: what it opens, what is kept of it, until when it works.</summary>
/// <param name="Purpose">What it opens.</param>
/// <param name="Hash">SHA-256 of it.</param>
/// <param name="ExpiresAt">When it stops working.</param>
public sealed record NewToken(TokenPurpose Purpose, byte[] Hash, DateTimeOffset ExpiresAt);

/// <summary>How registering ended.</summary>
public enum RegisterOutcome { Made, SlugTaken, Closed }

/// <summary>Passwords, second factors and the tokens that are sent to somebody. Hashes are made by whoever calls: work in a transaction waits for nothing.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="tenants">The tenants.</param>
public sealed class AccountStore(Data data, Tenants tenants) : IDisposable
{
    private static readonly string firstColumn = StorageConventions.LowerSnake(TenantConfiguration.IsFirst);
    private readonly SemaphoreSlim registering = new(1, 1);

    /// <inheritdoc />
    public void Dispose() => registering.Dispose();

    /// <summary>The account with the address, in lower case; null when there is none.</summary>
    public async Task<Account?> FindAsync(Guid tenantId, string email, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await OneAsync(db, db.Users.Where(u => u.Email == email && u.Status != UserStatus.Removed), cancellationToken);
    }

    /// <summary>The account of a user; null when there is none.</summary>
    public async Task<Account?> FindAsync(Guid tenantId, Guid userId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await OneAsync(db, db.Users.Where(u => u.Id == userId && u.Status != UserStatus.Removed), cancellationToken);
    }

    /// <summary>The account a token is about, while it works; null otherwise. The token stays as it is.</summary>
    public async Task<Account?> FindByTokenAsync(Guid tenantId, byte[] hash, TokenPurpose purpose, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await OneAsync(db, db.Users.Where(u => u.Status != UserStatus.Removed && db.Set<AccountToken>().Any(t => t.Hash == hash && t.Purpose == purpose && t.UserId == u.Id && t.UsedAt == null && t.ExpiresAt > now)), cancellationToken);
    }

    /// <summary>Whether the installation has an owner: a tenant's that is not the demonstration's, or anybody who can sign in with a password.</summary>
    public async Task<bool> HasOwnerAsync(CancellationToken cancellationToken)
    {
        // Another process may have made a tenant.
        tenants.Forget();
        foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
        {
            await using SwitchboardDb db = data.For(tenant.Id);
            if (!tenant.IsDemo && await db.Users.AnyAsync(u => u.Role == Role.Owner && u.Status != UserStatus.Removed, cancellationToken)) return true;
            if (await db.Set<UserCredential>().AnyAsync(c => c.PasswordHash != null, cancellationToken)) return true;
        }

        return false;
    }

    /// <summary>Makes a tenant with its first owner, who signs in with the password. Nothing is made when its slug is taken, or when only the first one may and there is an owner.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="passwordHash">The hash of the owner's password.</param>
    /// <param name="token">The token that proves the address; null for none.</param>
    /// <param name="mail">The mail that brings it; null for none.</param>
    /// <param name="onlyFirst">Whether only the first owner of the installation may.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public async Task<RegisterOutcome> RegisterAsync(Tenant tenant, User owner, string passwordHash, NewToken? token, OutsideEffect? mail, bool onlyFirst, CancellationToken cancellationToken)
    {
        // No transaction sees all tenants, so those who would be first come one after the other; of those on other nodes the database lets in one.
        await registering.WaitAsync(cancellationToken);
        try
        {
            if (onlyFirst && await HasOwnerAsync(cancellationToken)) return RegisterOutcome.Closed;
            bool made = await tenants.AddAsync(
                new UserActor(tenant.Id, owner.Id, ScopeSet.None),
                tenant,
                db =>
                {
                    if (onlyFirst) db.Entry(tenant).Property(TenantConfiguration.IsFirst).CurrentValue = true;
                    db.Add(owner);
                    db.Add(new UserCredential { TenantId = tenant.Id, Id = Guid.CreateVersion7(owner.CreatedAt), UserId = owner.Id, PasswordHash = passwordHash, PasswordChangedAt = owner.CreatedAt });
                    if (token is not null) Issue(db, owner.Id, token, owner.CreatedAt);
                    if (mail is not null) db.Send(mail);
                },
                cancellationToken);
            return made ? RegisterOutcome.Made : RegisterOutcome.SlugTaken;
        }
        catch (DbUpdateException error) when (onlyFirst && error.InnerException?.Message.Contains(firstColumn, StringComparison.Ordinal) == true)
        {
            // Whoever was quicker may not be committed yet, so the index's word counts and not what can be read.
            return RegisterOutcome.Closed;
        }
        finally
        {
            registering.Release();
        }
    }

    /// <summary>Makes a token and sends its mail in one transaction; earlier tokens for the same purpose are void. False when the user is not one to whom it may be sent.</summary>
    public Task<bool> IssueAsync(Actor actor, Guid userId, NewToken token, OutsideEffect? mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (!db.Users.Any(u => u.Id == userId && (u.Status == UserStatus.Active || u.Status == UserStatus.Invited))) return false;
                Issue(db, userId, token, now);
                if (mail is not null) db.Send(mail);
                return true;
            },
            cancellationToken);

    /// <summary>Uses a token that proves an address; null when it does not work.</summary>
    public Task<User?> VerifyEmailAsync(Guid tenantId, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            Anybody(tenantId),
            db =>
            {
                if (Use(db, hash, TokenPurpose.VerifyEmail, now) is not { } user) return null;
                user.IsVerified = true;
                return user;
            },
            cancellationToken);

    /// <summary>Uses a token to set a password: of a reset or of an invitation. The address is proven by it, all sessions end, and a lock is lifted.</summary>
    public Task<User?> SetPasswordAsync(Guid tenantId, byte[] hash, TokenPurpose purpose, string passwordHash, string? name, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            Anybody(tenantId),
            db =>
            {
                if (Use(db, hash, purpose, now) is not { } user) return null;
                // An invitation is what lets an invited user in; a reset does not.
                if ((purpose == TokenPurpose.Invitation) != (user.Status == UserStatus.Invited)) return null;
                user.Status = UserStatus.Active;
                user.IsVerified = true;
                if (name is not null) user.Name = name;
                UserCredential credential = CredentialOf(db, user.Id, now);
                credential.PasswordHash = passwordHash;
                credential.PasswordChangedAt = now;
                credential.Succeed();
                EndSessions(db, user.Id, null, "password_changed", now);
                VoidTokens(db, user.Id, now);
                return user;
            },
            cancellationToken);

    /// <summary>Changes the password of who is signed in, and ends all other sessions. False when the password was changed meanwhile.</summary>
    /// <param name="actor">The user.</param>
    /// <param name="userId">The user.</param>
    /// <param name="known">The hash that the old password was compared with.</param>
    /// <param name="passwordHash">The new one.</param>
    /// <param name="sessionId">The session that stays.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<bool> ChangePasswordAsync(Actor actor, Guid userId, string known, string passwordHash, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserCredential credential = CredentialOf(db, userId, now);
                if (credential.PasswordHash != known) return false;
                credential.PasswordHash = passwordHash;
                credential.PasswordChangedAt = now;
                EndSessions(db, userId, sessionId, "password_changed", now);
                VoidTokens(db, userId, now);
                return true;
            },
            cancellationToken);

    /// <summary>Counts a wrong password or code.</summary>
    public Task<bool> FailAsync(Guid tenantId, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            Anybody(tenantId),
            db =>
            {
                CredentialOf(db, userId, now).Fail(now);
                return true;
            },
            cancellationToken);

    /// <summary>Keeps a secret of a second factor until it is confirmed. False when a factor is set up already.</summary>
    public Task<bool> OfferTotpAsync(Actor actor, Guid userId, byte[] sealedSecret, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserCredential credential = CredentialOf(db, userId, now);
                if (credential.TotpSecret is not null) return false;
                credential.PendingTotpSecret = sealedSecret;
                return true;
            },
            cancellationToken);

    /// <summary>Puts the offered secret in force, by the step of the code that confirmed it, and ends all other sessions: none is left that was begun without it. False when it is not the one that was offered last.</summary>
    public Task<bool> ConfirmTotpAsync(Actor actor, Guid userId, Guid sessionId, byte[] offered, long step, IReadOnlyList<string> recoveryCodes, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserCredential credential = CredentialOf(db, userId, now);
                if (credential.PendingTotpSecret is not { } pending || !pending.AsSpan().SequenceEqual(offered)) return false;
                credential.TotpSecret = pending;
                credential.PendingTotpSecret = null;
                credential.TotpLastStep = step;
                credential.RecoveryCodes = recoveryCodes;
                EndSessions(db, userId, sessionId, "second_factor_set_up", now);
                db.Users.Single(u => u.Id == userId).MfaEnabled = true;
                return true;
            },
            cancellationToken);

    /// <summary>Takes the second factor away.</summary>
    /// <param name="actor">Who takes it.</param>
    /// <param name="userId">The user.</param>
    /// <param name="proof">The code that was shown.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<bool> RemoveTotpAsync(Actor actor, Guid userId, SecondProof proof, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserCredential credential = CredentialOf(db, userId, now);
                if (!proof.Spend(credential)) return false;
                credential.ForgetFactor();
                db.Users.Single(u => u.Id == userId).MfaEnabled = false;
                return true;
            },
            cancellationToken);

    /// <summary>Who acts when nobody is known yet: somebody with a token or a password to try.</summary>
    internal static SystemActor Anybody(Guid tenantId) => new(tenantId, "sign-in");

    /// <summary>The credential of a user, made when there is none.</summary>
    internal static UserCredential CredentialOf(SwitchboardDb db, Guid userId, DateTimeOffset now)
    {
        if ((db.Set<UserCredential>().Local.FirstOrDefault(c => c.UserId == userId) ?? db.Set<UserCredential>().SingleOrDefault(c => c.UserId == userId)) is { } found) return found;
        var made = new UserCredential { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), UserId = userId };
        db.Add(made);
        return made;
    }

    /// <summary>Ends the sessions of a user, all or all but one.</summary>
    internal static int EndSessions(SwitchboardDb db, Guid userId, Guid? except, string reason, DateTimeOffset now)
    {
        List<UserSession> open = [.. db.Set<UserSession>().Where(s => s.UserId == userId && s.RevokedAt == null && s.Id != except)];
        foreach (UserSession session in open) session.Revoke(reason, now);
        return open.Count;
    }

    /// <summary>Makes all tokens of a user void.</summary>
    internal static void VoidTokens(SwitchboardDb db, Guid userId, DateTimeOffset now)
    {
        foreach (AccountToken token in db.Set<AccountToken>().Where(t => t.UserId == userId && t.UsedAt == null)) token.UsedAt ??= now;
    }

    /// <summary>Adds a token; earlier ones for the purpose are void, and those that are long over go.</summary>
    internal static void Issue(SwitchboardDb db, Guid userId, NewToken token, DateTimeOffset now)
    {
        foreach (AccountToken earlier in db.Set<AccountToken>().Where(t => t.UserId == userId && t.Purpose == token.Purpose && t.UsedAt == null)) earlier.UsedAt = now;
        DateTimeOffset old = now.AddDays(-30);
        db.RemoveRange(db.Set<AccountToken>().Where(t => t.UserId == userId && t.ExpiresAt < old));
        db.Add(new AccountToken { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), UserId = userId, Purpose = token.Purpose, Hash = token.Hash, CreatedAt = now, ExpiresAt = token.ExpiresAt });
    }

    /// <summary>Uses a token up and gives its user; null when it does not work or the user may not work here.</summary>
    internal static User? Use(SwitchboardDb db, byte[] hash, TokenPurpose purpose, DateTimeOffset now)
    {
        if (db.Set<AccountToken>().SingleOrDefault(t => t.Hash == hash && t.Purpose == purpose) is not { } token || !token.IsUsable(now)) return null;
        User user = db.Users.Single(u => u.Id == token.UserId);
        if (user.Status is UserStatus.Suspended or UserStatus.Removed) return null;
        token.UsedAt = now;
        return user;
    }

    private static async Task<Account?> OneAsync(SwitchboardDb db, IQueryable<User> users, CancellationToken cancellationToken)
    {
        var found = await (from user in users
                           join credential in db.Set<UserCredential>() on user.Id equals credential.UserId into credentials
                           from credential in credentials.DefaultIfEmpty()
                           select new { User = user, Credential = credential }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : new Account(found.User, found.Credential);
    }
}
