using System.Net.Sockets;
using System.Text;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests;

/// <summary>A desk behind https whose demonstration tenant lets one page elsewhere call.</summary>
public sealed class EdgeServer : TestServer
{
    public const string Allowed = "https://shop.example", Others = "https://elsewhere.example";

    protected override ServerOptions Alter(ServerOptions options) => options with
    {
        SlowBody = TimeSpan.FromSeconds(2),
        Identity = new IdentitySettings { BaseUrl = new Uri("https://desk.example") },
        Cors = new CorsRules(new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal) { ["demo"] = new HashSet<string>(StringComparer.Ordinal) { Allowed }, ["larch"] = new HashSet<string>(StringComparer.Ordinal) { Others } }),
    };
}

/// <summary>What holds for every answer at the edge: headers, pages elsewhere, sizes and slowness.</summary>
public sealed class EdgeTests(EdgeServer server) : IClassFixture<EdgeServer>
{
    [Fact]
    public async Task A_page_elsewhere_reads_what_is_of_the_tenant_that_lets_it_and_nothing_else()
    {
        (_, HttpClient larch) = await server.TenantAsync("larch");
        (await OriginAsync(server.Owner(), "/api/v1/agents", EdgeServer.Allowed)).ShouldBe(EdgeServer.Allowed);
        (await OriginAsync(server.Owner(), "/api/v1/agents", EdgeServer.Others)).ShouldBeNull("that page is let in by another tenant");
        (await OriginAsync(larch, "/api/v1/agents", EdgeServer.Allowed)).ShouldBeNull();
        (await OriginAsync(larch, "/api/v1/agents", EdgeServer.Others)).ShouldBe(EdgeServer.Others);
        (await OriginAsync(server.Anonymous(), "/api/v1/agents", EdgeServer.Allowed)).ShouldBe(EdgeServer.Allowed, "so that the page can read that it must sign in");
        foreach (string stranger in new[] { "https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example" }) (await OriginAsync(server.Owner(), "/api/v1/agents", stranger)).ShouldBeNull(stranger);

        using HttpResponseMessage asked = await PreflightAsync(EdgeServer.Allowed), refused = await PreflightAsync("https://evil.example");
        asked.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([EdgeServer.Allowed]);
        asked.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain("PATCH");
        asked.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse("cookies are for our own pages");
        asked.Headers.GetValues("Vary").ShouldContain("Origin");
        refused.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();

        async Task<HttpResponseMessage> PreflightAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/conversations");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "PATCH");
            return await server.Anonymous().SendAsync(request);
        }
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_frame_guess_and_send_nothing()
    {
        foreach (string path in new[] { "/", "/docs/", "/account.html", "/js/docs.js", "/health/live", "/api/v1/agents", "/api/v1/nothing" })
        {
            using HttpResponseMessage response = await server.Anonymous().GetAsync(path);
            string policy = response.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'self'");
            policy.ShouldContain("frame-ancestors 'self'");
            foreach (string loose in new[] { "unsafe-inline", "unsafe-eval", "http:", "*" }) policy.ShouldNotContain(loose);
            foreach ((string name, string value) in new[] { ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "SAMEORIGIN"), ("Strict-Transport-Security", "max-age=31536000; includeSubDomains") })
                response.Headers.GetValues(name).ShouldBe([value], $"{name} of {path}");
            (response.Headers.CacheControl?.NoStore ?? false).ShouldBe(path.StartsWith("/api/", StringComparison.Ordinal), $"who may keep {path}");
            if (path is "/" or "/docs/" or "/account.html" or "/js/docs.js") response.Content.Headers.ContentType!.CharSet.ShouldBe("utf-8", path);
        }

        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "wwwroot"), "*.html", SearchOption.AllDirectories))
        {
            string html = await File.ReadAllTextAsync(file);
            foreach (string inline in new[] { "<script>", "<style", " style=", " onclick=", " onload=", "javascript:" }) html.ShouldNotContain(inline, Case.Insensitive, file);
        }
    }

    [Fact]
    public async Task A_body_that_is_too_large_too_deep_or_too_slow_is_refused()
    {
        using var large = new StringContent($"{{\"message\":\"{new string('x', 1 << 20)}\"}}", Encoding.UTF8, "application/json");
        await (await server.Owner().PostAsync("/api/v1/conversations", large)).ProblemAsync(413, "too_large");
        using var deep = new StringContent($"{{\"input\":{string.Concat(Enumerable.Repeat("[", 100))}{new string(']', 100)}}}", Encoding.UTF8, "application/json");
        await (await server.Owner().PostAsync("/api/v1/agents/knowledge/gap-detector/execute", deep)).ProblemAsync(400, "invalid_request");

        var address = new Uri(server.Server.Address);
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await using NetworkStream line = socket.GetStream();
        await line.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v1/conversations HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {server.OwnerKey}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"mess"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(line);
        (await reader.ReadLineAsync(limit.Token)).ShouldStartWith("HTTP/1.1 408");
    }

    private static async Task<string?> OriginAsync(HttpClient client, string path, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await client.SendAsync(request);
        response.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;
    }
}
