using Switchboard.Server.Auth.OAuth;

namespace Switchboard.Server.Auth;

/// <summary>Who may register by themselves.</summary>
public enum Registration
{
    /// <summary>The owner of a fresh installation: none but the demonstration's is there, and nobody has a password yet.</summary>
    First,

    /// <summary>Everybody, each with a tenant of their own.</summary>
    Open,

    /// <summary>Nobody.</summary>
    Closed,
}

/// <summary>How staff signs in.</summary>
public sealed record IdentitySettings
{
    /// <summary>The rounds of PBKDF2 with SHA-512 that a password's hash takes.</summary>
    public const int UsualRounds = 210_000;

    /// <summary>Who may register.</summary>
    public Registration Registration { get; init; } = Registration.First;

    /// <summary>Where people reach the server, for links in mails; null for the address it listens on. It is never taken from a request, whose sender could write anything.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Whether mails about accounts are shown on a page of this machine instead of being sent: for development.</summary>
    public bool Mailbox { get; init; }

    /// <summary>Who says that it made the access tokens.</summary>
    public string Issuer { get; init; } = "urn:switchboard";

    /// <summary>The providers through which staff signs in; none when the operator has set up none.</summary>
    public IReadOnlyList<OAuthProvider> Providers { get; init; } = [];

    /// <summary>The service that is asked whether a new password was stolen somewhere: the address that the first five digits of its hash are put behind; null to ask none.</summary>
    public Uri? StolenPasswords { get; init; }

    /// <summary>How long it takes at least to say that somebody is not let in, or that a mail is sent if there is an account, so that the time does not tell who has one.</summary>
    public TimeSpan Evenly { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The rounds a new hash takes.</summary>
    public int PasswordRounds { get; init; } = UsualRounds;
}
