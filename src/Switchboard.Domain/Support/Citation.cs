namespace Switchboard.Domain.Support;

/// <summary>Where a sentence comes from: a stretch of an article's body that anybody can look up.</summary>
/// <param name="N">The number shown in the text, from 1, unique in the message.</param>
/// <param name="ArticleId">The article.</param>
/// <param name="ExternalId">The id the article has where it was imported from; null when it has none.</param>
/// <param name="Version">The article's version the quote was taken from.</param>
/// <param name="Title">The article's title.</param>
/// <param name="Url">Where the article can be read, opened at the quote.</param>
/// <param name="Heading">The heading the quote stands under; the title when it stands under none.</param>
/// <param name="Quote">The words, exactly as they stand in the body.</param>
/// <param name="Start">First character of the quote in the body, in UTF-16 units.</param>
/// <param name="End">One past the last character of the quote, in UTF-16 units.</param>
public sealed record Citation(int N, Guid ArticleId, string? ExternalId, int Version, string Title, string Url, string Heading, string Quote, int Start, int End);
