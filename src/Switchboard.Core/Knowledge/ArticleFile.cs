using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Markdig.Syntax;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Switchboard.Core.Knowledge;

/// <summary>An article as one Markdown file states it; <c>Body</c> is the exact text after the front matter, line ends included.</summary>
public sealed record ParsedArticle(
    string RelativePath,
    string? ExternalId,
    string Title,
    string Slug,
    string Body,
    string Category,
    string? Language,
    bool Draft,
    DateOnly? Updated,
    string ContentHash);

/// <summary>Why a file is not an article, in words for the person who imports it; <c>Line</c> is 1-based in the file.</summary>
public sealed record ArticleFileError(string RelativePath, string Message, int? Line = null);

/// <summary>What became of one file: exactly one of <c>Article</c> and <c>Error</c> is set.</summary>
public sealed record ArticleFileResult(string RelativePath, ParsedArticle? Article, ArticleFileError? Error)
{
    internal static ArticleFileResult Failed(string path, string message, int? line = null) => new(path, null, new ArticleFileError(path, message, line));
}

/// <summary>What an article is written in.</summary>
public enum ArticleFormat
{
    /// <summary>Markdown with optional front matter.</summary>
    Markdown,

    /// <summary>A page of HTML.</summary>
    Html,
}

/// <summary>Reads a Markdown file with optional YAML front matter, or a page of HTML, into an article, or says what is wrong with it.</summary>
public static class ArticleFile
{
    private const int longestSlug = 80;

