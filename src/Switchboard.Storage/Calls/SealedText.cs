using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Storage.Calls;

/// <summary>Encrypts what stands in the database and must not be read there, with a key of the data folder. What is sealed for one place opens at no other.</summary>
public sealed class SealedText
{
    private const byte form = 1;
    private readonly byte[] key;

    /// <summary>Takes the key from the data folder; the first time it is made there.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="name">The name of the key.</param>
    public SealedText(DataFolder folder, string name) => key = folder.Secret(name);

    /// <summary>Encrypts a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where it will stand: the row, so that one row's value cannot be put into another.</param>
    public byte[] Seal(string text, string place)
    {
        byte[] plain = Encoding.UTF8.GetBytes(text);
        byte[] whole = new byte[1 + AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        whole[0] = form;
        (Memory<byte> nonce, Memory<byte> tag, Memory<byte> cipher) = Parts(whole);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span, Encoding.UTF8.GetBytes(place));
        return whole;
    }

    /// <summary>Decrypts a text; null when it was sealed with another key, for another place, or altered.</summary>
    public string? Open(byte[] whole, string place)
    {
        if (whole.Length < 1 + AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize || whole[0] != form) return null;
        (Memory<byte> nonce, Memory<byte> tag, Memory<byte> cipher) = Parts(whole);
        byte[] plain = new byte[cipher.Length];
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        try
        {
            aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain, Encoding.UTF8.GetBytes(place));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(plain);
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(byte[] whole)
    {
        int nonce = AesGcm.NonceByteSizes.MaxSize, tag = AesGcm.TagByteSizes.MaxSize;
        return (whole.AsMemory(1, nonce), whole.AsMemory(1 + nonce, tag), whole.AsMemory(1 + nonce + tag));
    }
}
