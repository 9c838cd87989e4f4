using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Articles;

/// <summary>Tells those who search and vote apart without naming them: a keyed hash under a key of the data folder.</summary>
/// <param name="secret">The key.</param>
public sealed class ReaderHash(byte[] secret)
{
    private const int hashBytes = 16;

    /// <summary>The hash of a contact, or of a visitor who is not proven.</summary>
    public string Of(ContactActor contact) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{contact.TenantId:N} {contact.Key}"))).AsSpan(0, hashBytes));
}
