using System.Globalization;
using System.Net;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Switchboard.Core.Knowledge;

/// <summary>The words of parsed Markdown without its marks: emphasis and addresses removed, link texts kept, list items on lines of their own.</summary>
internal static class PlainText
{
    public static string Of(Block block)
    {
        var text = new StringBuilder();
        Write(block, text, "");
        return text.ToString().Trim('\n');
    }

    /// <summary>The text of several blocks, one under the other; blocks without text leave no line.</summary>
    public static string Of(IEnumerable<Block> blocks) => string.Join('\n', blocks.Select(Of).Where(t => t.Length > 0));

    public static string Of(Inline inline)
    {
        var text = new StringBuilder();
        Write(inline, text);
        return text.ToString();
    }

    public static string OfHtml(string html)
    {
        var text = new StringBuilder(html.Length);
        int at = 0;
        while (at < html.Length)
        {
            if (html[at] != '<')
            {
                text.Append(html[at++]);
                continue;
            }
            ReadOnlySpan<char> rest = html.AsSpan(at);
            string close = rest.StartsWith("<!--", StringComparison.Ordinal) ? "-->"
                : rest.StartsWith("<script", StringComparison.OrdinalIgnoreCase) ? "</script>"
                : rest.StartsWith("<style", StringComparison.OrdinalIgnoreCase) ? "</style>" : ">";
            int end = html.IndexOf(close, at, StringComparison.OrdinalIgnoreCase);
            if (end < 0) break;
            at = end + close.Length;
            text.Append(' ');
        }
        return Collapse(WebUtility.HtmlDecode(text.ToString()));
    }

    /// <summary>Runs of white space as one blank, without any at the ends.</summary>
    public static string Collapse(string text)
    {
        var made = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c)) made.Append(c);
            else if (made.Length > 0 && made[^1] != ' ') made.Append(' ');
        }
        return made.ToString().TrimEnd();
    }

    private static void Write(Block block, StringBuilder text, string indent)
    {
        switch (block)
        {
            case ListBlock list:
                WriteList(list, text, indent);
                break;
            case Table table:
                foreach (TableRow row in table.OfType<TableRow>())
                    Line(text, indent, string.Join(" | ", row.OfType<TableCell>().Select(cell => Collapse(Of((IEnumerable<Block>)cell)))));
                break;
            case HtmlBlock html:
                Lines(text, indent, OfHtml(html.Lines.ToString()));
                break;
            case CodeBlock code:
                Lines(text, indent, code.Lines.ToString().TrimEnd());
                break;
            case LeafBlock { Inline: { } inline }:
                Lines(text, indent, Of(inline).Trim());
                break;
            case QuoteBlock quote:
                var quoted = new StringBuilder();
                foreach (Block child in quote) Write(child, quoted, "");
                Lines(text, indent, WithoutAlertMark(quoted.ToString().Trim('\n')));
                break;
            case ContainerBlock container:
                foreach (Block child in container) Write(child, text, indent);
                break;
        }
    }

    private static void WriteList(ListBlock list, StringBuilder text, string indent)
    {
        int number = list.IsOrdered && int.TryParse(list.OrderedStart, NumberStyles.None, CultureInfo.InvariantCulture, out int start) ? start : 1;
        foreach (Block item in list)
        {
            string mark = list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "• ";
            var body = new StringBuilder();
            Write(item, body, "");
            string[] lines = body.ToString().Trim('\n').Split('\n');
            if (lines is [""]) continue;
            Line(text, indent, mark + lines[0]);
            string hang = new(' ', 3);
            foreach (string line in lines.Skip(1)) Line(text, indent + hang, line);
        }
    }

    // The mark of an alert ("[!TIP]") is only taken out by the parser when the quote stands outside lists.
    private static string WithoutAlertMark(string text)
    {
        if (!text.StartsWith("[!", StringComparison.Ordinal)) return text;
        int close = text.IndexOf(']');
        return close > 2 && text.AsSpan(2, close - 2).IndexOfAnyExceptInRange('A', 'z') < 0 ? text[(close + 1)..].TrimStart() : text;
    }

    private static void Lines(StringBuilder text, string indent, string value)
    {
        if (value.Length == 0) return;
        foreach (string line in value.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n')) Line(text, indent, line);
    }

    private static void Line(StringBuilder text, string indent, string line) => text.Append(indent).Append(line.TrimEnd()).Append('\n');

    private static void Write(Inline inline, StringBuilder text)
    {
        switch (inline)
        {
            case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
            case CodeInline code: text.Append(code.Content); break;
            case HtmlEntityInline entity: text.Append(entity.Transcoded.AsSpan()); break;
            case AutolinkInline link: text.Append(link.Url); break;
            case LineBreakInline: text.Append(' '); break;
            case HtmlInline { Tag: ['<', 'b' or 'B', 'r' or 'R', ..] }: text.Append(' '); break;
            case LinkInline { IsImage: true } or LinkInline { Label: ['^', ..] }: break; // a picture, the mark of a footnote
            case ContainerInline container:
                foreach (Inline child in container) Write(child, text);
                break;
        }
    }
}
