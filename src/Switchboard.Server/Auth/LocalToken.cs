using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Server.Auth;

/// <summary>The token by which the command line of the same installation calls a running server. It lives in the lock file, readable by the owner alone, and is new with each start.</summary>
public sealed class LocalToken(string value)
{
    /// <summary>What every such token begins with.</summary>
    public const string Prefix = "swb_local_";

    /// <summary>Names the tenant a call of the installation is about.</summary>
    public const string TenantHeader = "X-Switchboard-Tenant";

    /// <summary>The token.</summary>
    public string Value => value;

    /// <summary>Makes a token of 256 random bits.</summary>
    public static LocalToken Create() => new(Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Compares in a time that does not depend on where the difference is.</summary>
    public bool Is(string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(other));
}
