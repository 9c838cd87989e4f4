using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Tests;

/// <summary>The door to the outside: what it lets through, and that nothing comes in behind a name, a redirect or a second answer.</summary>
public sealed class OutboundTests : IAsyncLifetime
{
    private static readonly OutboundLimits limits = new(TimeSpan.FromSeconds(20), 1000);
    private static readonly OutboundSettings loopback = OutboundSettings.Parse("127.0.0.1");

    private readonly WebApplication site = WebSite.Create();
    private int asked;

    public async ValueTask InitializeAsync()
    {
        site.Use((context, next) =>
        {
            Interlocked.Increment(ref asked);
            return next(context);
        });
        site.MapGet("/ok", (HttpContext http) => $"host {http.Request.Host.Host}");
        site.MapGet("/to", (string at) => Results.Redirect(at));
        site.MapGet("/loop", () => Results.Redirect("/loop"));
        site.MapGet("/large", (int bytes) => new string('a', bytes));
        site.MapGet("/packed", (HttpContext http) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(WebSite.Gzip(new byte[2_000_000]), "text/plain");
        });
        site.MapGet("/slow", async (HttpContext http) => await Task.Delay(Timeout.Infinite, http.RequestAborted));
        site.MapGet("/cookie", (HttpContext http) =>
        {
            string seen = http.Request.Cookies["a"] ?? "none";
            http.Response.Cookies.Append("a", "b");
            return seen;
        });
        await site.StartAsync();
    }

    public async ValueTask DisposeAsync() => await site.DisposeAsync();

    private int Port => new Uri(site.Urls.First()).Port;

    private Uri At(string path, string host = "127.0.0.1") => new($"http://{host}:{Port}{path}");

    private static OutboundClient Client(OutboundSettings? settings = null, HostLookup? lookup = null) => new(settings ?? loopback, TimeProvider.System, lookup);

    private static HostLookup Names(params string[] addresses) => (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.255.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2001::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task An_address_that_is_not_public_is_refused_by_number_and_by_name(string address)
    {
        AddressRules.Refusal(IPAddress.Parse(address)).ShouldNotBeNull();
        using OutboundClient byName = Client(OutboundSettings.PublicOnly, Names(address));
        (await Should.ThrowAsync<OutboundRefusedException>(byName.GetAsync(new Uri("http://help.example.com/"), limits, default))).Message.ShouldContain("Outbound:AllowedHosts");
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::8")]
    public void An_address_anyone_can_reach_is_not_refused(string address) => AddressRules.Refusal(IPAddress.Parse(address)).ShouldBeNull();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    public async Task This_machine_is_refused_however_it_is_spelt(string host)
    {
        using OutboundClient client = Client(OutboundSettings.PublicOnly);
        await Should.ThrowAsync<OutboundRefusedException>(client.GetAsync(At("/ok", host), limits, default));
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task One_inner_address_among_outer_ones_is_enough_to_refuse()
    {
        using OutboundClient client = Client(OutboundSettings.PublicOnly, Names("1.1.1.1", "127.0.0.1"));
        await Should.ThrowAsync<OutboundRefusedException>(client.GetAsync(At("/ok", "rebind.example.com"), limits, default));
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task The_address_that_was_checked_is_the_one_that_is_called()
    {
        // A name server that answers the check with one address and every later question with this machine.
        int questions = 0;
        Task<IPAddress[]> Lookup(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++questions == 1 ? "127.0.0.1" : "10.0.0.1")]);
        using OutboundClient client = Client(loopback, Lookup);
        OutboundResponse response = await client.GetAsync(At("/ok", "rebind.example.com"), limits, default);
        (System.Text.Encoding.UTF8.GetString(response.Body), questions).ShouldBe(("host rebind.example.com", 1));
    }

    [Fact]
    public async Task A_redirect_is_checked_like_a_first_call()
    {
        using OutboundClient client = Client(OutboundSettings.Parse("site.example.com"), (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "site.example.com" ? "127.0.0.1" : "10.0.0.7")]));
        Uri start = At("/to?at=", "site.example.com");
        (await client.GetAsync(new Uri(start + "/ok"), limits, default)).Address.AbsolutePath.ShouldBe("/ok");
        foreach (string to in new[] { $"http://127.0.0.1:{Port}/ok", "http://169.254.169.254/latest", "http://inner.example.com/", "file:///etc/passwd", "http://user:secret@1.1.1.1/" })
            await Should.ThrowAsync<OutboundRefusedException>(client.GetAsync(new Uri(start + Uri.EscapeDataString(to)), limits, default), to);
        (await Should.ThrowAsync<OutboundException>(client.GetAsync(At("/loop", "site.example.com"), limits, default))).Message.ShouldContain("redirects more than 5 times");
    }

    [Fact]
    public async Task What_is_sent_goes_to_the_named_address_alone()
    {
        using OutboundClient client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/to?at=/ok"));
        OutboundResponse response = await client.SendAsync(request, limits, default);
        (response.Status, asked, response.IsSuccess).ShouldBe((HttpStatusCode.Found, 1, false));
    }

    [Fact]
    public async Task A_body_ends_where_the_limit_is_packed_or_not()
    {
        using OutboundClient client = Client();
        (await client.GetAsync(At("/large?bytes=1000"), limits, default)).Body.Length.ShouldBe(1000);
        (await Should.ThrowAsync<OutboundException>(client.GetAsync(At("/large?bytes=1001"), limits, default))).Message.ShouldContain("larger than 1000 bytes");
        (await Should.ThrowAsync<OutboundException>(client.GetAsync(At("/packed"), limits with { Bytes = 100_000 }, default))).Message.ShouldContain("larger than 100000 bytes");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_and_a_caller_who_stops_is_no_error_of_the_server()
    {
        using OutboundClient client = Client();
        (await Should.ThrowAsync<OutboundException>(client.GetAsync(At("/slow"), limits with { Time = TimeSpan.FromMilliseconds(50) }, default))).Message.ShouldContain("0.1 seconds");
        using var stopped = new CancellationTokenSource();
        Task<OutboundResponse> call = client.GetAsync(At("/slow"), limits, stopped.Token);
        await stopped.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    [Fact]
    public async Task Nothing_of_one_call_is_told_in_the_next()
    {
        using OutboundClient client = Client();
        foreach (int _ in Enumerable.Range(0, 2)) System.Text.Encoding.UTF8.GetString((await client.GetAsync(At("/cookie"), limits, default)).Body).ShouldBe("none");
    }

    [Fact]
    public async Task A_host_nobody_knows_is_told_by_its_name()
    {
        using OutboundClient client = Client(OutboundSettings.PublicOnly, (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        (await Should.ThrowAsync<OutboundException>(client.GetAsync(new Uri("http://nowhere.example.com/"), limits, default))).Message.ShouldContain("nowhere.example.com is not known");
    }

    [Fact]
    public void The_setting_takes_names_addresses_and_ranges_and_names_what_it_does_not_take()
    {
        OutboundSettings settings = OutboundSettings.Parse("wiki.internal, 10.1.0.0/16 ::1");
        (settings.AllowsHost("WIKI.internal"), settings.AllowsHost("x.wiki.internal"), settings.AllowsAddress(IPAddress.Parse("10.1.9.9")), settings.AllowsAddress(IPAddress.Parse("10.2.0.1")), settings.AllowsAddress(IPAddress.IPv6Loopback))
            .ShouldBe((true, false, true, false, true));
        Should.Throw<FormatException>(() => OutboundSettings.Parse("http://wiki.internal")).Message.ShouldContain("http://wiki.internal");
    }
}
