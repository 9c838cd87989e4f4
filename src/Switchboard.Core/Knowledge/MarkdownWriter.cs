using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace Switchboard.Core.Knowledge;

/// <summary>Writes the elements of a page as Markdown that reads back as the same headings, paragraphs, lists, tables and code.</summary>
internal sealed class MarkdownWriter(Uri? address)
{
    // A page may nest its boxes as deep as it likes; what lies deeper than this is taken as plain text.
    private const int deepest = 100;

    private static readonly HashSet<string> blocks = new(StringComparer.Ordinal)
    {
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    };

    private readonly StringBuilder text = new();
    private int level = 1;

    public string Write(IElement element)
    {
        Children(element, "", 0);
        return text.ToString().Trim('\n') is { Length: > 0 } made ? made + "\n" : "";
    }

    private void Children(INode parent, string indent, int depth)
    {
        var run = new List<INode>();
        foreach (INode node in parent.ChildNodes)
        {
            if (node is not IElement element || !IsBlock(element))
            {
                run.Add(node);
                continue;
            }
            Paragraph(run, indent, depth);
            Block(element, indent, depth + 1);
        }
        Paragraph(run, indent, depth);
    }

    /// <summary>A box, or an inline element that holds boxes, as a link around a card does.</summary>
    private static bool IsBlock(IElement element) => blocks.Contains(element.LocalName) || element.Children.Any(c => blocks.Contains(c.LocalName));

