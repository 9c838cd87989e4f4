using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>Codes of six digits that change each half minute (RFC 6238, HMAC-SHA-1, as authenticator programs make them), and recovery codes for who has lost the device.</summary>
public static class Totp
{
    private const int period = 30;
    private const int secretBytes = 20;
    private const int recoveryCount = 10;
    private const int recoveryBytes = 16;
    private const int recoveryCharacters = 26;

    /// <summary>Codes of 80 bits were made before; those that are left work once like the others, until new ones take their place.</summary>
    private const int oldRecoveryCharacters = 16;
    private const string base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret of 160 bits.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(secretBytes);

    /// <summary>The code of a time step.</summary>
    public static string Code(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // The algorithm is the one of the standard and of every program that makes such codes.
#pragma warning disable CA5350
        byte[] mac = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 0xf, 4)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The time step of an instant.</summary>
    public static long StepOf(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / period;

    /// <summary>The step a code is right for, the one before and after counting too, since clocks differ; null when it is right for none.</summary>
    public static long? Match(byte[] secret, string code, DateTimeOffset now)
    {
        long current = StepOf(now);
        byte[] shown = Encoding.UTF8.GetBytes(code);
        long? match = null;
        for (long step = current - 1; step <= current + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Code(secret, step)), shown)) match = step;
        return match;
    }

    /// <summary>Reads what somebody typed: a code against the secret, anything else as a recovery code; null when it is neither.</summary>
    public static SecondProof? Proof(byte[] secret, string? typed, DateTimeOffset now)
    {
        string code = new([.. (typed ?? "").Where(char.IsAsciiLetterOrDigit)]);
        if (code.Length == 6 && code.All(char.IsAsciiDigit)) return Match(secret, code, now) is { } step ? new SecondProof(step, null) : null;
        return code.Length is recoveryCharacters or oldRecoveryCharacters ? new SecondProof(null, HashOf(code)) : null;
    }

    /// <summary>New recovery codes of 128 bits with what is stored of them: so many bits cannot be tried out, so a plain hash tells nobody the code.</summary>
    public static (IReadOnlyList<string> Codes, IReadOnlyList<string> Hashes) NewRecoveryCodes()
    {
        string[] codes = [.. Enumerable.Range(0, recoveryCount).Select(_ => Base32(RandomNumberGenerator.GetBytes(recoveryBytes)).ToLowerInvariant())];
        return ([.. codes.Select(c => string.Join('-', c.Chunk(4).Select(part => new string(part))))], [.. codes.Select(HashOf)]);
    }

    /// <summary>The address an authenticator program reads from a picture.</summary>
    public static string AddressOf(byte[] secret, string tenant, string email) =>
        $"otpauth://totp/{Uri.EscapeDataString($"Switchboard {tenant}:{email}")}?secret={Base32(secret)}&issuer={Uri.EscapeDataString($"Switchboard {tenant}")}&algorithm=SHA1&digits=6&period={period}";

    /// <summary>Bytes as people type them.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        int bits = 0, held = 0;
        foreach (byte b in bytes)
        {
            held = (held << 8) | b;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(base32[(held >> bits) & 31]);
            }
        }

        if (bits > 0) text.Append(base32[(held << (5 - bits)) & 31]);
        return text.ToString();
    }

    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.ToLowerInvariant())));
}
