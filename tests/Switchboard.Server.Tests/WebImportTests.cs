using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Tests;

/// <summary>A desk that may read the sites of the tests, which are on this machine.</summary>
public sealed class ReadingServer : TestServer
{
    protected override void Configure(IServiceCollection services) => services.AddSingleton(new OutboundClient(OutboundSettings.Parse("127.0.0.1"), TimeProvider.System));
}

public sealed class WebImportTests(ReadingServer server) : IClassFixture<ReadingServer>, IAsyncLifetime
{
    private static int tenants;

    private readonly WebApplication site = WebSite.Create();
    private string sitemap = "";
    private HttpClient owner = null!;

    public async ValueTask InitializeAsync()
    {
        site.MapGet("/help/{page}.html", (string page) => page == "gone" ? Results.NotFound() : Results.Text($"<html lang=en><body><nav>Home</nav><main><h1>About {page}</h1><p>The {page} is green. <a href=other.html>More</a></p></main></body></html>", "text/html"));
        site.MapGet("/help/moved", () => Results.Redirect("/help/fern.html"));
        site.MapGet("/help/latin", () => Results.Bytes(Encoding.Latin1.GetBytes("<h1>Café</h1><p>Crème brûlée is served.</p>"), "text/html; charset=iso-8859-1"));
        site.MapGet("/help/notes.md", () => Results.Text("# Notes\n\nWritten down.\n", "text/plain"));
        site.MapGet("/help/picture", () => Results.Bytes([1, 2, 3], "image/png"));
        site.MapGet("/help/sitemap.xml", () => Results.Text(sitemap, "application/xml"));
        site.MapGet("/help/sitemap.xml.gz", () => Results.Bytes(WebSite.Gzip(Encoding.UTF8.GetBytes(sitemap)), "application/gzip"));
        site.MapGet("/help/index.xml", () => Results.Text($"<sitemapindex><sitemap><loc>{Url}/help/sitemap.xml</loc></sitemap></sitemapindex>", "application/xml"));
        await site.StartAsync();
        (_, owner) = await server.TenantAsync($"web-{Interlocked.Increment(ref tenants)}");
    }

    public async ValueTask DisposeAsync() => await site.DisposeAsync();

    private string Url => site.Urls.First();

    private void List(params string[] pages) =>
        sitemap = $"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="urn:i">{string.Concat(pages.Select(p => $"<url><loc> {(p.Contains("://") ? p : Url + p)} </loc><lastmod>2026-01-01</lastmod><i:image><i:loc>{Url}/help/picture</i:loc></i:image></url>"))}</urlset>""";

    private async Task<JsonElement> ImportAsync(params string[] urls) => await (await owner.PostAsJsonAsync("/api/v1/articles/import", new { urls = urls.Select(u => u.Contains("://") ? u : Url + u) })).JsonAsync(200);

    private static string Counts(JsonElement report) => $"{report.GetProperty("added")} {report.GetProperty("changed")} {report.GetProperty("unchanged")} {report.GetProperty("archived")} {report.Items("failed").Length}";

    [Fact]
    public async Task Pages_come_in_by_their_addresses_and_each_that_does_not_says_why()
    {
        JsonElement report = await ImportAsync("/help/fern.html#top", "/help/latin", "/help/notes.md", "/help/moved", "/help/gone.html", "/help/picture", "http://10.0.0.1/x");
        Counts(report).ShouldBe("3 0 0 0 4");
        Dictionary<string, string> failed = report.Items("failed").ToDictionary(f => f.Text("path"), f => f.Text("error"));
        failed[Url + "/help/moved"].ShouldContain("same page as " + Url + "/help/fern.html");
        failed[Url + "/help/gone.html"].ShouldContain("404");
        failed[Url + "/help/picture"].ShouldContain("image/png");
        failed["http://10.0.0.1/x"].ShouldContain("private network");

        JsonElement hit = (await owner.GetJsonAsync("/api/v1/knowledge/search?q=creme+brulee")).Items()[0];
        (hit.Text("title"), hit.Text("snippet")).ShouldBe(("Café", "Crème brûlée is served."));
        JsonElement fern = await owner.GetJsonAsync($"/api/v1/articles/{(await owner.GetJsonAsync("/api/v1/knowledge/search?q=fern")).Items()[0].Id("articleId")}");
        (fern.Text("body"), fern.Text("category")).ShouldBe(($"The fern is green. [More]({Url}/help/other.html)\n", "help"));

        Counts(await ImportAsync("/help/fern.html")).ShouldBe("0 0 1 0 0", "a page by itself archives nothing");
    }

