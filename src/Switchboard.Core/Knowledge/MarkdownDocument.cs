using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Switchboard.Core.Knowledge;

/// <summary>What a unit of an article is.</summary>
public enum UnitKind
{
    /// <summary>One sentence of a paragraph.</summary>
    Sentence,

    /// <summary>A list with the sentence that leads to it.</summary>
    List,

    /// <summary>A code block, verbatim, with the sentence that leads to it.</summary>
    Code,

    /// <summary>A table, one line per row, with the sentence that leads to it.</summary>
    Table,

    /// <summary>A block quote or an alert.</summary>
    Quote,
}

/// <summary>
/// The smallest part of an article that an answer may use. <c>Text</c> is plain; <c>Start</c> and <c>End</c> (exclusive) are UTF-16
/// offsets into the article's body, and <c>body[Start..End]</c> is the source of the unit as it was written: the quote of a citation.
/// <c>LinksOnly</c>: a list in which every item is just a link. <c>Dangling</c>: a sentence that leads to something that does not follow.
/// </summary>
public sealed record TextUnit(UnitKind Kind, string Text, int Start, int End, int Words, bool LinksOnly = false, bool Dangling = false)
{
    /// <summary>The points of a bulleted list, each with its own place; empty for everything else.</summary>
    internal IReadOnlyList<TextUnit> Points { get; init; } = [];
}

/// <summary>The units under one heading. <c>HeadingPath</c> holds the headings above them from the outermost to the nearest.</summary>
public sealed record DocumentSection(IReadOnlyList<string> HeadingPath, IReadOnlyList<TextUnit> Units);

/// <summary>
/// A Markdown body as sections of units. Left out: tables of contents (lists of links into the same page, with their lead-in), images
/// and HTML comments, because none of them says anything to a reader of an answer.
/// </summary>
public sealed class MarkdownDocument
{
    internal static readonly MarkdownSyntax Syntax = new(b => b.UsePipeTables().UseEmphasisExtras().UseAlertBlocks().UseGenericAttributes());

    private MarkdownDocument(IReadOnlyList<DocumentSection> sections, IReadOnlyList<string> headings)
    {
        Sections = sections;
        Headings = headings;
    }

    /// <summary>The sections that hold at least one unit, in the order of the text.</summary>
    public IReadOnlyList<DocumentSection> Sections { get; }

    /// <summary>All headings of the body, also of sections without units, without the heading that repeats the title.</summary>
    public IReadOnlyList<string> Headings { get; }

    /// <summary>Reads the body of an article; <paramref name="title"/> lets a first heading that only repeats it be left out of the heading paths.</summary>
    public static MarkdownDocument Parse(string body, string title = "")
    {
        var sections = new List<DocumentSection>();
        var headings = new List<string>();
        var path = new List<(int Level, string Text)>();
        var blocks = new List<Block>();

        foreach (Block block in Syntax.Parse(body))
        {
            if (block is not HeadingBlock heading)
            {
                blocks.Add(block);
                continue;
            }
            Close();
            string text = PlainText.Collapse(PlainText.Of(heading));
            path.RemoveAll(h => h.Level >= heading.Level);
            if (text.Length == 0 || (heading.Level == 1 && string.Equals(text, title.Trim(), StringComparison.OrdinalIgnoreCase))) continue;
            path.Add((heading.Level, text));
            headings.Add(text);
        }
        Close();
        return new MarkdownDocument(sections, headings);

        void Close()
        {
            List<TextUnit> units = new UnitReader(body).Read(blocks);
            if (units.Count > 0) sections.Add(new DocumentSection([.. path.Select(h => h.Text)], units));
            blocks.Clear();
        }
    }

    /// <summary>The plain text of a piece of Markdown, as a unit's <c>Text</c> would state it.</summary>
    public static string Strip(string markdown) => PlainText.Of(Syntax.Parse(markdown).Where(b => b is not LinkReferenceDefinitionGroup));
}

/// <summary>Turns the blocks of one section into units; a lead-in and what it leads to become one unit.</summary>
internal sealed class UnitReader(string body)
{
    // A numbered list whose steps are parted by a picture, a note or a command is written as several lists that count on.
    private const int mostBlocksBetweenSteps = 3;

