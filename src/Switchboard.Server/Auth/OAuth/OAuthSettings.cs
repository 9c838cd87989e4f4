using Switchboard.Domain.Identity;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>A provider through which staff signs in.</summary>
/// <param name="Name">What it is called in addresses and settings: google, github or oidc.</param>
/// <param name="Label">What people read on the button.</param>
/// <param name="Issuer">Who it says it is. A provider of OpenID is found by this; of GitHub it is the address of its pages.</param>
/// <param name="ClientId">What we are called there.</param>
/// <param name="ClientSecret">What we prove it by.</param>
public sealed record OAuthProvider(string Name, string Label, Uri Issuer, string ClientId, string ClientSecret)
{
    /// <summary>The name of Google.</summary>
    public const string Google = "google";

    /// <summary>The name of GitHub, which speaks OAuth 2 without OpenID.</summary>
    public const string GitHub = "github";

    /// <summary>The name of the operator's own provider of OpenID.</summary>
    public const string OpenId = "oidc";

    /// <summary>The tenant it is for, by slug; null for all.</summary>
    public string? Tenant { get; init; }

    /// <summary>The domains of the addresses that may come in, in lower case; none for all.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>The role of who joins uninvited; null when people join by invitation only.</summary>
    public Role? JoinAs { get; init; }

    /// <summary>Whether an address counts as proven when the provider does not say: for the operator's own directory.</summary>
    public bool TrustsEmail { get; init; }

    /// <summary>The levels (<c>acr</c>) by which the provider says that it asked for a second factor; its saying <c>mfa</c> among the methods (<c>amr</c>) counts anyway.</summary>
    public IReadOnlyList<string> TwoFactorLevels { get; init; } = [];

    /// <summary>Where GitHub's API is; null for other providers.</summary>
    public Uri? Api { get; init; }

    /// <summary>The issuer as it stands in tokens: as it was given.</summary>
    public string IssuerText => Issuer.OriginalString;

    /// <summary>Whether an address may come in.</summary>
    public bool Takes(string email) => Domains.Count == 0 || Domains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase);

    /// <summary>Nothing of the secret: it must not get into a log.</summary>
    public override string ToString() => $"{Name} at {Issuer}";
}

/// <summary>A sign-in through a provider ends here; the words are for who signs in.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The stable code.</param>
/// <param name="title">What happened.</param>
/// <param name="detail">What to do about it.</param>
/// <param name="cause">What is for the log and for nobody else; null for nothing.</param>
public sealed class OAuthRefusedException(int status, string code, string title, string detail, string? cause = null) : Exception(cause ?? detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The stable code.</summary>
    public string Code => code;

    /// <summary>What happened.</summary>
    public string Title => title;

    /// <summary>What to do about it.</summary>
    public string Detail => detail;

    /// <summary>What comes back is no sign-in that is on its way.</summary>
    internal static OAuthRefusedException Lost(string cause) =>
        new(400, "sign_in_lost", "This sign-in is not on its way", $"It was not begun in this browser, took longer than {OAuthTrips.Longest.TotalMinutes:0} minutes, or was ended before. Begin again.", cause);

    /// <summary>The provider does not answer, or answers what cannot be used.</summary>
    internal static OAuthRefusedException Unavailable(string cause) =>
        new(502, "provider_unavailable", "The provider cannot be reached", "It does not answer as it should. Try again later, or sign in another way.", cause);

    /// <summary>What came back does not prove who it is.</summary>
    internal static OAuthRefusedException Unproven(string cause) =>
        new(401, "provider_answer_invalid", "The provider's answer does not let you in", "It does not prove who you are. Begin again; if it stays so, tell whoever runs this desk.", cause);
}
