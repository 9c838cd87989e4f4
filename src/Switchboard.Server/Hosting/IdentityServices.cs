using Switchboard.Server.Api.Accounts;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>What signing in is made of.</summary>
internal static class IdentityServices
{
    /// <summary>Registers it.</summary>
    public static void AddIdentity(this IServiceCollection services, DataFolder folder, IdentitySettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(new SecretBox(folder.Secret(SecretExchange.Secret), folder.SecretBefore(SecretExchange.Secret)));
        services.AddSingleton<Passwords>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<StaffSessions>();
        services.AddSingleton<SignedSessions>();
        services.AddSingleton<SecretExchange>();
        services.AddSingleton<NewPasswords>();
        services.AddSingleton<ProofAgain>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<AccountAsking>();
        services.AddSingleton<Mailbox>();
        services.AddSingleton<Entrance>();
        services.AddSingleton<OAuthTrips>();
        services.AddSingleton<OAuthCalls>();
        services.AddSingleton<OpenIdDiscovery>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<IOAuthProtocol, OpenIdProtocol>();
        services.AddSingleton<IOAuthProtocol, GitHubProtocol>();
        services.AddSingleton<OAuthProviders>();
        services.AddSingleton<ExternalDoor>();
        services.AddSingleton<KeyHolders>();
        services.AddSingleton<Refusals>();
        services.AddHostedService(s => s.GetRequiredService<Refusals>());
        services.AddSingleton<KeyUse>();
        services.AddHostedService(s => s.GetRequiredService<KeyUse>());
    }
}
