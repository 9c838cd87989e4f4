using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Switchboard.Server.Hosting;
using Switchboard.Server.Tests.Identity.OAuth;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A service that knows stolen passwords by their hashes and is told the first five digits.</summary>
public sealed class StolenSite : IAsyncDisposable
{
    private readonly WebApplication app = WebSite.Create();

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The hashes with how often each was stolen.</summary>
    public ConcurrentDictionary<string, int> Known { get; } = new(StringComparer.Ordinal);

    public bool IsDown { get; set; }

    public static async Task<StolenSite> StartAsync()
    {
        var site = new StolenSite();
        site.app.MapGet("/range/{digits}", (string digits, HttpRequest request) =>
        {
            site.Asked.Enqueue($"{digits} {request.Headers["Add-Padding"]}{request.QueryString}");
            return site.IsDown ? Results.StatusCode(503) : Results.Text(string.Join("\r\n", site.Known.Where(k => k.Key.StartsWith(digits, StringComparison.Ordinal)).Select(k => $"{k.Key[5..]}:{k.Value}").Prepend($"{new string('0', 35)}:1")));
        });
        await site.app.StartAsync();
        site.Address = new Uri($"{site.app.Urls.First()}/range/");
        return site;
    }

    // The protocol's hash.
#pragma warning disable CA5350
    public static string HashOf(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

[Collection(OAuthGroup.Name)]
public sealed class StolenPasswordTests(OAuthServer server)
{
    private const string place = "/api/v1/auth/me/password";

    [Fact]
    public async Task A_password_that_was_stolen_somewhere_is_refused_and_the_service_learns_five_digits_of_its_hash()
    {
        const string Stolen = "Purple monkey dishwasher", Padding = "Teal monkey dishwasher";
        server.Stolen.Known[StolenSite.HashOf(Stolen)] = 3;
        server.Stolen.Known[StolenSite.HashOf(Padding)] = 0;
        Person robin = await server.PersonAsync();
        server.Stolen.Asked.Clear();

        (await (await robin.Client.PostAsJsonAsync(place, new { current = IdentityServer.Password, password = Stolen })).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("stolen");
        server.Stolen.Asked.ShouldBe([$"{StolenSite.HashOf(Stolen)[..5]} true"]);
        ((int)(await robin.Client.PostAsJsonAsync(place, new { current = IdentityServer.Password, password = Padding })).StatusCode).ShouldBe(204, "a line that fills up is no theft");
    }

    [Fact]
    public async Task A_service_that_does_not_answer_shuts_nobody_out_and_is_told_in_the_log()
    {
        const string Chosen = "Violet monkey dishwasher";
        server.Stolen.Known[StolenSite.HashOf(Chosen)] = 3;
        Person robin = await server.PersonAsync();
        server.Stolen.IsDown = true;
        try
        {
            await (await robin.Client.PostAsJsonAsync(place, new { current = IdentityServer.Password, password = "password1234" })).ProblemAsync(400, "invalid_request");
            ((int)(await robin.Client.PostAsJsonAsync(place, new { current = IdentityServer.Password, password = Chosen })).StatusCode).ShouldBe(204);
            server.Logged.Lines.ShouldContain(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("not compared with stolen ones", StringComparison.Ordinal));
            server.Logged.Lines.ShouldNotContain(l => l.Contains(Chosen, StringComparison.Ordinal) || l.Contains(StolenSite.HashOf(Chosen), StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            server.Stolen.IsDown = false;
        }
    }

    [Fact]
    public async Task The_organisations_name_is_no_password()
    {
        (await server.TenantAsync("stolen-birch")).TenantId.ShouldNotBe(server.TenantId);
        Person robin = await server.PersonAsync(Switchboard.Domain.Identity.Role.Support, "stolen-birch");
        (await (await robin.Client.PostAsJsonAsync(place, new { current = IdentityServer.Password, password = "We are Stolen-Birch!" })).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("organisation");
    }

    [Theory]
    [InlineData("http://stolen.example.com/range/")]
    [InlineData("https://stolen.example.com/range")]
    [InlineData("https://name@stolen.example.com/range/")]
    [InlineData("stolen.example.com/")]
    public void An_address_that_would_tell_others_or_nobody_is_refused_at_the_start(string address) =>
        Should.Throw<SettingException>(() => IdentityConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Identity:StolenPasswords", address)]).Build())).Message.ShouldContain("Identity:StolenPasswords");
}
