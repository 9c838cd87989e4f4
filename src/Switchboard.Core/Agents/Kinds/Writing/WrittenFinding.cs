namespace Switchboard.Core.Agents.Kinds.Writing;

/// <summary>What becomes of a draft.</summary>
public enum ReviewState { Draft, ReadyForReview, Blocked }

/// <summary>A sentence of a draft and what it stands on.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Evidence">Where it comes from: <c>message:ID</c>, <c>kb_article:ID@2</c> …</param>
public sealed record WrittenClaim(string Text, IReadOnlyList<string> Evidence);

/// <summary>A check of a draft.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Value">What was found.</param>
/// <param name="Limit">What it must be, in words.</param>
/// <param name="Ok">Whether it is so.</param>
public sealed record WrittenCheck(string Name, double? Value, string Limit, bool Ok);

/// <summary>Something that is wrong with a draft.</summary>
/// <param name="Kind">What, as a code: missing_evidence, missing_section, readability, duplicate, style …</param>
/// <param name="Detail">In words, with what would mend it.</param>
public sealed record WrittenIssue(string Kind, string Detail)
{
    /// <summary>Whether the draft is held back whatever its quality.</summary>
    public bool Blocks { get; init; }
}

/// <summary>What every writer gives: a draft, which nobody has read yet.</summary>
public abstract record WrittenFinding
{
    /// <summary>The draft's kind: kb_article, blog_post …</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>Its title.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Its text in Markdown.</summary>
    public string Body { get; init; } = string.Empty;

    /// <summary>BCP 47 tag of its language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Each sentence with what it stands on.</summary>
    public IReadOnlyList<WrittenClaim> Claims { get; init; } = [];

    /// <summary>All that it stands on.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What was looked at.</summary>
    public IReadOnlyList<WrittenCheck> Checks { get; init; } = [];

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<WrittenIssue> Findings { get; init; } = [];

    /// <summary>0..100.</summary>
    public int Quality { get; init; }

    /// <summary>Whether people should read it.</summary>
    public ReviewState ReviewStatus { get; init; }
}
