using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Storage;

/// <summary>Encrypts what must be read again and lies in the database: AES-256-GCM under a key of the data folder. What it was encrypted for is bound to it, so a value put into another row does not open.</summary>
/// <param name="key">32 bytes that all nodes share.</param>
public sealed class SecretBox(byte[] key)
{
    private const byte version = 1;
    private const int nonceBytes = 12;
    private const int tagBytes = 16;

    /// <summary>Encrypts.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        byte[] sealedBytes = new byte[1 + nonceBytes + tagBytes + plain.Length];
        sealedBytes[0] = version;
        Span<byte> nonce = sealedBytes.AsSpan(1, nonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, tagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(1 + nonceBytes + tagBytes), sealedBytes.AsSpan(1 + nonceBytes, tagBytes), Encoding.UTF8.GetBytes(purpose));
        return sealedBytes;
    }

    /// <summary>What two equal values have in common and nobody without the key can try values against: a plain hash of a password could be guessed at.</summary>
    public byte[] Mark(ReadOnlySpan<byte> value, string purpose) => HMACSHA256.HashData(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"mark {purpose}")), value);

    /// <summary>Decrypts; null when it was changed, made for something else, or under another key.</summary>
    public byte[]? Open(ReadOnlySpan<byte> sealedBytes, string purpose)
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
}
