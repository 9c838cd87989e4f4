using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>The places in the published articles that citations name: all that the check of a reply reads of them.</summary>
public interface IPassages
{
    /// <summary>What stands at the place of a citation; null when its article is not published.</summary>
    CitedPlace? At(Citation citation);
}

/// <summary>The place in an article that a citation names.</summary>
/// <param name="Version">The article's version.</param>
/// <param name="Stands">Whether the quote stands there, letter for letter.</param>
public readonly record struct CitedPlace(int Version, bool Stands);