    /// <summary>What a file is written in by the end of its name; null when it is no article.</summary>
    public static ArticleFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".md" or ".markdown" => ArticleFormat.Markdown,
        ".html" or ".htm" or ".xhtml" => ArticleFormat.Html,
        _ => null,
    };

    /// <summary>Parses the bytes of one file by its format; without <paramref name="format"/> by the end of its name.</summary>
    public static ArticleFileResult Read(string relativePath, ReadOnlyMemory<byte> bytes, ArticleFormat? format = null, Uri? address = null) =>
        (format ?? FormatOf(relativePath)) == ArticleFormat.Html ? HtmlArticle.Parse(relativePath, bytes, address) : Parse(relativePath, bytes);

    /// <summary>
    /// Parses the bytes of one Markdown file. They must be UTF-8 (a byte order mark is accepted). Front matter knows <c>title</c> (else the first
    /// H1 heading), <c>id</c>, <c>draft</c>, <c>language</c>, <c>category</c> (else the folder) and <c>updated</c>; other keys are ignored.
    /// </summary>
    public static ArticleFileResult Parse(string relativePath, ReadOnlyMemory<byte> bytes)
    {
        string path = relativePath.Replace('\\', '/');
        ReadOnlySpan<byte> data = bytes.Span;
        int mark = data.StartsWith("\uFEFF"u8) ? 3 : 0;
        data = data[mark..];

        char[] buffer = new char[data.Length];
        OperationStatus status = Utf8.ToUtf16(data, buffer, out int read, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            return ArticleFileResult.Failed(path, $"The file must be UTF-8; the byte at offset {read + mark} is not valid UTF-8.");
        int nul = data.IndexOf((byte)0);
        if (nul >= 0)
            return ArticleFileResult.Failed(path, $"The file is not text: it holds a NUL byte at offset {nul + mark}. Articles are Markdown in UTF-8.");

        string text = new(buffer, 0, written);
        FrontMatter front = FrontMatter.Read(text);
        if (front.Error is not null) return ArticleFileResult.Failed(path, front.Error, front.ErrorLine);

        string body = text[front.BodyStart..];
        if (string.IsNullOrWhiteSpace(body)) return ArticleFileResult.Failed(path, "The article has no text after its front matter.");

        string? title = front.Title ?? FirstHeading(body);
        if (title is null) return ArticleFileResult.Failed(path, "The article has no title: give `title` in the front matter or start with a heading of level 1.");

        string category = front.Category ?? Folder(path);
        return new ArticleFileResult(path, new ParsedArticle(
            path, front.Id, title, Slug(title), body, category, front.Language, front.Draft, front.Updated,
            ContentHash(title, body, front.Draft ? "draft" : "published", category, front.Language)), null);
    }

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) over title, body, state, category and language, each preceded by its length so that no two
    /// different articles share the input. The path is left out: a moved file is the same article.
    /// </summary>
    public static string ContentHash(string title, string body, string state, string category, string? language)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (string part in (ReadOnlySpan<string>)[title, body, state, category, language ?? ""])
        {
            byte[] encoded = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, encoded.Length);
            hash.AppendData(length);
            hash.AppendData(encoded);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The part of an address made from a title: lower case, accents folded, words joined by hyphens, at most 80 characters.</summary>
    public static string Slug(string title)
    {
        var slug = new StringBuilder(title.Length);
        foreach (char c in TextAnalysis.Fold(title))
        {
            if (slug.Length >= longestSlug) break;
            if (char.IsLetterOrDigit(c)) slug.Append(c);
            else if (c is not ('\'' or '’') && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        string made = slug.ToString().Trim('-');
        return made.Length == 0 ? "article" : made;
    }

    private static string Folder(string path)
    {
        int slash = path.LastIndexOf('/');
        if (slash < 0) return "";
        string folder = path[..slash];
        return folder[(folder.LastIndexOf('/') + 1)..];
    }

    private static string? FirstHeading(string body)
    {
        HeadingBlock? heading = MarkdownDocument.Syntax.Parse(body).Descendants<HeadingBlock>().FirstOrDefault(h => h.Level == 1);
        string? title = heading is null ? null : PlainText.Of(heading).Trim();
        return string.IsNullOrEmpty(title) ? null : title;
    }
}

internal sealed class FrontMatter
{
    private const int longest = 20_000;
    private const int deepest = 20;

    public string? Title { get; private set; }
    public string? Id { get; private set; }
    public string? Language { get; private set; }
    public string? Category { get; private set; }
    public bool Draft { get; private set; }
    public DateOnly? Updated { get; private set; }
    public int BodyStart { get; private set; }
    public string? Error { get; private set; }
    public int? ErrorLine { get; private set; }

    public static FrontMatter Read(string text)
    {
        var front = new FrontMatter();
        int open = LineEnd(text, 0);
        if (text[..open].TrimEnd() != "---") return front;

        int yamlStart = NextLine(text, open);
        for (int at = yamlStart; at < text.Length; at = NextLine(text, LineEnd(text, at)))
        {
            if (text[at..LineEnd(text, at)].TrimEnd() is not ("---" or "...")) continue;
            front.BodyStart = NextLine(text, LineEnd(text, at));
            front.Fill(text[yamlStart..at]);
            return front;
        }
        return front.Fail("The front matter that starts on line 1 is not closed by a line `---`.", 1);
    }

    private FrontMatter Fill(string yaml)
    {
        if (yaml.Length > longest) return Fail($"The front matter has {yaml.Length} characters; the most are {longest}.", 1);
        var stream = new YamlStream();
        try
        {
            // The tree is built by recursion: what is nested without end would end the process.
            if (IsNestedTooDeep(yaml)) return Fail("The front matter is nested too deep; it is a list of `key: value` lines.", 2);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            // The parser counts from the first line of the YAML, which is line 2 of the file.
            return Fail($"The front matter is not valid YAML: {e.Message}", (int)e.Start.Line + 1);
        }
        if (stream.Documents.Count == 0) return this;
        if (stream.Documents[0].RootNode is not YamlMappingNode map) return Fail("The front matter must be a list of `key: value` lines.", 2);

        foreach ((YamlNode keyNode, YamlNode valueNode) in map.Children)
        {
            int line = (int)valueNode.Start.Line + 1;
            if (keyNode is not YamlScalarNode { Value: { } key } || valueNode is not YamlScalarNode scalar) continue;
            string value = (scalar.Value ?? "").Trim();
            if (value.Length == 0 || (scalar.Style == ScalarStyle.Plain && value is "null" or "~")) continue;
            switch (key)
            {
                case "title": Title = value; break;
                case "id": Id = value; break;
                case "language": Language = value.ToLowerInvariant(); break;
                case "category": Category = value; break;
                case "draft":
                    bool? draft = value.ToLowerInvariant() switch { "true" or "yes" => true, "false" or "no" => false, _ => null };
                    if (draft is null) return Fail($"`draft` must be true or false, not `{value}`.", line);
                    Draft = draft.Value;
                    break;
                case "updated":
                    string day = value.Length > 10 ? value[..10] : value;
                    if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly updated))
                        return Fail($"`updated` must be a date such as 2026-01-31, not `{value}`.", line);
                    Updated = updated;
                    break;
            }
        }
        return this;
    }

    private static bool IsNestedTooDeep(string yaml)
    {
        var events = new Parser(new StringReader(yaml));
        for (int depth = 0; events.MoveNext();)
            if ((depth += events.Current!.NestingIncrease) > deepest) return true;
        return false;
    }

    private FrontMatter Fail(string message, int line)
    {
        Error = message;
        ErrorLine = line;
        return this;
    }

    private static int LineEnd(string text, int from)
    {
        int end = text.AsSpan(from).IndexOfAny('\r', '\n');
        return end < 0 ? text.Length : from + end;
    }

    private static int NextLine(string text, int lineEnd)
    {
        if (lineEnd >= text.Length) return text.Length;
        return text[lineEnd] == '\r' && lineEnd + 1 < text.Length && text[lineEnd + 1] == '\n' ? lineEnd + 2 : lineEnd + 1;
    }
}
