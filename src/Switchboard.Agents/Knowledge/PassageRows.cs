using Switchboard.Core.Agents;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Reads articles that may reach a customer, as passages.</summary>
internal static class PassageRows
{
    /// <summary>The id of a passage: its article and its place in it.</summary>
    public static string ChunkId(Guid articleId, int ordinal) => $"{articleId:D}#{ordinal:D3}";

    /// <summary>The article of a passage; null when the id is none of ours.</summary>
    public static Guid? ArticleOf(string chunkId) => Guid.TryParse(chunkId.Split('#')[0], out Guid id) ? id : null;

    /// <summary>The published articles that are not held back, of these ids or all.</summary>
    public static Task<IReadOnlyList<KbArticle>> PublishedAsync(IRowFacts rows, IReadOnlyCollection<Guid>? ids = null) => rows.ListAsync<KbArticle>(q =>
    {
        IQueryable<KbArticle> live = q.Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null);
        return (ids is null ? live : live.Where(a => ids.Contains(a.Id))).OrderBy(a => a.Id);
    });

    /// <summary>The passages of an article.</summary>
    public static IEnumerable<IndexPassage> Of(KbArticle article) => Chunker.Split(MarkdownDocument.Parse(article.Body, article.Title)).Select(c => new IndexPassage
    {
        ChunkId = ChunkId(article.Id, c.Ordinal),
        ArticleId = article.Id.ToString("D"),
        Version = article.Version,
        Title = article.Title,
        HeadingPath = c.HeadingPath,
        Text = c.Text,
        Language = article.Language,
        Audience = article.Audience,
        Category = article.Category,
        Tags = article.Tags,
        LastVerified = article.LastVerified,
    });
}
