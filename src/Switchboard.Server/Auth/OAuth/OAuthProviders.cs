using Switchboard.Domain.Organisation;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>The providers that are set up, and how each is asked.</summary>
/// <param name="settings">The settings.</param>
/// <param name="protocols">The ways of asking.</param>
public sealed class OAuthProviders(IdentitySettings settings, IEnumerable<IOAuthProtocol> protocols)
{
    /// <summary>Where the provider sends browsers back to: under the operator's address, never one taken from a request.</summary>
    public Uri CallbackOf(OAuthProvider provider) =>
        new($"{(settings.BaseUrl ?? throw new InvalidOperationException("Identity:BaseUrl is needed to sign in through a provider.")).AbsoluteUri.TrimEnd('/')}/api/v1/auth/oauth/{provider.Name}/callback");

    /// <summary>Those a tenant's staff may use.</summary>
    public IEnumerable<OAuthProvider> Of(Tenant tenant) => settings.Providers.Where(p => p.Tenant is null || p.Tenant == tenant.Slug);

    /// <summary>The one of a name that a tenant's staff may use; null when there is none.</summary>
    public OAuthProvider? Find(Tenant tenant, string? name) => Of(tenant).FirstOrDefault(p => p.Name == name);

    /// <summary>How a provider is asked.</summary>
    public IOAuthProtocol ProtocolOf(OAuthProvider provider) => protocols.First(p => p.Speaks(provider));
}
