using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Every attack is made with the server's own signing key where that helps the attacker, so that only the check under test refuses it.</summary>
public sealed class AccessTokenTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string me = "/api/v1/auth/me";
    private Person person = null!;
    private ECDsa own = null!;
    private string kid = "";

    [Fact]
    public async Task A_token_made_by_hand_in_the_one_form_is_taken()
    {
        await ReadyAsync();
        await TakenAsync(Sign(Header(), Claims()));
    }

    [Fact]
    public async Task A_token_without_signature_is_refused_in_all_spellings()
    {
        await ReadyAsync();
        foreach (string alg in new[] { "none", "None", "NONE", "nOnE", "none ", "" })
        {
            await RefusedAsync($"{Part(Header(alg: alg))}.{Part(Claims())}.");
            await RefusedAsync(Sign(Header(alg: alg), Claims()));
        }

        await RefusedAsync($"{Part(Header())}.{Part(Claims())}.");
        await RefusedAsync($"{Part(Header())}.{Part(Claims())}");
    }

    [Fact]
    public async Task The_public_key_is_no_secret_to_sign_with()
    {
        await ReadyAsync();
        foreach (byte[] secret in new[] { own.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(own.ExportSubjectPublicKeyInfoPem()), "secret"u8.ToArray(), [] })
        {
            foreach (string alg in new[] { "HS256", "ES256" })
            {
                string signed = $"{Part(Header(alg: alg))}.{Part(Claims())}";
                await RefusedAsync($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
            }
        }

        foreach (string alg in new[] { "ES384", "ES512", "RS256", "PS256", "HS256", "es256", "EdDSA" }) await RefusedAsync(Sign(Header(alg: alg), Claims()));
    }

    [Fact]
    public async Task A_key_id_names_a_key_of_ours_and_nothing_else()
    {
        await ReadyAsync();
        foreach (string? odd in new[] { null, "", "../../../../dev/null", "' or '1'='1", kid + "x", kid[..^1], kid.ToUpperInvariant(), $"{Guid.CreateVersion7():N}.{kid.Split('.')[1]}", $"{kid.Split('.')[0]}.{Guid.CreateVersion7():N}", "http://127.0.0.1/key" })
            await RefusedAsync(Sign(Named(odd), Claims()));
        await RefusedAsync(Sign(new Dictionary<string, object?> { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = new[] { kid } }, Claims()));
    }

    [Fact]
    public async Task A_key_or_address_in_the_header_is_not_looked_at()
    {
        await ReadyAsync();
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = forger.ExportParameters(includePrivateParameters: false).Q;
        object jwk = new { kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
        foreach ((string name, object value) in new (string, object)[] { ("jwk", jwk), ("jku", "http://127.0.0.1:9/jwks.json"), ("x5u", "http://127.0.0.1:9/cert"), ("x5c", new[] { "MIIB" }), ("crit", new[] { "exp" }), ("b64", false), ("zip", "DEF"), ("cty", "JWT") })
        {
            Dictionary<string, object?> header = Header();
            header[name] = value;
            await RefusedAsync(Sign(header, Claims(), forger));
            await RefusedAsync(Sign(header, Claims()));
        }

        await RefusedAsync(Sign(Header(), Claims(), forger));
        string doubled = $"{{\"alg\":\"none\",\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"{kid}\"}}";
        await RefusedAsync(SignText(doubled, JsonSerializer.Serialize(Claims()), own));
    }

    [Fact]
    public async Task Another_issuer_audience_or_type_is_refused()
    {
        await ReadyAsync();
        foreach (string? typ in new[] { null, "JWT", "jwt", "id+jwt", "AT+JWT", "application/at+jwt" }) await RefusedAsync(Sign(Header(typ: typ), Claims()));
        foreach (object? wrong in new object?[] { null, "urn:other", "", "URN:SWITCHBOARD" }) await RefusedAsync(Sign(Header(), Claims("iss", wrong)));
        foreach (object? wrong in new object?[] { null, "other-api", "", Array.Empty<string>() }) await RefusedAsync(Sign(Header(), Claims("aud", wrong)));
    }

    [Fact]
    public async Task Claims_that_are_missing_over_or_not_yet_are_refused()
    {
        await ReadyAsync();
        long now = server.Now.ToUnixTimeSeconds();
        foreach (string claim in new[] { "sub", "tid", "sid", "exp", "nbf", "iat" }) await RefusedAsync(Sign(Header(), Claims(claim, null)));
        await RefusedAsync(Sign(Header(), Claims("exp", now)));
        await RefusedAsync(Sign(Header(), Claims("exp", now - 1)));
        await RefusedAsync(Sign(Header(), Claims("exp", now + 3600)));
        await RefusedAsync(Sign(Header(), Claims("exp", "never")));
        await RefusedAsync(Sign(Header(), Claims("nbf", now + 60)));
        await RefusedAsync(Sign(Header(), Claims("iat", now + 60)));
        foreach (string claim in new[] { "sub", "tid", "sid" })
            foreach (string wrong in new[] { "", "1 or 1=1", Guid.CreateVersion7().ToString("D"), Guid.Empty.ToString("D") })
                await RefusedAsync(Sign(Header(), Claims(claim, wrong)));
    }

    [Fact]
    public async Task A_key_signs_for_its_own_tenant_alone()
    {
        await ReadyAsync();
        (Guid other, _) = await server.TenantAsync("juniper");
        await RefusedAsync(Sign(Header(), Claims("tid", other.ToString("D"))));
    }

    [Fact]
    public async Task A_token_that_was_changed_cut_or_blown_up_is_refused()
    {
        await ReadyAsync();
        string token = person.Access;
        await TakenAsync(token);
        for (int i = 0; i < token.Length; i += 41) await RefusedAsync(token[..i] + (token[i] == 'x' ? 'y' : 'x') + token[(i + 1)..]);
        foreach (string odd in new[] { token[..^2], token + ".", token + ".x", "." + token, "..", "...", "eyJ", new string('a', 5000), new string('.', 3000) }) await RefusedAsync(odd);
        Dictionary<string, object?> big = Claims();
        big["filler"] = new string('x', 4000);
        await RefusedAsync(Sign(Header(), big));
    }

    [Fact]
    public async Task Keys_change_each_month_and_the_old_ones_are_taken_while_a_token_of_theirs_may_live()
    {
        await ReadyAsync();
        JsonElement[] before = (await server.Anonymous().GetJsonAsync("/.well-known/jwks.json")).Items("keys");
        before.ShouldContain(k => k.Text("kid") == kid);
        before.ShouldAllBe(k => k.Text("alg") == "ES256" && k.Text("crv") == "P-256" && k.EnumerateObject().All(p => p.Name != "d"));

        // A clock of its own: the server's would tick a month's seconds for everything that waits for it.
        var clock = new FakeTimeProvider(server.Now);
        SigningKey stored = (await Store.ListAsync(server.TenantId, server.Now, default))[0];
        var keys = new SigningKeys(Store, server.Services.GetRequiredService<Tenants>(), server.Services.GetRequiredService<SecretBox>(), clock);
        var tokens = new AccessTokens(keys, new IdentitySettings(), clock);
        var holder = new TokenHolder(server.TenantId, person.Id, person.Tokens.Id("sessionId"));
        clock.Advance(stored.SignsUntil - clock.GetUtcNow() - TimeSpan.FromMinutes(5));
        string late = await tokens.IssueAsync(holder, default);
        clock.Advance(TimeSpan.FromMinutes(6));
        string next = await tokens.IssueAsync(holder, default);

        KidOf(late).ShouldBe(kid);
        KidOf(next).ShouldNotBe(kid);
        (await tokens.ReadAsync(late, default)).ShouldBe(holder);
        (await tokens.ReadAsync(next, default)).ShouldBe(holder);
        (await keys.PublicAsync(default)).Count.ShouldBe(2);
        clock.Advance(SigningKey.After);
        (await keys.FindAsync(server.TenantId, kid, default)).ShouldBeNull("what it signed is over");
    }

    [Fact]
    public async Task A_token_is_good_for_a_quarter_of_an_hour()
    {
        Person robin = await server.PersonAsync();
        server.Pass(AccessTokens.Lifetime - TimeSpan.FromSeconds(1));
        await TakenAsync(robin.Access);
        server.Pass(TimeSpan.FromSeconds(1));
        await RefusedAsync(robin.Access);
    }

    private SigningKeyStore Store => server.Services.GetRequiredService<SigningKeyStore>();

    private async Task ReadyAsync()
    {
        person = await server.PersonAsync();
        kid = KidOf(person.Access);
        own = (await server.Services.GetRequiredService<SigningKeys>().SigningAsync(server.TenantId, default)).ECDsa;
    }

    private static string KidOf(string token) => JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal))))).Text("kid");

    private Dictionary<string, object?> Header(string? alg = "ES256", string? typ = "at+jwt") => new() { ["alg"] = alg, ["typ"] = typ, ["kid"] = kid };

    private static Dictionary<string, object?> Named(string? kid) => new() { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = kid };

    private Dictionary<string, object?> Claims(string? change = null, object? to = null)
    {
        long now = server.Now.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = "urn:switchboard",
            ["aud"] = AccessTokens.Audience,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 600,
            ["sub"] = person.Id.ToString("D"),
            ["tid"] = server.TenantId.ToString("D"),
            ["sid"] = person.Tokens.Id("sessionId").ToString("D"),
        };
        if (change is not null) claims[change] = to;
        if (change is not null && to is null) claims.Remove(change);
        return claims;
    }

    private string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims, ECDsa? key = null) => SignText(JsonSerializer.Serialize(header.Where(h => h.Value is not null).ToDictionary()), JsonSerializer.Serialize(claims), key ?? own);

    private static string SignText(string header, string claims, ECDsa key)
    {
        string signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Part(Dictionary<string, object?> json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private async Task TakenAsync(string token) => await server.WithToken(token).GetJsonAsync(me);

    private async Task RefusedAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, me);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        await (await server.Anonymous().SendAsync(request)).ProblemAsync(401, "unauthenticated");
    }
}
