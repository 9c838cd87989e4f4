using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Model;

namespace Switchboard.Storage;

/// <summary>A key with the user it acts for.</summary>
/// <param name="Key">The key.</param>
/// <param name="Owner">Its owner, whose scopes it cannot exceed.</param>
public sealed record OwnedKey(ApiKey Key, User Owner);

/// <summary>A key's text, which is shown once and stored nowhere, with what is stored of it.</summary>
/// <param name="Text">The whole key.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Hash">SHA-256 of the whole.</param>
public sealed record KeyText(string Text, string Prefix, byte[] Hash)
{
    private const string mark = "swb_live_";
    private const int secretBytes = 32;
    private const int shownCharacters = 6;

    /// <summary>Makes a new key of 256 random bits.</summary>
    public static KeyText Create() => Of(mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(secretBytes)));

    /// <summary>What is stored of a key that a caller shows.</summary>
    public static KeyText Of(string text) => new(text, text[..Math.Min(text.Length, mark.Length + shownCharacters)], SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The prefix only: the text must not get into a log.</summary>
    public override string ToString() => Prefix + "…";
}

/// <summary>The keys that programs and people call the API with.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class ApiKeys(Data data)
{
    /// <summary>The key with the hash, of whatever tenant, with its owner; null when there is none. Whether it may be used is the caller's question.</summary>
    public async Task<OwnedKey?> FindByHashAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.ForKey(hash);
        // The one read across tenants: the caller's tenant is what it finds out.
        var found = await (from key in db.ApiKeys.IgnoreQueryFilters([StorageConventions.TenantFilter])
                           join owner in db.Users.IgnoreQueryFilters([StorageConventions.TenantFilter])
                               on new { key.TenantId, Id = key.OwnerId } equals new { owner.TenantId, owner.Id }
                           where key.Hash == hash
                           select new { Key = key, Owner = owner }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : new OwnedKey(found.Key, found.Owner);
    }

    /// <summary>Stores a new key.</summary>
    public Task CreateAsync(Actor actor, ApiKey key, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db => db.ApiKeys.Add(key).Entity, cancellationToken);

    /// <summary>Revokes a key; false when there is none or it was revoked before.</summary>
    public Task<bool> RevokeAsync(Actor actor, Guid keyId, DateTimeOffset at, CancellationToken cancellationToken) =>
        data.WriteAsync(
            actor,
            db =>
            {
                if (db.ApiKeys.SingleOrDefault(k => k.Id == keyId && k.RevokedAt == null) is not { } key) return false;
                key.RevokedAt = at;
                return true;
            },
            cancellationToken);

    /// <summary>Notes when a key was last used. By itself it is no entry of the audit.</summary>
    public Task<bool> UsedAsync(Guid tenantId, Guid keyId, DateTimeOffset at, CancellationToken cancellationToken) =>
        data.WriteAsync(
            new SystemActor(tenantId, "key-use"),
            db =>
            {
                if (db.ApiKeys.SingleOrDefault(k => k.Id == keyId) is not { } key || key.LastUsedAt >= at) return false;
                key.LastUsedAt = at;
                return true;
            },
            cancellationToken);

    /// <summary>The tenant's keys, oldest first, revoked ones too.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.ApiKeys.OrderBy(k => k.Id).ToListAsync(cancellationToken);
    }
}
