using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.Server.Tests;

public sealed class ArticleTests(TestServer server) : IClassFixture<TestServer>
{
    private const string articles = "/api/v1/articles";
    private const string ferryText = "---\ntitle: Not the title\n---\n\nThe northern ferry to Skerrow leaves at noon.\n\n<script>alert(1)</script>\n";
    private static int tenants;

    [Fact]
    public async Task A_draft_is_for_the_staff_alone_until_it_is_published_and_an_archived_one_again()
    {
        (string slug, HttpClient owner, HttpClient visitor) = await DeskAsync();
        HttpResponseMessage response = await owner.PostAsJsonAsync(articles, new { title = "Ferry times", text = ferryText, category = "travel", tags = new[] { "boats" } });
        JsonElement made = await response.JsonAsync(201);
        Guid id = made.Id("id");
        response.Headers.Location!.ToString().ShouldBe($"{articles}/{id}");
        (made.Text("status"), made.Text("title"), made.Text("slug"), made.Text("language"), made.Text("audience"), made.GetProperty("version").GetInt32()).ShouldBe(("draft", "Ferry times", "ferry-times", "en", "public", 1));
        // The text is data: what looks like front matter sets nothing, and nothing of it is taken away.
        made.Text("body").ShouldBe(ferryText);

        (await visitor.GetAsync($"{articles}/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await visitor.GetJsonAsync(articles)).Items().ShouldBeEmpty();
        (await owner.GetJsonAsync($"{articles}?status=draft")).Items().Single().Items("tags").Single().GetString().ShouldBe("boats");
        (await SearchAsync(owner)).ShouldBeEmpty();
        (await (await visitor.PostAsJsonAsync("/api/v1/knowledge/answer", new { question = "When does the northern ferry to Skerrow leave?" })).JsonAsync(200)).IsNull("answer").ShouldBeTrue();

        (await (await owner.PostAsync($"{articles}/{id}/publish", null)).JsonAsync(200)).Text("status").ShouldBe("published");
        await (await owner.PostAsync($"{articles}/{id}/publish", null)).JsonAsync(200);
        (await SearchAsync(visitor)).ShouldBe([id]);
        JsonElement seen = await visitor.GetJsonAsync($"{articles}/{id}");
        (seen.GetProperty("version").GetInt32(), seen.IsNull("tags"), seen.IsNull("audience")).ShouldBe((1, true, true));
        (await visitor.GetJsonAsync(articles)).Items().Single().Id("id").ShouldBe(id);
        string page = await server.Anonymous().GetStringAsync($"/help/{slug}/{id}");
        page.ShouldContain("leaves at noon");
        page.ShouldNotContain("<script>alert");

        await (await SendAsync(owner, HttpMethod.Delete, id, null)).ProblemAsync(428, "precondition_required");
        (await SendAsync(owner, HttpMethod.Delete, id, "*")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await SearchAsync(visitor)).ShouldBeEmpty();
        (await visitor.GetAsync($"{articles}/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await owner.GetJsonAsync($"{articles}/{id}")).Text("status").ShouldBe("archived");
        JsonElement[] entries = (await owner.GetJsonAsync($"/api/v1/audit?entity=kb_article&entityId={id}")).Items();
        entries.Select(e => e.Text("action")).ShouldBe(["changed", "changed", "created"]);
    }

    [Fact]
    public async Task An_article_is_written_anew_by_who_has_seen_it_and_keeps_what_it_was()
    {
        (_, HttpClient owner, HttpClient visitor) = await DeskAsync();
        Guid id = (await (await owner.PostAsJsonAsync(articles, new { title = "Ferry", text = "The northern ferry to Skerrow leaves at noon." })).JsonAsync(201)).Id("id");
        await owner.PostAsync($"{articles}/{id}/publish", null);
        string tag = (await owner.GetAsync($"{articles}/{id}")).Headers.ETag!.Tag;
        object anew = new { title = "Ferry", text = "The northern ferry to Skerrow leaves at one." };
        await (await SendAsync(owner, HttpMethod.Put, id, null, anew)).ProblemAsync(428, "precondition_required");
        await (await SendAsync(owner, HttpMethod.Put, id, "\"9-1-0\"", anew)).ProblemAsync(412, "precondition_failed");
        HttpResponseMessage put = await SendAsync(owner, HttpMethod.Put, id, tag, anew);
        (await put.JsonAsync(200)).GetProperty("version").GetInt32().ShouldBe(2);
        await (await SendAsync(owner, HttpMethod.Put, id, tag, anew)).ProblemAsync(412, "precondition_failed");
        (await owner.GetAsync($"{articles}/{id}")).Headers.ETag!.Tag.ShouldBe(put.Headers.ETag!.Tag);
        // The same again is no new version, though another change: nothing a reader sees.
        JsonElement same = await (await SendAsync(owner, HttpMethod.Put, id, put.Headers.ETag.Tag, anew)).JsonAsync(200);
        same.GetProperty("version").GetInt32().ShouldBe(2);
        (await (await visitor.GetAsync("/api/v1/knowledge/search?q=northern%20ferry")).JsonAsync(200)).Items()[0].Text("snippet").ShouldContain("at one");

        JsonElement[] versions = (await owner.GetJsonAsync($"{articles}/{id}/versions")).Items();
        versions.Select(v => $"{v.GetProperty("version")} {v.Text("body")[^5..]} {v.IsNull("replacedAt")}").ShouldBe(["2  one. True", "1 noon. False"]);
        await (await visitor.GetAsync($"{articles}/{id}/versions")).ProblemAsync(403, "not_for_contacts");
    }

    [Fact]
    public async Task What_customers_read_is_changed_by_who_may_publish_and_by_nobody_of_another_tenant()
    {
        (_, HttpClient stranger, _) = await DeskAsync();
        HttpClient owner = server.Owner(), writer = server.WithKey(await server.KeyAsync("read:knowledge", "write:knowledge"));
        Guid id = (await (await writer.PostAsJsonAsync(articles, new { title = "Harbour dues", text = "Harbour dues are three crowns." })).JsonAsync(201)).Id("id");
        object anew = new { title = "Harbour dues", text = "Harbour dues are four crowns." };
        await (await SendAsync(writer, HttpMethod.Put, id, "*", anew)).JsonAsync(200);
        await (await writer.PostAsync($"{articles}/{id}/publish", null)).ProblemAsync(403, "missing_scope");
        await (await owner.PostAsync($"{articles}/{id}/publish", null)).JsonAsync(200);
        await (await SendAsync(writer, HttpMethod.Put, id, "*", anew)).ProblemAsync(403, "missing_scope");
        await (await SendAsync(writer, HttpMethod.Delete, id, "*")).ProblemAsync(403, "missing_scope");

        await (await stranger.GetAsync($"{articles}/{id}")).ProblemAsync(404, "not_found");
        await (await stranger.GetAsync($"{articles}/{id}/versions")).ProblemAsync(404, "not_found");
        await (await SendAsync(stranger, HttpMethod.Put, id, "*", anew)).ProblemAsync(404, "not_found");
        await (await SendAsync(stranger, HttpMethod.Delete, id, "*")).ProblemAsync(404, "not_found");
        await (await stranger.PostAsync($"{articles}/{id}/publish", null)).ProblemAsync(404, "not_found");
        await (await stranger.PostAsJsonAsync($"{articles}/{id}/feedback", new { helpful = true })).ProblemAsync(404, "not_found");
        (await owner.GetJsonAsync($"{articles}/{id}")).Text("status").ShouldBe("published");
    }

    [Theory]
    [InlineData("""{"text":"T"}""", "title")]
    [InlineData("""{"title":"two\nlines","text":"T"}""", "title")]
    [InlineData("""{"title":"T","text":"  "}""", "text")]
    [InlineData("""{"title":"T","text":"a\u0000b"}""", "text")]
    [InlineData("""{"title":"T","text":"T","language":"en_US!"}""", "language")]
    [InlineData("""{"title":"T","text":"T","audience":"gold"}""", "audience")]
    [InlineData("""{"title":"T","text":"T","status":"published"}""", "status")]
    public async Task A_field_that_is_wrong_or_unknown_is_named(string body, string field)
    {
        HttpResponseMessage response = await server.Owner().PostAsync(articles, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        (await response.ProblemAsync(400, "invalid_request")).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_makes_an_article_once()
    {
        HttpClient owner = server.Owner();
        object body = new { title = "Once", text = "Once only." };
        HttpResponseMessage first = await owner.PostAsync(articles, body, "article-1"), again = await owner.PostAsync(articles, body, "article-1");
        (await again.JsonAsync(201)).GetRawText().ShouldBe((await first.JsonAsync(201)).GetRawText());
        (again.Headers.Location, again.Headers.ETag).ShouldBe((first.Headers.Location, first.Headers.ETag));
        await (await owner.PostAsync(articles, new { title = "Twice", text = "Once only." }, "article-1")).ProblemAsync(422, "idempotency_mismatch");
        (await owner.GetJsonAsync($"{articles}?q=Once")).Items().Length.ShouldBe(1);
        // Another caller's key of the same name is another key.
        (await (await server.WithKey(await server.KeyAsync("write:knowledge")).PostAsync(articles, body, "article-1")).JsonAsync(201)).Id("id").ShouldNotBe((await first.JsonAsync(201)).Id("id"));
    }

    [Fact]
    public async Task A_person_has_one_vote_on_an_article()
    {
        HttpClient owner = server.Owner(), maya = await server.ContactAsync("maya@kestrelmoor-cycles.example"), visitor = await server.VisitorAsync();
        Guid id = (await (await owner.PostAsJsonAsync(articles, new { title = "Voting", text = "How to vote on the harbour council." })).JsonAsync(201)).Id("id");
        async Task<HttpResponseMessage> VoteAsync(HttpClient who, bool helpful) => await who.PostAsJsonAsync($"{articles}/{id}/feedback", new { helpful });
        await (await VoteAsync(maya, true)).ProblemAsync(404, "not_found");
        await owner.PostAsync($"{articles}/{id}/publish", null);
        foreach (bool helpful in new[] { true, true, false, true }) (await (await VoteAsync(maya, helpful)).JsonAsync(200)).GetProperty("helpful").GetBoolean().ShouldBe(helpful);
        await (await VoteAsync(visitor, false)).JsonAsync(200);
        await (await maya.PostAsJsonAsync($"{articles}/{id}/feedback", new { })).ProblemAsync(400, "invalid_request");

        await using Storage.SwitchboardDb db = server.Services.GetRequiredService<Storage.Data>().For(server.TenantId);
        Domain.Support.KbUse[] uses = [.. db.Set<Domain.Support.KbUse>().Where(u => u.ArticleId == id).OrderBy(u => u.Id)];
        uses.Length.ShouldBe(4);
        uses.Where(u => u.Uncounted is null).Select(u => u.Event.ToString()).Order().ShouldBe(["Helpful", "NotHelpful"]);
        uses.ShouldAllBe(u => u.ArticleVersion == 1 && u.Voter != null && !u.Voter.Contains("maya"));
    }

    [Fact]
    public async Task Gaps_are_what_several_people_asked_and_no_article_answers()
    {
        (string slug, HttpClient owner, _) = await DeskAsync();
        (await owner.GetJsonAsync("/api/v1/knowledge/gaps")).Text("reason").ShouldBe("too_few");
        foreach (int _ in Enumerable.Range(0, 6))
            await (await server.VisitorAsync(slug)).GetJsonAsync("/api/v1/knowledge/search?q=zeppelin%20parking%20permit");
        JsonElement report = await owner.GetJsonAsync("/api/v1/knowledge/gaps");
        report.GetProperty("read").GetInt32().ShouldBe(6);
        (report.Items("questions").Select(q => q.GetString()!).Concat(report.Items("gaps").Select(g => g.Text("label")))).ShouldContain(t => t.Contains("zeppelin"));
        await (await server.WithKey(await server.KeyAsync("read:knowledge")).GetAsync("/api/v1/knowledge/gaps")).ProblemAsync(403, "missing_scope");
    }

    private async Task<(string Slug, HttpClient Owner, HttpClient Visitor)> DeskAsync()
    {
        string slug = $"articles-{Interlocked.Increment(ref tenants)}";
        (_, HttpClient owner) = await server.TenantAsync(slug);
        return (slug, owner, await server.VisitorAsync(slug));
    }

    private static async Task<Guid[]> SearchAsync(HttpClient client) => [.. (await client.GetJsonAsync("/api/v1/knowledge/search?q=northern%20ferry%20Skerrow")).Items().Select(h => h.Id("articleId"))];

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, Guid id, string? match, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{articles}/{id}");
        if (body is not null) request.Content = JsonContent.Create(body);
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        return await client.SendAsync(request);
    }
}
