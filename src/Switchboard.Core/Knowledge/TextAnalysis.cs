using System.Globalization;
using System.Text;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// One index term of a text: <c>Start</c> and <c>End</c> (exclusive) are its UTF-16 place. <c>Parts</c> are the terms of a compound
/// ("wi-fi": term "wifi", parts "wi", "fi"); <c>Code</c> marks an identifier that must match literally, such as an invoice number.
/// <c>Word</c> is the term before stemming.
/// </summary>
public readonly record struct TextTerm(string Term, string Word, int Start, int End, bool Code, IReadOnlyList<string>? Parts);

/// <summary>
/// Turns text into index terms: lower case, accents folded, stop words out, English stemmed, codes and versions whole, contractions
/// opened, compounds joined, a number and its unit joined ("5 V" and "5V" meet). Scripts without blanks give pairs of characters.
/// </summary>
public static class TextAnalysis
{
    /// <summary>The terms of a text in the given language (ISO 639-1, region ignored); only English is stemmed and freed of stop words.</summary>
    public static IReadOnlyList<TextTerm> Terms(string text, string language = "en")
    {
        bool english = IsEnglish(language);
        List<RawToken> raw = Tokens(text);
        var terms = new List<TextTerm>(raw.Count);
        for (int i = 0; i < raw.Count; i++)
        {
            RawToken token = raw[i];
            if (english && token.Parts is null && i + 1 < raw.Count && raw[i + 1].Parts is null
                && EnglishWords.Joined(EnglishStemmer.Stem(token.Word), raw[i + 1].Word) is { } joined)
            {
                terms.Add(new TextTerm(joined, joined, token.Start, raw[++i].End, false, null));
                continue;
            }
            if (IsNumber(token.Word) && i + 1 < raw.Count && EnglishWords.Units.Contains(raw[i + 1].Word) && raw[i + 1].Start - token.End <= 1)
            {
                terms.Add(new TextTerm(token.Word + raw[i + 1].Word, token.Word + raw[i + 1].Word, token.Start, raw[++i].End, false, null));
                continue;
            }
            if (token.Parts is not null)
            {
                AddCompound(terms, token, english);
                continue;
            }
            if (english && (EnglishWords.Stop.Contains(token.Word) || (i > 0 && raw[i - 1].Word == "how" && EnglishWords.AfterHow.Contains(token.Word)))) continue;
            terms.Add(new TextTerm(english ? Stem(token.Word) : token.Word, token.Word, token.Start, token.End, false, null));
        }
        return terms;
    }

    /// <summary>Lower case without accents: "Crème" becomes "creme", "Straße" "strasse".</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        var folded = new StringBuilder(text.Length);
        foreach (char c in Understanding.Tokens.Normalized(text, NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            switch (char.ToLowerInvariant(c))
            {
                case 'ß': folded.Append("ss"); break;
                case 'æ': folded.Append("ae"); break;
                case 'œ': folded.Append("oe"); break;
                case 'ø': folded.Append('o'); break;
                case 'ł': folded.Append('l'); break;
                case 'đ': folded.Append('d'); break;
                case 'ı': folded.Append('i'); break;
                case var lower: folded.Append(lower); break;
            }
        }
        return Understanding.Tokens.Normalized(folded.ToString(), NormalizationForm.FormC);
    }

    internal static bool IsEnglish(string language) => language.Length == 0 || language.StartsWith("en", StringComparison.OrdinalIgnoreCase);

