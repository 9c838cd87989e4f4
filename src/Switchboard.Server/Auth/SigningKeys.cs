using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>The public part of a key, with the names of RFC 7517.</summary>
public sealed record PublicKeyView(string Kty, string Use, string Alg, string Crv, string Kid, string X, string Y);

/// <summary>The keys access tokens are signed with: P-256, each tenant its own, a new one every month. They are read from the database and kept for a while; a key id nobody knows makes them be read again, at most every few seconds.</summary>
/// <param name="store">Where they are.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="box">What their private parts are encrypted with.</param>
/// <param name="time">The clock.</param>
public sealed class SigningKeys(SigningKeyStore store, Tenants tenants, SecretBox box, TimeProvider time)
{
    private static readonly TimeSpan kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan soonest = TimeSpan.FromSeconds(5);
    private static readonly CryptoProviderFactory factory = new() { CacheSignatureProviders = false };
    private readonly ConcurrentDictionary<Guid, Known> known = new();

    /// <summary>The key that signs now, made when there is none.</summary>
    public async Task<ECDsaSecurityKey> SigningAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (Newest(await KeysAsync(tenantId, kept, cancellationToken)) is not { } key && Newest(await KeysAsync(tenantId, TimeSpan.Zero, cancellationToken)) is var fresh)
        {
            key = fresh ?? await store.AddAsync(Make(tenantId, now), now, cancellationToken);
            known.TryRemove(tenantId, out _);
        }

        byte[]? opened = box.Open(key.PrivateKey, PurposeOf(key));
        if (opened is null && Newest(await KeysAsync(tenantId, TimeSpan.Zero, cancellationToken)) is { } renewed)
        {
            // What was read before the key of the data folder was exchanged is read again.
            key = renewed;
            opened = box.Open(key.PrivateKey, PurposeOf(key));
        }

        byte[] plain = opened ?? throw new InvalidOperationException("The signing key cannot be decrypted: secrets/identity of the data folder is not the one it was made with. Copy it from the node or backup that has it.");
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(plain, out _);
        CryptographicOperations.ZeroMemory(plain);
        return Security(ecdsa, key);

        SigningKey? Newest(IReadOnlyList<SigningKey> keys) => keys.FirstOrDefault(k => k.SignsUntil > now);
    }

    /// <summary>The key of an id, to check a signature with; null when it is none of ours, or is over.</summary>
    public async Task<ECDsaSecurityKey?> FindAsync(Guid tenantId, string keyId, CancellationToken cancellationToken)
    {
        // Only tenants there are: what a stranger writes must not fill the memory.
        if (await tenants.FindAsync(tenantId, cancellationToken) is null) return null;
        SigningKey? key = Of(await KeysAsync(tenantId, kept, cancellationToken)) ?? Of(await KeysAsync(tenantId, soonest, cancellationToken));
        if (key is null) return null;
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
        return Security(ecdsa, key);

        SigningKey? Of(IReadOnlyList<SigningKey> keys) => keys.FirstOrDefault(k => string.Equals(IdOf(k), keyId, StringComparison.Ordinal) && k.ExpiresAt > time.GetUtcNow());
    }

    /// <summary>The public parts of all keys that are taken, as a JSON Web Key Set.</summary>
    public async Task<IReadOnlyList<PublicKeyView>> PublicAsync(CancellationToken cancellationToken)
    {
        var keys = new List<PublicKeyView>();
        foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
        {
            foreach (SigningKey key in await KeysAsync(tenant.Id, kept, cancellationToken))
            {
                using var ecdsa = ECDsa.Create();
                ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
                ECPoint point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
                keys.Add(new PublicKeyView("EC", "sig", AccessTokens.Algorithm, "P-256", IdOf(key), Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y)));
            }
        }

        return keys;
    }

    /// <summary>A key's id: tenant and row, so that a token's key is found under its tenant's wall.</summary>
    internal static string IdOf(SigningKey key) => $"{key.TenantId:N}.{key.Id:N}";

    private static ECDsaSecurityKey Security(ECDsa ecdsa, SigningKey key) => new(ecdsa) { KeyId = IdOf(key), CryptoProviderFactory = factory };

    /// <summary>What a private part is encrypted for.</summary>
    internal static string PurposeOf(SigningKey key) => $"signing-key {IdOf(key)}";

    private SigningKey Make(Guid tenantId, DateTimeOffset now)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new SigningKey
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            PublicKey = ecdsa.ExportSubjectPublicKeyInfo(),
            PrivateKey = [],
            CreatedAt = now,
            SignsUntil = now + SigningKey.SigningTime,
            ExpiresAt = now + SigningKey.SigningTime + SigningKey.After,
        };
        byte[] plain = ecdsa.ExportPkcs8PrivateKey();
        byte[] held = box.Seal(plain, PurposeOf(key));
        CryptographicOperations.ZeroMemory(plain);
        return new SigningKey { TenantId = tenantId, Id = key.Id, PublicKey = key.PublicKey, PrivateKey = held, CreatedAt = now, SignsUntil = key.SignsUntil, ExpiresAt = key.ExpiresAt };
    }

    private async Task<IReadOnlyList<SigningKey>> KeysAsync(Guid tenantId, TimeSpan age, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        if (known.TryGetValue(tenantId, out Known? held) && time.GetElapsedTime(held.ReadAt, now) < age) return held.Keys;
        var fresh = new Known(await store.ListAsync(tenantId, time.GetUtcNow(), cancellationToken), now);
        known[tenantId] = fresh;
        return fresh.Keys;
    }

    private sealed record Known(IReadOnlyList<SigningKey> Keys, long ReadAt);
}