    private readonly List<TextUnit> units = [];

    public List<TextUnit> Read(IReadOnlyList<Block> blocks)
    {
        int i = 0;
        while (i < blocks.Count)
        {
            int last = i;
            switch (blocks[i])
            {
                case ListBlock list when IsContents(list):
                    DropContentsLeadIn();
                    break;
                case ListBlock list:
                    last = LastOfSteps(blocks, i, list);
                    AddBlocks(UnitKind.List, [.. blocks.Skip(i).Take(last - i + 1)], IsLinksOnly(list));
                    break;
                case Table table:
                    AddBlocks(UnitKind.Table, [table]);
                    break;
                case QuoteBlock quote:
                    AddBlocks(UnitKind.Quote, [quote]);
                    break;
                case HtmlBlock { Type: HtmlBlockType.Comment or HtmlBlockType.ScriptPreOrStyle }:
                    break;
                case HtmlBlock html:
                    if (PlainText.Of(html).Length > 0) AddBlocks(UnitKind.Sentence, [html], html.Lines.ToString().Contains("<a ", StringComparison.OrdinalIgnoreCase), joins: false);
                    break;
                case CodeBlock code:
                    AddBlocks(UnitKind.Code, [code]);
                    break;
                case ParagraphBlock paragraph:
                    AddSentences(paragraph);
                    break;
            }
            i = last + 1;
        }

        for (int u = 0; u < units.Count; u++)
            if (units[u].Kind == UnitKind.Sentence && units[u].Text.EndsWith(':')) units[u] = units[u] with { Dangling = true };
        return units;
    }

    private void AddBlocks(UnitKind kind, List<Block> blocks, bool linksOnly = false, bool joins = true)
    {
        string text = PlainText.Of(blocks);
        if (text.Trim().Length == 0) return;
        int start = blocks[0].Span.Start;
        int end = Math.Min(body.Length, blocks[^1].Span.End + 1);
        while (end > start && char.IsWhiteSpace(body[end - 1])) end--;

        bool numbered = blocks[0] is ListBlock { IsOrdered: true };
        if (joins && units.Count > 0 && units[^1] is { Kind: UnitKind.Sentence } lead && (lead.Text.EndsWith(':') || (numbered && OnlyBlank(lead.End, start))))
        {
            units.RemoveAt(units.Count - 1);
            start = lead.Start;
            text = lead.Text + "\n" + text;
        }
        units.Add(new TextUnit(kind, text, start, end, WordCount.Of(text), linksOnly) { Points = blocks is [ListBlock { IsOrdered: false } bullets] ? [.. PointsOf(bullets)] : [] });
    }

    // Only points of one paragraph: a point with steps or code inside would be cut out of its frame.
    private IEnumerable<TextUnit> PointsOf(ListBlock bullets)
    {
        foreach (ListItemBlock item in bullets.OfType<ListItemBlock>())
        {
            if (item is not [ParagraphBlock point]) continue;
            string text = PlainText.Of(point);
            int end = Math.Min(body.Length, point.Span.End + 1);
            if (text.Trim().Length > 0 && !text.EndsWith(':')) yield return new TextUnit(UnitKind.Sentence, text, point.Span.Start, end, WordCount.Of(text));
        }
    }

    private bool OnlyBlank(int from, int to) => from <= to && string.IsNullOrWhiteSpace(body[from..to]);

    private static int LastOfSteps(IReadOnlyList<Block> blocks, int first, ListBlock list)
    {
        if (!list.IsOrdered) return first;
        int last = first;
        int next = Number(list) + list.Count;
        for (int i = first + 1; i < blocks.Count && i - last <= mostBlocksBetweenSteps + 1; i++)
        {
            if (blocks[i] is not ListBlock { IsOrdered: true } more) continue;
            if (Number(more) != next) break;
            next += more.Count;
            last = i;
        }
        return last;
    }

    private static int Number(ListBlock list) =>
        int.TryParse(list.OrderedStart, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int start) ? start : 1;

