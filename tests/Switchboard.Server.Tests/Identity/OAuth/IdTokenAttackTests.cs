using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Server.Auth.OAuth;

namespace Switchboard.Server.Tests.Identity.OAuth;

/// <summary>Tokens of a provider that wants to let somebody in who must not come in. Each differs from a good one in the one thing that its name says.</summary>
[Collection(OAuthGroup.Name)]
public sealed class IdTokenAttackTests(OAuthServer server)
{
    private const string email = "token@gmail.com";
    private HostileProvider Hostile => server.Hostile;

    [Fact]
    public async Task A_good_token_lets_in() => ((int)(await TryAsync(Signed(c => c["at_hash"] = HashOf("an access token")))).StatusCode).ShouldBe(302);

    [Theory]
    [InlineData("RS512")]
    [InlineData("PS256")]
    public async Task So_does_one_with_another_method_of_the_list(string algorithm) =>
        ((int)(await TryAsync(nonce => HostileProvider.Sign(HostileProvider.Header(algorithm), Claims(nonce), input => algorithm == "RS512"
            ? Hostile.Key.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)
            : Hostile.Key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)))).StatusCode).ShouldBe(302);

    [Fact]
    public async Task Signed_with_a_key_of_the_attackers_under_the_key_id_of_the_provider()
    {
        using RSA other = RSA.Create(2048);
        await RefusedAsync(nonce => HostileProvider.Sign(HostileProvider.Header(), Claims(nonce), input => other.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    public async Task Not_signed_at_all(string algorithm)
    {
        await RefusedAsync(nonce => HostileProvider.Sign(HostileProvider.Header(algorithm), Claims(nonce), _ => []));
        await RefusedAsync(nonce => Hostile.Sign(HostileProvider.Header(algorithm), Claims(nonce)));
    }

    [Fact]
    public async Task Signed_with_the_public_key_as_if_it_were_a_secret()
    {
        foreach (byte[] key in new[] { Encoding.ASCII.GetBytes(Hostile.Key.ExportSubjectPublicKeyInfoPem()), Hostile.Key.ExportSubjectPublicKeyInfo(), Hostile.Key.ExportParameters(false).Modulus!, Encoding.UTF8.GetBytes("secret") })
            await RefusedAsync(nonce => HostileProvider.Sign(HostileProvider.Header("HS256"), Claims(nonce), input => HMACSHA256.HashData(key, input)));
    }

    [Fact]
    public Task Signed_with_a_secret_that_stands_in_the_providers_list() => WithKeysAsync(
        new JsonObject { ["kty"] = "oct", ["use"] = "sig", ["kid"] = HostileProvider.KeyId, ["alg"] = "HS256", ["k"] = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE" },
        nonce => HostileProvider.Sign(HostileProvider.Header("HS256"), Claims(nonce), input => HMACSHA256.HashData("01234567890123456789012345678901"u8, input)));

    [Fact]
    public async Task Signed_with_a_key_that_the_provider_lists_for_encryption()
    {
        using RSA other = RSA.Create(2048);
        await WithKeysAsync(HostileProvider.PublicKey(other, HostileProvider.KeyId, "enc"), nonce => HostileProvider.Sign(HostileProvider.Header(), Claims(nonce), input => other.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task Signed_with_a_key_that_is_too_short()
    {
        using RSA small = RSA.Create(1024);
        await WithKeysAsync(HostileProvider.PublicKey(small, HostileProvider.KeyId), nonce => HostileProvider.Sign(HostileProvider.Header(), Claims(nonce), input => small.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public Task Signed_with_a_key_that_is_not_on_the_list() => RefusedAsync(nonce => Hostile.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "another" }, Claims(nonce)));

    [Fact]
    public async Task A_key_that_the_provider_begins_to_use_is_found_without_waiting_for_the_hour()
    {
        using RSA next = RSA.Create(2048);
        await TryAsync(Signed(_ => { }));
        Hostile.Keys.Add(HostileProvider.PublicKey(next, "key-2"));
        try
        {
            server.Pass(TimeSpan.FromSeconds(31));
            ((int)(await TryAsync(nonce => HostileProvider.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "key-2" }, Claims(nonce), input => next.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))).StatusCode).ShouldBe(302);
        }
        finally
        {
            Hostile.Reset();
        }
    }

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    [InlineData("crit")]
    public async Task Brings_a_key_or_a_demand_of_its_own(string name)
    {
        using RSA own = RSA.Create(2048);
        JsonNode brought = name switch { "jwk" => HostileProvider.PublicKey(own, HostileProvider.KeyId), "jku" or "x5u" => Hostile.Issuer + "/keys", "crit" => new JsonArray("exp"), _ => new JsonArray("MIIB") };
        JsonObject header = HostileProvider.Header();
        header[name] = brought;
        await RefusedAsync(nonce => HostileProvider.Sign(header, Claims(nonce), input => own.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        await RefusedAsync(nonce => Hostile.Sign(header, Claims(nonce)));
    }

    [Fact]
    public Task Of_another_type() => RefusedAsync(nonce => Hostile.Sign(new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = HostileProvider.KeyId }, Claims(nonce)));

    public static TheoryData<string> Wrong => [.. wrongs.Keys];

    private static readonly Dictionary<string, Action<JsonObject, OAuthServer>> wrongs = new(StringComparer.Ordinal)
    {
        ["another issuer"] = (c, s) => c["iss"] = s.Honest.Issuer,
        ["no issuer"] = (c, _) => c.Remove("iss"),
        ["the issuer with a slash more"] = (c, s) => c["iss"] = s.Hostile.Issuer + "/",
        ["for another client"] = (c, _) => c["aud"] = OpenIdServer.Client,
        ["for nobody"] = (c, _) => c.Remove("aud"),
        ["for another client that names us as well"] = (c, _) => c["aud"] = new JsonArray(HostileProvider.Client, "another"),
        ["for us, on behalf of another client"] = (c, _) => c["azp"] = "another",
        ["for several, on behalf of another client"] = (c, _) => (c["aud"], c["azp"]) = (new JsonArray(HostileProvider.Client, "another"), "another"),
        ["another nonce"] = (c, _) => c["nonce"] = "another",
        ["no nonce"] = (c, _) => c.Remove("nonce"),
        ["a nonce that is no text"] = (c, _) => c["nonce"] = new JsonArray(c["nonce"]!.DeepClone()),
        ["over"] = (c, s) => c["exp"] = s.Now.AddMinutes(-2).ToUnixTimeSeconds(),
        ["without an end"] = (c, _) => c.Remove("exp"),
        ["not yet"] = (c, s) => c["nbf"] = s.Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["made in the future"] = (c, s) => c["iat"] = s.Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["made long ago"] = (c, s) => c["iat"] = s.Now.AddHours(-1).ToUnixTimeSeconds(),
        ["without the time it was made"] = (c, _) => c.Remove("iat"),
        ["about nobody"] = (c, _) => c.Remove("sub"),
        ["about an empty name"] = (c, _) => c["sub"] = "",
        ["about a name without end"] = (c, _) => c["sub"] = new string('a', 256),
        ["for another access token"] = (c, _) => c["at_hash"] = HashOf("another access token"),
        ["with a hash that is no text"] = (c, _) => c["at_hash"] = true,
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public Task Well_signed_but(string what) => RefusedAsync(Signed(c => wrongs[what](c, server)));

    [Fact]
    public async Task No_token_or_no_signed_one()
    {
        foreach (string odd in new[] { "", "a", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJSUzI1NiJ9.e30.e30.e30.e30", new string('a', 20_000) }) await RefusedAsync(_ => odd);
        Browser browser = server.Browser();
        string address = await browser.StartAsync("google");
        string code = Hostile.CodeFor(() => new JsonObject { ["access_token"] = "an access token", ["token_type"] = "Bearer" });
        await (await browser.GoAsync($"/api/v1/auth/oauth/google/callback?code={code}&state={Browser.In(address, "state")}")).ProblemAsync(401, "provider_answer_invalid");
    }

    [Fact]
    public async Task The_address_of_somebody_else_than_the_tokens_person_is_not_taken()
    {
        Hostile.UserInfo = new JsonObject { ["sub"] = "another", ["email"] = email, ["email_verified"] = true };
        await RefusedAsync(Signed(c => c.Remove("email")));
        Hostile.UserInfo = new JsonObject { ["email"] = email, ["email_verified"] = true };
        await RefusedAsync(Signed(c => c.Remove("email")));
        Hostile.UserInfo = new JsonObject { ["sub"] = "token", ["email"] = email, ["email_verified"] = true };
        ((int)(await TryAsync(Signed(c => c.Remove("email")))).StatusCode).ShouldBe(302);
    }

    [Fact]
    public async Task An_address_that_is_not_proven_or_no_address_is_told_so()
    {
        foreach (JsonNode? verified in new JsonNode?[] { false, "false", null, "yes", 1 })
            await (await TryAsync(Signed(c => c["email_verified"] = verified?.DeepClone()))).ProblemAsync(403, "provider_email_unverified");
        await (await TryAsync(Signed(c => c.Remove("email_verified")))).ProblemAsync(403, "provider_email_unverified");
        await (await TryAsync(Signed(c => c["email"] = "no address"))).ProblemAsync(403, "provider_email_unverified");
        ((int)(await TryAsync(Signed(c => c["email_verified"] = "true"))).StatusCode).ShouldBe(302);
        // Google saw this mailbox once; only a directory of the domain at Google says whose it is now.
        await (await TryAsync(Signed(c => c["email"] = "token@join.example"))).ProblemAsync(403, "provider_email_unverified");
        await (await TryAsync(Signed(c => (c["email"], c["hd"]) = ("token@join.example", "evil.example")))).ProblemAsync(403, "provider_email_unverified");
    }

    [Fact]
    public async Task A_directory_of_the_operators_own_need_not_say_that_an_address_is_proven_but_may_say_that_it_is_not()
    {
        var own = new OAuthProvider(OAuthProvider.OpenId, "Company", new Uri(Hostile.Issuer), HostileProvider.Client, "secret");
        (await IsProvenAsync(own, c => c.Remove("email_verified"))).ShouldBeFalse();
        (await IsProvenAsync(own with { TrustsEmail = true }, c => c.Remove("email_verified"))).ShouldBeTrue();
        (await IsProvenAsync(own with { TrustsEmail = true }, c => c["email_verified"] = false)).ShouldBeFalse();

        async Task<bool> IsProvenAsync(OAuthProvider provider, Action<JsonObject> change)
        {
            var trip = new OAuthTrip(server.TenantId, provider.Name, "state", "nonce", "verifier", "/", server.Now, null);
            string code = Hostile.CodeFor(() => HostileProvider.Answer(Signed(change)("nonce")));
            IOAuthProtocol protocol = server.Services.GetServices<IOAuthProtocol>().Single(p => p.Speaks(provider));
            return (await protocol.ClaimsAsync(provider, trip, code, new Uri("https://desk.example/callback"), default)).IsEmailProven;
        }
    }

    private Func<string, string> Signed(Action<JsonObject> change) => nonce =>
    {
        JsonObject claims = Claims(nonce);
        change(claims);
        return Hostile.Sign(HostileProvider.Header(), claims);
    };

    private JsonObject Claims(string nonce) => Hostile.Claims("token", nonce, email);

    private Task<HttpResponseMessage> TryAsync(Func<string, string> token) => server.Browser().ThroughAsync(Hostile, token);

    private async Task RefusedAsync(Func<string, string> token)
    {
        Browser browser = server.Browser();
        await (await browser.ThroughAsync(Hostile, token)).ProblemAsync(401, "provider_answer_invalid");
        browser.Cookies.ShouldBeEmpty();
    }

    /// <summary>The provider lists this key alone, which is read since nobody knows its list any more.</summary>
    private async Task WithKeysAsync(JsonObject key, Func<string, string> token)
    {
        server.Pass(TimeSpan.FromHours(2));
        Hostile.Keys = [key];
        try
        {
            await RefusedAsync(token);
        }
        finally
        {
            Hostile.Reset();
            server.Pass(TimeSpan.FromHours(2));
        }
    }

    private static string HashOf(string accessToken) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));
}
