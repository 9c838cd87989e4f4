using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Agents;

public sealed class KnowledgeAgentTests(SeededServer server) : IClassFixture<SeededServer>
{
    [Fact]
    public async Task A_question_is_searched_ranked_and_answered_with_the_place_of_each_sentence_and_no_more_once_the_article_is_held()
    {
        KbArticle article = await AddedAsync("Teleport a gizmo", "To teleport a gizmo, open the gizmo page and choose Teleport. Only admins can teleport a gizmo. The gizmo arrives within a minute.");
        const string question = "How do I teleport a gizmo?";
        JsonElement found = Output(await ExecuteAsync("searcher", new { input = new { query = question } }));
        found.Text("outcome").ShouldBe("ok");
        found.Items("hits")[0].Text("articleId").ShouldBe(article.Id.ToString("D"));

        JsonElement ranked = Output(await ExecuteAsync("ranker", new { input = new { hits = found.Items("hits").Select(h => new { chunkId = h.Text("chunkId"), articleId = h.Text("articleId"), coverage = h.GetProperty("coverage").GetDouble() }) } }));
        ranked.Items("items")[0].GetProperty("parts").GetProperty("quality").GetDouble().ShouldBe(0.6);
        object ask = new { input = new { question, ranked = ranked.Items("items") } };
        JsonElement answer = Output(await ExecuteAsync("synthesizer", ask));
        answer.Text("outcome").ShouldBe("answered", answer.GetRawText());
        answer.Items("sentences").ShouldAllBe(s => s.Items("citations").Length > 0);
        answer.Text("body").ShouldContain("Only admins");
        (await CountAsync<Domain.Operations.ContentDraft>(d => d.Kind == "answer")).ShouldBe(0);

        await ChangeAsync<KbArticle>(article.Id, a => a.HoldReason = "a person");
        Output(await ExecuteAsync("synthesizer", new { input = new { question, ranked = ranked.Items("items").Where(i => i.Text("articleId") == article.Id.ToString("D")) } })).Text("reason").ShouldBe("no_grounded_answer");
        Output(await ExecuteAsync("searcher", new { input = new { query = question } })).Items("hits").ShouldNotContain(h => h.Text("articleId") == article.Id.ToString("D"));
        Output(await ExecuteAsync("searcher", new { input = new { query = "what is it" } })).Text("reason").ShouldBe("empty_query");
    }

    [Fact]
    public async Task What_five_people_ask_in_vain_is_a_gap_and_a_brief_once_it_is_kept()
    {
        string[] asked = ["levitate the widget", "how to levitate a widget", "levitate widget", "levitating a widget", "can I levitate my widget"];
        string[] others = [.. Enumerable.Range(0, 20).Select(i => $"{Word(i)} {Word(i + 31)}")];
        await server.AddAsync([.. asked.Select((q, i) => Search(q, $"gap{i}")), .. others.Select((q, i) => Search(q, $"other{i}"))]);
        JsonElement gaps = Output(await ExecuteAsync("gap-detector", new { }));
        JsonElement gap = gaps.Items("gaps").Single(g => g.Text("label").Contains("levitat", StringComparison.Ordinal));
        gap.GetProperty("n").GetInt32().ShouldBe(5);
        gap.Text("type").ShouldBe("missing");

        await server.AddAsync(new KbGap { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Label = gap.Text("label"), Terms = ["levitate"], Type = "missing", Contacts = 5, Priority = 70, HandoffShare = 1, FoundAt = TimeProvider.System.GetUtcNow() });
        JsonElement briefs = Output(await ExecuteAsync("suggester", new { }));
        JsonElement brief = briefs.Items("briefs").Single(b => b.Text("title").Contains("levitat", StringComparison.OrdinalIgnoreCase));
        (brief.GetProperty("score").GetDouble(), brief.Text("savedFrom"), brief.Text("effort")).ShouldBe((52, "prior", "L"));
    }

