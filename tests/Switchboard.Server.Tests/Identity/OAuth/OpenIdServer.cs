using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>Somebody with an account at a provider.</summary>
public sealed record ProviderUser(string Login, string Email, bool IsVerified, bool IsEmailInToken = true);

/// <summary>A provider of OpenID on a port of its own: OpenIddict, which demands PKCE, takes a code once, and says whose answer it is.</summary>
public sealed class OpenIdServer : IAsyncDisposable
{
    public const string Client = "switchboard", OtherClient = "somebody-else", Secret = "a secret of the desk & its provider=1";
    private readonly ConcurrentDictionary<string, byte> spent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ProviderUser> users = new(StringComparer.Ordinal);
    private WebApplication app = null!;
    private string desk = "";

    /// <summary>Who sits before a browser that does not say who does; null for nobody.</summary>
    public ProviderUser? Seated { get; set; }

    public string Issuer { get; private set; } = "";

    /// <summary>Starts one that sends people back to one desk alone.</summary>
    public static async Task<OpenIdServer> StartAsync(TimeProvider time, string desk = "https://desk.example")
    {
        var server = new OpenIdServer { desk = desk };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenIddict().AddServer(server.Configure);
        builder.Services.Configure<OpenIddictServerOptions>(options => options.TimeProvider = time);
        server.app = builder.Build();
        // The issuer is the address, which is known when it listens.
        server.app.UseAuthentication();
        await server.app.StartAsync();
        server.Issuer = server.app.Urls.First() + "/";
        // It has to read itself in once, which takes longer than a desk waits where much else runs.
        using var first = new HttpClient();
        foreach (string place in new[] { ".well-known/openid-configuration", ".well-known/jwks", "connect/token", "connect/userinfo" }) (await first.GetAsync(server.Issuer + place)).Dispose();
        return server;
    }

    /// <summary>Somebody new with an account here.</summary>
    public ProviderUser User(string email, bool isVerified = true, bool isEmailInToken = true)
    {
        var user = new ProviderUser($"person-{Guid.NewGuid():N}", email, isVerified, isEmailInToken);
        users[user.Login] = user;
        return user;
    }

    /// <summary>As if the person had changed the address of the account.</summary>
    public void Change(ProviderUser user, string email) => users[user.Login] = user with { Email = email };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Configure(OpenIddictServerBuilder options)
    {
        options.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo");
        options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        options.RegisterScopes(Scopes.Email, Scopes.Profile);
        options.AddEphemeralEncryptionKey().AddEphemeralSigningKey().EnableDegradedMode();
        options.UseAspNetCore().DisableTransportSecurityRequirement();
        options.AddEventHandler<ValidateAuthorizationRequestContext>(b => b.UseInlineHandler(Validate));
        options.AddEventHandler<HandleAuthorizationRequestContext>(b => b.UseInlineHandler(Authorize));
        options.AddEventHandler<ValidateTokenRequestContext>(b => b.UseInlineHandler(Validate));
        options.AddEventHandler<HandleTokenRequestContext>(b => b.UseInlineHandler(context =>
        {
            context.SignIn(context.Principal!);
            return default;
        }));
        options.AddEventHandler<HandleUserInfoRequestContext>(b => b.UseInlineHandler(context =>
        {
            ProviderUser user = users[context.AccessTokenPrincipal!.GetClaim(Claims.Subject)!];
            (context.Subject, context.Email, context.EmailVerified) = (user.Login, user.Email, user.IsVerified);
            return default;
        }));
    }

    private ValueTask Validate(ValidateAuthorizationRequestContext context)
    {
        if (context.ClientId is not (Client or OtherClient)) context.Reject(Errors.InvalidClient);
        else if (!context.RedirectUri!.StartsWith($"{desk}/api/v1/auth/oauth/", StringComparison.Ordinal)) context.Reject(Errors.InvalidRequest, "redirect_uri");
        return default;
    }

    /// <summary>The person who sits before the browser says who they are in <c>login_hint</c>, or is known to sit there.</summary>
    private ValueTask Authorize(HandleAuthorizationRequestContext context)
    {
        if ((context.Request.LoginHint ?? Seated?.Login) is not { } login || !users.TryGetValue(login, out ProviderUser? user))
        {
            context.Reject(Errors.AccessDenied, "<b>The person said no</b>");
            return default;
        }

        var identity = new ClaimsIdentity("test", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Login).SetClaim(Claims.Name, "Robin Provider");
        if (user.IsEmailInToken) identity.SetClaim(Claims.Email, user.Email).SetClaim(Claims.EmailVerified, user.IsVerified);
        identity.SetScopes(context.Request.GetScopes());
        identity.SetDestinations(_ => [Destinations.IdentityToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return default;
    }

    private ValueTask Validate(ValidateTokenRequestContext context)
    {
        if (context.ClientId is not (Client or OtherClient) || context.ClientSecret != Secret) context.Reject(Errors.InvalidClient);
        else if (context.Request.Code is not { } code || !spent.TryAdd(code, 0)) context.Reject(Errors.InvalidGrant, "The code was used before.");
        return default;
    }
}
