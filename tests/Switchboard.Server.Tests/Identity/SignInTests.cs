using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Tests.Identity;

public sealed class SignInTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string auth = "/api/v1/auth";

    [Fact]
    public async Task Who_registers_confirms_the_address_and_signs_in_as_owner_of_a_tenant_of_their_own()
    {
        object body = new { tenant = "birch", organisation = "Birch Bikes", email = " Ada@Birch.example ", name = "Ada", password = IdentityServer.Password };
        JsonElement made = await (await server.Anonymous().PostAsJsonAsync($"{auth}/register", body)).JsonAsync(201);
        made.GetProperty("verificationSent").GetBoolean().ShouldBeTrue();
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/register", body)).ProblemAsync(409, "tenant_taken");
        await (await server.LoginAsync("ada@birch.example", IdentityServer.Password, "birch")).ProblemAsync(403, "email_not_verified");
        string first = await server.MailedTokenAsync("ada@birch.example", "verify");

        // A newer mail makes the older one void.
        ((int)(await server.Anonymous().PostAsJsonAsync($"{auth}/resend-verification", new { tenant = "birch", email = "ada@birch.example" })).StatusCode).ShouldBe(202);
        await ClockServer.UntilAsync(() => Task.FromResult(server.Mailbox.Letters.Count(l => l.To == "ada@birch.example") == 2));
        string token = await server.MailedTokenAsync("ada@birch.example", "verify");
        await (await VerifyAsync(first)).ProblemAsync(400, "token_over");
        (await (await VerifyAsync(token)).JsonAsync(200)).Id("userId").ShouldBe(made.Id("userId"));
        await (await VerifyAsync(token)).ProblemAsync(400, "token_over");

        Person ada = await server.SignInAsync("ADA@birch.example", "birch");
        JsonElement me = await ada.Client.GetJsonAsync($"{auth}/me");
        me.Text("tenant").ShouldBe("birch");
        me.GetProperty("user").Text("role").ShouldBe("owner");
        me.Items("scopes").Length.ShouldBe(Scopes.All.Count);
        (await ada.Client.GetJsonAsync("/api/v1/users")).Items().Length.ShouldBe(1);
        await (await ada.Client.PutAsJsonAsync($"{auth}/me", new { name = "Ada B.", timeZone = "Europe/Berlin" })).JsonAsync(200);
        (await ada.Client.GetJsonAsync($"{auth}/me")).GetProperty("user").Text("timeZone").ShouldBe("Europe/Berlin");

        Task<HttpResponseMessage> VerifyAsync(string text) => server.Anonymous().PostAsJsonAsync($"{auth}/verify-email", new { token = text });
    }

    [Fact]
    public async Task A_token_of_a_mail_is_over_after_its_time_and_opens_nothing_else()
    {
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/register", new { tenant = "cedar", email = "c@cedar.example", name = "Cee", password = IdentityServer.Password })).JsonAsync(201);
        string token = await server.MailedTokenAsync("c@cedar.example", "verify");
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/reset-password", new { token, password = IdentityServer.Password + "x" })).ProblemAsync(400, "token_over");
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/accept-invitation", new { token, password = IdentityServer.Password + "x" })).ProblemAsync(400, "token_over");
        server.Pass(TimeSpan.FromHours(24));
        await (await server.Anonymous().PostAsJsonAsync($"{auth}/verify-email", new { token })).ProblemAsync(400, "token_over");
        foreach (string odd in new[] { "", "swa1", "swa1..", token[..^1], token + "A", token.Replace("swa1", "swr1", StringComparison.Ordinal), new string('a', 5000) })
            await (await server.Anonymous().PostAsJsonAsync($"{auth}/verify-email", new { token = odd })).ProblemAsync(400, "token_over");
    }

    [Fact]
    public async Task An_unknown_address_a_wrong_password_a_locked_account_and_a_suspended_one_are_answered_alike()
    {
        Person robin = await server.PersonAsync();
        Person gone = await server.PersonAsync();
        await (await server.Local().PatchAsJsonAsync($"/api/v1/users/{gone.Id}", new { status = "suspended" })).JsonAsync(200);
        string unknown = await DetailAsync("nobody@example.com", IdentityServer.Password);
        (await DetailAsync(gone.Email, IdentityServer.Password)).ShouldBe(unknown);
        (await DetailAsync(robin.Email, IdentityServer.Password, "no-such-tenant")).ShouldBe(unknown);
        for (int i = 0; i < UserCredential.MostFailures; i++) (await DetailAsync(robin.Email, "wrong")).ShouldBe(unknown);
        (await DetailAsync(robin.Email, IdentityServer.Password)).ShouldBe(unknown, "the account is locked now");

        server.Pass(UserCredential.LockTime + TimeSpan.FromSeconds(1));
        await server.SignInAsync(robin.Email);

        // The count begins anew with each right one.
        for (int i = 0; i < UserCredential.MostFailures - 1; i++) await DetailAsync(robin.Email, "wrong");
        await server.SignInAsync(robin.Email);
        await DetailAsync(robin.Email, "wrong");
        await server.SignInAsync(robin.Email);

        async Task<string> DetailAsync(string email, string password, string tenant = "demo") => (await (await server.LoginAsync(email, password, tenant)).ProblemAsync(401, "invalid_credentials")).Text("detail");
    }

    [Fact]
    public async Task A_forgotten_password_is_set_by_mail_once_and_signs_out_everywhere()
    {
        Person robin = await server.PersonAsync();
        Person second = await server.SignInAsync(robin.Email);
        foreach (string email in new[] { robin.Email, "nobody@example.com" })
            ((int)(await server.Anonymous().PostAsJsonAsync($"{auth}/forgot-password", new { tenant = "demo", email })).StatusCode).ShouldBe(202);
        string token = await server.MailedTokenAsync(robin.Email, "reset");
        server.Mailbox.Letters.ShouldNotContain(l => l.To == "nobody@example.com");
        const string Fresh = "Another horse battery 8";
        await (await ResetAsync("short")).ProblemAsync(400, "invalid_request");
        (await (await ResetAsync($"{robin.Email} 99")).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("your name or address");
        (await (await ResetAsync("password1234567890")).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain("guessed first");
        await (await ResetAsync(Fresh)).JsonAsync(200);
        await (await ResetAsync(Fresh + "!")).ProblemAsync(400, "token_over");

        foreach (Person old in new[] { robin, second })
        {
            await (await old.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
            await (await server.RefreshAsync(old.Refresh)).ProblemAsync(401, "session_over");
        }

        await (await server.LoginAsync(robin.Email, IdentityServer.Password)).ProblemAsync(401, "invalid_credentials");
        await server.SignInAsync(robin.Email, password: Fresh);

        Task<HttpResponseMessage> ResetAsync(string password) => server.Anonymous().PostAsJsonAsync($"{auth}/reset-password", new { token, password });
    }

    [Fact]
    public async Task Who_changes_the_password_shows_the_old_one_and_stays_signed_in_here_alone()
    {
        Person robin = await server.PersonAsync();
        Person elsewhere = await server.SignInAsync(robin.Email);
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/password", new { current = "wrong", password = "Another horse battery 8" })).ProblemAsync(400, "wrong_password");
        ((int)(await robin.Client.PostAsJsonAsync($"{auth}/me/password", new { current = IdentityServer.Password, password = "Another horse battery 8" })).StatusCode).ShouldBe(204);

        await robin.Client.GetJsonAsync($"{auth}/me");
        await (await elsewhere.Client.GetAsync($"{auth}/me")).ProblemAsync(401, "unauthenticated");
        await server.SignInAsync(robin.Email, password: "Another horse battery 8");

        // A session left open is no place to guess the password at.
        for (int i = 0; i < UserCredential.MostFailures; i++) await (await robin.Client.PostAsJsonAsync($"{auth}/me/password", new { current = "wrong", password = "Third horse battery 9" })).ProblemAsync(400, "wrong_password");
        await (await robin.Client.PostAsJsonAsync($"{auth}/me/password", new { current = "Another horse battery 8", password = "Third horse battery 9" })).ProblemAsync(400, "wrong_password");
    }

    [Fact]
    public async Task No_password_token_code_or_key_lies_in_the_database_or_the_audit_in_clear()
    {
        Person robin = await server.PersonAsync();
        await server.Anonymous().PostAsJsonAsync($"{auth}/forgot-password", new { tenant = "demo", email = robin.Email });
        string mailed = await server.MailedTokenAsync(robin.Email, "reset");
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        byte[] key = db.Set<SigningKey>().First().PrivateKey;

        foreach (string file in Directory.EnumerateFiles(server.DataPath, "switchboard.db*"))
        {
            string raw = Encoding.Latin1.GetString(await ReadSharedAsync(file));
            foreach (string secret in new[] { IdentityServer.Password, robin.Refresh, robin.Access, mailed, mailed[^43..], robin.Refresh[^43..] }) raw.ShouldNotContain(secret, Case.Sensitive);
        }

        Should.Throw<System.Security.Cryptography.CryptographicException>(() => System.Security.Cryptography.ECDsa.Create().ImportPkcs8PrivateKey(key, out _));
        string hash = (await server.Services.GetRequiredService<AccountStore>().FindAsync(server.TenantId, robin.Id, default))!.Credential!.PasswordHash!;
        string audit = (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).GetRawText();
        audit.ShouldContain("user_credential");
        audit.ShouldNotContain(hash);
        (await server.Owner().GetJsonAsync("/api/v1/outbox")).GetRawText().ShouldNotContain(mailed[^43..]);
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
