using Switchboard.Domain;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>A figure that an article states and the policy has differently.</summary>
/// <param name="Subject">What it is the figure of.</param>
/// <param name="Stated">As the article has it.</param>
/// <param name="Policy">As the policy has it.</param>
public sealed record DifferingFigure(string Subject, decimal Stated, decimal Policy);

/// <summary>A link that leads nowhere.</summary>
/// <param name="Url">Its address.</param>
/// <param name="InSteps">Whether it stands in the steps of the article.</param>
public sealed record BrokenLink(string Url, bool InSteps = false);

/// <summary>All that tells whether a published article needs work.</summary>
public sealed record ArticleCondition
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Figures that differ from the policy.</summary>
    public IReadOnlyList<DifferingFigure>? Figures { get; init; }

    /// <summary>Features it explains that are gone.</summary>
    public IReadOnlyList<string>? RemovedFeatures { get; init; }

    /// <summary>Features it explains, with the day of their newest change.</summary>
    public IReadOnlyDictionary<string, DateOnly>? Features { get; init; }

    /// <summary>Links that lead nowhere.</summary>
    public IReadOnlyList<BrokenLink>? BrokenLinks { get; init; }

    /// <summary>When its links were last checked; null when it has none or they never were.</summary>
    public DateTimeOffset? LinksCheckedAt { get; init; }

    /// <summary>Votes that it helped.</summary>
    [AtLeast(0)]
    public int Helpful { get; init; }

    /// <summary>Votes that it did not.</summary>
    [AtLeast(0)]
    public int NotHelpful { get; init; }

    /// <summary>Its checked quality, 0..100.</summary>
    [Between(0, 100)]
    public double? Quality { get; init; }

    /// <summary>When somebody last made sure that it is right.</summary>
    public DateOnly? LastVerified { get; init; }

    /// <summary>The day of its version.</summary>
    public DateOnly? VersionDate { get; init; }

    /// <summary>How often it was listed in 30 days.</summary>
    [AtLeast(0)]
    public int Shown30 { get; init; }

    /// <summary>How often in 90; null when that is not known.</summary>
    [AtLeast(0)]
    public int? Shown90 { get; init; }

    /// <summary>Whether it is held back by this upkeep.</summary>
    public bool OwnHold { get; init; }

    /// <summary>The open task about it.</summary>
    public string? TicketId { get; init; }

    /// <summary>Who wrote it, else who keeps its category.</summary>
    public string? Owner { get; init; }
}

/// <summary>Why an article needs work.</summary>
/// <param name="Code">policy_figure, removed_feature, feature_changed, broken_link, reliably_unhelpful, low_quality, stale or very_stale.</param>
/// <param name="Evidence">What shows it.</param>
public sealed record UpkeepReason(string Code, string Evidence);

/// <summary>An article that needs work.</summary>
public sealed record UpkeepItem
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>Why.</summary>
    public required IReadOnlyList<UpkeepReason> Reasons { get; init; }

    /// <summary>critical, high, medium or low.</summary>
    public required string Severity { get; init; }

    /// <summary>S 30 minutes, M 2 hours, L a day.</summary>
    public required string Effort { get; init; }

    /// <summary>hold, task, archive_candidate, lift or none.</summary>
    public required string Action { get; init; }

    /// <summary>Whether its own hold is lifted: it stands for what is critical alone, whatever else is left to do.</summary>
    public bool Releases { get; init; }

    /// <summary>The open task about it.</summary>
    public string? TicketId { get; init; }

    /// <summary>Who should do it.</summary>
    public string? Owner { get; init; }

    /// <summary>links_not_checked when a check of its links is older than seven days.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Decides which published articles need work, why and how much.</summary>
public static class ArticleUpkeep
{
    private const int staleDays = 180;
    private const int veryStaleDays = 365;
    private const int linkDays = 7;
    private const int fewestVotes = 10;
    private static readonly string[] order = ["critical", "high", "medium", "low"];

    /// <summary>The articles that need work, the most pressing first, then those whose reasons are gone.</summary>
    public static IReadOnlyList<UpkeepItem> Plan(IReadOnlyList<ArticleCondition> articles, DateTimeOffset now, DateOnly today) =>
    [
        .. articles.Select(a => (Article: a, Item: ItemOf(a, now, today))).Where(x => x.Item is not null)
            .OrderBy(x => x.Item!.Action == "lift").ThenBy(x => Array.IndexOf(order, x.Item!.Severity)).ThenByDescending(x => x.Article.Shown30 * (1 - HelpfulShare(x.Article))).ThenBy(x => x.Article.ArticleId, StringComparer.Ordinal).Select(x => x.Item!),
    ];

