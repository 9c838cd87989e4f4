using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Core.Agents.Kinds.Writing;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>What can be counted in an article's text.</summary>
/// <param name="Words">Words, headings and code left out.</param>
/// <param name="Sentences">Sentences; a point of a list is one.</param>
/// <param name="LongSentences">Sentences of more than 30 words.</param>
/// <param name="Syllables">Syllables, by the vowels of English.</param>
public sealed record TextMeasures(int Words, int Sentences, int LongSentences, int Syllables)
{
    /// <summary>How easy it is to read (Flesch 1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word.</summary>
    public double? ReadingEase => Words == 0 || Sentences == 0 ? null : 206.835 - 1.015 * Words / Sentences - 84.6 * Syllables / Words;

    /// <summary>Counts.</summary>
    public static TextMeasures Of(MarkdownDocument document)
    {
        List<string> sentences = [.. document.Sections.SelectMany(s => s.Units).Where(u => u.Kind is not (UnitKind.Code or UnitKind.Table)).SelectMany(u => u.Text.Split('\n')).SelectMany(line => SentenceSplitter.Split(line).Select(r => line[r])).Where(s => Readability.WordsOf(s).Count > 0)];
        List<string> words = [.. sentences.SelectMany(Readability.WordsOf)];
        return new TextMeasures(words.Count, sentences.Count, sentences.Count(s => Readability.WordsOf(s).Count > 30), words.Sum(Readability.Syllables));
    }
}

/// <summary>Reads from the text of an article what can be told without understanding it.</summary>
public static partial class ArticleText
{
    private static readonly SearchValues<char> inNumbers = SearchValues.Create("0123456789,.");

    /// <summary>Whether the first 60 words say what the article is for.</summary>
    public static bool SaysPurpose(string title, IReadOnlyList<string> words, string language)
    {
        string start = string.Join(' ', words.Take(60));
        if (Purpose().IsMatch(start)) return true;
        HashSet<string> named = [.. TextAnalysis.Terms(title, language).Select(t => t.Term)];
        return named.Count > 0 && TextAnalysis.Terms(start, language).Select(t => t.Term).Distinct(StringComparer.Ordinal).Count(named.Contains) * 2 >= named.Count;
    }

    /// <summary>Whether it says what is needed before: a role, a plan, something to have ready.</summary>
    public static bool SaysNeeded(string text) => Needed().IsMatch(text);

    /// <summary>Whether it says what one sees when it worked.</summary>
    public static bool SaysResult(string text) => Result().IsMatch(text);

    /// <summary>Whether it works an example through in words.</summary>
    public static int ExamplesIn(string text) => Example().Count(text);

    /// <summary>Whether steps are told in running text: three that follow each other.</summary>
    public static bool TellsSteps(string paragraph) => Sequence().Count(paragraph) >= 3;

    /// <summary>Whether a line of running text is code or a command.</summary>
    public static bool IsCode(string line) => CodeLine().IsMatch(line);

    /// <summary>The first secret in a text; null when there is none.</summary>
    public static string? Secret(string text) => SecretPattern().Match(text) is { Success: true } found ? found.Value : null;

    /// <summary>The first words that address a machine; null when there are none.</summary>
    public static string? Instruction(string text) => Addressed().Match(text) is { Success: true } found ? found.Value : null;

    /// <summary>The amounts of a sentence with their units: USD, %, days and others.</summary>
    public static IEnumerable<(decimal Value, string Unit)> Amounts(string sentence)
    {
        // Groups cost a pass more for each match, and where the number begins and ends can be seen from its characters.
        var found = new List<(decimal, string)>();
        foreach (ValueMatch match in Amount().EnumerateMatches(sentence))
        {
            ReadOnlySpan<char> amount = sentence.AsSpan(match.Index, match.Length);
            int start = amount.IndexOfAnyInRange('0', '9'), length = amount[start..].IndexOfAnyExcept(inNumbers);
            ReadOnlySpan<char> number = length < 0 ? amount[start..] : amount.Slice(start, length);
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal value)) continue;
            found.Add((value, UnitOf(start > 0 ? amount[..1].ToString() : amount[(start + length)..].ToString())));
        }
        return found;
    }

    /// <summary>How many numbers a sentence has.</summary>
    public static int Numbers(string sentence) => Number().Count(sentence);

    /// <summary>Whether a sentence speaks of paying by the year.</summary>
    public static bool SpeaksOfYears(string sentence) => Yearly().IsMatch(sentence);

    /// <summary>A unit as it is compared.</summary>
    public static string UnitOf(string unit) => unit.Trim().ToUpperInvariant() switch
    {
        "$" or "USD" or "DOLLAR" or "DOLLARS" => "USD",
        "€" or "EUR" or "EURO" or "EUROS" => "EUR",
        "£" or "GBP" or "POUND" or "POUNDS" => "GBP",
        "%" or "PERCENT" => "%",
        var other => other.TrimEnd('S'),
    };

    [GeneratedRegex(@"\b(?:this (?:article|guide|page|policy)|explains?|describes?|shows? (?:you )?how|learn how|how to|you can|lets you|helps you)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Purpose();

    [GeneratedRegex(@"\b(?:before you|prerequisites?|requires?|you need|admins?|administrators?|owners?|roles?|permissions?|(?:free|basic|premium|enterprise|any|every|all|your) plans?|on the \w+ plan)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Needed();

    [GeneratedRegex(@"\b(?:you (?:will|should|now) (?:see|get|receive|find|have)|you(?:'|’)ll (?:see|get|receive|find)|you (?:see|receive)|appears?|as a result|the result|takes effect|is (?:sent|saved|created|shown|added|removed)|are (?:sent|saved|created|shown|added|removed))\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Result();

    [GeneratedRegex(@"\b(?:for example|for instance|example:|e\.g\.)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Example();

    [GeneratedRegex(@"\b(?:first|then|next|after that|finally|step [0-9]+)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Sequence();

    [GeneratedRegex(@"^\s*(?:\$ \w|curl |npm |git |docker |sudo |SELECT .+ FROM |</?\w+[ >]|(?:const|let|var|public|import|function) \w+.*[;{]\s*$|[\w.]+\(.*\);\s*$|\{\s*""\w+""\s*:)", RegexOptions.NonBacktracking)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\b(?:sk_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_\-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abpr]-[A-Za-z0-9\-]{10,}|eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{5,})|-----BEGIN [A-Z ]*PRIVATE KEY-----|(?i:api[_\- ]?key|secret|access[_\- ]?token|password)[""']?\s*[:=]\s*[""']?[A-Za-z0-9_\-]{16,}", RegexOptions.NonBacktracking)]
    private static partial Regex SecretPattern();

    [GeneratedRegex(@"\b(?:ignore|disregard|forget) (?:all )?(?:the |your |any )?(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|rules?)|\b(?:you are|act as) (?:now )?(?:an? )?(?:AI|language model|assistant)\b|\b(?:system prompt|dear (?:AI|assistant|chatbot))\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Addressed();

    [GeneratedRegex("[0-9][0-9,]*(?:\\.[0-9]+)?", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:annual|annually|yearly|(?:per|a|by the|each) year)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Yearly();

    [GeneratedRegex(@"[$€£]\s?[0-9][0-9,]*(?:\.[0-9]+)?|[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:USD|EUR|GBP|dollars?|euros?|pounds?|%|percent|days?|hours?|minutes?|months?|years?|seats?|GB|MB|users?|projects?)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Amount();
}
