using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Tests;

public sealed class KnowledgeTests(TestServer server) : IClassFixture<TestServer>
{
    private static int tenants;

    private static string Counts(JsonElement report) => $"{report.GetProperty("added")} {report.GetProperty("changed")} {report.GetProperty("unchanged")} {report.GetProperty("archived")} {report.Items("failed").Length}";

    /// <summary>A tenant of the test's own, so that tests do not see one another's articles.</summary>
    private async Task<(string Slug, HttpClient Owner, HttpClient Visitor)> DeskAsync()
    {
        string slug = $"desk-{Interlocked.Increment(ref tenants)}";
        (_, HttpClient owner) = await server.TenantAsync(slug);
        return (slug, owner, await server.VisitorAsync(slug));
    }

    private static async Task<Guid> IdAsync(HttpClient client, string words) => (await client.GetJsonAsync($"/api/v1/knowledge/search?q={Uri.EscapeDataString(words)}")).Items()[0].Id("articleId");

    [Fact]
    public async Task An_import_reports_what_became_of_each_file_and_a_second_one_changes_nothing()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        (string, string) ferry = ("travel/ferry.md", "# Ferry times\n\nThe ferry leaves at noon.\n");
        (string, string) tram = ("travel/tram.md", "# Tram times\n\nThe tram leaves every ten minutes.\n");

        JsonElement first = await owner.ImportAsync("/docs", ferry, tram, ("notes.txt", "not an article"));
        Counts(first).ShouldBe("2 0 0 0 0");
        Counts(await owner.ImportAsync("/docs", ferry, tram)).ShouldBe("0 0 2 0 0");
        JsonElement stats = await owner.GetJsonAsync("/api/v1/knowledge/stats");
        (stats.GetProperty("published").GetInt32(), stats.GetProperty("archived").GetInt32()).ShouldBe((2, 0));

        JsonElement third = await owner.ImportAsync("/docs", ("travel/ferry.md", "# Ferry times\n\nThe ferry leaves at one.\n"), ("travel/bus.md", "# Bus times\n\nThe bus leaves at two.\n"), ("travel/empty.md", ""));
        Counts(third).ShouldBe("1 1 0 1 1");
        third.Items("files").Select(f => $"{f.Text("result")} {f.Text("path")}").ShouldBe(["added travel/bus.md", "changed travel/ferry.md", "archived travel/tram.md", "failed travel/empty.md"]);
        Guid id = await IdAsync(owner, "ferry times");
        JsonElement article = await owner.GetJsonAsync($"/api/v1/articles/{id}");
        (article.GetProperty("version").GetInt32(), article.Text("category"), article.Text("status")).ShouldBe((2, "travel", "published"));
        article.Text("body").ShouldContain("leaves at one");

        // Partly given, a folder archives nothing; what comes back is no new article.
        Counts(await (await owner.PostZipAsync("/docs", Calls.Zip(("travel/tram.md", Encoding.UTF8.GetBytes(tram.Item2))), "&partial=true")).JsonAsync(200)).ShouldBe("0 1 0 0 0");
        (await owner.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("published").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_file_that_is_no_UTF_8_is_named_and_the_rest_comes_in()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        byte[] zip = Calls.Zip(("good.md", "# Good\n\nAll well.\n"u8.ToArray()), ("latin1.md", [.. "# Caf"u8, 0xE9, .. "\n\nText.\n"u8]));

        JsonElement report = await (await owner.PostZipAsync("/docs", zip)).JsonAsync(200);

        Counts(report).ShouldBe("1 0 0 0 1");
        JsonElement failed = report.Items("failed").Single();
        failed.Text("path").ShouldBe("latin1.md");
        failed.Text("error").ShouldContain("UTF-8");
    }

    [Fact]
    public async Task An_import_without_an_article_is_refused_and_archives_nothing()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        await owner.ImportAsync("/docs", ("a.md", "# A\n\nText of a.\n"));

        await (await owner.PostZipAsync("/docs", Calls.Zip())).ProblemAsync(400, "invalid_request");
        await (await owner.PostZipAsync("/docs", Calls.Zip(("readme.txt", "x"u8.ToArray())))).ProblemAsync(400, "invalid_request");
        await (await owner.PostZipAsync("/docs", "this is no zip"u8.ToArray())).ProblemAsync(400, "invalid_request");
        await (await owner.PostZipAsync("/docs", [])).ProblemAsync(400, "invalid_request");
        await (await owner.PostZipAsync("/docs", Calls.Zip(("a.md", "# A\n\nOther text.\n"u8.ToArray()))[..^30])).ProblemAsync(400, "invalid_request");

