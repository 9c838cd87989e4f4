using System.Text.RegularExpressions;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Finds what a text names that could belong to a customer: addresses, numbers of invoices, and names of companies and people.</summary>
public static partial class NamesInText
{
    private const int mostWords = 4, leastName = 4;

    /// <summary>What is named and not known.</summary>
    /// <param name="own">The desk's own words, in which names are looked for.</param>
    /// <param name="quoted">What it quotes of articles: names there are the tenant's words, and only addresses and numbers are looked for.</param>
    /// <param name="known">Texts whose words are no secret from the reader: what the reader wrote, who the reader is, the words of the card.</param>
    public static NamedInText Of(string own, string quoted, IReadOnlyList<string> known)
    {
        string[] emails = [.. Found(own, '@', Email()).Concat(Found(quoted, '@', Email())).SelectMany(e => new[] { e, e.ToLowerInvariant() }).Distinct(StringComparer.Ordinal).Where(IsUnknown)];
        string[] numbers = [.. Found(own, '-', ClaimValues.Identifiers()).Concat(Found(quoted, '-', ClaimValues.Identifiers())).Select(n => n.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Where(IsUnknown)];
        string[] names = own.Length == 0 ? [] : [.. Runs(own).Distinct(StringComparer.Ordinal).Where(IsUnknown)];
        return new NamedInText(names, emails, numbers);

        bool IsUnknown(string name) => !known.Any(k => k.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Found(string text, char mark, Regex pattern) => text.Contains(mark) ? pattern.Matches(text).Select(m => m.Value) : [];

    /// <summary>Words that begin with a capital and stand together, and each part of such a run, since a sentence may begin with one.</summary>
    private static IEnumerable<string> Runs(string text)
    {
        foreach (Match run in Capitals().Matches(text))
        {
            string[] words = run.Value.Split(' ');
            for (int length = Math.Min(words.Length, mostWords); length >= 1; length--)
            {
                for (int at = 0; at + length <= words.Length; at++)
                {
                    string name = string.Join(' ', words, at, length).TrimEnd('.', ',', '\'');
                    if (name.Length >= leastName && char.IsUpper(name[0]) && !(length == 1 && EnglishWords.Stop.Contains(name.ToLowerInvariant()))) yield return name;
                }
            }
        }
    }

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Email();

    [GeneratedRegex(@"\p{Lu}[\p{L}\p{N}'’&.-]*( (of |and |& |de |da |do |von |van |der )?\p{Lu}[\p{L}\p{N}'’&.-]*)*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Capitals();
}
