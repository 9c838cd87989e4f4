using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>Takes payment card numbers out of what is stored: of each the last four digits stay, and what reads the text later still sees that a card stood there.</summary>
public static class CardMask
{
    private const string mark = "****";
    private const int kept = 4;
    private const int fewestDigits = 13;

    /// <summary>The text with each card number as <c>****1111</c>; the text itself when it holds none. The work is linear in it.</summary>
    public static string Apply(string text)
    {
        if (text.Count(char.IsAsciiDigit) < fewestDigits) return text;
        PatternHit[] cards = [.. NumberPatterns.Find(text).Where(h => h.Type == EntityTypes.PaymentCard).OrderBy(h => h.Start)];
        if (cards.Length == 0) return text;
        var masked = new System.Text.StringBuilder(text.Length);
        int at = 0;
        foreach (PatternHit card in cards)
        {
            masked.Append(text, at, card.Start - at).Append(card.Value);
            at = card.End;
        }
        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Where masked cards stand, in order of place.</summary>
    internal static IEnumerable<(int Start, int End)> Find(string text)
    {
        for (int at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf(mark, at + 1, StringComparison.Ordinal) : -1)
        {
            int end = at + mark.Length + kept;
            if (end > text.Length || at > 0 && text[at - 1] == '*' || end < text.Length && char.IsLetterOrDigit(text[end])) continue;
            if (text.AsSpan(at + mark.Length, kept).ContainsAnyExceptInRange('0', '9')) continue;
            yield return (at, end);
        }
    }
}