        JsonElement stats = await owner.GetJsonAsync("/api/v1/knowledge/stats");
        (stats.GetProperty("published").GetInt32(), stats.GetProperty("archived").GetInt32()).ShouldBe((1, 0));
    }

    [Fact]
    public async Task An_import_tells_its_progress_as_a_stream_that_ends_with_the_report()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/articles/import?root=/docs") { Content = new ByteArrayContent(Calls.Zip(("a.md", "# A\n\nText.\n"u8.ToArray()))) };
        using HttpResponseMessage response = await owner.OpenStreamAsync(request);
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[^2].ShouldBe("event: report");
        Counts(JsonElement.Parse(lines[^1]["data: ".Length..])).ShouldBe("1 0 0 0 0");

        using var empty = new HttpRequestMessage(HttpMethod.Post, "/api/v1/articles/import?root=/docs") { Content = new ByteArrayContent(Calls.Zip()) };
        using HttpResponseMessage refused = await owner.OpenStreamAsync(empty);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("event: error");
    }

    [Fact]
    public async Task Articles_are_unpacked_one_after_the_other_and_a_zip_that_is_broken_behind_some_changes_nothing()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        byte[] zip = Calls.Zip([.. Enumerable.Range(0, 4).Select(n => ($"{n}.md", Encoding.UTF8.GetBytes($"# Pier {n}\n\nIt has light {n}.\n")))]);
        int last = zip.AsSpan().LastIndexOf("PK\u0003\u0004"u8);
        // Behind the header and the name begins what is packed; no block begins with such a byte.
        zip.AsSpan(last + 30 + "3.md".Length, 1).Fill(0xFF);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/articles/import?root=/docs") { Content = new ByteArrayContent(zip) };
        using HttpResponseMessage response = await owner.OpenStreamAsync(request);
        string told = await response.Content.ReadAsStringAsync();
        told.ShouldContain("\"done\":3,\"total\":4,\"stage\":\"reading\"");
        told.ShouldContain("event: error");
        told.ShouldContain("broken at 3.md");
        (await owner.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("published").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_path_in_a_zip_points_nowhere()
    {
        (_, HttpClient owner, _) = await DeskAsync();
        await owner.ImportAsync("/docs", ("../../../../tmp/switchboard-escaped.md", "# Escaped\n\nText.\n"));
        File.Exists("/tmp/switchboard-escaped.md").ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_article_is_found_and_answered_from_at_once_and_an_archived_one_no_more()
    {
        (string slug, HttpClient owner, HttpClient visitor) = await DeskAsync();
        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=harbour")).Items().ShouldBeEmpty();
        await owner.ImportAsync("/docs", ("harbour.md", "# Harbour opening hours\n\nThe harbour office opens at seven in the morning.\n"), ("pier.md", "# Pier lights\n\nThe pier lights are green.\n"));

        JsonElement hit = (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=harbour+office")).Items()[0];
        hit.Text("title").ShouldBe("Harbour opening hours");
        hit.Text("snippet").ShouldContain("harbour office");
        hit.Items("spans").ShouldNotBeEmpty();
        JsonElement answer = await (await visitor.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = "When does the harbour office open?" })).JsonAsync(200);
        answer.Text("outcome").ShouldBe("answered");
        answer.Items("sentences").ShouldAllBe(s => s.Items("citations").Length > 0);
        answer.GetProperty("handoff").GetBoolean().ShouldBeFalse();
        JsonElement reply = (await visitor.BeginAsync("When does the harbour office open?")).GetProperty("reply");
        reply.Text("text").ShouldContain("seven in the morning");
        Guid id = hit.Id("articleId");

        await owner.ImportAsync("/docs", ("pier.md", "# Pier lights\n\nThe pier lights are green.\n"));

        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=harbour+office")).Items().ShouldNotContain(h => h.Id("articleId") == id);
        await (await visitor.GetAsync($"/api/v1/articles/{id}")).ProblemAsync(404, "not_found");
        (await owner.GetJsonAsync($"/api/v1/articles/{id}")).Text("status").ShouldBe("archived");
        await (await server.Anonymous().GetAsync($"/help/{slug}/{id}")).ProblemAsync(404, "not_found");
        (await visitor.BeginAsync("When does the harbour office open?")).GetProperty("reply").Text("status").ShouldBe("declined");
    }

    [Fact]
    public async Task What_no_article_says_is_not_answered()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement answer = await (await visitor.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = Questions.Unknown })).JsonAsync(200);
        answer.Text("outcome").ShouldBe("no_grounded_answer");
        answer.IsNull("answer").ShouldBeTrue();
        answer.Items("sentences").ShouldBeEmpty();
        answer.GetProperty("handoff").GetBoolean().ShouldBeTrue();
        await (await visitor.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = "" })).ProblemAsync(400, "invalid_request");
        await (await visitor.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = new string('a', 1001) })).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_draft_is_for_the_staff_alone()
    {
        (string slug, HttpClient owner, HttpClient visitor) = await DeskAsync();
        await owner.ImportAsync("/docs", ("secret.md", "---\ntitle: Secret launch\nid: launch\n---\n\nThe launch is in May.\n"));
        Guid id = await IdAsync(owner, "secret launch");
        await owner.ImportAsync("/docs", ("secret.md", "---\ntitle: Secret launch\nid: launch\ndraft: true\n---\n\nThe launch is in May.\n"));

        (await owner.GetJsonAsync($"/api/v1/articles/{id}")).Text("status").ShouldBe("draft");
        await (await visitor.GetAsync($"/api/v1/articles/{id}")).ProblemAsync(404, "not_found");
        await (await server.Anonymous().GetAsync($"/help/{slug}/{id}")).ProblemAsync(404, "not_found");
        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=secret+launch")).Items().ShouldBeEmpty();
        (await visitor.BeginAsync("When is the secret launch?")).GetProperty("reply").Text("text").ShouldNotContain("May", Case.Sensitive);
        (await owner.GetJsonAsync("/api/v1/knowledge/stats")).GetProperty("drafts").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_article_for_some_readers_is_there_for_them_and_the_staff_and_one_held_back_for_no_customer()
    {
        HttpClient owner = server.Owner(), visitor = await server.VisitorAsync(), basic = await server.ContactAsync(await PersonAsync("basic")), premium = await server.ContactAsync(await PersonAsync("premium"));
        await owner.ImportAsync("/limited", ("zeppelin.md", "# Zeppelin mooring\n\nThe zeppelin moors at the glass tower.\n"));
        Guid id = await IdAsync(owner, "zeppelin mooring");
        async Task<string> SeenAsync(HttpClient reader)
        {
            bool found = (await reader.GetJsonAsync("/api/v1/knowledge/search?q=zeppelin+mooring")).Items().Any(h => h.Id("articleId") == id);
            bool answered = (await (await reader.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = "Where does the zeppelin moor?" })).JsonAsync(200)).GetRawText().Contains("glass tower", StringComparison.Ordinal);
            bool replied = reader != owner && (await reader.BeginAsync("Where does the zeppelin moor?")).GetProperty("reply").Text("text").Contains("glass tower", StringComparison.Ordinal);
            bool read = (await reader.GetAsync($"/api/v1/articles/{id}")).IsSuccessStatusCode;
            return string.Concat(new[] { found, answered, replied, read }.Select(b => b ? '1' : '0'));
        }

        async Task<string> PageAsync() => ((int)(await server.Anonymous().GetAsync($"/help/demo/{id}")).StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);

        async Task<string> AfterAsync(string audience, string? hold)
        {
            await server.Services.GetRequiredService<ArticleStore>().ApplyAsync(new SystemActor(server.TenantId, "test"), [new LimitArticle(id, audience, hold)], TimeProvider.System.GetUtcNow(), default);
            return $"{await SeenAsync(visitor)} {await SeenAsync(basic)} {await SeenAsync(premium)} {await SeenAsync(owner)} {await PageAsync()}";
        }

        (await AfterAsync("public", null)).ShouldBe("1111 1111 1111 1101 200");
        (await AfterAsync("signed_in", null)).ShouldBe("0000 1111 1111 1101 404");
        (await AfterAsync("premium", null)).ShouldBe("0000 0000 1111 1101 404");
        (await AfterAsync("premium", "its facts are doubtful")).ShouldBe("0000 0000 0000 0001 404");
        (await AfterAsync("public", null)).ShouldBe("1111 1111 1111 1101 200");
        // What the other tests of the class see is as it was.
        await server.Services.GetRequiredService<ArticleStore>().ApplyAsync(new SystemActor(server.TenantId, "test"), [new ArchiveArticle(id)], TimeProvider.System.GetUtcNow(), default);
    }

    private async Task<string> PersonAsync(string plan)
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return await db.Contacts.Where(c => db.Customers.Any(u => u.Id == c.CustomerId && u.Plan == plan)).Select(c => c.Email).FirstAsync();
    }

    [Fact]
    public async Task The_address_of_a_citation_opens_the_article_at_the_quote()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement[] citations = (await visitor.BeginAsync(Questions.Good)).GetProperty("reply").Items("citations");
        foreach (JsonElement citation in citations)
        {
            citation.Text("url").ShouldEndWith("#quote");
            HttpResponseMessage response = await server.Anonymous().GetAsync(citation.Text("url"));
            response.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
            string html = await response.Content.ReadAsStringAsync();
            html.Split("id=\"quote\"").Length.ShouldBe(2, "one place is opened");
            string marked = string.Concat(System.Text.RegularExpressions.Regex.Matches(html, "<mark[^>]*>(.*?)</mark>").Select(m => WebUtility.HtmlDecode(m.Groups[1].Value.Replace("<code>", "").Replace("</code>", ""))));
            // The quote is Markdown and the page is not: what is marked are the quote's words.
            Letters(marked).ShouldBe(Letters(citation.Text("quote")));
        }

        static string Letters(string text) => string.Concat(System.Text.RegularExpressions.Regex.Replace(text, @"(?m)^\s*\d+\.|\]\([^)]*\)", "").Where(char.IsLetterOrDigit));
    }

    [Fact]
    public async Task Links_between_articles_lead_to_their_pages_and_dead_ones_are_words()
    {
        (string slug, HttpClient owner, _) = await DeskAsync();
        await owner.ImportAsync(
            "/docs",
            ("a/one.md", "# First page\n\nSee [the second](../b/two.md), [again](../b/two.md#part), [nothing](three.md), [the web](https://example.com/x) and [here](#below).\n\n![a picture](pic.png)\n"),
            ("b/two.md", "# Second page\n\nNothing here.\n"));
        Guid two = await IdAsync(owner, "second page");
        string html = await PageAsync(slug, await IdAsync(owner, "first page"));

        html.ShouldContain($"<a href=\"/help/{slug}/{two}\">the second</a>");
        html.ShouldContain($"<a href=\"/help/{slug}/{two}\">again</a>");
        html.ShouldContain("<a href=\"https://example.com/x\"");
        html.ShouldContain("<a href=\"#below\"");
        html.ShouldContain("nothing");
        html.ShouldNotContain("three.md");
        html.ShouldNotContain("<img");
    }

    [Fact]
    public async Task Nothing_in_an_article_runs_in_a_readers_browser()
    {
        (string slug, HttpClient owner, _) = await DeskAsync();
        const string Hostile = """
            # Hostile page <script>alert(0)</script>

            <script>alert(1)</script>

            Inline <img src=x onerror=alert(2)> and [a link](javascript:alert(3)) and [another](JaVaScRiPt:alert(4)) and [data](data:text/html;base64,PHNjcmlwdD4=).

            [reference][r] and <javascript:alert(5)> and <vbscript:alert(6)>

            A paragraph with attributes{onclick="alert(7)" style="position:fixed" id="quote"}

            [linked](https://example.com){onmouseover="alert(8)" href="javascript:alert(9)"}

            # Heading {onclick=alert(10)}

            ![picture](javascript:alert(11))

            | a {onclick=alert(12)} | b |
            |---|---|
            | <b onclick=alert(13)>x</b> | y |

            ```js" onclick="alert(14)
            code
            ```

            [r]: javascript:alert(15)
            """;
        await owner.ImportAsync("/docs", ("hostile.md", Hostile));
        string html = await PageAsync(slug, await IdAsync(owner, "hostile page"));

        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        foreach (System.Text.RegularExpressions.Match tag in System.Text.RegularExpressions.Regex.Matches(html, "<[a-zA-Z][^>]*>"))
        {
            tag.Value.ShouldNotStartWith("<script");
            tag.Value.ShouldNotStartWith("<img");
            System.Text.RegularExpressions.Regex.IsMatch(tag.Value, @"\son\w+\s*=|style\s*=|id\s*=\s*""quote", System.Text.RegularExpressions.RegexOptions.IgnoreCase).ShouldBeFalse(tag.Value);
            System.Text.RegularExpressions.Regex.IsMatch(tag.Value, @"(?:javascript|vbscript|data):", System.Text.RegularExpressions.RegexOptions.IgnoreCase).ShouldBeFalse(tag.Value);
        }
    }

    [Fact]
    public async Task An_article_nested_too_deep_to_be_read_is_shown_as_it_is_written()
    {
        (string slug, HttpClient owner, _) = await DeskAsync();
        await owner.ImportAsync("/docs", ("deep.md", $"---\ntitle: The deepest well\n---\n{new string('>', 5000)} water & rope\n"));
        (await PageAsync(slug, await IdAsync(owner, "deepest well"))).ShouldContain("&gt;&gt;&gt; water &amp; rope");
    }

    [Fact]
    public async Task A_page_of_nothing_is_not_found()
    {
        await (await server.Anonymous().GetAsync($"/help/demo/{Guid.NewGuid()}")).ProblemAsync(404, "not_found");
        await (await server.Anonymous().GetAsync($"/help/nowhere/{Guid.NewGuid()}")).ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("from=5&to=2")]
    [InlineData("from=-5&to=999999999")]
    [InlineData("from=2147483647&to=2147483647")]
    public async Task A_place_outside_the_article_opens_it_all_the_same(string place)
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = await IdAsync(visitor, "reset password");
        (await server.Anonymous().GetAsync($"/help/demo/{id}?{place}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<string> PageAsync(string slug, Guid id)
    {
        HttpResponseMessage response = await server.Anonymous().GetAsync($"/help/{slug}/{id}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }
}
