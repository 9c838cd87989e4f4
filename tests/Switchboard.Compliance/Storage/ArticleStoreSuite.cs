using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Compliance.Storage;

public abstract class ArticleStoreSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private ArticleStore Articles => Desk.Get<ArticleStore>();

    [Fact]
    public async Task An_import_that_readers_notice_raises_the_knowledge_version_once()
    {
        Guid a = Desk.NewId(), b = Desk.NewId();
        ArticlesApplied applied = await ApplyAsync(new InsertArticle(a, Content("a.md")), new InsertArticle(b, Content("b.md") with { LastVerified = new DateOnly(2026, 2, 28) }));

        applied.ShouldBe(new ArticlesApplied(2, 0, 0, 0, 1));
        (await Desk.Tenants.FindAsync(Desk.TenantId, default))!.KnowledgeVersion.ShouldBe(1);
        KbArticle stored = (await Articles.FindAsync(Desk.TenantId, b, default)).ShouldNotBeNull();
        (stored.Version, stored.Title, stored.LastVerified, stored.UpdatedAt).ShouldBe((1, "b.md", new DateOnly(2026, 2, 28), Desk.Start));
        (await Articles.PublishedStatesAsync(Desk.TenantId, default)).Count.ShouldBe(2);
        (await Articles.FingerprintsAsync(Desk.TenantId, default)).Select(f => f.SourcePath).ShouldBe(["/kb/a.md", "/kb/b.md"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_article_gets_a_new_version_with_new_content_only()
    {
        Guid a = Desk.NewId();
        await ApplyAsync(new InsertArticle(a, Content("a.md")));

        (await ApplyAsync(new UpdateArticle(a, Content("a.md")))).KnowledgeVersion.ShouldBe(1);
        (await FindAsync(a)).Version.ShouldBe(1);
        (await ApplyAsync(new UpdateArticle(a, Content("a.md") with { Body = "new", ContentHash = "new" }))).KnowledgeVersion.ShouldBe(2);
        (await FindAsync(a)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_new_version_takes_the_place_of_is_kept_in_order_and_nothing_else_is()
    {
        Guid a = Desk.NewId();
        await ApplyAsync(new InsertArticle(a, Content("a.md")));
        (await Articles.VersionAsync(Desk.TenantId, default)).ShouldBe(1);
        foreach (string text in (string[])["two", "two", "three"]) await ApplyAsync(new UpdateArticle(a, Content("a.md") with { Body = text, ContentHash = text }));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Set<KbArticleVersion>().OrderBy(v => v.Version).Select(v => v.Version + " " + v.Body).ToListAsync()).ShouldBe(["1 # a.md", "2 two"]);
        (await FindAsync(a)).Version.ShouldBe(3);
        (await Articles.VersionAsync(Desk.TenantId, default)).ShouldBe(3);
    }

    [Fact]
    public async Task A_draft_or_another_path_is_nothing_a_reader_notices()
    {
        Guid draft = Desk.NewId(), shown = Desk.NewId();
        (await ApplyAsync(new InsertArticle(draft, Content("draft.md") with { Status = ArticleStatus.Draft }))).KnowledgeVersion.ShouldBe(0);
        (await ApplyAsync(new InsertArticle(shown, Content("shown.md")))).KnowledgeVersion.ShouldBe(1);
        (await ApplyAsync(new MoveArticle(shown, "/kb/elsewhere.md"))).ShouldBe(new ArticlesApplied(0, 0, 0, 1, 1));
        (await FindAsync(shown)).SourcePath.ShouldBe("/kb/elsewhere.md");
        (await ApplyAsync(new ArchiveArticle(draft))).KnowledgeVersion.ShouldBe(1);
        (await ApplyAsync(new ArchiveArticle(shown))).KnowledgeVersion.ShouldBe(2);
        (await FindAsync(shown)).Status.ShouldBe(ArticleStatus.Archived);
        (await Articles.PublishedStatesAsync(Desk.TenantId, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_readers_and_a_hold_are_noticed_and_change_no_version_of_the_article()
    {
        Guid a = Desk.NewId(), draft = Desk.NewId();
        await ApplyAsync(new InsertArticle(a, Content("a.md")), new InsertArticle(draft, Content("draft.md") with { Status = ArticleStatus.Draft }));

        (await ApplyAsync(new LimitArticle(a, "premium", null))).ShouldBe(new ArticlesApplied(0, 1, 0, 0, 2));
        (await Articles.PublishedStatesAsync(Desk.TenantId, default)).ShouldBe(new Dictionary<Guid, ArticleState> { [a] = new(1, "premium") });
        (await ApplyAsync(new LimitArticle(a, "premium", null))).KnowledgeVersion.ShouldBe(2);
        (await ApplyAsync(new LimitArticle(draft, "premium", null))).KnowledgeVersion.ShouldBe(2);

        (await ApplyAsync(new LimitArticle(a, "premium", "its prices are old"))).KnowledgeVersion.ShouldBe(3);
        (await FindAsync(a)).HeldAt.ShouldBe(Desk.Start);
        (await Articles.PublishedStatesAsync(Desk.TenantId, default)).ShouldBeEmpty();
        (await Articles.PublishedAsync(Desk.TenantId, [a], default)).ShouldBeEmpty();

        (await ApplyAsync(new LimitArticle(a, "public", null))).KnowledgeVersion.ShouldBe(4);
        (await FindAsync(a)).HeldAt.ShouldBeNull();
        (await Articles.PublishedStatesAsync(Desk.TenantId, default)).ShouldBe(new Dictionary<Guid, ArticleState> { [a] = new(1, "public") });
    }

    [Fact]
    public async Task Two_articles_may_change_their_files_places()
    {
        Guid a = Desk.NewId(), b = Desk.NewId();
        await ApplyAsync(new InsertArticle(a, Content("a.md") with { ExternalId = "1" }), new InsertArticle(b, Content("b.md") with { ExternalId = "2" }));

        await ApplyAsync(new MoveArticle(a, "/kb/b.md"), new UpdateArticle(b, Content("a.md") with { ExternalId = "3" }));

        (await FindAsync(a)).SourcePath.ShouldBe("/kb/b.md");
        (await FindAsync(a)).ExternalId.ShouldBe("1");
        (await FindAsync(b)).ExternalId.ShouldBe("3");
    }

    [Fact]
    public async Task An_import_with_one_bad_change_changes_nothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => ApplyAsync(new InsertArticle(Desk.NewId(), Content("a.md")), new ArchiveArticle(Desk.NewId())));

        (await Articles.FingerprintsAsync(Desk.TenantId, default)).ShouldBeEmpty();
        (await Desk.Tenants.FindAsync(Desk.TenantId, default))!.KnowledgeVersion.ShouldBe(0);
    }

    internal static ArticleContent Content(string name) => new()
    {
        SourcePath = "/kb/" + name,
        Title = name,
        Slug = name,
        Body = "# " + name,
        Category = "billing",
        Language = "en",
        Status = ArticleStatus.Published,
        ContentHash = name,
    };

    private Task<ArticlesApplied> ApplyAsync(params ArticleChange[] changes) => Articles.ApplyAsync(Desk.Actor, changes, Desk.Start, default);

    private async Task<KbArticle> FindAsync(Guid id) => (await Articles.FindAsync(Desk.TenantId, id, default)).ShouldNotBeNull();
}
