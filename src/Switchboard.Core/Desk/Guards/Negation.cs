using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Whether words are denied where they stand. A "not" elsewhere in the sentence denies nothing: "we have refunded it, so you need not do anything" is a refund.</summary>
internal static partial class Negation
{
    private static readonly FrozenSet<string> joins = new[] { "and", "but", "so", "because", "yet" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a denial stands before a place, in the same part of the sentence.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="at">Where that begins which may be denied.</param>
    public static bool Before(string text, int at)
    {
        bool denied = false;
        foreach (Match word in Words().Matches(text))
        {
            if (word.Index >= at) break;
            denied = char.IsLetter(word.ValueSpan[0]) && !joins.Contains(word.Value);
        }

        return denied;
    }

    [GeneratedRegex(@"\b(not|cannot|no|none|nothing|nobody|never|unable|without|neither|nor|declin\w*|refus\w*)\b|[a-z]n['’]t\b|[,;:–—]|\b(and|but|so|because|yet)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
