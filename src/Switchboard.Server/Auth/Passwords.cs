using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Switchboard.Domain.Organisation;

namespace Switchboard.Server.Auth;

/// <summary>Hashes passwords with ASP.NET Core Identity's hasher, and says which are too weak.</summary>
public sealed class Passwords
{
    /// <summary>The fewest characters of a password.</summary>
    public const int FewestCharacters = 12;

    private const int mostCharacters = 256;
    private const int fewestDifferent = 5;
    private const int fewestOwn = 5;

    // What the longer ones of the often used passwords are made of, the longest first.
    private static readonly string[] common = ["password", "passwort", "qwertyuiop", "1234567890", "123456789", "12345678", "123456", "abcdefgh", "letmein", "iloveyou", "welcome", "qwerty", "administrator", "switchboard"];

    private readonly PasswordHasher<User> hasher;
    private readonly string nobodys;

    /// <summary>Takes the rounds from the settings.</summary>
    public Passwords(IdentitySettings settings)
    {
        hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = settings.PasswordRounds }));
        nobodys = Hash(Guid.CreateVersion7().ToString());
    }

    /// <summary>The hash of a password, with a salt of its own.</summary>
    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <summary>Whether a password is the one of a hash. Without a hash it takes as long and is false, so that the time tells nobody who has an account.</summary>
    public bool Verify(string? hash, string? password)
    {
        if (password is not { Length: > 0 and <= mostCharacters }) password = "-";
        bool right = hasher.VerifyHashedPassword(null!, hash ?? nobodys, password) != PasswordVerificationResult.Failed;
        return right && hash is not null;
    }

    /// <summary>What is wrong with a new password; null when it is good. What people choose is guessed first from their name and address, and those of their organisation.</summary>
    public static string? Problem(string? password, string email, string? name, params string?[] organisation)
    {
        if (password is null || password.Length < FewestCharacters) return $"has at least {FewestCharacters} characters";
        if (password.Length > mostCharacters) return $"has at most {mostCharacters} characters";
        if (password.Distinct().Count() < fewestDifferent) return $"has at least {fewestDifferent} different characters";
        string local = email.Split('@')[0];
        foreach (string? own in new[] { email, local, name }.Concat(organisation))
            if (own is { Length: >= 4 } && password.Contains(own, StringComparison.OrdinalIgnoreCase)) return "does not hold your name or address, or your organisation's";
        // What is left when the words everybody takes are taken out.
        string rest = common.Aggregate(password.ToLowerInvariant(), (left, word) => left.Replace(word, "", StringComparison.Ordinal));
        return rest.Length < fewestOwn ? "is one of those that are guessed first" : null;
    }
}
