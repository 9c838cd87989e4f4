using System.Text.Json;
using Switchboard.Agents.Knowledge;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Compliance.Storage;

/// <summary>What the knowledge agents load from stored rows, counted by hand.</summary>
public abstract class KnowledgeLoadSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly Catalogue catalogue = Catalogue.FromAssembly(typeof(Updater).Assembly);
    private static readonly DateTimeOffset now = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    private KbArticle share = null!;
    private KbArticle held = null!;
    private KbArticle plan = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        share = Article("Share a board", "Open the board and choose Share. See [rights](/help/rights).");
        plan = Article("Prices", "A seat on premium costs 20 EUR.", audience: "premium");
        held = Article("Wrong", "Boards are shared by mail.");
        (held.HoldReason, held.HeldAt) = ("somebody", Ago(3));
        KbArticle draft = Article("Draft", "Boards are not shared.", ArticleStatus.Draft);
        await AddAsync([share, plan, held, draft]);
    }

    [Fact]
    public async Task A_search_loads_what_may_reach_the_reader_and_the_statistics_of_the_rest()
    {
        await AddAsync(new Synonym { TenantId = Desk.TenantId, Id = Desk.NewId(), Language = "en", Term = "invite", Means = ["share"], Source = "operator" });
        JsonElement facts = await LoadAsync("knowledge/searcher", new { query = "share a board" });
        facts.GetProperty("passages").EnumerateArray().Select(p => p.GetProperty("articleId").GetGuid()).ShouldBe([share.Id]);
        facts.GetProperty("index").GetProperty("passages").GetInt32().ShouldBe(1);
        facts.GetProperty("index").GetProperty("holding").GetProperty("board").GetInt32().ShouldBe(1);
        facts.GetProperty("synonyms").GetProperty("invite")[0].GetString().ShouldBe("share");
        facts.GetProperty("defaultLanguage").GetString().ShouldBe("en");

        JsonElement premium = await LoadAsync("knowledge/searcher", new { query = "share a seat", audience = new[] { "premium" } });
        premium.GetProperty("index").GetProperty("passages").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Ranking_loads_quality_age_and_the_votes_that_count()
    {
        await AddAsync(Vote(share, KbEvent.Helpful, "a"), Vote(share, KbEvent.NotHelpful, "b"), Vote(share, KbEvent.Helpful, "c", uncounted: "replaced"), Vote(plan, KbEvent.Helpful, "a"));
        JsonElement facts = await LoadAsync("knowledge/ranker", new { hits = new[] { Hit(share), Hit(held) } });
        facts.GetProperty("passages").GetArrayLength().ShouldBe(1);
        facts.GetProperty("passages")[0].GetProperty("text").GetString()!.ShouldContain("choose Share");
        JsonElement standing = facts.GetProperty("articles")[0];
        (standing.GetProperty("helpful").GetInt32(), standing.GetProperty("notHelpful").GetInt32(), standing.GetProperty("quality").GetDouble()).ShouldBe((1, 1, 80));

        object Hit(KbArticle article) => new { chunkId = $"{article.Id:D}#000", articleId = article.Id.ToString("D"), coverage = 0.9 };
    }

    [Fact]
    public async Task Gaps_come_from_weak_searches_talks_without_evidence_and_answers_that_did_not_help()
    {
        Conversation handed = Talk(5), voted = Talk(4), solved = Talk(3), other = Talk(2);
        handed.CustomerId = null;
        solved.Resolve(Ago(2));
        await AddAsync(
        [
            Search("how to print", SearchOutcomes.None, "h1", 2), Search("share", SearchOutcomes.Answered, "h2", 2), Search("old", SearchOutcomes.None, "h3", 40),
            handed, voted, solved, other,
            Handed(handed, "no_evidence", "How do I print?", 5), Handed(solved, "no_evidence", "Where is share?", 3), Handed(other, "customer_request", "A person please", 2),
            new KbUse { TenantId = Desk.TenantId, Id = Desk.NewId(), ArticleId = share.Id, ConversationId = voted.Id, Event = KbEvent.NotHelpful, At = Ago(4) },
            new Message { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = solved.Id, Sequence = 1, Author = MessageAuthor.Human, Text = "Here.", RunId = null, CreatedAt = Ago(2), Citations = [new Citation(1, share.Id, null, 1, "Share a board", "/help", "", "Open", 0, 4)] },
            new KbGap { TenantId = Desk.TenantId, Id = Desk.NewId(), Label = "print", Terms = [], Type = "missing", Contacts = 3, Priority = 20, FoundAt = Ago(9) },
        ]);
        JsonElement facts = await LoadAsync("knowledge/gap-detector", new { });
        var questions = facts.GetProperty("questions").EnumerateArray().ToList();
        questions.Select(q => q.GetProperty("text").GetString()).ShouldBe(["how to print", "How do I print?", voted.Subject, "Where is share?"], ignoreOrder: true);
        questions.Single(q => q.GetProperty("text").GetString() == "Where is share?").GetProperty("resolvedWith").GetGuid().ShouldBe(share.Id);
        questions.Count(q => q.GetProperty("handedOff").GetBoolean()).ShouldBe(2);
        facts.GetProperty("known").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Briefs_come_from_gaps_demand_and_features_without_an_article()
    {
        Conversation asked = Talk(3);
        asked.PrimaryIntent = "board.print";
        await AddAsync(
        [
            asked,
            new KbGap { TenantId = Desk.TenantId, Id = Desk.NewId(), Label = "print", Terms = ["print"], Type = "weak", Contacts = 8, Customers = 3, HandoffShare = 0.5, Priority = 60, ArticleId = share.Id, FoundAt = Ago(9) },
            new KbGap { TenantId = Desk.TenantId, Id = Desk.NewId(), Label = "closed", Terms = [], Type = "weak", Contacts = 8, Priority = 60, FoundAt = Ago(9), ClosedAt = Ago(2) },
            new ProductFeature { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = "print", Name = "Print", Plan = "free", Area = "boards", Description = "Prints." },
            new ProductFeature { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = "share", Name = "Share", Plan = "free", Area = "boards", Description = "Shares.", ArticleId = share.Id },
            new ContentDraft { TenantId = Desk.TenantId, Id = Desk.NewId(), Kind = "article", Title = "Printing", Body = "b", Evidence = [], ReviewStatus = "in_review", AgentId = "a/b", CreatedAt = Ago(2) },
        ]);
        JsonElement facts = await LoadAsync("knowledge/suggester", new { });
        facts.GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("kind").GetString()).ShouldBe(["gap", "demand", "feature"]);
        facts.GetProperty("sources")[0].GetProperty("handoffShare").GetDouble().ShouldBe(0.5);
        facts.GetProperty("drafts").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Upkeep_sees_figures_of_the_policy_features_links_and_votes_of_published_articles()
    {
        await AddAsync(
            new LinkStatus { TenantId = Desk.TenantId, Id = Desk.NewId(), Url = "/help/rights", Status = 404, Failures = 1, CheckedAt = Ago(1) },
            new ProductFeature { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = "share", Name = "Share", Plan = "free", Area = "boards", Description = "d", ArticleId = share.Id, Since = new DateOnly(2026, 3, 20) },
            Vote(share, KbEvent.NotHelpful, "a"));
        JsonElement facts = await LoadAsync("knowledge/updater", new { });
        var articles = facts.GetProperty("articles").EnumerateArray().ToDictionary(a => a.GetProperty("articleId").GetGuid());
        articles.Keys.ShouldBe([share.Id, plan.Id], ignoreOrder: true);
        articles[plan.Id].GetProperty("figures")[0].GetProperty("stated").GetDecimal().ShouldBe(20);
        articles[share.Id].GetProperty("brokenLinks")[0].GetProperty("url").GetString().ShouldBe("/help/rights");
        articles[share.Id].GetProperty("features").GetProperty("share").GetString().ShouldBe("2026-03-20");
        articles[share.Id].GetProperty("notHelpful").GetInt32().ShouldBe(1);
        (await LoadAsync("knowledge/quality-checker", new { articleId = share.Id })).GetProperty("links")[0].GetProperty("failures").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_account_of_uses_knows_the_last_answer_before_a_resolution()
    {
        Conversation talk = Talk(3);
        talk.AgentReplied(confident: true, cited: true, Ago(3));
        talk.Confirm(Ago(2));
        await AddAsync(
        [
            talk,
            Answer(talk, 1, held, 3), Answer(talk, 2, share, 3),
            Vote(share, KbEvent.Helpful, "a"),
        ]);
        JsonElement facts = await LoadAsync("knowledge/feedback-tracker", new { events = Array.Empty<object>() });
        facts.GetProperty("talks")[0].GetProperty("cited")[0].GetProperty("articleId").GetGuid().ShouldBe(share.Id);
        facts.GetProperty("stored").GetArrayLength().ShouldBe(1);
        facts.GetProperty("articles").GetArrayLength().ShouldBe(4);

        JsonElement faq = await LoadAsync("knowledge/faq-generator", new { });
        faq.GetProperty("passages").EnumerateArray().Select(p => p.GetProperty("articleId").GetGuid()).ShouldBe([share.Id]);

        Message Answer(Conversation of, int sequence, KbArticle cited, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = of.Id, Sequence = sequence, Author = MessageAuthor.Agent, AgentId = "desk/knowledge-answerer", Text = "So.", Status = ReplyStatus.Answered, RunId = null, CreatedAt = Ago(days), Citations = [new Citation(1, cited.Id, null, 1, cited.Title, "/help", "", "Open", 0, 4)] };
    }

    [Fact]
    public async Task An_answer_and_the_index_take_the_text_as_it_is_published()
    {
        JsonElement facts = await LoadAsync("knowledge/synthesizer", new { question = "share", ranked = new[] { Ranked(share), Ranked(held) } });
        facts.GetProperty("passages").GetArrayLength().ShouldBe(1);
        facts.GetProperty("passages")[0].GetProperty("version").GetInt32().ShouldBe(1);
        (await LoadAsync("knowledge/embedder", new { articleId = held.Id.ToString("D") })).GetProperty("articles")[0].GetProperty("status").GetString().ShouldBe("held");

        object Ranked(KbArticle article) => new { chunkId = $"{article.Id:D}#000", articleId = article.Id.ToString("D"), relevance = 0.9, score = 0.8, parts = new { relevance = 0.9, quality = 0.6, recency = 0.5, helpfulness = 0.4 } };
    }

    private async Task<JsonElement> LoadAsync(string agent, object input)
    {
        IRowFacts rows = Desk.Get<IFactSource>().Open(FactScope.Of(catalogue.ById[agent], Desk.Actor));
        var basis = new AgentBasis(now, TimeZoneInfo.Utc, "EUR", TenantPolicies.Default with { Currency = "EUR" }) { Card = catalogue.ById[agent] };
        LoadedFacts loaded = await ((ComputingAgent)catalogue.Find(agent)!).LoadAsync(JsonSerializer.SerializeToElement(input), rows, basis, default);
        return loaded.Facts.ShouldNotBeNull(loaded.Stop?.Detail);
    }

    private Task AddAsync(params object[] rows) => Desk.Data.WriteAsync(
        Desk.Actor,
        db =>
        {
            db.AddRange(rows);
            return 0;
        },
        default);

    private static DateTimeOffset Ago(int days) => now.AddDays(-days);

    private KbArticle Article(string title, string body, ArticleStatus status = ArticleStatus.Published, string audience = "public") =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Title = title, Slug = title.ToLowerInvariant().Replace(' ', '-'), Body = body, Category = "boards", Language = "en", Status = status, Version = 1, ContentHash = title, Audience = audience, QualityScore = 80, LastVerified = new DateOnly(2026, 3, 1), UpdatedAt = Ago(20) };

    private KbUse Vote(KbArticle article, KbEvent what, string voter, string? uncounted = null) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), ArticleId = article.Id, ArticleVersion = 1, Voter = voter, Event = what, At = Ago(3), IdempotencyKey = $"{article.Id}{voter}", Uncounted = uncounted };

    private Conversation Talk(int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Channel = Channel.Web, VisitorId = Desk.NewId(), Subject = $"Printing {days}", CreatedAt = Ago(days), LastActivityAt = Ago(days) };

    private SearchLog Search(string query, string outcome, string contact, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Query = query, Outcome = outcome, ContactHash = contact, At = Ago(days) };

    private Handoff Handed(Conversation talk, string reason, string wish, int days) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = talk.Id, RunId = null, FromAgent = "desk/knowledge-answerer", ToTeam = "support", Reason = reason, CaseFile = new CaseFile("visitor", null, wish, 1, [], [], wish, "Answer."), CreatedAt = Ago(days) };
}