    private void DropContentsLeadIn()
    {
        if (units.Count == 0 || units[^1].Kind != UnitKind.Sentence) return;
        string text = units[^1].Text.TrimEnd(':', '.').ToLowerInvariant();
        if (units[^1].Text.EndsWith(':') || text is "in this article" or "on this page" or "contents" or "table of contents" or "in this guide" or "jump to")
            units.RemoveAt(units.Count - 1);
    }

    private static bool IsContents(ListBlock list) => Links(list, link => link.Url is ['#', ..]);

    private static bool IsLinksOnly(ListBlock list) => Links(list, _ => true);

    private static bool Links(ListBlock list, Func<LinkInline, bool> wanted) =>
        list.OfType<ListItemBlock>().All(item => item.Count > 0 && item.All(block => block switch
        {
            ListBlock nested => Links(nested, wanted),
            ParagraphBlock { Inline: { } inline } => inline.Any(x => x is LinkInline) && inline.All(x => x switch
            {
                LinkInline link => !link.IsImage && wanted(link),
                LiteralInline literal => literal.Content.AsSpan().Trim().TrimEnd('.').IsEmpty,
                LineBreakInline => true,
                _ => false,
            }),
            _ => false,
        }));

    /// <summary>
    /// Cuts a paragraph into sentences. A cut is made only in plain text between the paragraph's own inlines: a sentence that ends inside
    /// emphasis or a link takes the whole of it, else its quote would be half a mark.
    /// </summary>
    private void AddSentences(ParagraphBlock paragraph)
    {
        if (paragraph.Inline is null) return;
        var pieces = new InlinePieces(paragraph.Inline);
        if (pieces.Text.Trim().Length == 0) return;

        int start = 0;
        foreach (Range range in SentenceSplitter.Split(pieces.Text))
        {
            if (range.Start.Value < start) continue;
            int end = pieces.CutAfter(range.End.Value);
            if (end < 0) continue;
            Add(start, end);
            start = end;
        }
        Add(start, pieces.Text.Length);

        void Add(int from, int to)
        {
            while (from < to && char.IsWhiteSpace(pieces.Text[from])) from++;
            while (to > from && char.IsWhiteSpace(pieces.Text[to - 1])) to--;
            if (to <= from) return;
            string text = pieces.Text[from..to];
            units.Add(new TextUnit(UnitKind.Sentence, text, pieces.SourceStart(from), pieces.SourceEnd(to - 1), WordCount.Of(text)));
        }
    }
}

/// <summary>The plain text of a paragraph with the place of each character in the source.</summary>
internal sealed class InlinePieces
{
    private readonly List<(int Start, int End, int Piece)> places = [];

    public InlinePieces(ContainerInline inlines)
    {
        var text = new System.Text.StringBuilder();
        int piece = 0;
        foreach (Inline inline in inlines)
        {
            piece++;
            string plain = PlainText.Of(inline);
            bool literal = inline is LiteralInline && plain.Length == inline.Span.Length;
            for (int i = 0; i < plain.Length; i++)
            {
                places.Add(literal
                    ? (inline.Span.Start + i, inline.Span.Start + i + 1, -1)
                    : (inline.Span.Start, inline.Span.End + 1, piece));
            }
            text.Append(plain);
        }
        Text = text.ToString();
    }

    public string Text { get; }

    /// <summary>The same cut, or -1 when it would go through a piece that cannot be parted.</summary>
    public int CutAfter(int end) =>
        end <= 0 || end >= Text.Length || places[end - 1].Piece < 0 || places[end - 1].Piece != places[end].Piece ? end : -1;

    public int SourceStart(int at) => places[at].Start;

    public int SourceEnd(int at) => places[at].End;
}

internal static class WordCount
{
    /// <summary>Runs of characters between white space that hold a letter or digit; in scripts without blanks each character counts as one word.</summary>
    public static int Of(string text)
    {
        int count = 0;
        bool inWord = false;
        foreach (char c in text)
        {
            if (TextAnalysis.IsIdeographic(c))
            {
                count++;
                inWord = false;
            }
            else if (char.IsWhiteSpace(c)) inWord = false;
            else if (!inWord && char.IsLetterOrDigit(c))
            {
                count++;
                inWord = true;
            }
        }
        return count;
    }
}
