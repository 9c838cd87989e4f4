using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Accounts;

/// <summary>The keys access tokens are signed with, each tenant its own, shared by all nodes.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class SigningKeyStore(Data data)
{
    /// <summary>The keys whose signatures are still taken, newest first.</summary>
    public async Task<IReadOnlyList<SigningKey>> ListAsync(Guid tenantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<SigningKey>().Where(k => k.ExpiresAt > now).OrderByDescending(k => k.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Adds a key unless another node was first, removes those that are over, and gives the one that signs.</summary>
    public Task<SigningKey> AddAsync(SigningKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        data.WriteAsync(
            new SystemActor(key.TenantId, "signing-keys"),
            db =>
            {
                if (db.Set<SigningKey>().Where(k => k.SignsUntil > now).OrderByDescending(k => k.Id).FirstOrDefault() is { } other) return other;
                db.RemoveRange(db.Set<SigningKey>().Where(k => k.ExpiresAt < now));
                db.Add(key);
                return key;
            },
            cancellationToken);
}
