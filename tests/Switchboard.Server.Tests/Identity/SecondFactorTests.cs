using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Tests.Identity;

public sealed class SecondFactorTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string auth = "/api/v1/auth";

    [Fact]
    public void Codes_are_those_of_the_standards_test_vectors()
    {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        byte[] secret = "12345678901234567890"u8.ToArray();
        foreach ((long time, string code) in new[] { (59L, "287082"), (1111111109L, "081804"), (1111111111L, "050471"), (1234567890L, "005924"), (2000000000L, "279037"), (20000000000L, "353130") })
            Totp.Code(secret, time / 30).ShouldBe(code);
        Totp.Base32(secret).ShouldBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    [Fact]
    public async Task A_second_factor_is_set_up_asked_for_and_removed()
    {
        Person robin = await server.PersonAsync();
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa", new { password = "wrong" })).ProblemAsync(400, "wrong_password");
        (byte[] secret, string[] recovery) = await SetUpAsync(robin);
        recovery.Length.ShouldBe(10);
        recovery.ShouldAllBe(c => c.Replace("-", "", StringComparison.Ordinal).Length == 26);
        (await robin.Client.GetJsonAsync($"{auth}/me")).GetProperty("user").GetProperty("mfaEnabled").GetBoolean().ShouldBeTrue();
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa", new { password = IdentityServer.Password })).ProblemAsync(409, "mfa_enabled");

        string ticket = await TicketAsync(robin);
        await (await server.RefreshAsync(ticket)).ProblemAsync(401, "session_over");
        await (await server.WithToken(ticket).GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");

        // The code that confirmed the device was used with that.
        await (await CodeAsync(ticket, CodeNow(secret))).ProblemAsync(401, "invalid_code");
        server.Pass(TimeSpan.FromSeconds(60));
        string code = CodeNow(secret);
        await (await CodeAsync(ticket, code)).JsonAsync(200);
        await (await CodeAsync(ticket, code)).ProblemAsync(401, "invalid_code");
        await (await CodeAsync(await TicketAsync(robin), code)).ProblemAsync(401, "invalid_code");

        // A recovery code opens once.
        await (await CodeAsync(await TicketAsync(robin), recovery[3].ToUpperInvariant())).JsonAsync(200);
        await (await CodeAsync(await TicketAsync(robin), recovery[3])).ProblemAsync(401, "invalid_code");

        server.Pass(TimeSpan.FromSeconds(60));
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/mfa/remove", new { password = IdentityServer.Password, code = "000000" })).ProblemAsync(400, "invalid_code");
        ((int)(await robin.Client.PostAsJsonAsync($"{auth}/me/mfa/remove", new { password = IdentityServer.Password, code = CodeNow(secret) })).StatusCode).ShouldBe(204);
        await server.SignInAsync(robin.Email);
    }

    [Fact]
    public async Task Codes_cannot_be_guessed_and_a_ticket_does_not_last()
    {
        Person robin = await server.PersonAsync();
        (byte[] secret, _) = await SetUpAsync(robin);
        string ticket = await TicketAsync(robin);
        server.Pass(TimeSpan.FromMinutes(5));
        await (await CodeAsync(ticket, CodeNow(secret))).ProblemAsync(401, "invalid_code");

        ticket = await TicketAsync(robin);
        for (int i = 0; i < UserCredential.MostFailures; i++) await (await CodeAsync(ticket, "000000")).ProblemAsync(401, "invalid_code");
        await (await CodeAsync(ticket, CodeNow(secret))).ProblemAsync(401, "invalid_code");
        await (await server.LoginAsync(robin.Email, IdentityServer.Password)).ProblemAsync(401, "invalid_credentials");
    }

    private async Task<(byte[] Secret, string[] Recovery)> SetUpAsync(Person person)
    {
        JsonElement offer = await (await person.Client.PostAsJsonAsync($"{auth}/me/mfa", new { password = IdentityServer.Password })).JsonAsync(200);
        byte[] secret = AuthenticatorProgram.SecretOf(offer.Text("secret"));
        offer.Text("address").ShouldStartWith("otpauth://totp/");
        await (await person.Client.PostAsJsonAsync($"{auth}/me/mfa/confirm", new { code = CodeNow(secret) == "000000" ? "111111" : "000000" })).ProblemAsync(400, "invalid_code");
        JsonElement confirmed = await (await person.Client.PostAsJsonAsync($"{auth}/me/mfa/confirm", new { code = CodeNow(secret) })).JsonAsync(200);
        return (secret, [.. confirmed.Items("recoveryCodes").Select(c => c.GetString()!)]);
    }

    private async Task<string> TicketAsync(Person person)
    {
        JsonElement asked = await (await server.LoginAsync(person.Email, IdentityServer.Password)).JsonAsync(200);
        asked.GetProperty("mfaRequired").GetBoolean().ShouldBeTrue();
        asked.TryGetProperty("accessToken", out _).ShouldBeFalse();
        return asked.Text("mfaToken");
    }

    private Task<HttpResponseMessage> CodeAsync(string mfaToken, string code) => server.Anonymous().PostAsJsonAsync($"{auth}/login/totp", new { mfaToken, code });

    private string CodeNow(byte[] secret) => Totp.Code(secret, Totp.StepOf(server.Now));
}
