using System.Text.Json.Serialization;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Actions.Knowledge;

/// <summary>What holding an article back, or letting it go, came to.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="HoldReason">Why it is held now; null when it is not.</param>
public sealed record ArticleHeld(Guid ArticleId, string? HoldReason);

/// <summary>Holds a published article back: it is found and cited no more until it is let go. Its text stays as it is.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Version">The version that is wrong; a newer one is not held for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsMass">Whether it is one of so many that a person decides.</param>
public sealed record HoldArticle(Guid ArticleId, int Version, string Reason, bool IsMass = false) : DeskAction<ArticleHeld>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "kb.hold";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(ArticleHeld result) => Reversal.By(new ReleaseArticle(ArticleId, Reason));

    /// <inheritdoc />
    protected override ActionVerdict<ArticleHeld> Apply(IActionRows rows)
    {
        if (rows.Find<KbArticle>(ArticleId) is not { Status: ArticleStatus.Published } article) return Refuse(new Clause("article_not_found", "There is no such published article."));
        if (article.Version != Version) return Refuse(new Clause("version_changed", $"The article is at version {article.Version} by now, not {Version}."));
        if (article.HoldReason is null)
        {
            article.HoldReason = Reason;
            article.HeldAt = rows.Now;
        }

        var clause = new Clause("kb.hold", "An article that states what is not so is held back until it is put right.");
        return Done(new ArticleHeld(article.Id, article.HoldReason), clause, IsMass ? "approve:actions" : null);
    }
}

/// <summary>Lets an article go that was held back for a reason.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Reason">The reason it was held for; what is held for another stays held.</param>
public sealed record ReleaseArticle(Guid ArticleId, string Reason) : DeskAction<ArticleHeld>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "kb.release";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(ArticleHeld result) => Reversal.None("It is held again when the reason is found again.");

    /// <inheritdoc />
    protected override ActionVerdict<ArticleHeld> Apply(IActionRows rows)
    {
        if (rows.Find<KbArticle>(ArticleId) is not { } article) return Refuse(new Clause("article_not_found", "There is no such article."));
        if (article.HoldReason == Reason)
        {
            article.HoldReason = null;
            article.HeldAt = null;
        }

        return Done(new ArticleHeld(article.Id, article.HoldReason), new Clause("kb.release", "Whoever held an article back lets it go when the reason is gone."));
    }
}
