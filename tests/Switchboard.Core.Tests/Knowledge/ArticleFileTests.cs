using System.Text;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class ArticleFileTests
{
    [Fact]
    public void Front_matter_gives_the_fields_and_the_body_is_the_exact_rest()
    {
        ParsedArticle article = Articles.File("Billing/refunds.md", "---\r\ntitle: \"Refunds: how?\"\r\nid: 0042\r\ndraft: true\r\nlanguage: EN\r\nupdated: 2026-02-03\r\nodd: [1]\r\n---\r\n\r\nBody.\r\n").Article.ShouldNotBeNull();
        article.ShouldSatisfyAllConditions(
            a => a.Title.ShouldBe("Refunds: how?"), a => a.ExternalId.ShouldBe("0042"), a => a.Draft.ShouldBeTrue(), a => a.Language.ShouldBe("en"),
            a => a.Updated.ShouldBe(new DateOnly(2026, 2, 3)), a => a.Category.ShouldBe("Billing"), a => a.Slug.ShouldBe("refunds-how"), a => a.Body.ShouldBe("\r\nBody.\r\n"));
    }

    [Fact]
    public void Without_front_matter_the_first_heading_is_the_title()
    {
        ParsedArticle article = Articles.File("a.md", "# Set up *single* sign-on\n\nText.").Article.ShouldNotBeNull();
        article.Title.ShouldBe("Set up single sign-on");
        article.ExternalId.ShouldBeNull();
        article.Category.ShouldBe("");
    }

    [Theory]
    [InlineData("Just text.", "no title", null)]
    [InlineData("---\ntitle: x\n---\n\n  \n", "no text", null)]
    [InlineData("---\ntitle: x\nBody", "not closed", 1)]
    [InlineData("---\ntitle: x\nid: [1\n---\nBody", "not valid YAML", 4)]
    [InlineData("---\ntitle: x\ndraft: perhaps\n---\nBody", "`draft`", 3)]
    [InlineData("---\n- a\n---\nBody", "key: value", 2)]
    public void What_is_wrong_with_a_file_is_said(string text, string message, int? line)
    {
        ArticleFileError error = Articles.File("a.md", text).Error.ShouldNotBeNull();
        error.Message.ShouldContain(message);
        error.Line.ShouldBe(line);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        byte[] latin = [.. Encoding.ASCII.GetBytes("# Caf"), 0xE9, .. Encoding.ASCII.GetBytes("\n\nText.")];
        string message = ArticleFile.Parse("a.md", latin).Error.ShouldNotBeNull().Message;
        message.ShouldContain("UTF-8");
        message.ShouldContain("offset 5");
        ArticleFile.Parse("b.md", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("# A\n\nB")).ToArray()).Error.ShouldNotBeNull().Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void A_binary_file_is_refused() => ArticleFile.Parse("a.md", "# A\n\nB\0C"u8.ToArray()).Error.ShouldNotBeNull().Message.ShouldContain("NUL");

    [Fact]
    public void A_byte_order_mark_is_accepted() => ArticleFile.Parse("a.md", Encoding.UTF8.GetPreamble().Concat("# A\n\nB"u8.ToArray()).ToArray()).Article.ShouldNotBeNull().Title.ShouldBe("A");

    [Fact]
    public void The_hash_follows_content_and_not_the_path()
    {
        string text = "---\ntitle: A\ncategory: X\n---\nBody";
        string hash = Articles.File("one/a.md", text).Article!.ContentHash;
        Articles.File("two/b.md", text).Article!.ContentHash.ShouldBe(hash);
        Articles.File("one/a.md", text + ".").Article!.ContentHash.ShouldNotBe(hash);
        Articles.File("one/a.md", text.Replace("category: X", "category: X\ndraft: true", StringComparison.Ordinal)).Article!.ContentHash.ShouldNotBe(hash);
    }

    [Fact]
    public void Front_matter_that_is_nested_without_end_or_very_long_is_refused_and_ends_no_process()
    {
        foreach (string open in (string[])["[", "{a: ", "- ", "? "])
            Articles.File("a.md", $"---\n{string.Concat(Enumerable.Repeat(open, 19_000 / open.Length))}\n---\nBody").Error.ShouldNotBeNull(open).Message.ShouldContain("front matter");
        Articles.File("a.md", $"---\ntitle: {new string('a', 20_000)}\n---\nBody").Error.ShouldNotBeNull().Message.ShouldContain("20000");
        Articles.File("a.md", "---\ntitle: A\nodd: {a: [{b: [c]}]}\n---\nBody").Article.ShouldNotBeNull().Title.ShouldBe("A");
    }
}
