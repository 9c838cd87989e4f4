using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Domain.Customers;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A tenant's own page says who writes to the widget, by a token that its program signs.</summary>
public sealed class WidgetIdentityTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private const string email = "Mara.Lind@north.example";

    [Fact]
    public async Task Who_a_page_says_writes_is_proven_whoever_is_new_becomes_a_contact_once_and_a_contact_keeps_to_its_own()
    {
        string key = await KeyAsync("maple");
        JsonElement first = await (await BeginAsync("maple", Token(key, new { email, name = "Mara Lind", exp = In(600) }))).JsonAsync(201);
        JsonElement second = await (await BeginAsync("maple", Token(key, new { email, exp = In(600) }))).JsonAsync(201);
        first.GetProperty("contact").Text("name").ShouldBe("Mara Lind");
        first.GetProperty("contact").Text("email").ShouldBe(email);
        second.GetProperty("contact").Id("id").ShouldBe(first.GetProperty("contact").Id("id"));

        // The session is the contact's on every device, and nobody else's.
        Guid conversation = (await As(first).BeginAsync("How do I add a teammate?")).Id("conversationId");
        (await As(second).GetJsonAsync($"/api/v1/conversations/{conversation}")).Id("contactId").ShouldBe(first.GetProperty("contact").Id("id"));
        JsonElement other = await (await BeginAsync("maple", Token(key, new { email = "else@north.example", exp = In(600) }))).JsonAsync(201);
        await (await As(other).GetAsync($"/api/v1/conversations/{conversation}")).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task The_customer_a_known_contact_belongs_to_is_told_with_the_session()
    {
        string key = await KeyAsync("demo");
        Contact known = await server.ContactRowAsync("joao@pampa-clara.example");
        JsonElement session = await (await BeginAsync("demo", Token(key, new { email = known.Email.ToUpperInvariant().Replace("PAMPA-CLARA.EXAMPLE", "pampa-clara.example"), exp = In(60) }))).JsonAsync(201);
        session.GetProperty("contact").Id("id").ShouldBe(known.Id);
        session.GetProperty("contact").IsNull("customer").ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_not_signed_as_it_must_be_proves_nobody()
    {
        string key = await KeyAsync("aspen"), others = await KeyAsync("rowan");
        object good = new { email, exp = In(600) };
        string right = Token(key, good);
        string[] parts = right.Split('.');
        foreach ((string wrong, string token) in new (string, string)[]
        {
            ("another tenant's key", Token(others, good)),
            ("no signature", $"{Part(new { alg = "none" })}.{parts[1]}."),
            ("none with a signature", $"{Part(new { alg = "none" })}.{parts[1]}.{parts[2]}"),
            ("another algorithm", Token(key, good, "HS512")),
            ("another address under the signature", $"{parts[0]}.{Part(new { email = "boss@north.example", exp = In(600) })}.{parts[2]}"),
            ("over", Token(key, new { email, exp = In(-1) })),
            ("without an end", Token(key, new { email })),
            ("good for longer than a day", Token(key, new { email, exp = In(90_000) })),
            ("not yet", Token(key, new { email, exp = In(600), nbf = In(300) })),
            ("without an address", Token(key, new { sub = "42", exp = In(600) })),
            ("an address that is none", Token(key, new { email = "mara", exp = In(600) })),
            ("the key itself", key),
            ("nothing", ""),
            ("too long", right + new string('a', 5000)),
        })
        {
            HttpResponseMessage refused = await BeginAsync("aspen", token);
            ((int)refused.StatusCode).ShouldBe(401, wrong);
            await refused.ProblemAsync(401, "identity_invalid");
        }

        await (await BeginAsync("aspen", right)).JsonAsync(201);
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant = "aspen", identity = right, contactId = Guid.CreateVersion7() })).ProblemAsync(400, "invalid_request");
        JsonElement known = await server.Local("aspen").GetJsonAsync("/api/v1/customers?q=boss@north.example");
        known.Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_key_leaves_the_one_before_a_day_and_the_one_before_that_none()
    {
        string first = await KeyAsync("linden"), second = await KeyAsync("linden");
        await (await BeginAsync("linden", Token(first, new { email, exp = In(60) }))).JsonAsync(201);
        string third = await KeyAsync("linden");
        await (await BeginAsync("linden", Token(first, new { email, exp = In(60) }))).ProblemAsync(401, "identity_invalid");
        foreach (string key in (string[])[second, third]) await (await BeginAsync("linden", Token(key, new { email, exp = In(60) }))).JsonAsync(201);
        server.Pass(TimeSpan.FromHours(25));
        await (await BeginAsync("linden", Token(second, new { email, exp = In(60) }))).ProblemAsync(401, "identity_invalid");
        await (await BeginAsync("linden", Token(third, new { email, exp = In(60) }))).JsonAsync(201);

        // Who may not set up the desk is shown no key.
        Person support = await server.PersonAsync();
        await (await support.Client.PostAsync("/api/v1/widget/key/rotate", null)).ProblemAsync(403, "missing_scope");
    }

    private async Task<string> KeyAsync(string tenant)
    {
        if (tenant != "demo") await server.TenantAsync(tenant);
        HttpResponseMessage made = await server.Local(tenant).PostAsync("/api/v1/widget/key/rotate", null);
        made.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return (await made.JsonAsync(200)).Text("key");
    }

    private Task<HttpResponseMessage> BeginAsync(string tenant, string identity) => server.Anonymous().PostAsJsonAsync("/api/v1/widget/session", new { tenant, identity });

    private HttpClient As(JsonElement session)
    {
        HttpClient client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", session.Text("token"));
        return client;
    }

    private long In(int seconds) => server.Now.AddSeconds(seconds).ToUnixTimeSeconds();

    private static string Token(string key, object claims, string algorithm = "HS256")
    {
        string signed = $"{Part(new { alg = algorithm, typ = "JWT" })}.{Part(claims)}";
        byte[] secret = Encoding.UTF8.GetBytes(key), text = Encoding.UTF8.GetBytes(signed);
        return $"{signed}.{Base64Url.EncodeToString(algorithm == "HS512" ? HMACSHA512.HashData(secret, text) : HMACSHA256.HashData(secret, text))}";
    }

    private static string Part(object claims) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
}
