namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>A passage of an article as vectors name it: the article and the hash of what is embedded, in hexadecimal.</summary>
public readonly record struct PassageKey(Guid ArticleId, string Hash);

/// <summary>A passage and the text its vector is made of.</summary>
public sealed record EmbeddedPassage(PassageKey Key, string Text);

/// <summary>A passage that lies near the question, and the cosine of the two vectors, -1..1.</summary>
public readonly record struct VectorHit(PassageKey Passage, float Cosine);

/// <summary>The passages nearest to a question, nearest first.</summary>
/// <param name="Hits">The passages; several of one article are allowed.</param>
/// <param name="IsTrained">Whether the vectors come from a trained model, whose cosine alone says something.</param>
public sealed record NearPassages(IReadOnlyList<VectorHit> Hits, bool IsTrained);

/// <summary>Which articles a search by vectors may find. It holds before anything is compared: whoever may see little must not get what is left of others' hits.</summary>
/// <param name="Only">These and no others; null for all.</param>
/// <param name="Without">Not these.</param>
public sealed record VectorScope(IReadOnlySet<Guid>? Only, IReadOnlySet<Guid> Without)
{
    /// <summary>Every article.</summary>
    public static VectorScope All { get; } = new(null, new HashSet<Guid>());

    /// <summary>Whether the article may be found.</summary>
    public bool Allows(Guid articleId) => Only?.Contains(articleId) != false && !Without.Contains(articleId);
}
