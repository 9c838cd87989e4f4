using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class SynonymTests(TestServer server) : IClassFixture<TestServer>
{
    private const string synonyms = "/api/v1/knowledge/synonyms";

    private static readonly (string, string)[] articles =
    [
        ("cancel.md", "# Cancel the subscription\n\nIt ends with the period that is paid.\n"),
        ("hours.md", "# Opening hours\n\nThe counter opens at nine.\n"),
        ("ferry.md", "# Ferry times\n\nThe ferry leaves at noon.\n"),
    ];

    /// <summary>A person who says "ditch", finds nothing, tries another word and opens what that finds.</summary>
    private async Task AskAsync(string slug, string first = "how do I ditch it")
    {
        HttpClient visitor = await server.VisitorAsync(slug);
        (await visitor.GetJsonAsync($"/api/v1/knowledge/search?q={Uri.EscapeDataString(first)}")).Items().ShouldBeEmpty();
        JsonElement found = await visitor.GetJsonAsync("/api/v1/knowledge/search?q=subscription");
        (await visitor.GetAsync($"/api/v1/articles/{found.Items()[0].Id("articleId")}?search={found.Id("searchId")}")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task What_three_people_called_an_article_is_proposed_and_once_accepted_finds_it()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("ditch");
        await owner.ImportAsync("/docs", articles);
        for (int i = 0; i < 2; i++) await AskAsync("ditch");
        (await owner.GetJsonAsync(synonyms)).Items("candidates").ShouldBeEmpty();
        await AskAsync("ditch", "how do I ditch it, ask jane.doe@example.com");

        JsonElement candidate = (await owner.GetJsonAsync(synonyms)).Items("candidates").ShouldHaveSingleItem();
        (candidate.Text("language"), candidate.Text("term"), candidate.GetProperty("contacts").GetInt32()).ShouldBe(("en", "ditch", 3));
        candidate.Items("means").Select(m => m.GetString()).ShouldBe(["subscription", "cancel"]);
        // Nothing counts before somebody accepted it.
        HttpClient visitor = await server.VisitorAsync("ditch");
        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=ditch")).Items().ShouldBeEmpty();

        JsonElement accepted = await (await owner.PutAsJsonAsync(synonyms, new { language = "en", term = "ditch", means = new[] { "cancel", "subscription" } })).JsonAsync(200);
        accepted.Text("source").ShouldBe("feedback");
        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=ditch")).Items()[0].Text("title").ShouldBe("Cancel the subscription");
        JsonElement after = await owner.GetJsonAsync(synonyms);
        after.Items("candidates").ShouldBeEmpty();
        after.Items("decided").ShouldHaveSingleItem().Text("term").ShouldBe("ditch");

        // Declined, it finds nothing and is not proposed again.
        await (await owner.PutAsJsonAsync(synonyms, new { language = "en", term = "ditch", means = Array.Empty<string>() })).JsonAsync(200);
        (await visitor.GetJsonAsync("/api/v1/knowledge/search?q=ditch")).Items().ShouldBeEmpty();
        (await owner.GetJsonAsync(synonyms)).Items("candidates").ShouldBeEmpty();

        await server.Services.GetRequiredService<SearchRecording>().WrittenAsync(default);
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
        List<SearchLog> log = await db.Set<SearchLog>().ToListAsync();
        log.ShouldAllBe(l => !l.Query.Contains("jane"));
        log.Count(l => l.Outcome == SearchOutcomes.Opened).ShouldBe(3);
        (await db.Set<Domain.Operations.AuditEntry>().CountAsync(a => a.Entity == "search_log")).ShouldBe(0);
    }

    [Fact]
    public async Task The_staffs_searches_and_anothers_search_are_no_evidence()
    {
        (Guid tenant, HttpClient owner) = await server.TenantAsync("strangers");
        await owner.ImportAsync("/docs", articles);
        (await owner.GetJsonAsync("/api/v1/knowledge/search?q=subscription")).IsNull("searchId").ShouldBeTrue();

        HttpClient one = await server.VisitorAsync("strangers"), other = await server.VisitorAsync("strangers");
        JsonElement found = await one.GetJsonAsync("/api/v1/knowledge/search?q=subscription");
        string opened = $"/api/v1/articles/{found.Items()[0].Id("articleId")}?search={found.Id("searchId")}";
        (await other.GetAsync(opened)).EnsureSuccessStatusCode();
        (await owner.GetAsync(opened)).EnsureSuccessStatusCode();

        await server.Services.GetRequiredService<SearchRecording>().WrittenAsync(default);
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(tenant);
        (await db.Set<SearchLog>().SingleAsync()).Outcome.ShouldBe(SearchOutcomes.Answered);
    }

    [Fact]
    public async Task Synonyms_are_for_who_may_write_knowledge_and_must_say_something()
    {
        HttpClient reader = server.WithKey(await server.KeyAsync(Scopes.ReadKnowledge));
        await (await reader.GetAsync(synonyms)).ProblemAsync(403, "missing_scope");
        await (await (await server.VisitorAsync()).GetAsync(synonyms)).ProblemAsync(403, "not_for_contacts");
        HttpClient owner = server.Owner();
        await (await owner.PutAsJsonAsync(synonyms, new { term = "the", means = new[] { "cancel" } })).ProblemAsync(400, "invalid_request");
        await (await owner.PutAsJsonAsync(synonyms, new { term = "ditch", means = new[] { "two words" } })).ProblemAsync(400, "invalid_request");
        await (await owner.PutAsJsonAsync(synonyms, new { term = "ditch" })).ProblemAsync(400, "invalid_request");
    }
}
