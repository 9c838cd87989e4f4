using System.Text.RegularExpressions;

namespace Switchboard.Architecture.Tests;

/// <summary>The inventory of keys and algorithms names every place of the source that uses a cryptographic primitive, and no other.</summary>
public sealed partial class KeyInventoryTests
{
    [Fact]
    public void Every_use_of_a_cryptographic_primitive_is_in_the_inventory_and_every_one_named_is_there()
    {
        string source = Path.Combine(Repository.Root, "src");
        string[] used = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)).SelectMany(l => Primitive().Matches(l)).Select(m => $"{m.Value} {Path.GetRelativePath(source, file).Replace('\\', '/')}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        used.Length.ShouldBeGreaterThan(50);
        string[] named = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "security", "keys.md")).Select(l => l.Split('|')).Where(c => c.Length == 5 && Quoted().IsMatch(c[1]))
            .SelectMany(c => Quoted().Matches(c[1]).SelectMany(_ => Quoted().Matches(c[2]), (primitive, file) => $"{primitive.Groups["what"].Value} {file.Groups["what"].Value}"))
            .Order(StringComparer.Ordinal)];
        named.Except(used, StringComparer.Ordinal).ShouldBeEmpty("named and not there");
        used.Except(named, StringComparer.Ordinal).ShouldBeEmpty("used and not named");
    }

    [GeneratedRegex(@"\b(SHA1|SHA256|SHA384|SHA512|SHA3_256|SHA3_384|SHA3_512|MD5|HMACSHA1|HMACSHA256|HMACSHA384|HMACSHA512|HMACMD5|Kmac128|Kmac256|Shake128|Shake256|Aes|AesGcm|AesCcm|AesManaged|DES|TripleDES|RC2|Rijndael|ChaCha20Poly1305|ECDsa|ECDiffieHellman|RSA|DSA|MLKem|MLDsa|SlhDsa|HKDF|SP800108HmacCounterKdf|Rfc2898DeriveBytes|PasswordDeriveBytes|PasswordHasher|KeyDerivation|RandomNumberGenerator|SymmetricSecurityKey|SecurityAlgorithms|IncrementalHash|CryptoStream|ProtectedData|IDataProtector|X509Certificate2|X509CertificateLoader|SslStream)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Primitive();

    [GeneratedRegex("`(?<what>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
