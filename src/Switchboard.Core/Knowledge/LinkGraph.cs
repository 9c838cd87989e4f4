using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Switchboard.Core.Knowledge;

/// <summary>Which articles of a help centre point to which: what the authors send readers to again and again is more often what is meant.</summary>
internal static class LinkGraph
{
    // An article that this many others point to has half of what links can give.
    private const double half = 3;

    /// <summary>What the links of a body may name an article by: the parts of their paths, with and without extension and trailing words.</summary>
    public static string[] Keys(string body)
    {
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (LinkInline link in MarkdownDocument.Syntax.Parse(body).Descendants<LinkInline>())
        {
            if (link.IsImage || link.Url is not { Length: > 1 } url || url[0] == '#') continue;
            int end = url.AsSpan().IndexOfAny('?', '#');
            foreach (string part in (end < 0 ? url : url[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                keys.Add(part);
                // Help centres write 4406856349970-Select-board-and-port.
                int hyphen = part.IndexOf('-', StringComparison.Ordinal);
                if (hyphen > 0 && part.AsSpan(0, hyphen).IndexOfAnyExceptInRange('0', '9') < 0) keys.Add(part[..hyphen]);
                if (Path.GetFileNameWithoutExtension(part) is { Length: > 0 } bare) keys.Add(ArticleFile.Slug(bare));
            }
        }
        return [.. keys];
    }

    /// <summary>For each place, the places of the articles that point to it.</summary>
    public static int[][] Incoming(IReadOnlyList<AnalysedArticle?> articles)
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

        var incoming = new List<int>?[articles.Count];
        for (int from = 0; from < articles.Count; from++)
        {
            if (articles[from] is not { } article) continue;
            foreach (string key in article.LinkKeys)
            {
                if (!byKey.TryGetValue(key, out int to) || to == from) continue;
                List<int> list = incoming[to] ??= [];
                if (list.Count == 0 || list[^1] != from) list.Add(from);
            }
        }
        return [.. incoming.Select(i => i is null ? [] : i.ToArray())];
    }

    /// <summary>How much so many links speak for an article, 0..1: n / (n + 3).</summary>
    public static double Weight(int links) => links / (links + half);
}
