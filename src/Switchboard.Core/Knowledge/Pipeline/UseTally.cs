using Switchboard.Domain;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>Something that happened with an article, as it is reported.</summary>
public sealed record UseEvent
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>The conversation; null when it was read on its own page.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Who: the contact, or a visitor's hash.</summary>
    public string? Voter { get; init; }

    /// <summary>contact, visitor, staff or bot.</summary>
    [OneOf("contact", "visitor", "staff", "bot")]
    public string By { get; init; } = "contact";

    /// <summary>What happened.</summary>
    public required KbEvent Event { get; init; }

    /// <summary>When; now when it is not said.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What makes a repeated event the same.</summary>
    public required string IdempotencyKey { get; init; }
}

/// <summary>A stored use.</summary>
public sealed record StoredUse
{
    /// <summary>The row.</summary>
    public string? Id { get; init; }

    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>The conversation.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Who voted.</summary>
    public string? Voter { get; init; }

    /// <summary>What happened.</summary>
    public required KbEvent Event { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What makes a repeated event the same.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>How a conversation ended, as far as its articles are concerned.</summary>
public sealed record TalkEnd
{
    /// <summary>The conversation.</summary>
    public required string ConversationId { get; init; }

    /// <summary>When the customer confirmed that it is solved.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When it was taken for solved because nothing more was said.</summary>
    public DateTimeOffset? AssumedAt { get; init; }

    /// <summary>When it was opened again.</summary>
    public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>The articles, with their versions, that the last answer of an agent before that cited.</summary>
    public IReadOnlyList<CitedArticle>? Cited { get; init; }

    /// <summary>The customer's rating, 1..5.</summary>
    [Between(1, 5)]
    public int? Csat { get; init; }
}

/// <summary>An article that an answer cites.</summary>
public sealed record CitedArticle(string ArticleId, [property: AtLeast(1)] int Version = 1, DateTimeOffset? At = null);

/// <summary>An event that is not written, and why: duplicate, staff_vote, unknown_article, rate_limited or not_cited.</summary>
public sealed record IgnoredUse(string Key, string Why);

/// <summary>A stored row that counts no more, and why: replaced, withdrawn or quarantined.</summary>
public sealed record UncountedUse(string? Id, string Key, string Why);

/// <summary>What one version of an article did.</summary>
public sealed record ArticleStats
{
    /// <summary>The article.</summary>
    public required string ArticleId { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>Votes.</summary>
    public required int N { get; init; }

    /// <summary>Votes that it helped.</summary>
    public required int Helpful { get; init; }

    /// <summary>Votes that it did not.</summary>
    public required int NotHelpful { get; init; }

    /// <summary>The share that it helped; null without votes.</summary>
    public double? Share { get; init; }

    /// <summary>Lower end of Wilson's interval.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end.</summary>
    public double? High { get; init; }

    /// <summary>What the votes say: enough, or not_enough_votes below five.</summary>
    public required string Votes { get; init; }

    /// <summary>How often it was listed.</summary>
    public required int Shown { get; init; }

    /// <summary>How often a reply cited it.</summary>
    public required int Cited { get; init; }

    /// <summary>Cited by shown.</summary>
    public double? CitedShare { get; init; }

    /// <summary>Confirmed resolutions it is credited with.</summary>
    public required int Resolved { get; init; }

    /// <summary>Resolved by cited.</summary>
    public double? ResolvedShare { get; init; }

    /// <summary>Resolutions that were only assumed; they count in nothing else.</summary>
    public required int Assumed { get; init; }

    /// <summary>Median minutes from the citation to the resolution.</summary>
    public double? MedianMinutes { get; init; }

    /// <summary>Share of these conversations rated 4 or 5.</summary>
    public double? Csat { get; init; }

    /// <summary>Ratings.</summary>
    public required int CsatN { get; init; }
}

/// <summary>What the events come to.</summary>
public sealed record UseReport
{
    /// <summary>Events that are written.</summary>
    public required IReadOnlyList<UseEvent> Written { get; init; }

    /// <summary>Events that are not.</summary>
    public required IReadOnlyList<IgnoredUse> Ignored { get; init; }

    /// <summary>Rows that count no more.</summary>
    public required IReadOnlyList<UncountedUse> Uncounted { get; init; }

    /// <summary>What each version of each article did in the days that are reported.</summary>
    public required IReadOnlyList<ArticleStats> Stats { get; init; }

    /// <summary>The most surely helpful, among those with five votes.</summary>
    public required IReadOnlyList<string> Top { get; init; }

    /// <summary>The most surely unhelpful, among those with five votes.</summary>
    public required IReadOnlyList<string> Low { get; init; }
}

/// <summary>Keeps the account of what articles did. Each count has a row behind it.</summary>
public static class UseTally
{
    private const int mostVotesAnHour = 20;
    private const int listed = 10;

    // Each is an action of its own; what is left is taken up by the next run.
    private const int mostCredits = 200;

    private static readonly TimeSpan reopenedWithin = TimeSpan.FromDays(7);

    /// <summary>What of the events is written, and what is known then.</summary>
    public static UseReport Tally(IReadOnlyList<UseEvent> events, IReadOnlyList<StoredUse> stored, IReadOnlySet<string> articles, IReadOnlyList<TalkEnd> talks, int windowDays, DateTimeOffset now)
    {
        var keys = stored.Select(s => s.IdempotencyKey).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var ends = talks.GroupBy(t => t.ConversationId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        List<UseEvent> all = [.. events, .. talks.OrderBy(t => t.ConfirmedAt ?? t.AssumedAt).SelectMany(t => Credits(t, now)).Where(c => !keys.Contains(c.IdempotencyKey) && c.At > now.AddDays(-windowDays)).Take(mostCredits)];
        HashSet<string> floods = Floods([.. stored.Where(s => IsVote(s.Event) && s.Voter is not null).Select(s => (s.Voter!, s.At)), .. all.Where(e => IsVote(e.Event) && e.Voter is not null && !keys.Contains(e.IdempotencyKey)).Select(e => (e.Voter!, e.At ?? now))]);

        var written = new List<UseEvent>();
        var ignored = new List<IgnoredUse>();
        foreach (UseEvent e in all)
        {
            string? why = keys.Contains(e.IdempotencyKey) ? "duplicate"
                : !articles.Contains(e.ArticleId) ? "unknown_article"
                : IsVote(e.Event) && (e.By is "staff" or "bot") ? "staff_vote"
                : IsVote(e.Event) && e.Voter is { } voter && floods.Contains(voter) ? "rate_limited"
                : e.Event == KbEvent.Resolved && !Credited(e, ends, now) ? "not_cited"
                : null;
            if (why is not null) ignored.Add(new IgnoredUse(e.IdempotencyKey, why));
            else
            {
                keys.Add(e.IdempotencyKey);
                written.Add(e with { At = e.At ?? now });
            }
        }

        List<StoredUse> counted = [.. stored, .. written.Select(e => new StoredUse { ArticleId = e.ArticleId, Version = e.Version, ConversationId = e.ConversationId, Voter = e.Voter, Event = e.Event, At = e.At!.Value, IdempotencyKey = e.IdempotencyKey })];
        List<(StoredUse Use, string Why)> left = [.. counted.Select(u => (Use: u, Why: WhyNot(u, counted, floods, ends))).Where(u => u.Why is not null).Select(u => (u.Use, u.Why!))];
        HashSet<StoredUse> gone = new(left.Select(u => u.Use), ReferenceEqualityComparer.Instance);
        List<ArticleStats> stats = [.. counted.Where(u => !gone.Contains(u) && u.At > now.AddDays(-windowDays) && u.At <= now).GroupBy(u => (u.ArticleId, u.Version)).OrderBy(g => g.Key.ArticleId, StringComparer.Ordinal).ThenBy(g => g.Key.Version).Select(g => StatsOf(g.Key, [.. g], ends))];
        ArticleStats[] voted = [.. stats.Where(s => s.N >= PassageRanking.FewestVotes)];
        return new UseReport
        {
            Written = written,
            Ignored = ignored,
            Uncounted = [.. left.Select(u => new UncountedUse(u.Use.Id, u.Use.IdempotencyKey ?? u.Use.Id ?? "", u.Why))],
            Stats = stats,
            Top = [.. voted.OrderByDescending(s => s.Low).ThenBy(s => s.ArticleId, StringComparer.Ordinal).Take(listed).Select(s => $"{s.ArticleId}@{s.Version}")],
            Low = [.. voted.OrderBy(s => s.High).ThenBy(s => s.ArticleId, StringComparer.Ordinal).Take(listed).Select(s => $"{s.ArticleId}@{s.Version}")],
        };
    }

    private static bool IsVote(KbEvent e) => e is KbEvent.Helpful or KbEvent.NotHelpful;

    /// <summary>What the end of a conversation credits to the articles that its last answer cited.</summary>
    private static IEnumerable<UseEvent> Credits(TalkEnd talk, DateTimeOffset now)
    {
        if (Withdrawn(talk) || (talk.ConfirmedAt ?? talk.AssumedAt) is not { } at || at > now) yield break;
        KbEvent what = talk.ConfirmedAt is not null ? KbEvent.Resolved : KbEvent.AssumedResolved;
        foreach (CitedArticle cited in talk.Cited ?? [])
            yield return new UseEvent { ArticleId = cited.ArticleId, Version = cited.Version, ConversationId = talk.ConversationId, By = "bot", Event = what, At = at, IdempotencyKey = $"{(what == KbEvent.Resolved ? "resolved" : "assumed")}:{talk.ConversationId}:{cited.ArticleId}" };
    }

    private static bool Credited(UseEvent e, Dictionary<string, TalkEnd> ends, DateTimeOffset now) =>
        e.ConversationId is { } id && ends.TryGetValue(id, out TalkEnd? talk) && Credits(talk, now).Any(c => c.Event == KbEvent.Resolved && c.ArticleId == e.ArticleId && c.Version == e.Version);

    private static bool Withdrawn(TalkEnd talk) => talk.ReopenedAt is { } again && (talk.ConfirmedAt ?? talk.AssumedAt) is { } at && again >= at && again - at <= reopenedWithin;

    private static HashSet<string> Floods(List<(string Voter, DateTimeOffset At)> votes) =>
    [
        .. votes.GroupBy(v => v.Voter, StringComparer.Ordinal).Where(g =>
        {
            DateTimeOffset[] at = [.. g.Select(v => v.At).Order()];
            return Enumerable.Range(0, Math.Max(0, at.Length - mostVotesAnHour)).Any(i => at[i + mostVotesAnHour] - at[i] < TimeSpan.FromHours(1));
        }).Select(g => g.Key),
    ];

    private static string? WhyNot(StoredUse use, List<StoredUse> all, HashSet<string> floods, Dictionary<string, TalkEnd> ends)
    {
        if (IsVote(use.Event) && use.Voter is { } voter)
        {
            if (floods.Contains(voter)) return "quarantined";
            StoredUse last = all.Where(o => IsVote(o.Event) && o.Voter == voter && o.ArticleId == use.ArticleId && o.Version == use.Version).Select((o, i) => (o, i)).OrderBy(o => o.o.At).ThenBy(o => o.i).Last().o;
            return ReferenceEquals(last, use) ? null : "replaced";
        }

        return use.Event is KbEvent.Resolved or KbEvent.AssumedResolved && use.ConversationId is { } id && ends.TryGetValue(id, out TalkEnd? talk) && Withdrawn(talk) ? "withdrawn" : null;
    }

    private static ArticleStats StatsOf((string ArticleId, int Version) key, List<StoredUse> uses, Dictionary<string, TalkEnd> ends)
    {
        int Count(KbEvent e) => uses.Count(u => u.Event == e);
        int helpful = Count(KbEvent.Helpful), not = Count(KbEvent.NotHelpful), shown = Count(KbEvent.Shown), cited = Count(KbEvent.Cited), resolved = Count(KbEvent.Resolved);
        Estimate share = Estimates.Share(helpful, helpful + not);
        StoredUse[] solved = [.. uses.Where(u => u.Event == KbEvent.Resolved)];
        double? minutes = Estimates.Quantile(solved.Select(s => (s.At, From: CitedAt(s, uses, ends))).Where(s => s.From is not null).Select(s => (s.At - s.From!.Value).TotalMinutes), 0.5);
        int[] ratings = [.. uses.Where(u => u.Event is KbEvent.Cited or KbEvent.Resolved && u.ConversationId is not null).Select(u => u.ConversationId!).Distinct(StringComparer.Ordinal).Select(c => ends.GetValueOrDefault(c)?.Csat).OfType<int>()];
        return new ArticleStats
        {
            ArticleId = key.ArticleId,
            Version = key.Version,
            N = helpful + not,
            Helpful = helpful,
            NotHelpful = not,
            Share = Rounded(share.Value),
            Low = Rounded(share.Interval?.Low),
            High = Rounded(share.Interval?.High),
            Votes = helpful + not >= PassageRanking.FewestVotes ? "enough" : "not_enough_votes",
            Shown = shown,
            Cited = cited,
            CitedShare = shown == 0 ? null : Rounded((double)cited / shown),
            Resolved = resolved,
            ResolvedShare = cited == 0 ? null : Rounded((double)resolved / cited),
            Assumed = Count(KbEvent.AssumedResolved),
            MedianMinutes = minutes is { } m ? Math.Round(m, 1) : null,
            Csat = ratings.Length == 0 ? null : Rounded((double)ratings.Count(r => r >= 4) / ratings.Length),
            CsatN = ratings.Length,
        };
    }

    private static DateTimeOffset? CitedAt(StoredUse solved, List<StoredUse> uses, Dictionary<string, TalkEnd> ends) =>
        uses.Where(u => u.Event == KbEvent.Cited && u.ConversationId == solved.ConversationId && u.At <= solved.At).Select(u => (DateTimeOffset?)u.At).Max()
        ?? (solved.ConversationId is { } id ? ends.GetValueOrDefault(id)?.Cited?.FirstOrDefault(c => c.ArticleId == solved.ArticleId)?.At : null);

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 4) : null;
}
