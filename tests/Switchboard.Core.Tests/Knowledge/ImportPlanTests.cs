using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class ImportPlanTests
{
    private static readonly Guid known = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    private static ArticleFileResult File(string path, string? id, string body = "Body.") =>
        Articles.File(path, $"---\ntitle: T\ncategory: C\n{(id is null ? "" : $"id: {id}\n")}---\n{body}");

    private static ArticleFingerprint Stored(ArticleFileResult file, ArticleStatus state = ArticleStatus.Published, string root = "/kb") =>
        new(known, file.Article!.ExternalId, $"{root}/{file.RelativePath}", file.Article.ContentHash, state);

    [Fact]
    public void A_file_nobody_knows_is_added() => ImportPlan.Create([], [File("a.md", "1")], "/kb").Added.ShouldHaveSingleItem().SourcePath.ShouldBe("/kb/a.md");

    [Fact]
    public void Equal_content_is_unchanged_and_other_content_changed()
    {
        ImportPlan.Create([Stored(File("a.md", null))], [File("a.md", null)], "/kb/").Unchanged.ShouldHaveSingleItem().PathChanged.ShouldBeFalse();
        ImportPlan.Create([Stored(File("a.md", null))], [File("a.md", null, "New.")], "/kb").Changed.ShouldHaveSingleItem().ArticleId.ShouldBe(known);
    }

    [Fact]
    public void A_moved_file_with_an_id_is_the_same_article()
    {
        ImportPlan plan = ImportPlan.Create([Stored(File("a.md", "1"))], [File("sub/b.md", "1")], "/kb");
        plan.Unchanged.ShouldHaveSingleItem().ShouldBe(new ImportKept(known, "/kb/sub/b.md", true));
        plan.Archived.ShouldBeEmpty();
    }

    [Fact]
    public void A_vanished_file_is_archived_only_under_the_imported_folder()
    {
        ImportPlan.Create([Stored(File("a.md", "1"))], [File("b.md", "2")], "/kb").Archived.ShouldHaveSingleItem().ArticleId.ShouldBe(known);
        ImportPlan.Create([Stored(File("a.md", "1"), root: "/kb-other")], [File("b.md", "2")], "/kb").Archived.ShouldBeEmpty();
        ImportPlan.Create([Stored(File("a.md", "1"), ArticleStatus.Archived)], [File("b.md", "2")], "/kb").Archived.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_fails_keeps_its_stored_article()
    {
        ImportPlan plan = ImportPlan.Create([Stored(File("a.md", "1"))], [Articles.File("a.md", "---\ntitle: [\n---\nx")], "/kb");
        plan.Failed.ShouldHaveSingleItem().SourcePath.ShouldBe("/kb/a.md");
        plan.Archived.ShouldBeEmpty();
    }

    [Fact]
    public void The_second_file_with_one_id_fails_and_names_the_first()
    {
        ImportPlan plan = ImportPlan.Create([], [File("a.md", "1"), File("b.md", "1")], "/kb");
        plan.Added.ShouldHaveSingleItem();
        plan.Failed.ShouldHaveSingleItem().Message.ShouldContain("/kb/a.md");
    }

    [Fact]
    public void An_archived_article_that_comes_back_is_changed() =>
        ImportPlan.Create([Stored(File("a.md", "1"), ArticleStatus.Archived)], [File("a.md", "1")], "/kb").Changed.ShouldHaveSingleItem().ArticleId.ShouldBe(known);

    [Fact]
    public void An_empty_folder_is_refused_and_archives_nothing()
    {
        ImportPlan plan = ImportPlan.Create([Stored(File("a.md", "1"))], [], "/kb");
        plan.Refusal.ShouldNotBeNull().ShouldContain("No Markdown");
        plan.Archived.ShouldBeEmpty();
    }
}
