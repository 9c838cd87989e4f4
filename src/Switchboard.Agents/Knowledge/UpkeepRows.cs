using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Core.Transfer;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Reads all that tells whether published articles need work.</summary>
internal sealed class UpkeepRows(IRowFacts rows, AgentBasis basis)
{
    private const int shownDays = 90;
    private const int shownLately = 30;

    public async Task<UpdaterFacts> LoadAsync()
    {
        IReadOnlyList<KbArticle> articles = await rows.ListAsync<KbArticle>(q => q.Where(a => a.Status == ArticleStatus.Published && (a.HoldReason == null || a.HoldReason == Updater.HoldReason)).OrderBy(a => a.Id));
        DateTimeOffset from = basis.Now.AddDays(-shownDays), lately = basis.Now.AddDays(-shownLately), now = basis.Now;
        var uses = (await rows.ListAsync((IQueryable<KbUse> q) => q.Where(u => u.Uncounted == null && (u.Event == KbEvent.Helpful || u.Event == KbEvent.NotHelpful || (u.Event == KbEvent.Shown && u.At > from && u.At <= now)))
            .GroupBy(u => new { u.ArticleId, u.Event, Lately = u.At > lately }).Select(g => new { g.Key.ArticleId, g.Key.Event, g.Key.Lately, Count = g.Count() }))).ToLookup(u => u.ArticleId);
        Dictionary<string, LinkStatus> links = (await rows.ListAsync<LinkStatus>(q => q.OrderBy(l => l.Id))).GroupBy(l => l.Url, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.OrderBy(f => f.Key));
        Dictionary<Guid, Guid> tickets = (await rows.ListAsync((IQueryable<Ticket> q) => q.Where(t => t.Component == "knowledge" && t.ClosedAt == null).Select(t => t.Id))).ToDictionary(t => t);
        IReadOnlyList<PolicyFigure> figures = PolicyFigures.Of(basis);
        List<NamedFeature> removed = [.. features.Where(f => f.RemovedOn <= basis.Today).Select(f => new NamedFeature(f.Key, f.Name, Removed: true))];
        return new UpdaterFacts
        {
            Articles = [.. articles.Select(a =>
            {
                LinkStatus[] own = [.. links.Values.Where(l => Links(a.Body, l.Url))];
                Guid ticket = RowIds.TailOf("kb_upkeep", a.Id.ToString("D"));
                int Of(KbEvent what, bool latelyOnly = false) => uses[a.Id].Where(u => u.Event == what && (!latelyOnly || u.Lately)).Sum(u => u.Count);
                return new ArticleCondition
                {
                    ArticleId = a.Id.ToString("D"),
                    Version = a.Version,
                    Title = a.Title,
                    Figures = [.. ArticleQuality.Differing(a.Body, figures).Select(d => new DifferingFigure(d.Figure.Subject, d.Stated, d.Figure.Value))],
                    RemovedFeatures = [.. ArticleQuality.Gone(a.Body, removed).Select(g => g.Name).Distinct(StringComparer.Ordinal)],
                    Features = features.Where(f => f.ArticleId == a.Id && f.RemovedOn is null && f.Since is not null).ToDictionary(f => f.Key, f => f.Since!.Value, StringComparer.Ordinal),
                    BrokenLinks = [.. own.Where(l => l.Failures >= (l.Url.Contains("://", StringComparison.Ordinal) ? 2 : 1)).Select(l => new BrokenLink(l.Url, InSteps(a.Body, l.Url)))],
                    LinksCheckedAt = own.Length == 0 ? null : own.Min(l => l.CheckedAt),
                    Helpful = Of(KbEvent.Helpful),
                    NotHelpful = Of(KbEvent.NotHelpful),
                    Quality = a.QualityScore,
                    LastVerified = a.LastVerified,
                    VersionDate = basis.DayOf(a.UpdatedAt),
                    Shown30 = Of(KbEvent.Shown, latelyOnly: true),
                    Shown90 = Of(KbEvent.Shown),
                    OwnHold = a.HoldReason is not null,
                    TicketId = tickets.ContainsKey(ticket) ? ticket.ToString("D") : null,
                    Owner = a.AuthorId?.ToString("D"),
                };
            })],
        };
    }

    /// <summary>Whether the link stands in a numbered line.</summary>
    private static bool InSteps(string body, string url) =>
        body.Split('\n').Any(line => Links(line, url) && line.TrimStart() is { Length: > 2 } step && char.IsAsciiDigit(step[0]) && step.TrimStart([.. "0123456789"])[0] is '.' or ')');

    /// <summary>Whether a text links to an address, and not to another that begins with it.</summary>
    private static bool Links(string text, string url) => new[] { ")", " ", "#" }.Any(end => text.Contains($"({url}{end}", StringComparison.Ordinal));
}
