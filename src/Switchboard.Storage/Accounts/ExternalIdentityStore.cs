using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Accounts;

/// <summary>Who has just proven to be somebody at another provider, with an address which that provider has proven.</summary>
/// <param name="Provider">What the provider is called here.</param>
/// <param name="Issuer">Who says it.</param>
/// <param name="Subject">The provider's own name of the person.</param>
/// <param name="Email">The proven address, in lower case.</param>
/// <param name="Name">What the person is called.</param>
public sealed record ExternalPerson(string Provider, string Issuer, string Subject, string Email, string Name);

/// <summary>Why somebody another provider knows is nobody here, or not this one.</summary>
public enum ExternalRefusal
{
    None,

    /// <summary>There is no account with the address, and nobody joins uninvited.</summary>
    InvitationNeeded,

    /// <summary>There is one, and an address alone does not open it: its owner links the provider while signed in.</summary>
    LinkNeeded,

    /// <summary>The account may not work.</summary>
    Blocked,

    /// <summary>The identity is somebody else's here.</summary>
    Taken,

    /// <summary>Without it nothing would be left to sign in with.</summary>
    LastWayIn,

    /// <summary>There is none.</summary>
    NotFound,
}

/// <summary>The users of other providers who are users here.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class ExternalIdentityStore(Data data)
{
    private const int forgottenAtOnce = 50;

    /// <summary>Uses up the state and the code of a sign-in; false when either was used before, on whatever node.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="hashes">SHA-256 of them.</param>
    /// <param name="until">When they are over anyway.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<bool> SpendAsync(Guid tenantId, IReadOnlyList<byte[]> hashes, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            AccountStore.Anybody(tenantId),
            db =>
            {
                if (db.Set<SpentSignIn>().Any(s => hashes.Contains(s.Hash))) return false;
                db.RemoveRange(db.Set<SpentSignIn>().Where(s => s.ExpiresAt < now).OrderBy(s => s.ExpiresAt).Take(forgottenAtOnce));
                foreach (byte[] hash in hashes) db.Add(new SpentSignIn { TenantId = tenantId, Id = Guid.CreateVersion7(now), Hash = hash, ExpiresAt = until });
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Whose account it is: the linked one; else the one with the proven address, which is linked by this when nobody else can have made or taken it; else a new one where people join by themselves.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="person">Who it is at the provider.</param>
    /// <param name="joinAs">The role of who joins uninvited; null when nobody does.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task<(ExternalRefusal Refusal, Guid UserId)> FindOrJoinAsync(Guid tenantId, ExternalPerson person, Role? joinAs, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(AccountStore.Anybody(tenantId), db => FindOrJoin(db, person, joinAs, now), cancellationToken);

    /// <summary>Links an identity to the account of who is signed in.</summary>
    public Task<ExternalRefusal> LinkAsync(UserActor actor, ExternalPerson person, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (!db.Users.Any(u => u.Id == actor.UserId && u.Status == UserStatus.Active)) return ExternalRefusal.Blocked;
                if (Linked(db, person) is not { } link) Add(db, actor.UserId, person, now);
                else if (link.UserId != actor.UserId && db.Users.Any(u => u.Id == link.UserId && u.Status != UserStatus.Removed)) return ExternalRefusal.Taken;
                else link.UserId = actor.UserId;
                return ExternalRefusal.None;
            },
            cancellationToken);

    /// <summary>The identities of a user, oldest first.</summary>
    public async Task<IReadOnlyList<ExternalIdentity>> ListAsync(Guid tenantId, Guid userId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<ExternalIdentity>().Where(i => i.UserId == userId).OrderBy(i => i.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Takes an identity from the account of who is signed in.</summary>
    public Task<ExternalRefusal> UnlinkAsync(UserActor actor, Guid id, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (db.Set<ExternalIdentity>().SingleOrDefault(i => i.Id == id && i.UserId == actor.UserId) is not { } link) return ExternalRefusal.NotFound;
                bool isLast = !db.Set<ExternalIdentity>().Any(i => i.Id != id && i.UserId == actor.UserId) && !db.Set<UserCredential>().Any(c => c.UserId == actor.UserId && c.PasswordHash != null);
                if (isLast) return ExternalRefusal.LastWayIn;
                db.Remove(link);
                return ExternalRefusal.None;
            },
            cancellationToken);

    private static (ExternalRefusal Refusal, Guid UserId) FindOrJoin(SwitchboardDb db, ExternalPerson person, Role? joinAs, DateTimeOffset now)
    {
        ExternalIdentity? link = Linked(db, person);
        User? user = link is null ? null : db.Users.Single(u => u.Id == link.UserId);
        if (user is null or { Status: UserStatus.Removed })
        {
            User? named = db.Users.SingleOrDefault(u => u.Email == person.Email && u.Status != UserStatus.Removed);
            // Who was removed comes in again when somebody asks them to, and not by themselves.
            if (named is null && user is not null) return (ExternalRefusal.Blocked, default);
            if (named is null && joinAs is null) return (ExternalRefusal.InvitationNeeded, default);
            if (named is not null && Opening(db, named) is var refusal and not ExternalRefusal.None) return (refusal, default);
            user = named ?? Join(db, person, joinAs!.Value, now);
            if (user.Status == UserStatus.Invited) Accept(db, user, now);
            if (link is null) link = Add(db, user.Id, person, now);
            else link.UserId = user.Id;
        }

        if (user.Status != UserStatus.Active) return (ExternalRefusal.Blocked, default);
        link!.LastUsedAt = now;
        return (ExternalRefusal.None, user.Id);
    }

    /// <summary>
    /// What keeps a proven address from opening an account. Two things do: an account whose own address nobody has proven may have been made by somebody else, who knows its password;
    /// and one that is linked already belongs to whom that provider says, however many others claim the address.
    /// </summary>
    private static ExternalRefusal Opening(SwitchboardDb db, User user) => user.Status switch
    {
        UserStatus.Suspended => ExternalRefusal.Blocked,
        UserStatus.Invited => ExternalRefusal.None,
        _ when !user.IsVerified || db.Set<ExternalIdentity>().Any(i => i.UserId == user.Id) => ExternalRefusal.LinkNeeded,
        _ => ExternalRefusal.None,
    };

    /// <summary>The invitation went to the address that the provider has proven.</summary>
    private static void Accept(SwitchboardDb db, User user, DateTimeOffset now)
    {
        user.Status = UserStatus.Active;
        user.IsVerified = true;
        AccountStore.VoidTokens(db, user.Id, now);
    }

    private static User Join(SwitchboardDb db, ExternalPerson person, Role role, DateTimeOffset now)
    {
        var user = new User { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), Email = person.Email, Name = person.Name, Role = role, IsVerified = true, CreatedAt = now };
        db.Add(user);
        return user;
    }

    private static ExternalIdentity? Linked(SwitchboardDb db, ExternalPerson person) => db.Set<ExternalIdentity>().SingleOrDefault(i => i.Issuer == person.Issuer && i.Subject == person.Subject);

    private static ExternalIdentity Add(SwitchboardDb db, Guid userId, ExternalPerson person, DateTimeOffset now)
    {
        var link = new ExternalIdentity { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), UserId = userId, Provider = person.Provider, Issuer = person.Issuer, Subject = person.Subject, CreatedAt = now };
        db.Add(link);
        return link;
    }
}
