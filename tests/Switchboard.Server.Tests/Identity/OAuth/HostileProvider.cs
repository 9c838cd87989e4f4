using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>A provider whose every word the test writes: its description, its keys, and the token it gives for a code.</summary>
public sealed class HostileProvider : IAsyncDisposable
{
    public const string Client = "desk-at-the-other-provider", KeyId = "key-1";
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, Func<JsonObject>> answers = new(StringComparer.Ordinal);
    private readonly WebApplication app = WebSite.Create();

    private HostileProvider(TimeProvider time) => this.time = time;

    public RSA Key { get; } = RSA.Create(2048);

    public string Issuer { get; private set; } = "";

    /// <summary>What it says of itself; changed by a test that puts it back.</summary>
    public JsonObject Description { get; set; } = [];

    public JsonArray Keys { get; set; } = [];

    public JsonObject UserInfo { get; set; } = [];

    public static async Task<HostileProvider> StartAsync(TimeProvider time)
    {
        var provider = new HostileProvider(time);
        provider.app.MapGet("/.well-known/openid-configuration", () => Results.Text(provider.Description.ToJsonString(), "application/json"));
        provider.app.MapGet("/keys", () => Results.Text(new JsonObject { ["keys"] = provider.Keys.DeepClone() }.ToJsonString(), "application/json"));
        provider.app.MapGet("/userinfo", () => Results.Text(provider.UserInfo.ToJsonString(), "application/json"));
        provider.app.MapPost("/token", async (HttpRequest request) =>
            provider.answers.TryRemove((await request.ReadFormAsync())["code"].ToString(), out Func<JsonObject>? answer) ? Results.Text(answer().ToJsonString(), "application/json") : Results.Json(new { error = "invalid_grant" }, statusCode: 400));
        await provider.app.StartAsync();
        provider.Issuer = provider.app.Urls.First();
        provider.Reset();
        return provider;
    }

    /// <summary>An honest description.</summary>
    public void Reset()
    {
        Description = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
        };
        Keys = [PublicKey(Key, KeyId)];
    }

    /// <summary>Lets a code be worth an answer.</summary>
    public string CodeFor(Func<JsonObject> answer)
    {
        string code = $"code-{Guid.NewGuid():N}";
        answers[code] = answer;
        return code;
    }

    /// <summary>The claims of an honest token.</summary>
    public JsonObject Claims(string subject, string nonce, string email) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Client,
        ["sub"] = subject,
        ["nonce"] = nonce,
        ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["email"] = email,
        ["email_verified"] = true,
        ["name"] = "Robin Elsewhere",
    };

    public static JsonObject Header(string algorithm = "RS256") => new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = KeyId };

    public string Sign(JsonObject header, JsonObject claims) => Sign(header, claims, input => Key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        string input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static JsonObject PublicKey(RSA key, string id, string use = "sig")
    {
        RSAParameters parts = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "RSA", ["use"] = use, ["kid"] = id, ["n"] = Base64Url.EncodeToString(parts.Modulus), ["e"] = Base64Url.EncodeToString(parts.Exponent) };
    }

    public static JsonObject Answer(string token) => new() { ["id_token"] = token, ["access_token"] = "an access token", ["token_type"] = "Bearer" };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Key.Dispose();
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
