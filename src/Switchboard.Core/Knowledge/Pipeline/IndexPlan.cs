using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>What the index must change for one article to equal it.</summary>
/// <param name="Added">Passages that are new.</param>
/// <param name="Unchanged">Hashes that stay as they are.</param>
/// <param name="Removed">Hashes that go.</param>
public sealed record IndexPlan(IReadOnlyList<HashedPassage> Added, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Removed)
{
    /// <summary>Compares the passages of an article with what is stored of it. A text that stands twice is counted twice.</summary>
    public static IndexPlan Of(IReadOnlyList<HashedPassage> passages, IReadOnlyList<string> stored)
    {
        var left = stored.CountBy(h => h, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var added = new List<HashedPassage>();
        var unchanged = new List<string>();
        foreach (HashedPassage passage in passages)
        {
            if (left.GetValueOrDefault(passage.Hash) == 0) added.Add(passage);
            else
            {
                left[passage.Hash]--;
                unchanged.Add(passage.Hash);
            }
        }

        return new IndexPlan(added, unchanged, [.. stored.Where(h => left[h]-- > 0)]);
    }

    /// <summary>The passages of an article with their hashes.</summary>
    public static IReadOnlyList<HashedPassage> Passages(string title, string body, string language, string modelId) =>
        [.. Chunker.Split(MarkdownDocument.Parse(body, title)).Select(c => new HashedPassage(c.Ordinal, c.HeadingPath, c.Text, Indexed(title, c.HeadingPath, c.Text), Hash(c.HeadingPath, c.Text, language, modelId)))];

    /// <summary>SHA-256 over heading path, text, language and model: the same hash is the same entry of the index.</summary>
    public static string Hash(IReadOnlyList<string> headingPath, string text, string language, string modelId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(" > ", headingPath)}\n{text}\n{language}\n{modelId}")));

    /// <summary>The hash by which the vector of a passage is stored, which names its language and what is embedded; its model stands beside it.</summary>
    public static string StoredHash(string language, string indexed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{language}\n{indexed}")));

    /// <summary>What is indexed of a passage: title and headings before the text.</summary>
    public static string Indexed(string title, IReadOnlyList<string> headingPath, string text) => string.Join(" > ", headingPath.Prepend(title)) + "\n" + text;
}

/// <summary>A passage as it enters the index.</summary>
/// <param name="Ordinal">Its place in the article, from 0.</param>
/// <param name="HeadingPath">The headings above it.</param>
/// <param name="Text">Its text, as it is cited.</param>
/// <param name="Indexed">The same with title and headings before it, for indexing only.</param>
/// <param name="Hash">What tells whether it changed.</param>
public sealed record HashedPassage(int Ordinal, IReadOnlyList<string> HeadingPath, string Text, string Indexed, string Hash);
