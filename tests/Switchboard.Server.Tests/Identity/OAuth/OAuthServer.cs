using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Tests.Contract;

namespace Switchboard.Server.Tests.Identity.OAuth;

[CollectionDefinition(Name)]
public sealed class OAuthGroup : ICollectionFixture<OAuthServer>
{
    public const string Name = "oauth";
}

/// <summary>A desk with three providers: an honest one by invitation only, one that is hostile and through which people of two domains join, and GitHub; it asks a service about stolen passwords.</summary>
public sealed class OAuthServer : IdentityServer
{
    public OpenIdServer Honest { get; private set; } = null!;

    public HostileProvider Hostile { get; private set; } = null!;

    public GitHubSite GitHub { get; private set; } = null!;

    public StolenSite Stolen { get; private set; } = null!;

    public LogLines Logged { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        Stolen = await StolenSite.StartAsync();
        (Honest, Hostile, GitHub) = (await OpenIdServer.StartAsync(Clock), await HostileProvider.StartAsync(Clock), await GitHubSite.StartAsync());
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Stolen.DisposeAsync();
        await Honest.DisposeAsync();
        await Hostile.DisposeAsync();
        await GitHub.DisposeAsync();
    }

    public Browser Browser() => new(Server.Address);

    protected override void Configure(IServiceCollection services)
    {
        base.Configure(services);
        services.AddSingleton<ILoggerProvider>(Logged);
    }

    protected override ServerOptions Alter(ServerOptions options)
    {
        ServerOptions altered = base.Alter(options);
        // The providers are on this machine, at this one address of it.
        return altered with { Outbound = OutboundSettings.Parse("127.0.0.1"), Identity = altered.Identity with { Providers = Providers(Honest, Hostile, GitHub), StolenPasswords = Stolen.Address } };
    }

    private static OAuthProvider[] Providers(OpenIdServer honest, HostileProvider hostile, GitHubSite gitHub) =>
    [
        new OAuthProvider(OAuthProvider.OpenId, "Company", new Uri(honest.Issuer), OpenIdServer.Client, OpenIdServer.Secret),
        new OAuthProvider(OAuthProvider.Google, "Google", new Uri(hostile.Issuer), HostileProvider.Client, "secret") { Tenant = "demo", Domains = ["gmail.com", "join.example"], JoinAs = Role.Support },
        new OAuthProvider(OAuthProvider.GitHub, "GitHub", new Uri(gitHub.Address), GitHubSite.Client, GitHubSite.Secret) { Api = new Uri(gitHub.Address + "/api/v3") },
    ];
}

/// <summary>A browser that keeps cookies as browsers do and shows each address before it goes there. Addresses of the desk lead to one of its nodes.</summary>
public sealed class Browser(string node)
{
    public const string Desk = "https://desk.example";
    private readonly HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>What the desk said of each cookie.</summary>
    public Dictionary<string, string> SetCookies { get; } = new(StringComparer.Ordinal);

    public string Node { get; set; } = node;

    /// <summary>The same cookies at another node, or in two windows at once.</summary>
    public Browser Copy(string? at = null)
    {
        var copy = new Browser(at ?? Node);
        foreach ((string name, string value) in Cookies) copy.Cookies[name] = value;
        return copy;
    }

    public async Task<HttpResponseMessage> GoAsync(string address, string accept = "application/json")
    {
        bool isOurs = address.StartsWith('/') || address.StartsWith(Desk, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, isOurs ? Node + address.Replace(Desk, "", StringComparison.Ordinal) : address);
        request.Headers.Add("Accept", accept);
        if (isOurs && Cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        HttpResponseMessage response = await client.SendAsync(request);
        if (isOurs) Keep(response);
        return response;
    }

    /// <summary>Takes what an answer sets.</summary>
    public void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)) return;
        foreach (string cookie in cookies)
        {
            string[] pair = cookie.Split(';')[0].Split('=', 2);
            SetCookies[pair[0]] = cookie;
            if (pair[1].Length == 0) Cookies.Remove(pair[0]);
            else Cookies[pair[0]] = pair[1];
        }
    }

    /// <summary>Begins at the desk, and gives the address of the provider it is sent to.</summary>
    public async Task<string> StartAsync(string provider, string more = "", string tenant = "demo")
    {
        HttpResponseMessage response = await GoAsync($"/api/v1/auth/oauth/{provider}/start?tenant={tenant}{more}");
        ((int)response.StatusCode).ShouldBe(302, await response.Content.ReadAsStringAsync());
        return response.Headers.Location!.OriginalString;
    }

    /// <summary>Is somebody at the provider, and gives the address the provider sends back to.</summary>
    public async Task<string> BeAsync(string address, string login)
    {
        HttpResponseMessage response = await GoAsync($"{address}&login_hint={login}");
        ((int)response.StatusCode).ShouldBe(302, await response.Content.ReadAsStringAsync());
        return response.Headers.Location!.OriginalString;
    }

    /// <summary>The whole way through the honest provider, to the desk's last answer.</summary>
    public async Task<HttpResponseMessage> ThroughAsync(ProviderUser user, string more = "") => await GoAsync(await BeAsync(await StartAsync("oidc", more), user.Login));

    /// <summary>The whole way through the hostile provider, which gives a token for the nonce of this sign-in.</summary>
    public async Task<HttpResponseMessage> ThroughAsync(HostileProvider provider, Func<string, string> token)
    {
        string address = await StartAsync("google");
        string code = provider.CodeFor(() => HostileProvider.Answer(token(In(address, "nonce"))));
        return await GoAsync($"/api/v1/auth/oauth/google/callback?code={code}&state={In(address, "state")}");
    }

    /// <summary>New tokens by the cookie, as a page of the desk gets them.</summary>
    public async Task<JsonElement> RefreshAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Node + "/api/v1/auth/refresh") { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        request.Headers.Add(SignedSessions.Header, "1");
        HttpResponseMessage refreshed = await client.SendAsync(request);
        Keep(refreshed);
        return await refreshed.JsonAsync(200);
    }

    /// <summary>Who is signed in by the cookie, as a page of the desk finds out.</summary>
    public async Task<JsonElement> MeAsync()
    {
        JsonElement tokens = await RefreshAsync();
        using var me = new HttpRequestMessage(HttpMethod.Get, Node + "/api/v1/auth/me");
        me.Headers.Authorization = new("Bearer", tokens.Text("accessToken"));
        return (await (await client.SendAsync(me)).JsonAsync(200)).GetProperty("user");
    }

    /// <summary>A parameter of an address.</summary>
    public static string In(string address, string name) => QueryHelpers.ParseQuery(new Uri(address).Query)[name].ToString();

    /// <summary>The address with another value of a parameter; null takes it out.</summary>
    public static string With(string address, string name, string? value)
    {
        var parameters = QueryHelpers.ParseQuery(new Uri(address).Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString(), StringComparer.Ordinal);
        parameters.Remove(name);
        if (value is not null) parameters[name] = value;
        return QueryHelpers.AddQueryString(address.Split('?')[0], parameters);
    }
}
