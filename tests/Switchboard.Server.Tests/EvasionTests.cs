using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Switchboard.Core.Limits;
using Switchboard.Domain.Identity;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Tests;

/// <summary>A server that stands behind no proxy and allows little.</summary>
public sealed class StrictServer : TestServer
{
    internal const int Most = 5;

    protected override ServerOptions Alter(ServerOptions options)
    {
        LimitRate rate = new(Most, TimeSpan.FromHours(1));
        return options with { Limits = LimitRules.None.With([((RouteClass.Read, LimitedBy.User), rate), ((RouteClass.Session, LimitedBy.Ip), rate), ((RouteClass.Bulk, LimitedBy.Ip), rate)]) };
    }
}

/// <summary>What callers do to be counted as somebody else, or as nobody. That an IPv6 network is one caller is tried where a trusted proxy names addresses.</summary>
public sealed class EvasionTests(StrictServer server) : IClassFixture<StrictServer>
{
    private const int most = StrictServer.Most;
    private const string path = "/api/v1/conversations?limit=1";

    [Fact]
    public async Task An_address_that_a_caller_makes_up_is_not_believed()
    {
        int let = 0;
        for (int n = 0; n < most * 3; n++)
        {
            HttpClient visitor = server.Anonymous();
            foreach (string header in new[] { "X-Forwarded-For", "x-forwarded-for", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Original-For" })
                visitor.DefaultRequestHeaders.TryAddWithoutValidation(header, header == "Forwarded" ? $"for=192.0.2.{n}" : $"192.0.2.{n}");
            if ((await visitor.PostAsJsonAsync("/api/v1/widget/session", new { tenant = "demo" })).IsSuccessStatusCode) let++;
        }

        let.ShouldBe(most);
    }

    [Fact]
    public async Task Keys_that_are_guessed_are_counted_before_anybody_looks_them_up()
    {
        var answers = new List<int>();
        for (int n = 0; n < most + 5; n++)
        {
            using HttpResponseMessage answer = await server.WithKey($"swb_live_guess{n}").PostAsync("/api/v1/articles/import", new StringContent(""));
            answers.Add((int)answer.StatusCode);
        }

        answers.ShouldBe([.. Enumerable.Repeat(401, most), .. Enumerable.Repeat(429, 5)]);
    }

    [Fact]
    public async Task Many_keys_of_one_user_are_one_user()
    {
        HttpClient owner = server.WithKey(await server.KeyOfAsync(Role.Owner));
        string[] keys = new string[4];
        for (int n = 0; n < keys.Length; n++) keys[n] = (await (await owner.PostAsJsonAsync("/api/v1/api-keys", new { name = $"key {n}" })).JsonAsync(201)).Text("key");
        (await AllowedAsync(Enumerable.Range(0, most * 3).Select(n => ("GET", path, $"X-Api-Key: {keys[n % keys.Length]}")))).ShouldBe(most);
    }

    [Fact]
    public async Task A_header_in_another_case_and_with_spaces_is_the_same_header()
    {
        string key = await server.KeyOfAsync(Role.Owner);
        string[] spelt = [$"X-Api-Key: {key}", $"x-api-key:{key}", $"X-API-KEY:  {key}", $"x-Api-KEY: {key}  "];
        (await AllowedAsync(Enumerable.Range(0, most * 3).Select(n => ("GET", path, spelt[n % spelt.Length])))).ShouldBe(most);
    }

    [Fact]
    public async Task A_key_in_the_query_is_no_key()
    {
        string key = await server.KeyOfAsync(Role.Owner);
        foreach (string name in new[] { "x-api-key", "X-Api-Key", "api_key", "key", "access_token" }) (await StatusAsync("GET", $"{path}&{name}={key}", "Accept: */*")).ShouldBe(401);
    }

    [Fact]
    public async Task A_path_that_is_spelt_otherwise_is_the_same_route_or_none()
    {
        string key = await server.KeyOfAsync(Role.Owner);
        string[] spelt =
        [
            "/api/v1/conversations", "/API/V1/Conversations", "/api/v1/conversations/", "/api/v1/%63onversations", "/api/v1/conversation%73/", "//api/v1/conversations", "/api//v1/conversations", "/api/v1/./conversations",
            "/api/v1/x/../conversations", "/api/v1/conversations;a=b", "/api/v1/conversations%2f", "/api/v1/conversations?", "/api/v1/conversations?limit=1&limit=2", "/api/v1/conversations#part",
        ];
        (await AllowedAsync(Enumerable.Range(0, spelt.Length * 3).Select(n => ("GET", spelt[n % spelt.Length], $"X-Api-Key: {key}")))).ShouldBe(most);
    }

    [Fact]
    public async Task Another_method_reads_nothing_that_is_not_counted()
    {
        string key = await server.KeyOfAsync(Role.Owner);
        foreach (string method in new[] { "HEAD", "OPTIONS", "TRACE", "PROPFIND", "POST " }) (await StatusAsync(method, path, $"X-Api-Key: {key}")).ShouldBeOneOf([400, 405, 501], method);
        foreach (string header in new[] { "X-HTTP-Method-Override: GET", "X-HTTP-Method: GET", "X-Method-Override: GET" }) (await StatusAsync("OPTIONS", path, $"X-Api-Key: {key}\r\n{header}")).ShouldBe(405);
        (await AllowedAsync(Enumerable.Range(0, most * 2).Select(n => (n % 2 == 0 ? "GET" : "get", path, $"X-Api-Key: {key}")))).ShouldBe(most);
    }

    /// <summary>Calls one after the other and gives how many were answered; the others found no route or were too many.</summary>
    private async Task<int> AllowedAsync(IEnumerable<(string Method, string Path, string Header)> calls)
    {
        int allowed = 0, refused = 0;
        foreach ((string method, string target, string header) in calls)
        {
            int status = await StatusAsync(method, target, header);
            status.ShouldBeOneOf([200, 400, 404, 429], $"{method} {target}");
            if (status == 200) allowed++;
            if (status == 429) refused++;
        }

        refused.ShouldBeGreaterThan(0);
        return allowed;
    }

    /// <summary>Sends a call as it is written, which no client would, and gives the status of the answer.</summary>
    private async Task<int> StatusAsync(string method, string target, string header)
    {
        var address = new Uri(server.Server.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: desk.example\r\n{header}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync()).ShouldNotBeNull().Split(' ')[1]);
    }
}
