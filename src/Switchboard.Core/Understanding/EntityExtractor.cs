using System.Text.RegularExpressions;

namespace Switchboard.Core.Understanding;

/// <summary>Finds typed values in a message.</summary>
public static partial class EntityExtractor
{
    /// <summary>The values found, in order of place. E-mail addresses have their domain in lower case.</summary>
    public static IReadOnlyList<Entity> Extract(string text) =>
    [
        .. Email().Matches(text).Select(m => new Entity(EntityTypes.Email, m.Value, m.Index, m.Index + m.Length, Normalise(m.Value))),
    ];

    private static string Normalise(string address)
    {
        int at = address.LastIndexOf('@');
        return string.Concat(address.AsSpan(0, at), address.AsSpan(at).ToString().ToLowerInvariant());
    }

    // The non-backtracking engine takes time linear in the message, whatever the message is.
    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}._%+\-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Email();
}
