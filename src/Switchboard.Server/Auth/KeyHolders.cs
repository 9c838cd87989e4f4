using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>Finds out who shows an API key. Key, owner and role are looked up at each call: a key that was revoked, or whose owner may not work, is out at once.</summary>
public sealed class KeyHolders(ApiKeys keys, TenantRoles roles, KeyUse uses, TimeProvider time)
{
    /// <summary>The header a key comes in.</summary>
    public const string Header = "X-Api-Key";

    private const int mostCharacters = 256;

    /// <summary>Who calls by the key, with its scopes held to its owner's; null when it does not hold.</summary>
    public async Task<KeyActor?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length > mostCharacters || await keys.FindByHashAsync(KeyText.Of(key).Hash, cancellationToken) is not { } found) return null;
        if (!found.Key.IsUsable(time.GetUtcNow()) || found.Owner.Status != UserStatus.Active) return null;
        uses.Note(found.Key);
        return new KeyActor(found.Key.TenantId, found.Key.Id, found.Owner.Id, found.Key.Scopes.NarrowedTo(await roles.ScopesOfAsync(found.Owner.TenantId, found.Owner.Role, cancellationToken)));
    }

    /// <summary>Whether a call that goes on for long may go on: the key holds, and carries what it carried.</summary>
    public async Task<bool> HoldsAsync(KeyActor actor, string key, CancellationToken cancellationToken) => actor.Equals(await FindAsync(key, cancellationToken));
}
