using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Tests.Identity;
using Switchboard.Server.Tests.Identity.OAuth;

namespace Switchboard.EndToEnd;

/// <summary>A desk that demands a second factor of its staff, and a provider at another site through which they sign in.</summary>
/// <param name="start">What the desk begins with.</param>
public sealed class AccountDesk(FirstStart start) : IAsyncLifetime
{
    public const string Password = "Correct horse battery 7";
    private readonly TempFolder temp = new();
    private readonly HttpClient http = new();
    private SwitchboardServer server = null!;
    private OpenIdServer provider = null!;
    private int count;

    /// <summary>Where browsers reach it: under another name than the provider, so that cookies are held to what counts between sites.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where the provider is.</summary>
    public Uri Elsewhere => new(provider.Issuer);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string urls = Chromium.FreeAddress();
        Address = new UriBuilder(urls) { Host = "localhost" }.Uri;
        provider = await OpenIdServer.StartAsync(TimeProvider.System, Address.GetLeftPart(UriPartial.Authority));
        server = await SwitchboardServer.StartAsync(
            new ServerOptions(temp.Copy((await start.LeftAsync()).Data, "data"))
            {
                Urls = urls,
                Outbound = OutboundSettings.Parse("127.0.0.1"),
                Identity = new IdentitySettings
                {
                    BaseUrl = Address,
                    PasswordRounds = 1000,
                    Providers = [new OAuthProvider(OAuthProvider.OpenId, "Company", Elsewhere, OpenIdServer.Client, OpenIdServer.Secret)],
                },
            },
            null,
            Limit);
        http.BaseAddress = new Uri(server.Address);
        using var demand = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = JsonContent.Create(new { staff = new { secondFactor = true } }) };
        demand.Headers.Add("If-Match", "*");
        await LocallyAsync(demand);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is not null) await server.DisposeAsync();
        if (provider is not null) await provider.DisposeAsync();
        temp.Dispose();
    }

    /// <summary>Somebody who is invited, and sits before the browser from now on; with the token of the invitation.</summary>
    public async Task<(string Email, string Invitation)> InviteAsync()
    {
        string email = $"robin{++count}@example.com";
        using var invite = new HttpRequestMessage(HttpMethod.Post, "/api/v1/users/invite") { Content = JsonContent.Create(new { email, name = "Robin Doe", role = "support" }) };
        JsonNode invited = await LocallyAsync(invite);
        provider.Seated = provider.User(email);
        return (email, (string)invited["token"]!);
    }

    /// <summary>Nobody whom the provider knows sits before the browser from now on.</summary>
    public void Leave() => provider.Seated = null;

    /// <summary>Somebody with a password, who sits before the browser from now on.</summary>
    public async Task<string> PersonAsync()
    {
        (string email, string token) = await InviteAsync();
        await AskAsync("accept-invitation", new { token, password = Password });
        return email;
    }

    /// <summary>Where a browser begins to sign in through the provider.</summary>
    public string SignIn(string returnTo) => new Uri(Address, $"/api/v1/auth/oauth/oidc/start?tenant=demo&returnTo={Uri.EscapeDataString(returnTo)}").ToString();

    /// <summary>The page with something behind its hash sign.</summary>
    public string Page(string hash) => new Uri(Address, "/account.html#").ToString() + hash;

    /// <summary>What a code is shown with, of somebody who has a second factor.</summary>
    public async Task<string> TicketAsync(string email) => (string)(await AskAsync("login", new { tenant = "demo", email, password = Password }))["mfaToken"]!;

    /// <summary>Sets up a second factor, and gives the recovery codes.</summary>
    public async Task<string[]> SetUpAsync(string email)
    {
        string access = (string)(await AskAsync("login", new { tenant = "demo", email, password = Password }))["accessToken"]!;
        string secret = (string)(await AskAsync("me/mfa", new { password = Password }, access))["secret"]!;
        JsonNode confirmed = await AskAsync("me/mfa/confirm", new { code = Code(secret) }, access);
        return [.. confirmed["recoveryCodes"]!.AsArray().Select(c => (string)c!)];
    }

    /// <summary>What an authenticator program shows now, or shows next.</summary>
    public static string Code(string secret, bool isNext = false) => Totp.Code(AuthenticatorProgram.SecretOf(secret), Totp.StepOf(TimeProvider.System.GetUtcNow()) + (isNext ? 1 : 0));

    private async Task<JsonNode> AskAsync(string path, object body, string? access = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/auth/{path}") { Content = JsonContent.Create(body) };
        if (access is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
        return await SendAsync(request);
    }

    private Task<JsonNode> LocallyAsync(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.LocalToken);
        request.Headers.Add("X-Switchboard-Tenant", "demo");
        return SendAsync(request);
    }

    private async Task<JsonNode> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await http.SendAsync(request, Limit);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Limit))!;
    }
}
