using System.Globalization;
using System.Text;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>
/// Takes personal data out of a conversation's texts. One redactor belongs to one conversation: the same value has the same placeholder
/// in each of its texts. The values stay in the memory of the process; nothing here writes them anywhere.
/// </summary>
public sealed class PiiRedactor
{
    private readonly Dictionary<(string Kind, string Value), string> placeholders = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The text with a placeholder such as <c>[CARD_1]</c> in the place of each finding.</summary>
    /// <param name="text">The text the findings belong to.</param>
    /// <param name="findings">Findings in order of place, none overlapping, as <see cref="PiiDetector.Find"/> gives them.</param>
    public string Redact(string text, IReadOnlyList<PiiFinding> findings) => Replace(text, findings, (kind, value) => Placeholder(kind, value));

    /// <summary>
    /// The text with every finding masked in its own form: letters become x or X and digits 0, separators and length stay. A card and an IBAN keep
    /// their last four characters, an e-mail address its @ and dots, so that a person still sees what stood there.
    /// </summary>
    /// <param name="text">The text the findings belong to.</param>
    /// <param name="findings">Findings in order of place, none overlapping.</param>
    public static string Mask(string text, IReadOnlyList<PiiFinding> findings) => Replace(text, findings, MaskValue);

    private string Placeholder(string kind, string value)
    {
        (string Kind, string Value) key = (kind, Normal(value));
        if (placeholders.TryGetValue(key, out string? known)) return known;
        int number = counts[kind] = counts.GetValueOrDefault(kind) + 1;
        return placeholders[key] = $"[{kind.ToUpperInvariant()}_{number.ToString(CultureInfo.InvariantCulture)}]";
    }

    // The same number with other separators is the same number.
    private static string Normal(string value) => string.Concat(value.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string MaskValue(string kind, string value)
    {
        var masked = new StringBuilder(value.Length);
        int kept = kind is PiiKinds.Card or PiiKinds.Iban ? 4 : 0;
        int left = value.Count(char.IsLetterOrDigit);
        foreach (char c in value)
        {
            bool isSign = char.IsLetterOrDigit(c);
            bool keep = !isSign || left <= kept;
            if (isSign) left--;
            masked.Append(keep && !char.IsSurrogate(c) ? c : char.IsAsciiDigit(c) || char.IsDigit(c) ? '0' : char.IsUpper(c) ? 'X' : 'x');
        }
        return masked.ToString();
    }

    private static string Replace(string text, IReadOnlyList<PiiFinding> findings, Func<string, string, string> replacement)
    {
        if (findings.Count == 0) return text;
        var result = new StringBuilder(text.Length);
        int at = 0;
        foreach (PiiFinding finding in findings)
        {
            if (finding.Start < at || finding.End > text.Length) throw new ArgumentException($"The finding {finding.Start}..{finding.End} overlaps another or lies outside the text.", nameof(findings));
            result.Append(text, at, finding.Start - at).Append(replacement(finding.Kind, text[finding.Start..finding.End]));
            at = finding.End;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }
}