    private void Block(IElement element, string indent, int depth)
    {
        if (depth > deepest)
        {
            Line(indent, Escaped(PlainText.Collapse(element.TextContent)));
            return;
        }
        switch (element.LocalName)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                // The title stands above the body, so the page's own main headings come second.
                level = Math.Max(2, element.LocalName[1] - '0');
                Line(indent, new string('#', level) + " " + Inline(element, depth).Replace('\n', ' '));
                break;
            case "summary":
                Line(indent, new string('#', Math.Min(6, level + 1)) + " " + Inline(element, depth).Replace('\n', ' '));
                break;
            case "ul" or "ol" or "menu":
                List(element, indent, depth);
                break;
            case "pre":
                Code(element, indent);
                break;
            case "blockquote":
                Quote(element, indent, depth);
                break;
            case "table":
                Table(element, indent, depth);
                break;
            case "hr":
                Line(indent, "---");
                break;
            case "dt":
                string term = Inline(element, depth);
                if (term.Length > 0) Line(indent, "**" + term.Trim('*') + "**");
                break;
            default:
                Children(element, indent, depth);
                break;
        }
    }

    private void Paragraph(List<INode> run, string indent, int depth)
    {
        if (run.Count == 0) return;
        var made = new StringBuilder();
        foreach (INode node in run) Inline(node, made, depth);
        run.Clear();
        Line(indent, AtLineStart(Tidy(made)));
    }

    private void Line(string indent, string content)
    {
        if (content.Trim(' ', '#', '\n').Length == 0) return;
        foreach (string line in content.Split('\n')) text.Append(indent).Append(line).Append('\n');
        text.Append('\n');
    }

    private void List(IElement list, string indent, int depth)
    {
        int number = int.TryParse(list.GetAttribute("start"), NumberStyles.None, CultureInfo.InvariantCulture, out int start) ? start : 1;
        foreach (IElement item in list.Children)
        {
            string mark = list.LocalName == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{number}. ") : "- ";
            int before = text.Length;
            Children(item, indent + new string(' ', mark.Length), depth);
            if (text.Length == before) continue;
            text.Remove(before, indent.Length + mark.Length).Insert(before, indent + mark);
            // One blank line parts two points as well as none would, but nested blocks need theirs.
            number++;
        }
    }

    private void Code(IElement element, string indent)
    {
        string code = element.TextContent.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n').TrimEnd();
        if (code.Length == 0) return;
        string fence = "```";
        while (code.Contains(fence, StringComparison.Ordinal)) fence += "`";
        Line(indent, $"{fence}\n{code}\n{fence}");
    }

    private void Quote(IElement element, string indent, int depth)
    {
        int before = text.Length;
        Children(element, "", depth);
        string inner = text.ToString(before, text.Length - before).Trim('\n');
        text.Length = before;
        Line(indent, string.Join('\n', inner.Split('\n').Select(l => l.Length == 0 ? ">" : "> " + l)));
    }

    private void Table(IElement table, string indent, int depth)
    {
        List<List<string>> rows = [.. table.QuerySelectorAll("tr").Where(r => r.Closest("table") == table).Select(r => r.Children.Where(c => c.LocalName is "td" or "th").Select(c => Cell(c, depth)).ToList()).Where(r => r.Count > 0)];
        int width = rows.Count == 0 ? 0 : rows.Max(r => r.Count);
        if (width <= 1)
        {
            // A table of one column only places things on the page.
            Children(table, indent, depth);
            return;
        }
        var lines = new List<string>();
        foreach (List<string> row in rows)
        {
            lines.Add("| " + string.Join(" | ", row.Concat(Enumerable.Repeat("", width - row.Count))) + " |");
            if (lines.Count == 1) lines.Add("|" + string.Concat(Enumerable.Repeat(" --- |", width)));
        }
        Line(indent, string.Join('\n', lines));
    }

    private string Cell(IElement cell, int depth) => Inline(cell, depth).Replace('\n', ' ').Replace("|", "\\|", StringComparison.Ordinal);

    private string Inline(INode node, int depth)
    {
        var made = new StringBuilder();
        foreach (INode child in node.ChildNodes) Inline(child, made, depth + 1);
        return Tidy(made);
    }

    private void Inline(INode node, StringBuilder made, int depth)
    {
        if (node is IText words)
        {
            made.Append(Escaped(Spaced(words.Data)));
            return;
        }
        if (node is not IElement element) return;
        if (depth > deepest)
        {
            made.Append(Escaped(Spaced(element.TextContent)));
            return;
        }
        switch (element.LocalName)
        {
            case "br":
                made.Append('\n');
                break;
            case "img" or "picture":
                break;
            case "code" or "kbd" or "samp" or "tt":
                string code = PlainText.Collapse(element.TextContent);
                if (code.Length > 0) made.Append(code.Contains('`') ? $"`` {code} ``" : $"`{code}`");
                break;
            case "strong" or "b":
                Marked(element, made, "**", depth);
                break;
            case "em" or "i":
                Marked(element, made, "*", depth);
                break;
            case "a" when Target(element) is { } target:
                string label = Inline(element, depth);
                if (label.Length > 0) made.Append('[').Append(label.Replace('\n', ' ')).Append("](").Append(target).Append(')');
                break;
            default:
                bool box = blocks.Contains(element.LocalName);
                if (box) made.Append(' ');
                foreach (INode child in element.ChildNodes) Inline(child, made, depth + 1);
                if (box) made.Append(' ');
                break;
        }
    }

    private void Marked(IElement element, StringBuilder made, string mark, int depth)
    {
        string inner = Inline(element, depth);
        if (inner.Length == 0) return;
        // A mark opens only after a blank or a sign and closes before one, so the blanks inside go outside.
        if (char.IsWhiteSpace(element.TextContent[0])) made.Append(' ');
        made.Append(mark).Append(inner).Append(mark);
        if (char.IsWhiteSpace(element.TextContent[^1])) made.Append(' ');
    }

    private string? Target(IElement link)
    {
        string? href = link.GetAttribute("href")?.Trim();
        if (string.IsNullOrEmpty(href)) return null;
        if (href[0] == '#') return href.Contains(' ') || href.Contains(')') ? null : href;
        if (!(address is null ? Uri.TryCreate(href, UriKind.Absolute, out Uri? full) : Uri.TryCreate(address, href, out full))) return null;
        if (full.Scheme is not ("http" or "https" or "mailto")) return null;
        return full.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
    }

    /// <summary>Runs of white space as one blank, as a browser shows them.</summary>
    private static string Spaced(string source)
    {
        var made = new StringBuilder(source.Length);
        foreach (char c in source)
        {
            if (c is not (' ' or '\n' or '\r' or '\t' or '\f' or '\u00A0')) made.Append(c);
            else if (made.Length == 0 || made[^1] != ' ') made.Append(' ');
        }
        return made.ToString();
    }

    /// <summary>Signs that would be marks. A sign inside a word or beside blanks is none, so names such as my_file stay as they are.</summary>
    private static string Escaped(string source)
    {
        var made = new StringBuilder(source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            char c = source[i];
            char next = i + 1 < source.Length ? source[i + 1] : ' ';
            char before = i == 0 ? ' ' : source[i - 1];
            bool mark = c switch
            {
                '\\' => char.IsPunctuation(next) || char.IsSymbol(next),
                '`' or '[' or ']' => true,
                '*' => !(char.IsWhiteSpace(next) && char.IsWhiteSpace(before)),
                '_' => !(char.IsLetterOrDigit(next) && char.IsLetterOrDigit(before)) && !(char.IsWhiteSpace(next) && char.IsWhiteSpace(before)),
                '<' => char.IsLetter(next) || next is '/' or '!' or '?',
                '&' => char.IsLetter(next) || next == '#',
                '~' => next == '~' || before == '~',
                _ => false,
            };
            if (mark) made.Append('\\');
            made.Append(c);
        }
        return made.ToString();
    }

    private static string Tidy(StringBuilder made)
    {
        IEnumerable<string> lines = made.ToString().Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(l => l.Length > 0);
        return string.Join('\n', lines);
    }

    /// <summary>A sign at the start of a line that would make a heading, a list or a quote of it.</summary>
    private static string AtLineStart(string paragraph) => string.Join('\n', paragraph.Split('\n').Select(line =>
    {
        if (line.Length == 0) return line;
        if (line[0] is '#' or '>' or '+' or '-' or '=' or '{' || line.StartsWith(":::", StringComparison.Ordinal)) return "\\" + line;
        int digits = line.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && line[digits] is '.' or ')' && (digits + 1 == line.Length || line[digits + 1] == ' ') ? line[..digits] + "\\" + line[digits..] : line;
    }));
}
