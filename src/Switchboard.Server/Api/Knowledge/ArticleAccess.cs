using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>Which articles a caller may see, and which version of one it has seen.</summary>
public static class ArticleAccess
{
    /// <summary>What publishing needs.</summary>
    public static IResult MayNotPublish() => Problems.Of(403, "missing_scope", "The key may not do this.", $"What customers read is changed with the scope {Scopes.PublishKnowledge}.");

    /// <summary>Names the article as it stands: every change gives another tag, those that readers do not see as well.</summary>
    public static string TagOf(KbArticle article) => string.Create(CultureInfo.InvariantCulture, $"\"{article.Version}-{(int)article.Status}-{article.UpdatedAt.UtcTicks / TimeSpan.TicksPerMicrosecond:x}\"");

    /// <summary>Cuts an instant to what the database keeps, so that a tag is the same before and behind the commit.</summary>
    public static DateTimeOffset Kept(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>The audiences a customer's person belongs to: without proof none but everybody's.</summary>
    public static async Task<IReadOnlySet<string>> AudiencesAsync(ContactActor caller, SwitchboardDb db, CancellationToken cancellationToken) =>
        Audiences.Of(IsProven(caller), IsProven(caller) ? await PlansOf(db, caller).SingleOrDefaultAsync(cancellationToken) : null);

    /// <summary>Whether the caller may see the article: the staff sees all, customers what is published for them.</summary>
    public static async Task<bool> MaySeeAsync(Actor caller, KbArticle article, SwitchboardDb db, CancellationToken cancellationToken) =>
        caller is not ContactActor contact || Audiences.MaySee(article, await AudiencesAsync(contact, db, cancellationToken));

    /// <summary>The same within a change.</summary>
    public static bool MaySee(Actor caller, KbArticle article, SwitchboardDb db) =>
        caller is not ContactActor contact || Audiences.MaySee(article, Audiences.Of(IsProven(contact), IsProven(contact) ? PlansOf(db, contact).SingleOrDefault() : null));

    private static bool IsProven(ContactActor caller) => caller is { ContactId: not null, Proof: not Proof.None };

    private static IQueryable<string> PlansOf(SwitchboardDb db, ContactActor caller) => db.Contacts.Where(c => c.Id == caller.ContactId).Join(db.Customers, c => c.CustomerId, u => u.Id, (_, u) => u.Plan);
}

/// <summary>An article as the API shows it. Tags and why it is held back are for the staff.</summary>
public sealed record ArticleView(
    Guid Id, string? ExternalId, string Title, string Slug, string Category, string Language, ArticleStatus Status, int Version, string Body, DateOnly? LastVerified, DateTimeOffset UpdatedAt, string Url,
    string? Audience, IReadOnlyList<string>? Tags, string? HoldReason, Guid? AuthorId)
{
    /// <summary>Shows an article to a caller.</summary>
    public static ArticleView Of(KbArticle a, string tenantSlug, Actor caller)
    {
        bool staff = caller is not ContactActor;
        return new ArticleView(
            a.Id, a.ExternalId, a.Title, a.Slug, a.Category, a.Language, a.Status, a.Version, a.Body, a.LastVerified, a.UpdatedAt, KnowledgeBase.UrlOf(tenantSlug, a.Id),
            staff ? a.Audience : null, staff ? a.Tags : null, staff ? a.HoldReason : null, staff ? a.AuthorId : null);
    }
}
