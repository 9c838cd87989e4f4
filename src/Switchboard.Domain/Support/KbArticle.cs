namespace Switchboard.Domain.Support;

/// <summary>Where an article stands; only published ones are searched and shown to customers.</summary>
public enum ArticleStatus { Draft, Review, Published, Archived }

/// <summary>An article of the tenant's help centre.</summary>
public sealed class KbArticle : TenantRow
{
    /// <summary>The id the article has where it was imported from; null when it has none.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Absolute path of the file it was imported from, with forward slashes; null for one written here.</summary>
    public string? SourcePath { get; set; }

    /// <summary>The title.</summary>
    public required string Title { get; set; }

    /// <summary>The title as a part of an address.</summary>
    public required string Slug { get; set; }

    /// <summary>The text in Markdown, exactly as it was imported: citations point into it.</summary>
    public required string Body { get; set; }

    /// <summary>The category, from the front matter or the folder.</summary>
    public required string Category { get; set; }

    /// <summary>BCP 47 tag of the language.</summary>
    public required string Language { get; set; }

    /// <summary>Where it stands.</summary>
    public required ArticleStatus Status { get; set; }

    /// <summary>1, 2, 3 …, one more with each change of what a reader sees.</summary>
    public required int Version { get; set; }

    /// <summary>SHA-256, in lower-case hexadecimal, of all an import takes from the file.</summary>
    public required string ContentHash { get; set; }

    /// <summary>When somebody last made sure that it is right; null when nobody did.</summary>
    public DateOnly? LastVerified { get; set; }

    /// <summary>Who may read it: public, signed_in, or the key of a plan.</summary>
    public string Audience { get; set; } = "public";

    /// <summary>Labels of the staff.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>How good it was found, 0..100; null when nobody looked.</summary>
    public double? QualityScore { get; set; }

    /// <summary>Why it is held back from answers; null when it is not.</summary>
    public string? HoldReason { get; set; }

    /// <summary>Since when it is held back.</summary>
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>Who wrote it; null for one that was imported.</summary>
    public Guid? AuthorId { get; set; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }
}
