namespace Switchboard.Domain.Support;

/// <summary>What happened with an article in a conversation. A resolution the customer confirmed is not one that was taken for such after a silence.</summary>
public enum KbEvent { Shown, Cited, Helpful, NotHelpful, Resolved, AssumedResolved }

/// <summary>A use of an article.</summary>
public sealed class KbUse : TenantRow
{
    /// <summary>The article.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>The conversation; null when it was read on its own page.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>What happened.</summary>
    public required KbEvent Event { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The version of the article; null where it was not noted.</summary>
    public int? ArticleVersion { get; init; }

    /// <summary>Tells voters apart: the contact, or a visitor's keyed hash; null for what is no vote.</summary>
    public string? Voter { get; init; }

    /// <summary>What makes a repeated event the same; null for rows that were not told apart.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Why it is not counted: quarantined, withdrawn or replaced; null when it counts.</summary>
    public string? Uncounted { get; set; }
}

/// <summary>An article as it was before it was written anew.</summary>
public sealed class KbArticleVersion : TenantRow
{
    /// <summary>The article.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>Its number: the article's own is higher.</summary>
    public required int Version { get; init; }

    /// <summary>The title.</summary>
    public required string Title { get; init; }

    /// <summary>The text in Markdown.</summary>
    public required string Body { get; init; }

    /// <summary>The category.</summary>
    public required string Category { get; init; }

    /// <summary>BCP 47 tag of the language.</summary>
    public required string Language { get; init; }

    /// <summary>Who wrote it; null when it was imported.</summary>
    public Guid? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>When the next one took its place.</summary>
    public required DateTimeOffset ReplacedAt { get; init; }
}

/// <summary>A search for articles and what came of it. Holds no words of a customer longer than retention allows.</summary>
public sealed class SearchLog : TenantRow
{
    /// <summary>What was searched for, with personal data masked.</summary>
    public required string Query { get; init; }

    /// <summary>answered, weak, none or opened: one of <see cref="SearchOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The best relevance found, 0..1; null when nothing was.</summary>
    public double? BestRelevance { get; init; }

    /// <summary>The best article; the one that was opened when the outcome says so.</summary>
    public Guid? ArticleId { get; init; }

    /// <summary>Tells people apart without naming them.</summary>
    public string? ContactHash { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Words of the tenant that mean the same.</summary>
public sealed class Synonym : TenantRow
{
    /// <summary>BCP 47 tag.</summary>
    public required string Language { get; init; }

    /// <summary>The word customers use.</summary>
    public required string Term { get; init; }

    /// <summary>The words that stand in the articles; none when somebody declined the term, so that it is not proposed again.</summary>
    public required IReadOnlyList<string> Means { get; set; }

    /// <summary>operator, feedback or corpus.</summary>
    public required string Source { get; init; }
}

/// <summary>What an address answered when it was last asked.</summary>
public sealed class LinkStatus : TenantRow
{
    /// <summary>The address.</summary>
    public required string Url { get; init; }

    /// <summary>The HTTP status; null when nobody answered.</summary>
    public int? Status { get; set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>When it was last asked.</summary>
    public required DateTimeOffset CheckedAt { get; set; }
}

/// <summary>Something the articles do not cover.</summary>
public sealed class KbGap : TenantRow
{
    /// <summary>The question that stands for it.</summary>
    public required string Label { get; set; }

    /// <summary>The words that tell it from others.</summary>
    public required IReadOnlyList<string> Terms { get; set; }

    /// <summary>unfindable, weak or missing.</summary>
    public required string Type { get; set; }

    /// <summary>People who asked.</summary>
    public required int Contacts { get; set; }

    /// <summary>Customers of theirs; null when not counted.</summary>
    public int? Customers { get; set; }

    /// <summary>Share of the people that went on to staff, 0..1; null when not counted.</summary>
    public double? HandoffShare { get; set; }

    /// <summary>0..100.</summary>
    public required double Priority { get; set; }

    /// <summary>The article that comes closest.</summary>
    public Guid? ArticleId { get; set; }

    /// <summary>Examples with personal data masked.</summary>
    public IReadOnlyList<string> Examples { get; set; } = [];

    /// <summary>When it was found.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>When it was closed by an article.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>A fault somebody or something found in an article.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Severity">info, minor, major or blocker.</param>
/// <param name="Evidence">The words.</param>
/// <param name="Fix">What would be right.</param>
public sealed record ArticleFinding(int Line, string Kind, string Severity, string Evidence, string Fix);

/// <summary>How good an article is.</summary>
public sealed class QualityReport : TenantRow
{
    /// <summary>The article.</summary>
    public required Guid ArticleId { get; init; }

    /// <summary>The version that was looked at.</summary>
    public required int ArticleVersion { get; init; }

    /// <summary>0..100.</summary>
    public required double Score { get; init; }

    /// <summary>pass, revise or block.</summary>
    public required string Verdict { get; init; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<ArticleFinding> Findings { get; init; } = [];

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>An article somebody should write.</summary>
public sealed class ArticleBrief : TenantRow
{
    /// <summary>What it shall be called.</summary>
    public required string Title { get; set; }

    /// <summary>The gap it closes.</summary>
    public Guid? GapId { get; init; }

    /// <summary>The headings it needs.</summary>
    public IReadOnlyList<string> Outline { get; set; } = [];

    /// <summary>Where its facts come from: ids of messages, tickets and articles.</summary>
    public IReadOnlyList<string> Sources { get; set; } = [];

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