    private static UpkeepItem? ItemOf(ArticleCondition article, DateTimeOffset now, DateOnly today)
    {
        bool linksOld = article.LinksCheckedAt is { } at && now - at > TimeSpan.FromDays(linkDays);
        List<UpkeepReason> reasons = [.. ReasonsOf(article, linksOld, today)];
        string[] notes = linksOld ? ["links_not_checked"] : [];
        if (reasons.Count == 0)
        {
            bool gone = article.OwnHold || article.TicketId is not null;
            return !gone && notes.Length == 0 ? null : new UpkeepItem { ArticleId = article.ArticleId, Version = article.Version, Reasons = [], Severity = "low", Effort = "S", Action = gone && notes.Length == 0 ? "lift" : "none", Releases = article.OwnHold, TicketId = article.TicketId, Owner = article.Owner, Notes = notes };
        }

        bool unread = article.Shown90 == 0 && reasons.TrueForAll(r => r.Code is "stale" or "very_stale");
        string severity = unread ? "low" : SeverityOf(article, reasons);
        return new UpkeepItem
        {
            ArticleId = article.ArticleId,
            Version = article.Version,
            Reasons = reasons,
            Severity = severity,
            Effort = EffortOf(article, reasons),
            Action = unread ? "archive_candidate" : severity == "critical" ? "hold" : "task",
            Releases = article.OwnHold && severity != "critical",
            TicketId = article.TicketId,
            Owner = article.Owner,
            Notes = notes,
        };
    }

    private static IEnumerable<UpkeepReason> ReasonsOf(ArticleCondition article, bool linksOld, DateOnly today)
    {
        if (article.Figures is { Count: > 0 } figures) yield return new UpkeepReason("policy_figure", string.Join("; ", figures.Select(f => FormattableString.Invariant($"{f.Subject}: {f.Stated}, the policy has {f.Policy}"))));
        if (article.RemovedFeatures is { Count: > 0 } removed) yield return new UpkeepReason("removed_feature", string.Join(", ", removed));
        DateOnly? verified = article.LastVerified ?? article.VersionDate;
        string[] changed = [.. (article.Features ?? new Dictionary<string, DateOnly>()).Where(f => verified is { } day && f.Value > day).Select(f => FormattableString.Invariant($"{f.Key} since {f.Value:yyyy-MM-dd}")).Order(StringComparer.Ordinal)];
        if (changed.Length > 0) yield return new UpkeepReason("feature_changed", string.Join(", ", changed));
        if (!linksOld && article.BrokenLinks is { Count: > 0 } links) yield return new UpkeepReason("broken_link", string.Join(", ", links.Select(l => l.Url)));
        int votes = article.Helpful + article.NotHelpful;
        if (votes >= fewestVotes && Estimates.Share(article.Helpful, votes).Interval!.Value.High is var high and < 0.50) yield return new UpkeepReason("reliably_unhelpful", FormattableString.Invariant($"{article.Helpful} of {votes}, at most {high:0.000}"));
        if (article.Quality is { } score and < ArticleQuality.PassFrom) yield return new UpkeepReason("low_quality", FormattableString.Invariant($"{score}"));
        int? age = verified is { } last ? today.DayNumber - last.DayNumber : null;
        if (age > veryStaleDays) yield return new UpkeepReason("very_stale", $"{age} days");
        else if (age > staleDays) yield return new UpkeepReason("stale", $"{age} days");
    }

    private static string SeverityOf(ArticleCondition article, List<UpkeepReason> reasons)
    {
        bool Has(string code) => reasons.Exists(r => r.Code == code);
        return Has("policy_figure") || Has("removed_feature") ? "critical"
            : Has("reliably_unhelpful") || Has("feature_changed") || (Has("broken_link") && article.BrokenLinks!.Any(l => l.InSteps)) ? "high"
            : "medium";
    }

    private static string EffortOf(ArticleCondition article, List<UpkeepReason> reasons) =>
        article.Quality < ArticleQuality.ReviseFrom || reasons.Count >= 3 ? "L"
        : reasons.TrueForAll(r => r.Code is "broken_link" or "stale" or "very_stale" || (r.Code == "policy_figure" && article.Figures!.Count == 1)) ? "S"
        : "M";

    private static double HelpfulShare(ArticleCondition article) => article.Helpful + article.NotHelpful == 0 ? 0.5 : (double)article.Helpful / (article.Helpful + article.NotHelpful);
}