    internal static bool IsIdeographic(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\u0E00' and <= '\u0E7F');

    private static string Stem(string word) => EnglishWords.Single(word) ?? EnglishStemmer.Stem(word);

    private static bool IsNumber(string word) => word.Length > 0 && word.All(c => char.IsAsciiDigit(c) || c == '.');

    private static void AddCompound(List<TextTerm> terms, RawToken token, bool english)
    {
        string[] parts = token.Parts!;
        // "self-service" is one word or two; "INV-2026-00042" is only ever itself.
        bool code = parts.Any(p => p.Length >= 3 && p.All(char.IsAsciiDigit)) && parts.Any(p => p.Any(char.IsLetter)) || parts.Length > 2 && parts.Count(p => p.Any(char.IsAsciiDigit)) > 1;
        if (code)
        {
            terms.Add(new TextTerm(token.Word, token.Word, token.Start, token.End, true, null));
            return;
        }
        string whole = token.Separator == '-' ? string.Concat(parts) : token.Word;
        if (english && token.Separator == '-' && parts.Length == 2 && EnglishWords.Joined(Stem(parts[0]), parts[1]) is { } joined)
        {
            terms.Add(new TextTerm(joined, joined, token.Start, token.End, false, null));
            return;
        }
        string[] kept = [.. parts.Where(p => p.Length > 1 && !(english && EnglishWords.Stop.Contains(p))).Select(p => english ? Stem(p) : p).Distinct(StringComparer.Ordinal)];
        terms.Add(new TextTerm(english && whole.All(char.IsAsciiLetter) ? Stem(whole) : whole, whole, token.Start, token.End, false, kept));
    }

    private readonly record struct RawToken(string Word, int Start, int End, string[]? Parts, char Separator);

    private static List<RawToken> Tokens(string text)
    {
        var tokens = new List<RawToken>();
        int i = 0;
        while (i < text.Length)
        {
            if (IsIdeographic(text[i]))
            {
                i = AddPairs(tokens, text, i);
                continue;
            }
            if (!IsWordCharacter(text[i]))
            {
                i++;
                continue;
            }
            int start = i;
            while (i < text.Length && (IsWordCharacter(text[i]) || IsJoiner(text, i))) i++;
            while (i < text.Length && text[i] is '+' or '#' && i - start <= 2 && char.IsAsciiLetter(text[start]) && (text[i] == '#' || text.AsSpan(i).StartsWith("++") || text[i - 1] == '+')) i++;
            AddToken(tokens, text[start..i], start);
        }
        return tokens;
    }

    private static void AddToken(List<RawToken> tokens, string source, int start)
    {
        int end = start + source.Length;
        string word = Fold(source);
        // Most words are letters or digits alone.
        if (!word.AsSpan().ContainsAnyExceptInRange('a', 'z') || !word.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            tokens.Add(new RawToken(word, start, end, null, '\0'));
            return;
        }
        word = word.Replace('’', '\'');
        if (word.Contains('\''))
        {
            // "don't" is "do not", "it's" is "it", "user's" is "user": what stands before the apostrophe carries the meaning.
            word = word.EndsWith("n't", StringComparison.Ordinal) ? word[..^3] : word[..word.IndexOf('\'')];
            if (word.Length == 0) return;
            if (word is "ca" or "wo" or "sha") word = "can";
        }
        bool version = word.Any(char.IsAsciiDigit) && word.All(c => char.IsAsciiDigit(c) || c is '.' or 'v');
        int separator = word.AsSpan().IndexOfAny('-', '_', '.');
        if (separator < 0 || version)
        {
            tokens.Add(new RawToken(word, start, end, null, '\0'));
            return;
        }
        string[] parts = word.Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
        tokens.Add(new RawToken(word, start, end, parts.Length > 1 ? parts : null, word[separator]));
    }

    private static int AddPairs(List<RawToken> tokens, string text, int start)
    {
        int end = start;
        while (end < text.Length && IsIdeographic(text[end])) end++;
        if (end - start == 1) tokens.Add(new RawToken(text[start..end], start, end, null, '\0'));
        for (int i = start; i + 1 < end; i++) tokens.Add(new RawToken(text.Substring(i, 2), i, i + 2, null, '\0'));
        return end;
    }

    private static bool IsWordCharacter(char c) =>
        !IsIdeographic(c) && (char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool IsJoiner(string text, int i)
    {
        if (i == 0 || i + 1 >= text.Length || !IsWordCharacter(text[i - 1]) || !IsWordCharacter(text[i + 1])) return false;
        return text[i] is '\'' or '’' or '-' or '_' or '\u2011' or '.';
    }
}
