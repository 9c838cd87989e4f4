using System.Globalization;
using System.Text;
using System.Text.Unicode;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Switchboard.Core.Knowledge;

/// <summary>Reads a page of HTML as an article: what the page is about as Markdown, without the frame of the site around it.</summary>
public static class HtmlArticle
{
    private const int longestTitle = 300;

    // What a page holds besides its text. A header or footer inside the text goes too, except that headings in it are kept.
    private const string frame = "script,style,noscript,template,nav,aside,form,button,select,input,svg,canvas,iframe,object,video,audio,dialog,footer,[hidden],[aria-hidden=true],[role=navigation],[role=search],[role=banner],[role=contentinfo],[role=complementary],[role=dialog]";

    /// <summary>
    /// Parses the bytes of one page; without a character set in the bytes themselves they are read as UTF-8. <paramref name="address"/>
    /// makes links of the page complete. The title is the page's main heading, else the one it tells other sites, else its window title.
    /// </summary>
    public static ArticleFileResult Parse(string relativePath, ReadOnlyMemory<byte> bytes, Uri? address = null)
    {
        string path = relativePath.Replace('\\', '/');
        if (bytes.Span.IndexOf((byte)0) >= 0) return ArticleFileResult.Failed(path, "The file is not text: it holds a NUL byte. Articles are Markdown or HTML.");
        if (HtmlNesting.Problem(bytes.Span) is { } problem) return ArticleFileResult.Failed(path, problem);
        IHtmlDocument page = Read(bytes);

        string? shared = Meta(page, "meta[property='og:title']");
        IElement text = Text(page);
        IElement? heading = text.QuerySelector("h1") ?? page.QuerySelector("h1");
        string title = PlainText.Collapse(heading?.TextContent ?? "");
        if (title.Length == 0) title = PlainText.Collapse(shared ?? page.Title ?? "");
        if (title.Length == 0) return ArticleFileResult.Failed(path, "The page has no title: give it a heading of level 1 or a <title>.");
        if (title.Length > longestTitle) title = title[..longestTitle].TrimEnd();

        foreach (IElement element in text.QuerySelectorAll(frame).ToList())
            if (element != text) element.Remove();
        heading?.Remove();
        string body = new MarkdownWriter(address).Write(text);
        if (string.IsNullOrWhiteSpace(body)) return ArticleFileResult.Failed(path, "The page has no text of its own. A page that a script fills in the browser cannot be read; export it as HTML or Markdown.");

        string? language = page.DocumentElement.GetAttribute("lang") is { Length: >= 2 } lang ? lang.Trim().ToLowerInvariant() : null;
        string category = Meta(page, "meta[property='article:section']") ?? Folder(path);
        return new ArticleFileResult(path, new ParsedArticle(path, null, title, ArticleFile.Slug(title), body, category, language, false, Updated(page),
            ArticleFile.ContentHash(title, body, "published", category, language)), null);
    }

    private static IHtmlDocument Read(ReadOnlyMemory<byte> bytes)
    {
        var parser = new HtmlParser(new HtmlParserOptions { IsScripting = false });
        // The parser takes what the page says of itself; most pages are UTF-8 and say nothing.
        if (Utf8.IsValid(bytes.Span)) return parser.ParseDocument(Encoding.UTF8.GetString(bytes.Span));
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return parser.ParseDocument(stream);
    }

    /// <summary>The element that holds the text: the marked article body, else the only article, else the main part, else the page.</summary>
    private static IElement Text(IHtmlDocument page)
    {
        if (page.QuerySelector("[itemprop=articleBody]") is { } marked && marked.TextContent.Length > 0) return marked;
        List<IElement> articles = [.. page.QuerySelectorAll("article").Where(a => a.ParentElement?.Closest("article") is null)];
        if (articles is [{ } only] && only.TextContent.Trim().Length > 0) return only;
        if (page.QuerySelector("main,[role=main]") is { } main && main.TextContent.Trim().Length > 0) return main;
        return (IElement?)page.Body ?? page.DocumentElement;
    }

    private static DateOnly? Updated(IHtmlDocument page)
    {
        string? stated = Meta(page, "meta[property='article:modified_time'],meta[itemprop=dateModified]") ?? page.QuerySelector("time[itemprop=dateModified]")?.GetAttribute("datetime");
        return stated is { Length: >= 10 } && DateOnly.TryParseExact(stated.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;
    }

    private static string? Meta(IHtmlDocument page, string selector) => page.QuerySelector(selector)?.GetAttribute("content") is { } content && content.Trim().Length > 0 ? PlainText.Collapse(content) : null;

    private static string Folder(string path)
    {
        string[] parts = path.Split('?', 2)[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? "" : parts[^2];
    }
}

/// <summary>
/// Whether a page can be parsed in reasonable time. A parser walks its open elements at every tag and opens unclosed marks anew in every
/// paragraph, so a small page of nothing but opened tags would keep a core busy for hours.
/// </summary>
internal static class HtmlNesting
{
    private const int mostTags = 300_000;
    private const int deepest = 1_000;
    private const int mostOpenMarks = 40;

    private static readonly HashSet<string> marks = new(StringComparer.Ordinal) { "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u" };

    // Elements without an end, or whose end may be left out: an opened one is closed by the next.
    private static readonly HashSet<string> uncounted = new(StringComparer.Ordinal)
    {
        "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt",
        "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr", "path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "stop",
    };

    public static string? Problem(ReadOnlySpan<byte> page)
    {
        var open = new Dictionary<string, int>(StringComparer.Ordinal);
        int tags = 0, depth = 0, openMarks = 0;
        for (int at = page.IndexOf((byte)'<'); at >= 0 && at + 1 < page.Length;)
        {
            bool closes = page[at + 1] == '/';
            int start = at + (closes ? 2 : 1);
            int end = start;
            while (end < page.Length && end - start < 12 && char.IsAsciiLetterOrDigit((char)page[end])) end++;
            int next = page[end..].IndexOf((byte)'<');
            if (end > start && ++tags > mostTags) return $"The page has more than {mostTags} tags; import its text as Markdown.";
            string name = end > start ? Encoding.ASCII.GetString(page[start..end]).ToLowerInvariant() : "p";
            if (!uncounted.Contains(name))
            {
                int count = open.GetValueOrDefault(name);
                if (!closes || count > 0)
                {
                    int step = closes ? -1 : 1;
                    open[name] = count + step;
                    depth += step;
                    if (marks.Contains(name)) openMarks += step;
                }
                if (depth > deepest || openMarks > mostOpenMarks) return "The page opens elements and does not close them, too many to be read; save it again from a browser, or as Markdown.";
            }
            at = next < 0 ? -1 : end + next;
        }
        return null;
    }
}