    [Fact]
    public async Task A_sitemap_is_imported_as_a_whole_and_what_left_it_is_archived()
    {
        List("/help/moss.html", "/help/reed.html", "/elsewhere.html", "http://10.0.0.1/a.html");
        JsonElement first = await ImportAsync("/help/sitemap.xml");
        Counts(first).ShouldBe("2 0 0 0 2");
        first.Items("failed").ShouldAllBe(f => f.Text("error").Contains("for which this sitemap speaks"));
        first.Items("failed").Select(f => f.Text("path")).ShouldBe([Url + "/elsewhere.html", "http://10.0.0.1/a.html"], ignoreOrder: true);

        List("/help/reed.html", "/help/iris.html", "/help/gone.html");
        Counts(await ImportAsync("/help/index.xml")).ShouldBe("1 0 1 1 1");
        List("/help/iris.html");
        Counts(await ImportAsync("/help/sitemap.xml.gz")).ShouldBe("0 0 1 1 0");
        (await owner.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("published").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_sitemap_that_cannot_be_read_archives_nothing()
    {
        List("/help/moss.html");
        await ImportAsync("/help/sitemap.xml");
        foreach (string broken in new[] { "<urlset></urlset>", "<urlset><url><loc>" + Url + "/help/reed.html</loc></url>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&e;</loc></url></urlset>" })
        {
            sitemap = broken;
            JsonElement answer = JsonElement.Parse(await (await owner.PostAsJsonAsync("/api/v1/articles/import", new { urls = new[] { Url + "/help/sitemap.xml" } })).Content.ReadAsStringAsync());
            answer.GetRawText().ShouldNotContain("root:", Case.Sensitive);
            (await owner.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("published").GetInt32().ShouldBe(1, broken);
        }
    }

    [Fact]
    public async Task A_zip_may_hold_pages_of_HTML()
    {
        Counts(await owner.ImportAsync("/export", ("a/page.html", "<title>Quay | Site</title><body><h1>Quay</h1><p>The quay is long.</p></body>"), ("b.md", "# B\n\nText.\n"), ("style.css", "p{}"))).ShouldBe("2 0 0 0 0");
        (await owner.GetJsonAsync("/api/v1/knowledge/search?q=quay")).Items()[0].Text("snippet").ShouldBe("The quay is long.");
    }

    [Theory]
    [InlineData("{\"urls\":[]}", "from 1 to 500")]
    [InlineData("{\"urls\":[\"help.example.com\"]}", "is no address of a page")]
    [InlineData("{\"urls\":[\"file:///etc/passwd\"]}", "is no address of a page")]
    [InlineData("{\"urls\":", "is no document like")]
    public async Task A_list_that_is_wrong_says_what_a_right_one_is(string body, string why)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        (await (await owner.PostAsync("/api/v1/articles/import", content)).ProblemAsync(400, "invalid_request")).Text("detail").ShouldContain(why);
    }

    [Fact]
    public async Task Whoever_may_not_publish_sends_the_server_nowhere()
    {
        HttpClient reader = server.WithKey(await server.KeyAsync("read:knowledge"));
        (await reader.PostAsJsonAsync("/api/v1/articles/import", new { urls = new[] { Url + "/help/fern.html" } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
