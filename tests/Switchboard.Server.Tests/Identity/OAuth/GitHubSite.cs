using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>GitHub as its documentation describes it: codes with PKCE, errors with status 200, and an API that tells the person and the addresses.</summary>
public sealed class GitHubSite : IAsyncDisposable
{
    public const string Client = "Iv1.desk", Secret = "github's own secret";
    private readonly ConcurrentDictionary<string, (string Login, string Challenge)> codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonArray> people = new(StringComparer.Ordinal);
    private readonly WebApplication app = WebSite.Create();

    public string Address { get; private set; } = "";

    public static async Task<GitHubSite> StartAsync()
    {
        var site = new GitHubSite();
        site.app.MapGet("/login/oauth/authorize", (string login_hint, string state, string redirect_uri, string code_challenge, string code_challenge_method) =>
        {
            string code = Guid.NewGuid().ToString("N");
            site.codes[code] = (login_hint, code_challenge_method == "S256" ? code_challenge : "");
            return Results.Redirect($"{redirect_uri}?code={code}&state={state}");
        });
        site.app.MapPost("/login/oauth/access_token", async (HttpRequest request) =>
        {
            IFormCollection form = await request.ReadFormAsync();
            (string Login, string Challenge) code = default;
            bool isRight = form["client_id"] == Client && form["client_secret"] == Secret && site.codes.TryRemove(form["code"].ToString(), out code)
                && code.Challenge == Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return isRight ? Results.Json(new { access_token = $"token-{code.Login}", token_type = "bearer" }) : Results.Json(new { error = "bad_verification_code" });
        });
        site.app.MapGet("/api/v3/user", (HttpRequest request) => site.people.ContainsKey(LoginOf(request)) ? Results.Json(new { id = long.Parse(LoginOf(request), System.Globalization.CultureInfo.InvariantCulture), login = "robin", name = (string?)null, email = "shown@example.com" }) : Results.Unauthorized());
        site.app.MapGet("/api/v3/user/emails", (HttpRequest request) => site.people.TryGetValue(LoginOf(request), out JsonArray? emails) ? Results.Text(emails.ToJsonString(), "application/json") : Results.Unauthorized());
        await site.app.StartAsync();
        site.Address = site.app.Urls.First();
        return site;
    }

    /// <summary>Somebody with these addresses.</summary>
    public void Person(string id, params (string Email, bool IsPrimary, bool IsVerified)[] emails) =>
        people[id] = [.. emails.Select(e => new JsonObject { ["email"] = e.Email, ["primary"] = e.IsPrimary, ["verified"] = e.IsVerified })];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string LoginOf(HttpRequest request) => request.Headers.Authorization.ToString().Split('-')[^1];
}
