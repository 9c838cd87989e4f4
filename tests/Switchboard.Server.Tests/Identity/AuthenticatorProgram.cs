using System.Text;

namespace Switchboard.Server.Tests.Identity;

/// <summary>What an authenticator program does with a secret that somebody types into it.</summary>
internal static class AuthenticatorProgram
{
    /// <summary>The bytes of a secret.</summary>
    public static byte[] SecretOf(string typed)
    {
        var bits = new StringBuilder();
        foreach (char c in typed) bits.Append(Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0'));
        return [.. bits.ToString().Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
    }
}
