using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Ports;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A server whose clock the tests move, whose mails lie in the development mailbox, and whose passwords cost little.</summary>
public class IdentityServer : TestServer
{
    public const string Password = "Correct horse battery 7";
    private int count;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public virtual DateTimeOffset Now => Clock.GetUtcNow();

    public Mailbox Mailbox => Services.GetRequiredService<Mailbox>();

    protected override void Configure(IServiceCollection services) => services.AddSingleton<TimeProvider>(Clock);

    protected override ServerOptions Alter(ServerOptions options) => options with { Identity = new IdentitySettings { Mailbox = true, PasswordRounds = 1000, Evenly = TimeSpan.FromMilliseconds(1), Registration = Registration.Open, BaseUrl = new Uri("https://desk.example") } };

    /// <summary>Lets time pass at once, without each timer of the server ticking through it.</summary>
    public void Pass(TimeSpan span) => Clock.AdjustTime(Now + span);

    /// <summary>A user of a role who is signed in.</summary>
    public async Task<Person> PersonAsync(Role role = Role.Support, string? tenant = null)
    {
        string email = $"user{Interlocked.Increment(ref count)}@example.com";
        HttpClient local = Local(tenant ?? "demo");
        JsonElement made = await (await local.PostAsJsonAsync("/api/v1/users/invite", new { email, name = "Robin Doe", role = JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString()) })).JsonAsync(201);
        await (await Anonymous().PostAsJsonAsync("/api/v1/auth/accept-invitation", new { token = made.Text("token"), password = Password })).JsonAsync(200);
        return await SignInAsync(email, tenant ?? "demo");
    }

    /// <summary>Signs in with the password.</summary>
    public async Task<Person> SignInAsync(string email, string tenant = "demo", string password = Password)
    {
        JsonElement tokens = await (await LoginAsync(email, password, tenant)).JsonAsync(200);
        return new Person(this, email, tokens);
    }

    public Task<HttpResponseMessage> LoginAsync(string email, string password, string tenant = "demo") => Anonymous().PostAsJsonAsync("/api/v1/auth/login", new { tenant, email, password });

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) => Anonymous().PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken });

    /// <summary>The token of the newest mail to an address, once it is there.</summary>
    public async Task<string> MailedTokenAsync(string to, string page)
    {
        string? token = null;
        await ClockServer.UntilAsync(() =>
        {
            token = Mailbox.Letters.Where(l => l.To == to).Select(l => Regex.Match(l.Text, $"#{page}=(?<token>\\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))).FirstOrDefault(m => m.Success)?.Groups["token"].Value;
            return Task.FromResult(token is not null);
        });
        return token!;
    }
}

/// <summary>Somebody who is signed in.</summary>
public sealed record Person(IdentityServer Server, string Email, JsonElement Tokens)
{
    public string Access => Tokens.Text("accessToken");

    public string Refresh => Tokens.Text("refreshToken");

    public Guid Id => Tokens.Id("userId");

    public HttpClient Client => Server.WithToken(Access);
}
