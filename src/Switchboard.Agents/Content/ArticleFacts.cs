using Switchboard.Core.Agents.Kinds.Writing;

namespace Switchboard.Agents.Content;

/// <summary>What article is wanted.</summary>
/// <param name="Topic">The task or symptom, in customers' words; null for that of the conversations.</param>
/// <param name="ConversationIds">The conversations in which it was solved.</param>
/// <param name="Category">The category it goes to.</param>
/// <param name="Language">BCP 47 tag.</param>
public sealed record ArticleInput(string? Topic = null, IReadOnlyList<Guid>? ConversationIds = null, string Category = "general", string Language = "en");

/// <summary>A message of a conversation.</summary>
/// <param name="Id">Which.</param>
/// <param name="IsHuman">Whether a person of the staff wrote it; else the customer did.</param>
/// <param name="Text">Its text.</param>
public sealed record ArticleMessage(Guid Id, bool IsHuman, string Text);

/// <summary>A conversation in which the problem was solved.</summary>
/// <param name="Id">Which.</param>
/// <param name="Subject">What it was about, in the customer's words.</param>
/// <param name="IsConfirmed">Whether the customer confirmed it, or a person closed it with a note of how it was solved.</param>
/// <param name="IsVerified">Whether a person made sure of the solution.</param>
/// <param name="Messages">The messages in the order of time.</param>
public sealed record ArticleSource(Guid Id, string Subject, bool IsConfirmed, bool IsVerified, IReadOnlyList<ArticleMessage> Messages);

/// <summary>A published article.</summary>
public sealed record ArticleText(Guid Id, int Version, string Title, string Body);

/// <summary>A feature, under the name it has in the product.</summary>
public sealed record ArticleFeature(string Name, string Plan);

/// <summary>What is written from.</summary>
public sealed record ArticleFacts
{
    /// <summary>The conversations.</summary>
    public IReadOnlyList<ArticleSource>? Sources { get; init; }

    /// <summary>The published articles of the language.</summary>
    public IReadOnlyList<ArticleText>? Articles { get; init; }

    /// <summary>The product's features.</summary>
    public IReadOnlyList<ArticleFeature>? Features { get; init; }
}

/// <summary>A section that differs from the article that there is.</summary>
public sealed record SectionDifference(string Section, IReadOnlyList<string> Added);

/// <summary>A help article that nobody has tried yet.</summary>
public sealed record ArticleFinding : WrittenFinding
{
    /// <summary>The conversations it comes from.</summary>
    public IReadOnlyList<Guid> Sources { get; init; } = [];

    /// <summary>The conversations in which something else helped.</summary>
    public IReadOnlyList<Guid> Conflicting { get; init; } = [];

    /// <summary>The article that comes nearest, and how near: the share of words in a row.</summary>
    public double? NearestOverlap { get; init; }

    /// <summary>What the reviewer must have done before it is published.</summary>
    public IReadOnlyList<string> ReviewSteps { get; init; } = [];
}
