namespace Switchboard.Server.Auth.OAuth;

/// <summary>Who somebody is at a provider.</summary>
/// <param name="Subject">The provider's own name of the person.</param>
/// <param name="Email">The address; null when it tells none.</param>
/// <param name="IsEmailProven">Whether the provider has proven that the address is the person's.</param>
/// <param name="Name">What the person is called; null when it does not say.</param>
/// <param name="IsProvenTwice">Whether the provider says that it asked for a second factor.</param>
public sealed record OAuthClaims(string Subject, string? Email, bool IsEmailProven, string? Name, bool IsProvenTwice = false);

/// <summary>How a kind of provider is asked who somebody is.</summary>
public interface IOAuthProtocol
{
    /// <summary>Whether it is how this provider is asked.</summary>
    bool Speaks(OAuthProvider provider);

    /// <summary>Where the browser is sent.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="trip">The sign-in.</param>
    /// <param name="callback">Where it is to send the browser back to.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OAuthRefusedException">The provider cannot be reached.</exception>
    Task<Uri> AddressAsync(OAuthProvider provider, OAuthTrip trip, Uri callback, CancellationToken cancellationToken);

    /// <summary>Makes sure that it is this provider that answers, before its answer is worth anything.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="issuer">Who says that it answers; null when nobody says.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OAuthRefusedException">It is another one.</exception>
    Task RequireIssuerAsync(OAuthProvider provider, string? issuer, CancellationToken cancellationToken);

    /// <summary>Exchanges the code, and reads who it is.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="trip">The sign-in.</param>
    /// <param name="code">The code.</param>
    /// <param name="callback">Where the browser was sent back to.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OAuthRefusedException">The answer does not prove who it is.</exception>
    Task<OAuthClaims> ClaimsAsync(OAuthProvider provider, OAuthTrip trip, string code, Uri callback, CancellationToken cancellationToken);
}
