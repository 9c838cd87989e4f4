using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Switchboard.Core.Knowledge;

/// <summary>Which articles of a help centre point to which: what the authors send readers to again and again is more often what is meant.</summary>
internal static class LinkGraph
{
    // An article that this many others point to has half of what links can give.
    private const double half = 3;

    /// <summary>The links of a body, each with what it may name an article by (the parts of its path, with and without extension and trailing words) and the terms of its texts; links that name the same are one.</summary>
    public static IReadOnlyList<ArticleLink> Of(string body, Func<string, string[]> terms)
    {
        var links = new Dictionary<string, List<string[]>>(StringComparer.OrdinalIgnoreCase);
        foreach (LinkInline link in MarkdownDocument.Syntax.Parse(body).Descendants<LinkInline>())
        {
            if (link.IsImage || link.Url is not { Length: > 1 } url || url[0] == '#') continue;
            int end = url.AsSpan().IndexOfAny('?', '#');
            string path = end < 0 ? url : url[..end];
            if (!links.TryGetValue(path, out List<string[]>? texts)) links[path] = texts = [];
            string[] text = terms(string.Concat(link.Descendants<LiteralInline>().Select(l => l.Content.ToString())));
            if (text.Length > 0 && !texts.Exists(t => t.AsSpan().SequenceEqual(text))) texts.Add(text);
        }
        return [.. links.Select(l => new ArticleLink(Keys(l.Key), l.Value)).Where(l => l.Keys.Length > 0)];
    }

    private static string[] Keys(string path)
    {
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            keys.Add(part);
            // Help centres write 4406856349970-Select-board-and-port.
            int hyphen = part.IndexOf('-', StringComparison.Ordinal);
            if (hyphen > 0 && part.AsSpan(0, hyphen).IndexOfAnyExceptInRange('0', '9') < 0) keys.Add(part[..hyphen]);
            if (Path.GetFileNameWithoutExtension(part) is { Length: > 0 } bare) keys.Add(ArticleFile.Slug(bare));
        }
        return [.. keys];
    }

    /// <summary>For each place, the articles that point to it and what their links say.</summary>
    public static IncomingLink[][] Incoming(IReadOnlyList<AnalysedArticle?> articles)
    {
        var byKey = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < articles.Count; i++)
        {
            if (articles[i] is not { } article) continue;
            byKey[article.Slug] = i;
            byKey[article.Article.ArticleId.ToString()] = i;
        }
        // An id is the stronger name.
        for (int i = 0; i < articles.Count; i++)
            if (articles[i]?.Article.ExternalId is { } id) byKey[id] = i;

        var incoming = new List<IncomingLink>?[articles.Count];
        for (int from = 0; from < articles.Count; from++)
        {
            if (articles[from] is not { } article) continue;
            foreach (ArticleLink link in article.Links)
            {
                foreach (int to in link.Keys.Select(k => byKey.GetValueOrDefault(k, -1)).Where(t => t >= 0 && t != from).Distinct())
                {
                    List<IncomingLink> list = incoming[to] ??= [];
                    if (list.Count > 0 && list[^1].From == from) list[^1] = list[^1] with { Texts = [.. list[^1].Texts, .. link.Texts] };
                    else list.Add(new IncomingLink(from, link.Texts));
                }
            }
        }
        return [.. incoming.Select(i => i is null ? [] : i.ToArray())];
    }

    /// <summary>How much so many links speak for an article, 0..1: n / (n + 3).</summary>
    public static double Weight(int links) => links / (links + half);
}

/// <summary>A link of an article: what it may name another one by, and the terms of its texts.</summary>
internal sealed record ArticleLink(string[] Keys, IReadOnlyList<string[]> Texts);

/// <summary>An article that points to another: its place and the terms of what its links say.</summary>
internal sealed record IncomingLink(int From, IReadOnlyList<string[]> Texts);