    [Fact]
    public async Task A_vote_is_planned_in_a_dry_run_written_once_and_changed_by_the_same_persons_next()
    {
        KbArticle article = await AddedAsync("Polish a sprocket", "Take a cloth.");
        object Vote(string key, string what, bool dry, int minute) => new { dryRun = dry, input = new { events = new[] { new { articleId = article.Id, version = 1, voter = "visitor-9", by = "visitor", @event = what, at = TimeProvider.System.GetUtcNow().AddMinutes(minute - 10), idempotencyKey = key } } } };

        JsonElement dry = await ExecuteAsync("feedback-tracker", Vote("s1", "not_helpful", true, 1));
        dry.Items("actions").Single(a => a.Text("key") == "use:s1").Text("status").ShouldBe("planned");
        (await CountAsync<KbUse>(u => u.ArticleId == article.Id)).ShouldBe(0);

        await ExecuteAsync("feedback-tracker", Vote("s1", "not_helpful", false, 1));
        Output(await ExecuteAsync("feedback-tracker", Vote("s1", "not_helpful", false, 1))).Items("ignored").Single(i => i.Text("key") == "s1").Text("why").ShouldBe("duplicate");
        JsonElement changed = await ExecuteAsync("feedback-tracker", Vote("s2", "helpful", false, 2));
        changed.Items("actions").Single(a => a.Text("key") == "use:s2").Text("status").ShouldBe("performed", changed.GetRawText());
        (await CountAsync<KbUse>(u => u.ArticleId == article.Id && u.Uncounted == null && u.Event == KbEvent.Helpful)).ShouldBe(1);
        (await CountAsync<KbUse>(u => u.ArticleId == article.Id && u.Uncounted == "replaced")).ShouldBe(1);
        Output(changed).Items("stats").Single(s => s.Text("articleId") == article.Id.ToString("D")).GetProperty("helpful").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_price_is_blocked_before_and_held_after_it_is_published_until_it_is_put_right()
    {
        KbArticle article = await AddedAsync("Prices of seats", "This page shows what seats cost.\n\nA seat on premium costs 20 USD.");
        JsonElement judged = Output(await ExecuteAsync("quality-checker", new { input = new { articleId = article.Id } }));
        judged.Text("verdict").ShouldBe("block");
        judged.Items("findings").Single(f => f.Text("severity") == "blocker").Text("kind").ShouldBe("policy_figure");

        JsonElement dry = await ExecuteAsync("updater", new { dryRun = true });
        Item(dry).Text("action").ShouldBe("hold");
        (await OneAsync<KbArticle>(article.Id)).HoldReason.ShouldBeNull();
        long version = await VersionAsync();

        await ExecuteAsync("updater", new { });
        (await OneAsync<KbArticle>(article.Id)).HoldReason.ShouldNotBeNull();
        (await VersionAsync()).ShouldBeGreaterThan(version);
        (await TasksAsync()).Single().IsOpen.ShouldBeTrue();
        await ExecuteAsync("updater", new { });
        (await TasksAsync()).Count.ShouldBe(1);

        await ChangeAsync<KbArticle>(article.Id, a => a.Body = a.Body.Replace("20 USD", "25 USD", StringComparison.Ordinal));
        Output(await ExecuteAsync("quality-checker", new { input = new { articleId = article.Id } })).Items("findings").ShouldNotContain(f => f.Text("severity") == "blocker");
        await ExecuteAsync("updater", new { });
        (await OneAsync<KbArticle>(article.Id)).HoldReason.ShouldBeNull();
        (await TasksAsync()).Single().IsOpen.ShouldBeFalse();

        JsonElement Item(JsonElement done) => Output(done).Items("items").Single(i => i.Text("articleId") == article.Id.ToString("D"));
        async Task<List<Ticket>> TasksAsync()
        {
            await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
            return [.. (await db.Set<Ticket>().Where(t => t.Component == "knowledge").ToListAsync()).Where(t => t.Links.Any(l => l.Target == article.Id.ToString("D")))];
        }
    }

    [Fact]
    public async Task The_index_says_what_it_would_change_and_entries_need_enough_questions()
    {
        KbArticle article = await AddedAsync("Fold a map", "## One\n\nFold it once.\n\n## Two\n\nFold it twice.");
        JsonElement plan = Output(await ExecuteAsync("embedder", new { input = new { articleId = article.Id } }));
        (plan.GetProperty("added").GetInt32(), plan.GetProperty("pending").GetInt32(), plan.Text("modelId")).ShouldBe((2, 2, "lexical"));
        await ChangeAsync<KbArticle>(article.Id, a => a.Status = ArticleStatus.Archived);
        Output(await ExecuteAsync("embedder", new { input = new { articleId = article.Id } })).GetProperty("added").GetInt32().ShouldBe(0);

        JsonElement faq = Output(await ExecuteAsync("faq-generator", new { dryRun = true }));
        (faq.TryGetProperty("drafts", out _) || faq.Text("reason") == "too_few_questions").ShouldBeTrue(faq.GetRawText());
        (await (await server.Owner().PostAsJsonAsync("/api/v1/agents/knowledge/ranker/execute", new { input = new { top = "many" } })).ProblemAsync(400, "invalid_request")).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("input.top");
    }

    private static string Word(int i) => $"{"bcdfghjklmnpqrstvwxz"[i % 20]}{"aeiou"[i % 5]}{"bcdfghjklmnpqrstvwxz"[i * 7 % 20]}{"aeiou"[i * 3 % 5]}{"bcdfghjklmnpqrstvwxz"[i * 11 % 20]}";

    private static JsonElement Output(JsonElement done) => done.GetProperty("output");

    private async Task<JsonElement> ExecuteAsync(string agent, object body) => await (await server.Owner().PostAsJsonAsync($"/api/v1/agents/knowledge/{agent}/execute", body)).JsonAsync(200);

    private SearchLog Search(string query, string contact) => new() { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Query = query, Outcome = SearchOutcomes.None, ContactHash = contact, At = TimeProvider.System.GetUtcNow().AddDays(-2) };

    private async Task<KbArticle> AddedAsync(string title, string body)
    {
        var article = new KbArticle { TenantId = server.TenantId, Id = Guid.CreateVersion7(), Title = title, Slug = title.ToLowerInvariant().Replace(' ', '-'), Body = body, Category = "tests", Language = "en", Status = ArticleStatus.Published, Version = 1, ContentHash = title, UpdatedAt = TimeProvider.System.GetUtcNow() };
        await server.AddAsync(article);
        return article;
    }

    private async Task ChangeAsync<T>(Guid id, Action<T> change) where T : Domain.TenantRow => await server.Services.GetRequiredService<Data>().WriteAsync(
        new Domain.Identity.SystemActor(server.TenantId, "test"),
        db =>
        {
            change(db.Set<T>().Single(r => r.Id == id));
            return 0;
        },
        default);

    private async Task<T> OneAsync<T>(Guid id) where T : Domain.TenantRow
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return await db.Set<T>().SingleAsync(r => r.Id == id);
    }

    private async Task<int> CountAsync<T>(System.Linq.Expressions.Expression<Func<T, bool>> those) where T : Domain.TenantRow
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return await db.Set<T>().CountAsync(those);
    }

    private async Task<long> VersionAsync()
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return (await db.Tenants.SingleAsync(t => t.Id == server.TenantId)).KnowledgeVersion;
    }
}
