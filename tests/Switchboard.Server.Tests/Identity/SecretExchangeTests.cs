using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A server whose exchange of keys breaks off where a test says.</summary>
public sealed class BreakingServer : IdentityServer
{
    public BreakingPoint Point { get; } = new();

    protected override void Configure(IServiceCollection services)
    {
        base.Configure(services);
        services.AddSingleton<IFaultPoints>(Point);
    }

    public sealed class BreakingPoint : IFaultPoints
    {
        public string? Next { get; set; }

        public void Reached(string site)
        {
            if (site != Next) return;
            Next = null;
            throw new InvalidOperationException("The process is killed here.");
        }
    }
}

public sealed class SecretExchangeTests(BreakingServer server) : IClassFixture<BreakingServer>
{
    private const string auth = "/api/v1/auth", rotate = "/api/v1/secrets/rotate";

    [Fact]
    public async Task A_key_is_exchanged_though_the_process_is_killed_on_the_way_and_everything_still_opens()
    {
        (_, HttpClient elsewhere) = await server.TenantAsync("exchange-elm");
        (await elsewhere.PostAsync("/api/v1/widget/key/rotate", null)).EnsureSuccessStatusCode();
        Person robin = await server.PersonAsync(Role.Admin);
        byte[] secret = AuthenticatorProgram.SecretOf((await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa", new { password = IdentityServer.Password })).JsonAsync(200)).Text("secret"));
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa/confirm", new { code = Totp.Code(secret, Totp.StepOf(server.Now)) })).JsonAsync(200);
        byte[] before = KeyFile();
        byte[][] held = await HeldAsync();
        await (await server.Owner().PostAsync(rotate, null)).ProblemAsync(401, "unauthenticated");

        foreach (string site in new[] { "secrets:key-written", "secrets:tenant-done" })
        {
            server.Point.Next = site;
            ((int)(await server.Local().PostAsync(rotate, null)).StatusCode).ShouldBe(500);
            await server.RestartAsync();
            File.Exists(BeforeFile()).ShouldBeTrue(site);
            await OpensAsync();
        }

        // A mail that is on its way keeps the key before.
        await ClockServer.UntilAsync(async () => (await (await server.Local().PostAsync(rotate, null)).JsonAsync(200)).GetProperty("done").GetBoolean());
        File.Exists(BeforeFile()).ShouldBeFalse();
        KeyFile().ShouldNotBe(before);
        var old = new SecretBox(before);
        (await HeldAsync()).Length.ShouldBe(held.Length);
        (await HeldAsync()).ShouldAllBe(now => !held.Any(h => h.SequenceEqual(now)));
        await using (SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId))
        {
            UserCredential credential = await db.Set<UserCredential>().SingleAsync(c => c.UserId == robin.Id);
            old.Open(credential.TotpSecret, $"totp {server.TenantId:N} {robin.Id:N}").ShouldBeNull("who has the key before opens nothing any more");
        }

        // In the same process, which holds what it read before; and in the next one.
        await OpensAsync();
        await server.RestartAsync();
        await OpensAsync();

        async Task OpensAsync()
        {
            server.Pass(TimeSpan.FromMinutes(1));
            string ticket = (await (await server.LoginAsync(robin.Email, IdentityServer.Password)).JsonAsync(200)).Text("mfaToken");
            JsonElement signed = await (await server.Anonymous().PostAsJsonAsync($"{auth}/login/totp", new { mfaToken = ticket, code = Totp.Code(secret, Totp.StepOf(server.Now)) })).JsonAsync(200);
            await server.WithToken(signed.Text("accessToken")).GetJsonAsync($"{auth}/me");
        }
    }

    private byte[] KeyFile() => File.ReadAllBytes(Path.Combine(server.DataPath, "secrets", "identity"));

    private string BeforeFile() => Path.Combine(server.DataPath, "secrets", "identity-before");

    /// <summary>All that lies encrypted in the tenants.</summary>
    private async Task<byte[][]> HeldAsync()
    {
        var held = new List<byte[]>();
        foreach (Tenant tenant in await server.Services.GetRequiredService<Tenants>().ListAsync(default))
        {
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant.Id);
            held.AddRange(await db.Set<SigningKey>().Select(k => k.PrivateKey).ToListAsync());
            held.AddRange(await db.Set<WidgetKey>().Select(w => w.Secret).ToListAsync());
            held.AddRange(await db.Set<UserCredential>().Where(c => c.TotpSecret != null).Select(c => c.TotpSecret!).ToListAsync());
        }

        held.Count.ShouldBeGreaterThanOrEqualTo(3);
        return [.. held];
    }
}
