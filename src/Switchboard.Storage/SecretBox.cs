using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Storage;

/// <summary>Encrypts what must be read again and lies in the database: AES-256-GCM under a key of the data folder. What it was encrypted for is bound to it, so a value put into another row does not open.</summary>
/// <param name="key">32 bytes that all nodes share.</param>
/// <param name="before">The key before, which still opens while what lies under it is encrypted anew; null when no exchange is under way.</param>
public sealed class SecretBox(byte[] key, byte[]? before = null)
{
    private const byte version = 1;
    private const int nonceBytes = 12;
    private const int tagBytes = 16;
    private volatile Keys keys = new(key, before);

    /// <summary>Encrypts.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        byte[] sealedBytes = new byte[1 + nonceBytes + tagBytes + plain.Length];
        sealedBytes[0] = version;
        Span<byte> nonce = sealedBytes.AsSpan(1, nonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys.Current, tagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(1 + nonceBytes + tagBytes), sealedBytes.AsSpan(1 + nonceBytes, tagBytes), Encoding.UTF8.GetBytes(purpose));
        return sealedBytes;
    }

    /// <summary>A keyed hash, for what is too short or too easily guessed to be hashed without a key. One that was made under a key before is not found again: what it is of ends soon.</summary>
    public byte[] Mark(ReadOnlySpan<byte> plain, string purpose)
    {
        byte[] own = HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.Current, HMACSHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes($"mark {purpose}"));
        return HMACSHA256.HashData(own, plain);
    }

    /// <summary>Decrypts; null when it was changed, made for something else, or under another key.</summary>
    public byte[]? Open(ReadOnlySpan<byte> sealedBytes, string purpose)
    {
        Keys held = keys;
        return Open(held.Current, sealedBytes, purpose) ?? (held.Before is { } before ? Open(before, sealedBytes, purpose) : null);
    }

    /// <summary>Takes another key, and the one before for as long as anything lies under it.</summary>
    public void Exchange(byte[] key, byte[]? before) => keys = new Keys(key, before);

    /// <summary>The value encrypted anew when it lies under the key before; null when it does not, or opens under neither.</summary>
    public byte[]? Renewed(ReadOnlySpan<byte> sealedBytes, string purpose)
    {
        Keys held = keys;
        if (held.Before is not { } before || Open(held.Current, sealedBytes, purpose) is not null || Open(before, sealedBytes, purpose) is not { } plain) return null;
        byte[] renewed = Seal(plain, purpose);
        CryptographicOperations.ZeroMemory(plain);
        return renewed;
    }

    private static byte[]? Open(byte[] key, ReadOnlySpan<byte> sealedBytes, string purpose)
    {
        if (sealedBytes.Length < 1 + nonceBytes + tagBytes || sealedBytes[0] != version) return null;
        byte[] plain = new byte[sealedBytes.Length - 1 - nonceBytes - tagBytes];
        using var aes = new AesGcm(key, tagBytes);
        try
        {
            aes.Decrypt(sealedBytes.Slice(1, nonceBytes), sealedBytes[(1 + nonceBytes + tagBytes)..], sealedBytes.Slice(1 + nonceBytes, tagBytes), plain, Encoding.UTF8.GetBytes(purpose));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private sealed record Keys(byte[] Current, byte[]? Before);
}
