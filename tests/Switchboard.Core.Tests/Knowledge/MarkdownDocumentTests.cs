using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class MarkdownDocumentTests
{
    [Fact]
    public void A_numbered_list_stays_whole_with_its_lead_in()
    {
        const string body = "You need to be an owner. Follow these steps:\n\n1. Open **Settings**.\n1. Choose [Members](https://example.com).\n   - Not there? Ask an owner.\n1. Click Invite.\n";
        List<TextUnit> units = Articles.Units(body);
        units.Select(u => u.Text).ShouldBe(["You need to be an owner.", "Follow these steps:\n1. Open Settings.\n2. Choose Members.\n   • Not there? Ask an owner.\n3. Click Invite."]);
        body[units[1].Start..units[1].End].ShouldBe(body[25..].TrimEnd());
    }

    [Fact]
    public void Steps_parted_by_a_picture_or_a_note_are_one_list()
    {
        List<TextUnit> units = Articles.Units("1. Open it.\n\n![window](a.png)\n\n2. Close it.\n\n> [!NOTE]\n> It takes a minute.\n\n3. Done.\n\nOr:\n\n1. Another list.\n");
        units.Count.ShouldBe(2);
        units[0].Text.ShouldBe("1. Open it.\n2. Close it.\nIt takes a minute.\n3. Done.");
    }

    [Fact]
    public void A_table_of_contents_is_skipped_with_its_lead_in()
    {
        const string body = "Plans differ.\n\nIn this article:\n\n* [Free](#free)\n* [Paid](#paid)\n\n## Free\n\nIt costs nothing.\n\n## Paid\n\nIt costs money.\n";
        Articles.Units(body).Select(u => u.Text).ShouldBe(["Plans differ.", "It costs nothing.", "It costs money."]);
    }

    [Fact]
    public void Pictures_and_comments_leave_nothing()
    {
        Articles.Units("![a](a.png)\n\n<!-- internal: ask Bob -->\n\nText <!-- hidden --> here.\n").Select(u => PlainText.Collapse(u.Text)).ShouldBe(["Text here."]);
    }

    [Fact]
    public void Headings_make_paths_and_the_title_is_not_one_of_them()
    {
        MarkdownDocument document = MarkdownDocument.Parse("# Billing\n\nIntro.\n\n## Cards\n\n### Expired {#expired}\n\nReplace it.\n\n## Invoices\n\nSee there.\n", "Billing");
        document.Sections.Select(s => string.Join(" > ", s.HeadingPath)).ShouldBe(["", "Cards > Expired", "Invoices"]);
    }

    [Fact]
    public void Code_is_verbatim_and_tables_are_rows()
    {
        List<TextUnit> units = Articles.Units("Run this:\n\n```sh\necho  'a  b'\n```\n\n| Plan | Price |\n|---|---|\n| Pro | **20** |\n");
        units[0].ShouldSatisfyAllConditions(u => u.Kind.ShouldBe(UnitKind.Code), u => u.Text.ShouldBe("Run this:\necho  'a  b'"));
        units[1].ShouldSatisfyAllConditions(u => u.Kind.ShouldBe(UnitKind.Table), u => u.Text.ShouldBe("Plan | Price\nPro | 20"));
    }

    [Fact]
    public void A_sentence_is_not_cut_inside_emphasis_or_a_link()
    {
        const string body = "**Careful. This is final.** It cannot be undone. See [Limits. And more](x) now.";
        Articles.Units(body).Select(u => body[u.Start..u.End]).ShouldBe(["**Careful. This is final.**", "It cannot be undone.", "See [Limits. And more](x) now."]);
    }

    [Fact]
    public void Line_ends_of_windows_are_kept_in_the_quote()
    {
        const string body = "First line\r\ngoes on. Second.\r\n\r\n1. One\r\n2. Two\r\n";
        List<TextUnit> units = Articles.Units(body);
        body[units[0].Start..units[0].End].ShouldBe("First line\r\ngoes on.");
        units[0].Text.ShouldBe("First line goes on.");
        units[1].Text.ShouldBe("Second.\n1. One\n2. Two");
    }

    [Fact]
    public void Thirty_sentences_of_fifteen_words_make_three_chunks()
    {
        string[] sentences = [.. Enumerable.Range(1, 30).Select(i => $"S{i} " + string.Join(' ', Enumerable.Repeat("word", 13)) + " end.")];
        IReadOnlyList<DocumentChunk> chunks = Chunker.Split(MarkdownDocument.Parse(string.Join(' ', sentences)));
        chunks.Select(c => (c.Units[0].Text.Split(' ')[0], c.Units[^1].Text.Split(' ')[0])).ShouldBe([("S1", "S12"), ("S12", "S23"), ("S23", "S30")]);
        chunks.Select(c => c.Overlap).ShouldBe([false, true, true]);
    }

    [Fact]
    public void A_unit_longer_than_a_chunk_is_a_chunk_alone()
    {
        string list = string.Join('\n', Enumerable.Range(1, 60).Select(i => $"{i}. one two three four five"));
        IReadOnlyList<DocumentChunk> chunks = Chunker.Split(MarkdownDocument.Parse($"Before it. And more.\n\nText.\n\n{list}\n\nAfter it."));
        chunks.Select(c => c.Units.Count).ShouldBe([2, 1, 1]);
    }

    [Fact]
    public void Marks_nested_too_deep_to_read_do_not_stop_the_index()
    {
        string deep = new string('>', 5000) + " text";
        KnowledgeIndex.Build([Articles.Article(1, "Deep", deep), Articles.Article(2, "Refunds", "Refunds take five days.")]).Search("refunds").Hits.ShouldHaveSingleItem();
        Articles.File("a.md", deep).Error.ShouldNotBeNull();
    }

    // The parser takes half a second for a hundred thousand characters of such marks. They stay what they are, and all else is read as ever.
    [Theory]
    [InlineData("*a ")]
    [InlineData("a_ ")]
    [InlineData("~a*b ")]
    [InlineData("[")]
    [InlineData("![a](")]
    [InlineData("[a][")]
    public void More_marks_than_any_paragraph_has_are_plain_characters(string mark)
    {
        string marks = string.Concat(Enumerable.Repeat(mark, 400)).Trim();
        MarkdownDocument document = MarkdownDocument.Parse($"## Opening\n\n{marks}\n\n- one\n- two");
        document.Headings.ShouldBe(["Opening"]);
        document.Sections[0].Units.Count(u => u.Kind == UnitKind.List).ShouldBe(1);
        string.Concat(document.Sections[0].Units.Where(u => u.Kind == UnitKind.Sentence).Select(u => u.Text)).Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe(marks.Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("- {0}\n- *point*")]
    [InlineData("| a | b |\n|---|---|\n| {0} | cell |")]
    [InlineData("> {0}")]
    [InlineData("Lead {0}\nand on.")]
    public void What_has_too_many_marks_keeps_them_to_itself(string place)
    {
        string marks = string.Concat(Enumerable.Repeat("*a ", 400)).Trim();
        string body = $"## *Opening*\n\nPress *save* [here](a.md) at once.\n\n{string.Format(System.Globalization.CultureInfo.InvariantCulture, place, marks)}\n\nThen **wait** for [the mail](b.md) to come.\n\n- *one*\n- [two](c.md)";
        MarkdownDocument document = MarkdownDocument.Parse(body);

        document.Headings.ShouldBe(["Opening"]);
        string[] texts = [.. document.Sections[0].Units.Select(u => u.Text)];
        texts.ShouldContain("Press save here at once.");
        texts.ShouldContain(t => t.Contains(marks, StringComparison.Ordinal));
        texts.ShouldContain(t => t.Contains("Then wait for the mail to come.", StringComparison.Ordinal));
        texts[^1].ShouldNotContain("*");
        texts[^1].ShouldNotContain("[");
    }

    [Fact]
    public void Many_marks_in_many_points_and_cells_are_read()
    {
        string points = string.Join('\n', Enumerable.Range(0, 500).Select(i => $"- *point* {i} [here](a.md)"));
        string rows = string.Join('\n', Enumerable.Range(0, 60).Select(i => $"| **cell** {i} | [here](a.md) |"));
        List<TextUnit> units = Articles.Units($"{points}\n\n| a | b |\n|---|---|\n{rows}");
        units.ShouldAllBe(u => !u.Text.Contains('*') && !u.Text.Contains('['));
    }

    [Theory]
    [InlineData(">")]
    [InlineData("> ")]
    [InlineData("+ ")]
    [InlineData("1. ")]
    [InlineData("   > - ")]
    public void Quotes_and_lists_nested_without_end_are_one_paragraph(string mark)
    {
        string deep = string.Concat(Enumerable.Repeat(mark, 400)) + "text";
        Articles.Units(deep).ShouldAllBe(u => u.Kind == UnitKind.Sentence);
        MarkdownDocument.Strip(deep).ShouldEndWith("text");
    }

    /// <summary>Every unit's slice of the body is its source: stripped of its marks it says exactly what the unit says.</summary>
    [Fact]
    public void Every_unit_is_a_verbatim_slice_that_reads_as_its_text()
    {
        string[] pieces =
        [
            "A plain sentence. Another one, e.g. with *marks* and `code.txt`!", "Steps:\n\n1. First\n2. Second **bold**\n   - nested\n3. Third", "* one\n* two [link](http://x.y/z)",
            "```\ncode  here\n```", "| A | B |\n|---|---|\n| 1 | 2 |", "> [!TIP]\n> Quoted *text*. More.", "## Heading {#id}", "### Other", "![p](i.png)",
            "Escapes \\* and &amp; entities. 漢字です。終わり。", "Broken\nline. Next\nsentence [here](u).", "<div class=\"x\">Some <b>html</b></div>",
        ];
        var random = new Random(11);
        for (int round = 0; round < 400; round++)
        {
            string end = round % 2 == 0 ? "\n" : "\r\n";
            string body = string.Join("\n\n", Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)])).Replace("\n", end, StringComparison.Ordinal);
            List<TextUnit> units = Articles.Units(body);
            foreach (TextUnit unit in units)
            {
                unit.Text.ShouldNotBeNullOrWhiteSpace();
                MarkdownDocument.Strip(body[unit.Start..unit.End]).ShouldBe(unit.Text, $"in {body}");
            }
            units.Zip(units.Skip(1)).ShouldAllBe(p => p.First.End <= p.Second.Start);
        }
    }
}
