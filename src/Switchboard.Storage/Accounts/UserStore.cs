using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Accounts;

/// <summary>Why a change of a user was not made.</summary>
public enum UserRefusal { None, NotFound, Stale, LastOwner, OwnersOnly, MoreThanOwn, EmailTaken, NotInvited, NoFactor }

/// <summary>What came of it.</summary>
/// <param name="Refusal">Why it was not made; none when it was.</param>
/// <param name="User">The user as it is now.</param>
public sealed record UserOutcome(UserRefusal Refusal, User? User);

/// <summary>What may be changed of a user; null stays as it is.</summary>
public sealed record UserChange(string? Name = null, Role? Role = null, UserStatus? Status = null, string? Team = null, IReadOnlyList<string>? Skills = null, IReadOnlyList<string>? Languages = null, int? Capacity = null, Availability? Availability = null, string? TimeZone = null);

/// <summary>The members of the staff. Nobody gives a role that carries more than their own, or touches who has one; owners are made and changed by owners, and the last one stays.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class UserStore(Data data)
{
    /// <summary>The tag of a user's state, for If-Match. When somebody last signed in is no part of it.</summary>
    public static string TagOf(User user)
    {
        string state = Json.Write(new { user.Email, user.Name, user.Role, user.Status, user.Team, user.Skills, user.Languages, user.Capacity, user.Availability, user.TimeZone, user.IsVerified, user.MfaEnabled });
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, 12))}\"";
    }

    /// <summary>A user; null when there is none, or none any more.</summary>
    public async Task<User?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Users.SingleOrDefaultAsync(u => u.Id == id && u.Status != UserStatus.Removed, cancellationToken);
    }

    /// <summary>Adds a user. One who was invited before is invited again, with a new token.</summary>
    /// <param name="actor">Who adds.</param>
    /// <param name="user">The user.</param>
    /// <param name="token">The invitation; null for a user who is not invited.</param>
    /// <param name="mail">Makes the mail that brings it, for the user it goes to; null for none.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<UserOutcome> AddAsync(Actor actor, User user, NewToken? token, Func<User, OutsideEffect>? mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (Problem(db, actor, user.Role) is var refusal and not UserRefusal.None) return new UserOutcome(refusal, null);
                User? there = db.Users.SingleOrDefault(u => u.Email == user.Email);
                if (there is not null && (token is null || there.Status != UserStatus.Invited)) return new UserOutcome(UserRefusal.EmailTaken, null);
                if (there is not null && Problem(db, actor, there.Role) is var held and not UserRefusal.None) return new UserOutcome(held, null);
                if (there is null) db.Add(there = user);
                else (there.Name, there.Role) = (user.Name, user.Role);
                if (token is not null) AccountStore.Issue(db, there.Id, token, now);
                if (mail is not null) db.Send(mail(there));
                return new UserOutcome(UserRefusal.None, there);
            },
            cancellationToken);

    /// <summary>Changes a user. Who is suspended is out at once.</summary>
    /// <param name="actor">Who changes.</param>
    /// <param name="id">The user.</param>
    /// <param name="tags">States it may be in; null for any.</param>
    /// <param name="change">What to change.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<UserOutcome> ChangeAsync(Actor actor, Guid id, IReadOnlyList<string>? tags, UserChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserOutcome found = Held(db, actor, id, tags, endsOwnership: change.Role is { } role && role != Role.Owner || change.Status == UserStatus.Suspended);
                if (found.Refusal != UserRefusal.None) return found;
                User user = found.User!;
                if (change.Role is { } given && given != user.Role && Problem(db, actor, given) is var refusal and not UserRefusal.None) return found with { Refusal = refusal };
                if (change.Status == UserStatus.Active && user.Status == UserStatus.Invited) return found with { Refusal = UserRefusal.NotInvited };
                Apply(user, change);
                if (change.Status == UserStatus.Suspended)
                {
                    AccountStore.EndSessions(db, id, null, "suspended", now);
                    AccountStore.VoidTokens(db, id, now);
                }

                return found;
            },
            cancellationToken);

    /// <summary>Gives a user a token for a new password, and sends what brings it.</summary>
    /// <param name="actor">Who does.</param>
    /// <param name="id">The user.</param>
    /// <param name="token">What is stored of the token.</param>
    /// <param name="mail">The mail that brings it; null for none.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<UserOutcome> OpenAsync(Actor actor, Guid id, NewToken token, OutsideEffect? mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserOutcome found = Held(db, actor, id, null, endsOwnership: false);
                if (found.Refusal != UserRefusal.None) return found;
                if (found.User!.Status == UserStatus.Invited) return found with { Refusal = UserRefusal.NotInvited };
                AccountStore.Issue(db, id, token, now);
                if (mail is not null) db.Send(mail);
                return found;
            },
            cancellationToken);

    /// <summary>Takes the second factor from a user who has lost it, recovery codes and all, and ends the sessions.</summary>
    public Task<UserOutcome> RemoveFactorAsync(Actor actor, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserOutcome found = Held(db, actor, id, null, endsOwnership: false);
                if (found.Refusal != UserRefusal.None) return found;
                if (!found.User!.MfaEnabled) return found with { Refusal = UserRefusal.NoFactor };
                AccountStore.CredentialOf(db, id, now).ForgetFactor();
                found.User.MfaEnabled = false;
                AccountStore.EndSessions(db, id, null, "second_factor_removed", now);
                AccountStore.VoidTokens(db, id, now);
                return found;
            },
            cancellationToken);

    /// <summary>Changes what a user may change of the own account.</summary>
    public Task<User?> ChangeOwnAsync(Actor actor, Guid id, UserChange change, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                User? user = db.Users.SingleOrDefault(u => u.Id == id && u.Status == UserStatus.Active);
                if (user is not null) Apply(user, change with { Role = null, Status = null });
                return user;
            },
            cancellationToken);

    /// <summary>Removes a user: sessions, keys and credentials end, the address is free again, and what the user wrote stays.</summary>
    public Task<UserOutcome> RemoveAsync(Actor actor, Guid id, IReadOnlyList<string>? tags, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                UserOutcome found = Held(db, actor, id, tags, endsOwnership: true);
                if (found.Refusal != UserRefusal.None) return found;
                User user = found.User!;
                user.Status = UserStatus.Removed;
                user.Email = $"{id:N}@removed.invalid";
                user.MfaEnabled = false;
                user.Availability = Availability.Offline;
                AccountStore.EndSessions(db, id, null, "removed", now);
                AccountStore.VoidTokens(db, id, now);
                db.RemoveRange(db.Set<UserCredential>().Where(c => c.UserId == id));
                foreach (ApiKey key in db.ApiKeys.Where(k => k.OwnerId == id && k.RevokedAt == null)) key.RevokedAt = now;
                return found;
            },
            cancellationToken);

    private static UserOutcome Held(SwitchboardDb db, Actor actor, Guid id, IReadOnlyList<string>? tags, bool endsOwnership)
    {
        if (db.Users.SingleOrDefault(u => u.Id == id && u.Status != UserStatus.Removed) is not { } user) return new UserOutcome(UserRefusal.NotFound, null);
        if (tags is not null && !tags.Contains(TagOf(user), StringComparer.Ordinal)) return new UserOutcome(UserRefusal.Stale, user);
        if (Problem(db, actor, user.Role) is var refusal and not UserRefusal.None) return new UserOutcome(refusal, user);
        bool isLast = user is { Role: Role.Owner, Status: UserStatus.Active } && !db.Users.Any(u => u.Id != id && u.Role == Role.Owner && u.Status == UserStatus.Active);
        return new UserOutcome(endsOwnership && isLast ? UserRefusal.LastOwner : UserRefusal.None, user);
    }

    /// <summary>What keeps somebody from giving a role, or from touching who has it.</summary>
    private static UserRefusal Problem(SwitchboardDb db, Actor actor, Role role)
    {
        if (actor is SystemActor) return UserRefusal.None;
        if (role == Role.Owner && !db.Users.Any(u => u.Id == actor.PersonId && u.Role == Role.Owner && u.Status == UserStatus.Active)) return UserRefusal.OwnersOnly;
        return TenantRoles.ScopesOf(db, role).Items.All(actor.Has) ? UserRefusal.None : UserRefusal.MoreThanOwn;
    }

    private static void Apply(User user, UserChange change)
    {
        user.Name = change.Name ?? user.Name;
        user.Role = change.Role ?? user.Role;
        user.Status = change.Status ?? user.Status;
        // An empty team is none.
        user.Team = change.Team is { } team ? (team.Length == 0 ? null : team) : user.Team;
        user.Skills = change.Skills ?? user.Skills;
        user.Languages = change.Languages ?? user.Languages;
        user.Capacity = change.Capacity ?? user.Capacity;
        user.Availability = change.Availability ?? user.Availability;
        user.TimeZone = change.TimeZone is { } zone ? (zone.Length == 0 ? null : zone) : user.TimeZone;
    }
}
