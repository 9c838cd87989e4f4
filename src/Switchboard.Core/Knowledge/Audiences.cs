using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>Which articles a reader may see: the public ones, with proof those for the signed-in, and those of the customer's plan.</summary>
public static class Audiences
{
    /// <summary>Everybody.</summary>
    public const string Public = "public";

    /// <summary>Everybody who proved who they are.</summary>
    public const string SignedIn = "signed_in";

    private static readonly IReadOnlySet<string> nobodyKnown = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The audiences a customer's person belongs to, beside everybody.</summary>
    /// <param name="proven">Whether the person proved who they are; without proof a plan counts for nothing.</param>
    /// <param name="plan">Key of the customer's plan; null when there is no customer.</param>
    public static IReadOnlySet<string> Of(bool proven, string? plan)
    {
        if (!proven) return nobodyKnown;
        var audiences = new HashSet<string>(StringComparer.Ordinal) { SignedIn };
        if (plan is not null) audiences.Add(plan);
        return audiences;
    }

    /// <summary>Whether a customer's person may see the article: it is published, not held back, and for an audience of theirs.</summary>
    public static bool MaySee(KbArticle article, IReadOnlySet<string> audiences) =>
        article is { Status: ArticleStatus.Published, HoldReason: null } && (article.Audience == Public || audiences.Contains(article.Audience));

    /// <summary>An article's audience as the index has it: null for everybody.</summary>
    internal static string? Indexed(string audience) => audience == Public ? null : audience;
}
