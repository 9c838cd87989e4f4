namespace Switchboard.Core.Knowledge;

/// <summary>Which articles may be answered from: those of a category or with a tag that is named.</summary>
/// <param name="Categories">Categories, in any case.</param>
/// <param name="Tags">Tags, in any case.</param>
public sealed record ArticleChoice(IReadOnlyList<string> Categories, IReadOnlyList<string> Tags)
{
    /// <summary>The choice in one line, equal for equal choices.</summary>
    public string Key => $"{string.Join('|', Categories)}\n{string.Join('|', Tags)}";

    /// <summary>Whether an article is among them.</summary>
    public bool Holds(IndexedArticle article) =>
        Categories.Contains(article.Category, StringComparer.OrdinalIgnoreCase) || (article.Tags ?? []).Any(t => Tags.Contains(t, StringComparer.OrdinalIgnoreCase));
}
